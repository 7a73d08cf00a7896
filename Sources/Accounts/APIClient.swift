package import FoundationEssentials
package import Postgres

/// An agency's system that calls the API. The agency comes from this record, never from what the system sends.
package struct APIClient: PostgresRow {
    package let id: String
    package let agencyCode: String
    let secretHash: [UInt8]
    package let scopes: [String]
    /// Where it may call from, as `10.0.0.0/8`; from anywhere when there are none.
    package let networks: [String]

    package init(_ row: inout Row) throws {
        id = try row("id")
        agencyCode = try row("agency_code")
        secretHash = try row("secret_hash")
        scopes = try row("scopes")
        networks = try row("networks")
    }
}

/// What an agency's system may be allowed. Each route of the API names those that open it.
package enum ClientScope: String, Sendable, CaseIterable {
    /// Read the agency's dossiers and their files.
    case readDossiers = "dossier:read"
    /// Report changes of status.
    case reportStatus = "dossier:status"
    /// State dossiers that were filed with the agency, and bring many in step at once.
    case syncDossiers = "dossier:sync"
    /// Send files, and name them with a result or a request for papers.
    case writeResults = "result:write"
    /// Follow what happens to the agency's dossiers.
    case readEvents = "events:read"
    /// Write and submit drafts of the procedures that the agency promulgates.
    case writeProcedures = "procedure:write"
    /// Publish what somebody else wrote and submitted.
    case publishProcedures = "procedure:publish"
    /// Report what became of messages, whichever agency they are about.
    case reportDeliveries = "notices:report"
}

/// A client as whoever operates the portal sees it.
package struct EnrolledClient: PostgresRow {
    package let id: String
    package let agencyCode: String
    package let name: String
    package let scopes: [String]
    package let networks: [String]
    package let expiresAt: Date?
    package let disabledAt: Date?

    package init(_ row: inout Row) throws {
        id = try row("id")
        agencyCode = try row("agency_code")
        name = try row("name")
        scopes = try row("scopes")
        networks = try row("networks")
        expiresAt = try row("expires_at")
        disabledAt = try row("disabled_at")
    }
}
