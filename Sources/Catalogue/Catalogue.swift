import Core
import FoundationEssentials
package import Postgres
import Synchronization

/// The national list of procedures: finding them, and reading the revision that a dossier is filed under.
package final class Catalogue: Sendable {
    let database: Database
    /// Revisions never change once published, so each is decoded once.
    private let revisions = Mutex<[Revision.ID: Revision]>([:])
    let synonyms: Synonyms
    /// Tells when the list changed; nil in programs that run once.
    let feed: CatalogueFeed?
    /// All procedures, as of a state of the feed.
    let table = Mutex<(state: Int, task: Task<ProcedureTable, any Error>)?>(nil)

    package init(database: Database, synonyms: Synonyms = .none, feed: CatalogueFeed? = nil) {
        self.database = database
        self.synonyms = synonyms
        self.feed = feed
    }

    /// The procedure with a code, with what its published revision says.
    package func procedure(_ code: String) async throws -> Procedure? {
        try await database.first(CatalogueQueries.find, code)
    }

    /// A revision by its id, whatever its state; nil for none, as where a dossier was filed under a procedure that has none here.
    package func revision(_ id: Revision.ID?) async throws -> Revision? {
        guard let id else { return nil }
        if let known = revisions.withLock({ $0[id] }) { return known }
        guard let row = try await database.first(CatalogueQueries.revision, id) else { return nil }
        let revision = try Revision(row)
        revisions.withLock { known in
            if known.count >= Self.revisionsKept { known.removeAll() }
            known[id] = revision
        }
        return revision
    }

    /// Procedures that can be filed here, for the home page and for suggestions.
    package func online(limit: Int) async throws -> [ProcedureSummary] {
        try await database.all(CatalogueQueries.online, limit)
    }

    /// Procedures that can be filed here with agencies of a kind.
    package func online(receivedBy kind: String, limit: Int) async throws -> [ProcedureSummary] {
        try await database.all(CatalogueQueries.receivedBy, (kind, limit))
    }

    /// How many procedures there are, and how many can be filed here.
    package func totals() async throws -> CatalogueTotals {
        try await database.one(CatalogueQueries.totals, ())
    }

    /// The fields with the most procedures.
    package func fields(limit: Int) async throws -> [FieldCount] {
        try await database.all(CatalogueQueries.fields, limit)
    }

    /// Every field, and for whom procedures are, each with how many there are.
    package func directory() async throws -> (fields: [FieldCount], subjects: [FieldCount]) {
        async let fields = database.all(CatalogueQueries.allFields, ())
        async let subjects = database.all(CatalogueQueries.allSubjects, ())
        return try await (fields, subjects)
    }

    private static let revisionsKept = 512
}

extension Revision {
    fileprivate init(_ row: RevisionRow) throws {
        id = row.id
        procedureCode = row.procedureCode
        number = Int(row.number)
        name = row.name
        nameEnglish = row.nameEnglish
        facts = try ProcedureFacts(json: JSON(parsing: Array(row.facts.text.utf8)))
        form = try row.form.map { try Form(json: JSON(parsing: Array($0.text.utf8))) }
    }
}
