import Accounts
package import Core
package import FoundationEssentials
package import Postgres

/// Where a revision stands on its way from one person's draft to what everybody files under.
package enum RevisionState: String, Sendable, CaseIterable, PostgresValue {
    case draft
    /// Waiting for a second person.
    case submitted
    /// Approved by the second person, to be published on a day to come.
    case scheduled
    case published
    /// Published once, followed by another. Dossiers filed under it keep it.
    case retired
}

/// A revision with everything in it, as the publishers' desk sees it.
package struct RevisionWork: PostgresRow, Sendable {
    package let id: Revision.ID
    package let procedureCode: String
    package let number: Int
    package let state: RevisionState
    /// Grows with every saved edit.
    package let version: Int
    package let facts: JSON
    package let form: JSON?
    /// What changes and why, in the author's words.
    package let summary: String?
    package let basedOn: Revision.ID?
    package let writtenBy: Editor.Author?
    package let submittedBy: Editor.Author?
    /// Who approved it.
    package let publishedBy: Editor.Author?
    package let publishAt: Date?
    package let publishedAt: Date?
    /// The revision that is filed under now.
    package let publishedRevision: Revision.ID?
    package let promulgator: String

    package init(_ row: inout Row) throws {
        id = try row("id")
        procedureCode = try row("procedure_code")
        number = Int(try row("number") as Int32)
        state = try row("state")
        version = Int(try row("version") as Int32)
        facts = try JSON(stored: row("facts"))
        form = try (row("form") as JSONText?).map { try JSON(stored: $0) }
        summary = try row("summary")
        basedOn = try row("based_on")
        writtenBy = Editor.Author(account: try row("written_by"), client: try row("written_by_client"))
        submittedBy = Editor.Author(account: try row("submitted_by"), client: try row("submitted_by_client"))
        publishedBy = Editor.Author(account: try row("published_by"), client: try row("published_by_client"))
        publishAt = try row("publish_at")
        publishedAt = try row("published_at")
        publishedRevision = try row("published_revision")
        // A procedure that was never published is not in the list yet: its draft says whose it is.
        promulgator = try row("promulgator") ?? facts["promulgator"]?.string ?? ""
    }
}

extension JSON {
    /// Reads what this capability stored itself.
    init(stored text: JSONText) throws {
        self = try JSON(parsing: Array(text.text.utf8), limits: Catalogue.seedLimits)
    }

    var stored: JSONText { JSONText(String(decoding: serialized(), as: UTF8.self)) }
}

/// A revision in the history of its procedure.
package struct RevisionSummary: PostgresRow {
    package let id: Revision.ID
    package let number: Int32
    package let state: RevisionState
    /// Loaded from `SQL/seed` and not written here.
    package let isSeed: Bool
    package let summary: String?
    package let createdAt: Date
    package let submittedAt: Date?
    package let publishAt: Date?
    package let publishedAt: Date?
    package let author: String?
    package let publisher: String?
    package let hasForm: Bool

    package init(_ row: inout Row) throws {
        id = try row("id")
        number = try row("number")
        state = try row("state")
        isSeed = try row("origin") as String == "seed"
        summary = try row("summary")
        createdAt = try row("created_at")
        submittedAt = try row("submitted_at")
        publishAt = try row("publish_at")
        publishedAt = try row("published_at")
        author = try row("author_name")
        publisher = try row("publisher_name")
        hasForm = try row("has_form")
    }
}

/// A procedure as its publisher sees it in the list.
package struct ListedProcedure: PostgresRow {
    package let code: String
    package let name: String
    package let field: String
    package let isOnline: Bool
    package let isRetired: Bool
    package let publishedNumber: Int32?
    package let publishedAt: Date?
    package let openID: Revision.ID?
    package let openNumber: Int32?
    package let openState: RevisionState?
    /// How many mandatory parts the work on it lacks, or the published revision if there is none; nil when nothing is
    /// known of it but its line in the national list.
    package let missing: Int?
    package let unsettled: Int?

    package init(_ row: inout Row) throws {
        code = try row("code")
        name = try row("name")
        field = try row("field_name")
        isOnline = try row("online")
        isRetired = try row("retired")
        publishedNumber = try row("published_number")
        publishedAt = try row("published_at")
        openID = try row("open_id")
        openNumber = try row("open_number")
        openState = try row("open_state")
        missing = try (row("missing") as Int16?).map(Int.init)
        unsettled = try (row("unsettled") as Int16?).map(Int.init)
    }
}

struct ProcedureLoad: PostgresRow {
    let code: String
    let running: Int

    init(_ row: inout Row) throws {
        code = try row("code")
        running = try row("running")
    }
}

/// How much hangs on a revision.
package struct RevisionUsage: PostgresRow {
    package let revision: Revision.ID
    package let number: Int32
    package let drafts: Int
    package let running: Int

    package init(_ row: inout Row) throws {
        revision = try row("revision_id")
        number = try row("number")
        drafts = try row("drafts")
        running = try row("running")
    }
}
