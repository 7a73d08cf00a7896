import Core
package import Cryptography
package import FoundationEssentials
package import Postgres

/// An agency's system that calls the API. The agency comes from this record, never from what the system sends.
package struct APIClient: PostgresRow {
    package let id: String
    package let agencyCode: String
    /// Of its secret, and of the one before while that is still good; none for one that signs with a key.
    let secretHashes: [[UInt8]]
    package let scopes: [String]
    /// Where it may call from, as `10.0.0.0/8`; from anywhere when there are none.
    package let networks: [String]

    package init(_ row: inout Row) throws {
        id = try row("id")
        agencyCode = try row("agency_code")
        let (present, older): ([UInt8]?, [UInt8]?) = (try row("secret_hash"), try row("older_secret_hash"))
        secretHashes = [present, older].compactMap(\.self)
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

/// A client as whoever looks after it sees it.
package struct EnrolledClient: PostgresRow {
    package let id: String
    package let agencyCode: String
    package let name: String
    package let scopes: [String]
    package let networks: [String]
    package let requiresCertificate: Bool
    package let expiresAt: Date?
    package let disabledAt: Date?
    /// How many secrets it has had.
    package let secretNumber: Int
    /// Since when it has the present one; nil for one that has none.
    package let secretSince: Date?
    /// How long the one before may still be used.
    package let olderSecretUntil: Date?
    let secretHash: [UInt8]?

    package init(_ row: inout Row) throws {
        id = try row("id")
        agencyCode = try row("agency_code")
        name = try row("name")
        scopes = try row("scopes")
        networks = try row("networks")
        requiresCertificate = try row("requires_certificate")
        expiresAt = try row("expires_at")
        disabledAt = try row("disabled_at")
        let number: Int32 = try row("secret_number")
        secretNumber = Int(number)
        secretSince = try row("secret_since")
        olderSecretUntil = try row("older_secret_until")
        secretHash = try row("secret_hash")
    }
}

/// A public key of a client, with which its assertions are checked.
package struct ClientKey: PostgresRow {
    /// Its thumbprint. What the head of an assertion calls it doesn't matter: each key is tried.
    package let kid: String
    package let key: PublicKey
    package let addedAt: Date
    package let expiresAt: Date?
    package let revokedAt: Date?

    package init(_ row: inout Row) throws {
        kid = try row("kid")
        let jwk: JSONText = try row("jwk")
        addedAt = try row("added_at")
        expiresAt = try row("expires_at")
        revokedAt = try row("revoked_at")
        key = try PublicKey(jwk: try JSON(parsing: Array(jwk.text.utf8)))
    }

    /// Whether it is good at an instant.
    package func holds(at now: Date) -> Bool { revokedAt == nil && expiresAt.map { $0 > now } ?? true }
}

/// Why a change of a client isn't made.
package enum ClientError: Error, Equatable {
    /// There is none of that name among those whom the caller looks after, or no such key.
    case notFound
    /// Somebody gave it another secret since the page was opened.
    case changedMeanwhile
    /// It was shut out; enrol it again.
    case isShutOut
    /// The key was taken back before, or has run out: it doesn't come back.
    case keyEnded
    /// It has as many keys as it may.
    case tooManyKeys
}

/// Who looks after clients: whoever operates the portal, all of them; who supervises a whole agency, that agency's.
package struct ClientKeeper: Sendable {
    /// Nil for every agency's.
    package let agency: String?
    package let actor: String

    /// For commands of whoever operates the portal.
    package static let operators = ClientKeeper(agency: nil, actor: "system")

    /// - Throws: `DutyLacking` for whoever doesn't supervise their whole agency.
    package init(_ supervisor: Session) throws {
        guard supervisor.duties.contains(.supervise), supervisor.unitID == nil, let agency = supervisor.agencyCode
        else { throw DutyLacking([.supervise]) }
        self.agency = agency
        actor = "account:\(supervisor.accountID)"
    }

    private init(agency: String?, actor: String) {
        self.agency = agency
        self.actor = actor
    }

    package var scope: Scope { agency.map { Scope([("portal.agency", $0)]) } ?? .none }
}
