package import Core

/// What has to hold of a content beyond what its form says of each answer alone.
extension ContentKind {
    /// - Parameter known: the codes among those named that are in the list and still done.
    package func problems(_ body: JSON, known: Set<String>) -> [FieldProblem] {
        codeProblems(body, known) + (self == .lifeEvent ? noteProblems(body) : [])
            + (self == .banner ? noticeProblems(body) : [])
    }

    /// The name of the input that asks for its title.
    package var titleField: String { isSingle ? titleMember : "\(titleMember)_vi" }

    /// Codes as the list spells them, however they were typed.
    func normalized(_ body: JSON) -> JSON {
        guard var members = body.object, let rows = members[procedureMember]?.array else { return body }
        members[procedureMember] = .array(
            rows.map { row in
                guard var row = row.object, let typed = row["code"]?.string else { return row }
                row["code"] = .string(ProcedureCode(typed)?.description ?? typed)
                return .object(row)
            })
        return .object(members)
    }

    /// The id of a new content: the words of its title, for a notice behind its first day, since notices come again.
    func id(for body: JSON) -> String {
        guard !isSingle else { return "home" }
        let slug = (body["\(titleMember)_vi"]?.string ?? "").slug(most: 60)
        let parts = [self == .banner ? body["from_date"]?.string : nil, slug.isEmpty ? rawValue.slug(most: 60) : slug]
        return parts.compactMap(\.self).joined(separator: "-")
    }

    private func codeProblems(_ body: JSON, _ known: Set<String>) -> [FieldProblem] {
        var seen: Set<String> = []
        return (body[procedureMember]?.array ?? []).enumerated().compactMap { index, row in
            guard let code = row["code"]?.string else { return nil }
            let isNew = seen.insert(code).inserted
            guard known.contains(code) && isNew else {
                return FieldProblem(
                    field: "\(procedureMember).\(index).code",
                    code: isNew ? "unknown_procedure_code" : "repeated_procedure_code", arguments: ["code": code])
            }
            return nil
        }
    }

    /// A note is read in both languages or in none.
    private func noteProblems(_ body: JSON) -> [FieldProblem] {
        (body["steps"]?.array ?? []).enumerated().compactMap { index, row in
            let isThere = ["vi", "en"].map { !(row["note_\($0)"]?.string ?? "").isEmpty }
            guard isThere[0] != isThere[1] else { return nil }
            return FieldProblem(field: "steps.\(index).note_\(isThere[0] ? "en" : "vi")", code: "both_languages")
        }
    }

    private func noticeProblems(_ body: JSON) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if let from = body.minute("from"), let until = body.minute("until"), until <= from {
            problems.append(FieldProblem(field: "until_date", code: "not_after_start"))
        }
        if let link = body["link"]?.string, !Self.isOwnPath(link) {
            problems.append(FieldProblem(field: "link", code: "not_own_page"))
        }
        return problems
    }

    /// The path of a page of ours without its language: never another host in the dress of a path.
    private static func isOwnPath(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.first == UInt8(ascii: "/") && !bytes.dropFirst().starts(with: "/".utf8) && text != "/en"
            && !text.hasPrefix("/en/") && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    }
}
