import Accounts
import Catalogue
package import Core
package import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/sync.sql`, one typed line each.
package enum SyncQueries {
    static let lock = Query("sync.lock", [String].self, String.self, returns: LockedDossier.self)
    static let recorded = Query("sync.recorded", String.self, [String].self, returns: RecordedEvent.self)
    static let statements = Query("sync.statements", [Dossier.ID].self, returns: KeptStatement.self)
    static let procedures = Query("sync.procedures", [String].self, returns: KnownProcedure.self)
    static let agencies = Query("sync.agencies", [String].self, returns: String.self)
    static let accounts = Query("sync.accounts", [String].self, [String].self, returns: KnownAccount.self)
    static let create = Query(
        "sync.create", [Dossier.ID].self, [String].self, [String].self, [Revision.ID?].self, String.self,
        [Account.ID?].self, [String].self, [String].self, [Int16].self, [Date].self, [Date?].self, [Date?].self,
        [Date?].self, [String].self, [Int32].self, returns: Dossier.ID.self)
    static let amend = Query("sync.amend", [Dossier.ID].self, [String].self, [String].self, [Account.ID?].self)
    static let state = Query(
        "sync.state", [Dossier.ID].self, String.self, [String].self, [String?].self, [String].self, [[UInt8]].self,
        Date.self)
    static let countFlags = Query("sync.count_flags", [String].self, [String].self, Day.self)
    static let flags = Query("sync.flags", String.self, Day.self, returns: FlagCount.self)
    static let days = Query("sync.days", String.self, Date.self, Date.self, returns: DayDigest.self)
    static let buckets = Query("sync.buckets", String.self, Date.self, Date.self, returns: BucketDigest.self)
    static let bucket = Query(
        "sync.bucket", String.self, Date.self, Date.self, String.self, String.self, Int.self,
        returns: BucketDossier.self)
    static let compare = Query(
        "sync.compare", String.self, [Day].self, [Int32].self, [[UInt8]].self, [Int32].self, [[UInt8]].self, Date.self)
    static let drift = Query("sync.drift", String.self, Day.self, Int.self, returns: DayComparison.self)
    static let link = Query("sync.link", Date.self, returns: Dossier.ID.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        lock, recorded, statements, procedures, agencies, accounts, create, amend, state, countFlags, flags, days,
        buckets,
        bucket, compare, drift, link,
    ]
}

/// An event that was reported before.
struct RecordedEvent: PostgresRow {
    let eventID: String
    let dossierID: Dossier.ID
    let messageDigest: [UInt8]?

    init(_ row: inout Row) throws {
        eventID = try row("event_id")
        dossierID = try row("dossier_id")
        messageDigest = try row("message_sha256")
    }
}

struct KeptStatement: PostgresRow {
    let dossierID: Dossier.ID
    let digest: [UInt8]

    init(_ row: inout Row) throws {
        dossierID = try row("dossier_id")
        digest = try row("statement_sha256")
    }
}

struct KnownProcedure: PostgresRow {
    let code: String
    let revisionID: Revision.ID?

    init(_ row: inout Row) throws {
        code = try row("code")
        revisionID = try row("published_revision")
    }
}

struct KnownAccount: PostgresRow {
    let login: String
    let id: Account.ID

    init(_ row: inout Row) throws {
        login = try row("login")
        id = try row("id")
    }
}
