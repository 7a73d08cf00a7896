package import Core
package import FoundationEssentials
package import Postgres

/// What kinds of things the portal says beside the catalogue.
package enum ContentKind: String, Sendable, CaseIterable, PostgresValue {
    /// A notice on every page, from one minute to another.
    case banner
    /// The services of the home page.
    case featured
    /// Procedures that belong together in somebody's life or business, in the order of their steps.
    case lifeEvent = "life_event"
    /// A question that many ask, with its answer.
    case question

    /// Whether there is just one of it, which can be edited and nothing else.
    package var isSingle: Bool { self == .featured }

    /// The member by which people know it, and by which its id is made.
    package var titleMember: String {
        switch self {
        case .lifeEvent: "title"
        case .question: "question"
        case .banner: "text"
        case .featured: "procedures"
        }
    }

    /// The member that lists procedures.
    var procedureMember: String { self == .lifeEvent ? "steps" : "procedures" }
}

/// One thing that the portal says, as it is kept and edited: answers to the questions of `Templates/desk/contents.json`.
package struct Content: PostgresRow {
    package let kind: ContentKind
    /// Stands in the address of its page and never changes.
    package let id: String
    package let body: JSON
    package let version: Int32
    package let updatedAt: Date
    /// Since when it isn't shown.
    package let withdrawnAt: Date?
    /// Who edited it last; nil for what came with the program.
    package let editor: String?

    package init(_ row: inout Row) throws {
        kind = try row("kind")
        id = try row("id")
        body = try JSON(stored: try row("body"))
        version = try row("version")
        updatedAt = try row("updated_at")
        withdrawnAt = try row("withdrawn_at")
        editor = try row("editor_name")
    }

    /// Such a one as `SQL/seed` has it.
    init(kind: ContentKind, id: String, body: JSON, version: Int32 = 1, at now: Date) {
        self.kind = kind
        self.id = id
        self.body = body
        self.version = version
        updatedAt = now
        withdrawnAt = nil
        editor = nil
    }

    /// What it stands under within its kind: it changes places only with those of the same.
    package var group: String {
        switch kind {
        case .lifeEvent: body["audience"]?.string ?? ""
        case .question: body["topic_vi"]?.string ?? ""
        case .banner, .featured: ""
        }
    }

    /// A text in both languages; nil unless both are there.
    package func text(_ member: String) -> LocalizedText? { body.bothLanguages(member) }

    /// The codes of the procedures it names, in its order.
    var codes: [String] { kind.codes(in: body) }
}

extension ContentKind {
    /// The codes of the procedures that a body names, in its order.
    func codes(in body: JSON) -> [String] { (body[procedureMember]?.array ?? []).compactMap { $0["code"]?.string } }
}

extension JSON {
    /// `title_vi` and `title_en`; nil unless both say something.
    func bothLanguages(_ member: String) -> LocalizedText? {
        guard let vi = self["\(member)_vi"]?.string, let en = self["\(member)_en"]?.string, !vi.isEmpty, !en.isEmpty
        else { return nil }
        return LocalizedText(vi: vi, en: en)
    }
}
