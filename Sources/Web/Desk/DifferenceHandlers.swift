import Catalogue
import Core
import Hummingbird
import Pages
import Postgres
import Server

extension Web {
    /// `GET /bien-tap/thu-tuc/{code}/khac-biet?tu=&den=`: what changed between two revisions, in words.
    @Sendable func showDifference(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let words = words(context)
        let editor = try await editor(staff)
        let code = context.parameter("code") ?? ""
        let query = try request.queryFields()
        let all = try await publishing.revisions(of: code, for: editor)
        func revision(_ name: String) async throws -> RevisionWork {
            guard let number = query[name].flatMap({ Int32($0) }), let found = all.first(where: { $0.number == number })
            else { throw PublishingError.notFound }
            return try await publishing.work(found.id, for: editor)
        }
        let (old, new) = (try await revision("tu"), try await revision("den"))
        func document(_ work: RevisionWork) -> JSON {
            var members = work.facts.object ?? [:]
            members["form"] = work.form
            return .object(members)
        }
        let changes = RevisionChange.all(from: document(old), to: document(new))
        let page = DeskDifferencePage(
            title: words(
                "desk.title.difference", ["code": code, "from": String(old.number), "to": String(new.number)]),
            code: code, name: new.name, from: String(old.number), to: String(new.number), isEmpty: changes.isEmpty,
            changes: changes.map { change in
                DeskDifferencePage.ChangeView(
                    kind: words("desk.change.\(change.kind.rawValue)"),
                    place: change.path.map(words.place).filter { !$0.isEmpty }.joined(separator: " › "),
                    before: change.kind == .moved ? nil : change.before.map { words.plain($0, of: change.member) },
                    after: change.kind == .moved ? nil : change.after.map { words.plain($0, of: change.member) })
            })
        return respond(page, to: staff.visitor, context, request)
    }
}

extension Words {
    /// A member by its name in words, an element by what it calls itself.
    fileprivate func place(_ step: RevisionChange.Step) -> String {
        switch step {
        case .member(let name): self.member(name)
        // A group without a name is no place for people.
        case .element(let element) where element["group"] == "": ""
        case .element(let element): "“\(String(title(of: element).prefix(160)))”"
        }
    }

    private func member(_ name: String) -> String {
        Self.members.contains(name) ? self("desk.member.\(name)") : name
    }

    /// The members of facts and forms that have a name in words.
    static let members: Set<String> = [
        "name", "name_en", "field", "code", "levels", "executing", "authorised", "coordinating", "subjects", "steps",
        "channels", "method", "case", "quantity", "unit", "description", "fees", "type", "amount", "note", "cases",
        "documents", "items", "originals", "copies", "results", "legal_basis", "requirements", "decision", "number",
        "date", "source", "explanations", "form", "title", "sections", "fields", "label", "hint", "required", "options",
        "show_if", "eligibility", "question", "explanation", "refuse", "guidance", "once", "limit", "basis", "cut_off",
        "paper_form", "receiving", "kind", "max_length", "min", "max", "min_items", "max_items", "max_files",
        "not_before", "not_after", "prefill", "document_code", "item_label", "in", "time_conflict", "promulgator",
        "state", "group", "value", "pattern", "compute", "rule", "from", "to", "amounts",
        "templates", "sha256", "size",
    ]

    static let units = ["WORKING_DAY", "DAY", "HOUR", "MONTH", "OTHER"]
    static let methods = ["ONLINE", "POSTAL", "DIRECT"]

    private func title(of element: JSON) -> String {
        for name in ["label", "title", "question"] { if let text = text(element[name]) { return text } }
        if let method = element["method"]?.string { return self("catalogue.method.\(method)") }
        for name in ["name", "group", "note", "type", "field", "code", "id"] {
            if let text = element[name]?.string, !text.isEmpty { return text }
        }
        return plain(element)
    }

    /// A value as people read it.
    /// - Parameter member: what it is the value of: codes of kinds, units and ways have words.
    fileprivate func plain(_ value: JSON, of member: String? = nil) -> String {
        switch value {
        case .string(let code) where member == "kind" && FormField.Kind(rawValue: code) != nil:
            self("desk.kind.\(code)")
        case .string(let code) where member == "unit" && Self.units.contains(code): self("desk.unit.\(code)")
        case .string(let code) where member == "method" && Self.methods.contains(code): self("catalogue.method.\(code)")
        case .null: ""
        case .bool(let answer): self(answer ? "dossiers.answer.yes" : "dossiers.answer.no")
        case .integer(let number): formats.number(number)
        case .double(let number): String(number)
        case .string(let text): text
        case .array(let elements): elements.map { title(of: $0) }.joined(separator: "; ")
        case .object(let members):
            text(value)
                ?? members.filter { $0.key != "id" }.sorted { $0.key < $1.key }
                .map { "\(self.member($0.key)): \(plain($0.value, of: $0.key))" }.joined(separator: "; ")
        }
    }

    private func text(_ json: JSON?) -> String? {
        guard let vi = json?["vi"]?.string else { return nil }
        let en = json?["en"]?.string ?? vi
        // A change in either language must show.
        return vi == en ? vi : "\(vi) / \(en)"
    }
}

extension RevisionChange {
    /// The member that changed, when it isn't a whole element.
    fileprivate var member: String? {
        if case .member(let name)? = path.last { name } else { nil }
    }
}
