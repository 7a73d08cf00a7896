package import Core
import Files
package import Postgres

/// A file that revisions may name as the template of a document: uploaded at the desk, checked as citizens' files are.
package struct TemplateFile: PostgresRow {
    /// In hexadecimal digits, as facts name it.
    package let sha256: String
    package let size: Int
    /// What its name ends with: `docx`.
    package let type: String

    package init(sha256: String, size: Int, type: String) {
        self.sha256 = sha256
        self.size = size
        self.type = type
    }

    package init(_ row: inout Row) throws {
        sha256 = try row("sha256")
        size = try row("size")
        let mediaType: String = try row("media_type")
        type = FileType(rawValue: mediaType)?.fileExtension ?? ""
    }
}

/// The documents of a revision's facts in the order of their groups, each with its template files.
package struct DocumentTemplates: Sendable {
    package struct Document: Sendable {
        package let group: String
        package let code: String
        package let name: String
        package let templates: [ProcedureFacts.Template]
    }

    package let documents: [Document]

    package init(facts: JSON) {
        documents = (facts["documents"]?.array ?? []).flatMap { group in
            (group["items"]?.array ?? []).map { item in
                Document(
                    group: group["group"]?.string ?? "", code: item["code"]?.string ?? "",
                    name: item["name"]?.string ?? "",
                    templates: (item["templates"]?.array ?? []).compactMap(ProcedureFacts.Template.init))
            }
        }
    }

    /// The facts with other templates for one document, all else as it was.
    /// - Parameter index: of the document among all. Nothing changes when there is none.
    package static func replace(
        of index: Int, in facts: JSON, _ change: ([JSON]) -> [JSON]
    ) -> JSON {
        var left = index
        var members = facts.object ?? [:]
        members["documents"] = (facts["documents"]?.array).map { groups in
            .array(
                groups.map { group in
                    var group = group.object ?? [:]
                    var items = group["items"]?.array ?? []
                    if items.indices.contains(left) {
                        var item = items[left].object ?? [:]
                        let templates = change(item["templates"]?.array ?? [])
                        item["templates"] = templates.isEmpty ? nil : .array(templates)
                        items[left] = .object(item)
                        group["items"] = .array(items)
                    }
                    left -= items.count
                    return .object(group)
                })
        }
        return .object(members)
    }
}
