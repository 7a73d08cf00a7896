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
    let signers: AgencySigners

    /// - Parameter signers: the keys that results are signed with.
    package init(
        database: Database, catalogue: Catalogue, agencies: Agencies, files: FileStore, signers: AgencySigners = .none
    ) {
        self.database = database
        self.catalogue = catalogue
        self.agencies = agencies
        self.files = files
        self.signers = signers
    }
}

/// What a caller of dossiers has to treat differently.
package enum DossierError: Error {
    /// There is none, or it is somebody else's: never told apart.
    case notFound
    /// The electronic form was withdrawn, or never was.
    case notOnline
    /// The mandate under which somebody acts is for other procedures.
    case notCovered
    /// One account has as many drafts as it may.
    case tooManyDrafts
    /// Answers or files that don't do yet.
    case incomplete([FieldProblem])
    /// Somebody else acted since the caller looked: what happened, oldest first.
    case changedMeanwhile([DossierEvent])
    /// An agency's system acted on another version than there is: where the dossier stands.
    case versionGone(status: DossierStatus, version: Int)
    /// None of the duties that an act asks for is the caller's.
    case dutyLacking([Duty])
    /// Another unit than the officer's has the dossier.
    case heldByUnit(UnitHolding)
    /// The table of statuses has no such edge.
    case illegalMove(current: DossierStatus, allowed: [DossierStatus])
}

/// A dossier with everything that belongs on its page.
package struct DossierFile: Sendable {
    package let dossier: Dossier
    package let events: [DossierEvent]
    package let attachments: [Attachment]
    package let supplements: [Supplement]
    /// Files of supplements, those too that aren't sent yet.
    package let supplementFiles: [OwnedAttachment]
    package var representation = Representation(agents: [], child: nil)
    /// Files that the agency's systems sent with events.
    package var eventFiles: [EventFile] = []

    /// The answers as they are now: as filed, with those of each supplement over them.
    package func answers() throws -> Answers {
        var answers =
            try dossier.answers.map { Answers(json: try JSON(parsing: Array($0.text.utf8), limits: Answers.limits)) }
            ?? Answers()
        answers.origins =
            try dossier.origins.map { try JSON(parsing: Array($0.text.utf8), limits: Answers.limits) }?
            .object?.compactMapValues(\.string) ?? [:]
        for supplement in supplements {
            guard let sent = supplement.answers else { continue }
            answers.lay(try JSON(parsing: Array(sent.text.utf8), limits: Answers.limits).object ?? [:])
        }
        return answers
    }

    /// The files that were sent with a supplement, or wait to be.
    package func files(of supplement: Supplement) -> [Attachment] {
        supplementFiles.filter { $0.ownerID == supplement.id.uuid }.map(\.attachment)
    }

    /// The files that came with an event.
    package func files(of event: DossierEvent) -> [Attachment] {
        eventFiles.filter { $0.sequence == event.sequence }.map(\.attachment)
    }

    /// Everything that was filed: at first, and with supplements that were sent.
    package var filed: [Attachment] {
        attachments + supplements.filter { $0.answeredAt != nil }.flatMap(files)
    }

    /// Whether the due date was moved once already.
    package var isExtended: Bool { events.contains { $0.kind == .extended } }
}

/// What is said about a dossier beside its events.
package struct DossierTalk: Sendable {
    package let messages: [DossierMessage]
    package let messageFiles: [OwnedAttachment]
    package let obligations: [Obligation]
    package let rating: DossierRating?

    /// Whether something that a side wrote wasn't read yet.
    package func hasUnread(from side: DossierMessage.Side) -> Bool {
        messages.contains { $0.side == side && $0.readAt == nil }
    }

    package func files(of message: DossierMessage) -> [Attachment] {
        messageFiles.filter { $0.ownerID == message.id.uuid }.map(\.attachment)
    }
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
