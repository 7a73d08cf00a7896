package import Core
package import FoundationEssentials
package import Postgres

/// A procedure as a line of a list.
package struct ProcedureSummary: PostgresRow {
    package let code: String
    package let name: String
    package let nameEnglish: String?
    package let field: String
    package let promulgator: String
    package let executing: [String]
    package let subjects: [String]
    /// Whether it can be filed here.
    package let isOnline: Bool
    /// Whether it is no longer done.
    package let isRetired: Bool
    package let updatedAt: Date

    package init(
        code: String, name: String, nameEnglish: String? = nil, field: String, promulgator: String,
        executing: [String] = [], subjects: [String] = [], isOnline: Bool = false, isRetired: Bool = false,
        updatedAt: Date = .distantPast
    ) {
        self.code = code
        self.name = name
        self.nameEnglish = nameEnglish
        self.field = field
        self.promulgator = promulgator
        self.executing = executing
        self.subjects = subjects
        self.isOnline = isOnline
        self.isRetired = isRetired
        self.updatedAt = updatedAt
    }

    package init(_ row: inout Row) throws {
        code = try row("code")
        name = try row("name")
        nameEnglish = try row("name_en")
        field = try row("field_name")
        promulgator = try row("promulgator")
        executing = try row("executing")
        subjects = try row("subjects")
        isOnline = try row("online")
        isRetired = try row("retired")
        updatedAt = try row("updated_at")
    }
}

/// A procedure with everything its published revision says.
package struct Procedure: PostgresRow {
    package let code: String
    package let name: String
    package let nameEnglish: String?
    package let fieldCode: String?
    package let field: String
    package let state: String
    package let kind: String
    package let promulgator: String
    package let executing: [String]
    package let subjects: [String]
    package let isOnline: Bool
    package let updatedAt: Date
    package let revisionID: Revision.ID?
    package let revisionNumber: Int32?
    package let publishedAt: Date?
    /// Nil for a procedure of which only the national list's line is known.
    package let facts: JSONText?
    /// Since when it is no longer done, why, and what is done instead.
    package let retiredAt: Date?
    package let retiredReason: String?
    package let replacementCode: String?
    package let replacementName: String?

    package init(_ row: inout Row) throws {
        code = try row("code")
        name = try row("name")
        nameEnglish = try row("name_en")
        fieldCode = try row("field_code")
        field = try row("field_name")
        state = try row("state")
        kind = try row("kind")
        promulgator = try row("promulgator")
        executing = try row("executing")
        subjects = try row("subjects")
        isOnline = try row("online")
        updatedAt = try row("updated_at")
        revisionID = try row("revision_id")
        revisionNumber = try row("revision_number")
        publishedAt = try row("published_at")
        facts = try row("facts")
        retiredAt = try row("retired_at")
        retiredReason = try row("retired_reason")
        replacementCode = try row("replacement_code")
        replacementName = try row("replacement_name")
    }
}

/// A revision that is or was in force.
package struct PublishedRevision: PostgresRow {
    package let id: Revision.ID
    package let number: Int32
    package let publishedAt: Date
    package let isInForce: Bool

    package init(_ row: inout Row) throws {
        id = try row("id")
        number = try row("number")
        publishedAt = try row("published_at")
        isInForce = try row("in_force")
    }
}

package struct CataloguePlace: PostgresRow {
    package let code: String
    package let updatedAt: Date

    package init(_ row: inout Row) throws {
        code = try row("code")
        updatedAt = try row("updated_at")
    }
}

/// One version of a procedure. Published once, it never changes; drafts and dossiers are pinned to it.
package struct Revision: Sendable {
    package typealias ID = Identifier<Revision>

    package let id: ID
    package let procedureCode: String
    package let number: Int
    package let name: String
    package let nameEnglish: String?
    package let facts: ProcedureFacts
    package let form: Form?

    package init(
        id: ID, procedureCode: String, number: Int, name: String, nameEnglish: String?, facts: ProcedureFacts,
        form: Form?
    ) {
        self.id = id
        self.procedureCode = procedureCode
        self.number = number
        self.name = name
        self.nameEnglish = nameEnglish
        self.facts = facts
        self.form = form
    }
}

struct RevisionRow: PostgresRow {
    let id: Revision.ID
    let procedureCode: String
    let number: Int32
    let name: String
    let nameEnglish: String?
    let facts: JSONText
    let form: JSONText?

    init(_ row: inout Row) throws {
        id = try row("id")
        procedureCode = try row("procedure_code")
        number = try row("number")
        name = try row("name")
        nameEnglish = try row("name_en")
        facts = try row("facts")
        form = try row("form")
    }
}

/// How many procedures a field has, or are for a subject.
package struct FieldCount: PostgresRow {
    package let name: String
    package let procedures: Int

    package init(_ row: inout Row) throws {
        name = try row("field_name")
        procedures = try row("procedures")
    }
}

package struct CatalogueTotals: PostgresRow {
    package let procedures: Int
    package let online: Int

    package init(_ row: inout Row) throws {
        procedures = try row("procedures")
        online = try row("online")
    }
}
