import Accounts
import Catalogue
import Core
import FoundationEssentials
import Journal
import Postgres

/// A dossier held by a transaction that is about to change it.
struct LockedDossier: PostgresRow {
    let id: Dossier.ID
    let code: String
    let procedureCode: String
    let agencyCode: String
    let accountID: Account.ID?
    let applicantName: String
    let status: DossierStatus
    let version: Int32
    let submittedAt: Date
    let receivedAt: Date?
    let finishedAt: Date?
    let dueAt: Date?
    let revisionID: Revision.ID
    let assignedTo: Account.ID?
    let unitID: UUID?
    let stepDueAt: Date?
    let waitsFor: WaitsFor
    /// As it was read behind the lock.
    fileprivate(set) var beside = BesideDossier()

    init(_ row: inout Row) throws {
        id = try row("id")
        code = try row("code")
        procedureCode = try row("procedure_code")
        agencyCode = try row("agency_code")
        accountID = try row("account_id")
        applicantName = try row("applicant_name")
        status = try row("status")
        version = try row("version")
        submittedAt = try row("submitted_at")
        receivedAt = try row("received_at")
        finishedAt = try row("finished_at")
        dueAt = try row("due_at")
        revisionID = try row("revision_id")
        assignedTo = try row("assigned_to")
        unitID = try row("unit_id")
        stepDueAt = try row("step_due_at")
        waitsFor = try row("waits_for")
    }
}

/// What belongs to a dossier that is held, as it was when the lock was had.
struct BesideDossier: PostgresRow {
    /// When the change before this one happened.
    let lastOccurredAt: Date?
    /// What its due date is made from, and how the portal counted it, if it did.
    let clock: StoredClock?
    let deadline: JSONText?
    /// The number of the last report that was applied, 0 before the first.
    let applied: Int
    /// Whether reports wait for their turn.
    let hasParked: Bool
    /// What the key of this write was answered before.
    let answer: StoredAnswer?

    init() {
        (lastOccurredAt, clock, deadline, applied, hasParked, answer) = (nil, nil, nil, 0, false, nil)
    }

    init(_ row: inout Row) throws {
        let (basis, since): (StoredClock.Basis?, Date?) = (try row("basis"), try row("since"))
        let (received, given): (Date?, Date?) = (try row("first_received_at"), try row("given_due_at"))
        let place: Int32 = try row("applied")
        let (fingerprint, body): ([UInt8]?, [UInt8]?) = (try row("fingerprint"), try row("body"))
        let status: Int32? = try row("answer_status")
        lastOccurredAt = try row("last_occurred_at")
        clock =
            if let basis, let since {
                StoredClock(firstReceivedAt: received, basis: basis, since: since, givenDueAt: given)
            } else {
                nil
            }
        deadline = try row("deadline")
        applied = Int(place)
        hasParked = try row("parked")
        answer =
            if let fingerprint, let status, let body {
                StoredAnswer(fingerprint: fingerprint, status: status, body: body)
            } else {
                nil
            }
    }
}

extension Transaction {
    /// A dossier of an agency, held until the transaction ends; nil when there is none.
    /// - Parameter message: the write that is made, if it may be repeated.
    func lock(
        _ code: String, at agency: String, for message: IdempotentMessage? = nil
    ) async throws -> LockedDossier? {
        let (dossiers, beside) = try await together(
            (DossierQueries.lock, (code, agency)),
            (DossierQueries.beside, (code, message?.scope ?? "", message?.key ?? "")))
        return dossiers.first?.with(beside.first)
    }

    /// An applicant's, likewise.
    func lock(_ code: String, of account: Account.ID) async throws -> LockedDossier? {
        let (dossiers, beside) = try await together(
            (DossierQueries.lockOfAccount, (code, account)), (DossierQueries.beside, (code, "", "")))
        return dossiers.first?.with(beside.first)
    }

    /// One that isn't finished, likewise; a job's.
    func lockOpen(_ id: Dossier.ID) async throws -> LockedDossier? {
        guard let dossier = try await first(ClockQueries.lockDossier, id) else { return nil }
        return dossier.with(try await first(DossierQueries.beside, (dossier.code, "", "")))
    }
}

extension LockedDossier {
    fileprivate func with(_ beside: BesideDossier?) -> LockedDossier {
        var dossier = self
        dossier.beside = beside ?? BesideDossier()
        return dossier
    }
}
