import Core
package import Files
package import FoundationEssentials
import Journal
import Postgres

extension Publishing {
    /// Template files that one document may have.
    package static let mostTemplates = 10

    /// Bytes that one of them may have.
    package static let largestTemplate = 10 * 1024 * 1024

    /// Those of some files, by their SHA-256 in hexadecimal digits, that revisions may name.
    package func templates(among digests: [String]) async throws -> [TemplateFile] {
        let digests = digests.filter { $0.utf8.count == 64 && $0.utf8.allSatisfy(\.isLowerHexDigit) }
        return digests.isEmpty ? [] : try await database.all(PublishingQueries.templates, digests)
    }

    /// Adds a stored file to a document of a draft; the same bytes again change nothing.
    /// - Parameters:
    ///   - document: its place among all documents of the draft, as in the version that the editor saw.
    /// - Throws: `editedMeanwhile`, `notFound` for a document that isn't there, `tooManyTemplates`.
    package func addTemplate(
        _ file: StoredFile, named name: String, to document: Int, of id: Revision.ID, version: Int,
        by editor: Editor, at now: Date
    ) async throws {
        let digest = file.digest
        try await changeTemplates(of: document, in: id, version: version, by: editor, at: now, digest: digest) {
            templates, transaction in
            guard !templates.contains(where: { $0["sha256"]?.string == digest }) else { return templates }
            guard templates.count < Self.mostTemplates else { throw PublishingError.tooManyTemplates }
            try await transaction.record(file, at: now)
            try await transaction.run(PublishingQueries.allowTemplate, (file.sha256, now))
            return templates + [
                [
                    "name": .string(file.type.name(from: name)), "sha256": .string(digest),
                    "size": .integer(file.size), "type": .string(file.type.fileExtension),
                ]
            ]
        }
    }

    /// Takes a file off a document of a draft. Its bytes stay: an older revision may name them.
    package func removeTemplate(
        _ digest: String, from document: Int, of id: Revision.ID, version: Int, by editor: Editor, at now: Date
    ) async throws {
        try await changeTemplates(of: document, in: id, version: version, by: editor, at: now, digest: digest) {
            templates, _ in
            templates.filter { $0["sha256"]?.string != digest }
        }
    }

    private func changeTemplates(
        of document: Int, in id: Revision.ID, version: Int, by editor: Editor, at now: Date, digest: String,
        _ edit: ([JSON], Transaction) async throws -> [JSON]
    ) async throws {
        try await change(id, by: editor, from: [.draft]) { work, transaction in
            guard work.version == version else { throw PublishingError.editedMeanwhile }
            guard let present = DocumentTemplates.list(of: document, in: work.facts) else {
                throw PublishingError.notFound
            }
            let templates = try await edit(present, transaction)
            guard templates != present else { return }
            let facts = DocumentTemplates.replace(of: document, in: work.facts) { _ in templates }
            try await transaction.save(work, facts: facts, form: work.form, summary: work.summary, by: editor)
            try await transaction.note(
                templates.count > present.count ? "revision.template_added" : "revision.template_removed",
                work.procedureCode, by: editor, at: now,
                ["revision": .string(work.id.description), "sha256": .string(digest)])
        }
    }
}

extension DocumentTemplates {
    /// The templates of one document as its facts have them; nil when there is no such document.
    static func list(of index: Int, in facts: JSON) -> [JSON]? {
        let items = (facts["documents"]?.array ?? []).flatMap { $0["items"]?.array ?? [] }
        return items.indices.contains(index) ? items[index]["templates"]?.array ?? [] : nil
    }
}

extension FileType {
    /// A name that ends as files of this kind do: what it claimed to be was told by its content, not by its name.
    fileprivate func name(from name: String) -> String {
        let lowercased = name.lowercased()
        let endings = self == .jpeg ? ["jpg", "jpeg"] : [fileExtension]
        if endings.contains(where: { lowercased.hasSuffix(".\($0)") }), name.utf8.count > fileExtension.utf8.count + 1 {
            return name
        }
        let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
        return "\(stem.isEmpty ? "mau" : stem).\(fileExtension)"
    }
}

extension UInt8 {
    fileprivate var isLowerHexDigit: Bool { (48...57).contains(self) || (97...102).contains(self) }
}
