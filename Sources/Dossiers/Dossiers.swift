package import Accounts
package import Agencies
package import Catalogue
package import Core
package import Files
package import FoundationEssentials
package import Postgres

/// The heart: drafts, dossiers and what happens to them.
///
/// Every call says for whom it acts, and the transaction tells the database so: row-level security hides the rest.
package struct Dossiers: Sendable {
    let database: Database
    let catalogue: Catalogue
    let agencies: Agencies
    let files: FileStore

    package init(database: Database, catalogue: Catalogue, agencies: Agencies, files: FileStore) {
        self.database = database
        self.catalogue = catalogue
        self.agencies = agencies
        self.files = files
    }
}

/// What a caller of dossiers has to treat differently.
package enum DossierError: Error {
    /// There is none, or it is somebody else's: never told apart.
    case notFound
    /// The electronic form was withdrawn, or never was.
    case notOnline
    /// One account has as many drafts as it may.
    case tooManyDrafts
    /// Answers or files that don't do yet.
    case incomplete([FieldProblem])
    /// The table of statuses has no such edge.
    case illegalMove(current: DossierStatus, allowed: [DossierStatus])
}

/// A dossier with everything that belongs on its page.
package struct DossierFile: Sendable {
    package let dossier: Dossier
    package let events: [DossierEvent]
    package let attachments: [Attachment]
}

/// Where a page of dossiers starts: behind the last one of the page before, newest first.
package struct DossierCursor: Sendable, Hashable {
    package let submittedAt: Date
    package let id: Dossier.ID

    package init(submittedAt: Date, id: Dossier.ID) {
        self.submittedAt = submittedAt
        self.id = id
    }

    /// The first page.
    package static let start = DossierCursor(
        submittedAt: Date(timeIntervalSince1970: 253_000_000_000),
        id: Dossier.ID(UUID(uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))))

    /// As it stands in an address: microseconds since 1970, a dot, the id. Nothing personal.
    package var description: String { "\(Int((submittedAt.timeIntervalSince1970 * 1_000_000).rounded())).\(id)" }

    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1)
        guard text.utf8.count < 64, parts.count == 2, let microseconds = Int(Substring(parts[0])),
            let id = Dossier.ID(String(Substring(parts[1])))
        else { return nil }
        submittedAt = Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
        self.id = id
    }
}

extension Scope {
    /// Acting for an agency.
    package static func agency(_ code: String) -> Scope { Scope([("portal.agency", code)]) }
}

/// A `smallint`: fourteen million rows have one.
extension DossierStatus: PostgresValue {
    package static var oid: UInt32 { Int16.oid }
    package static var placeholder: DossierStatus { .registered }
    package func encoded() -> [UInt8]? { Int16(rawValue).encoded() }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws {
        guard let status = DossierStatus(rawValue: Int(try Int16(decoding: bytes))) else { throw UnknownStatus() }
        self = status
    }
}

struct UnknownStatus: Error {}
