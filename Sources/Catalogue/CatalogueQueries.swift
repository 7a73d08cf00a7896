import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/catalogue.sql`, one typed line each.
package enum CatalogueQueries {
    static let everything = Query("catalogue.everything", returns: ProcedureSummary.self)
    static let online = Query("catalogue.online", Int.self, returns: ProcedureSummary.self)
    static let receivedBy = Query("catalogue.received_by", String.self, Int.self, returns: ProcedureSummary.self)
    static let totals = Query("catalogue.totals", returns: CatalogueTotals.self)
    static let fields = Query("catalogue.fields", Int.self, returns: FieldCount.self)
    static let allFields = Query("catalogue.all_fields", returns: FieldCount.self)
    static let codedFields = Query("catalogue.coded_fields", returns: CodedField.self)
    static let allSubjects = Query("catalogue.all_subjects", returns: FieldCount.self)
    static let find = Query("catalogue.find", String.self, returns: Procedure.self)
    static let history = Query("catalogue.history", String.self, returns: PublishedRevision.self)
    static let openData = Query("catalogue.open_data", String.self, Int.self, returns: Procedure.self)
    static let places = Query("catalogue.places", returns: CataloguePlace.self)
    static let revision = Query("catalogue.revision", Revision.ID.self, returns: RevisionRow.self)

    static let numbered = Query("catalogue.numbered", String.self, Int32.self, returns: NumberedRevision.self)
    static let changes = Query("catalogue.changes", Int.self, returns: Publication.self)

    static let template = Query("catalogue.template", String.self, [UInt8].self, returns: PublishedTemplate.self)

    static let importLock = Query("catalogue.import_lock", returns: Bool.self)
    static let importLines = Query("catalogue.import", JSONText.self, Date.self, returns: ImportedLine.self)
    static let absent = Query("catalogue.absent", [String].self, returns: String.self)
    static let introduce = Query("catalogue.introduce", JSONText.self, String?.self, String?.self, Date.self)
    static let newest = Query("catalogue.newest", String.self, returns: NewestRevision.self)
    static let retire = Query("catalogue.retire", String.self)
    static let publish = Query(
        "catalogue.publish", Revision.ID.self, String.self, Int32.self, JSONText.self, JSONText?.self, String.self,
        Date.self)
    static let point = Query("catalogue.point", String.self, Revision.ID.self, Bool.self, Date.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        everything, online, receivedBy, totals, fields, allFields, codedFields, allSubjects, find, history, openData,
        places,
        revision,
        numbered, changes, template, importLock, importLines, absent, introduce, newest, retire, publish, point,
    ]
}

/// A line of the national list that differs from what was known.
package struct ImportedLine: PostgresRow {
    package let code: String
    package let isNew: Bool
    /// A publisher edited the procedure here: the line was not taken.
    package let isKept: Bool
    /// The members that differ.
    package let changed: [String]

    package init(_ row: inout Row) throws {
        code = try row("code")
        isNew = try row("added")
        isKept = try row("kept")
        changed = try row("changed")
    }
}

struct NewestRevision: PostgresRow {
    let id: Revision.ID
    let number: Int32
    let origin: String
    let facts: JSONText
    let form: JSONText?

    init(_ row: inout Row) throws {
        id = try row("id")
        number = try row("number")
        origin = try row("origin")
        facts = try row("facts")
        form = try row("form")
    }
}
