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
    var accountID: Account.ID?
    var applicantName: String
    var status: DossierStatus
    var version: Int32
    let submittedAt: Date
    var receivedAt: Date?
    var finishedAt: Date?
    var dueAt: Date?
    let revisionID: Revision.ID?
    var assignedTo: Account.ID?
    var unitID: UUID?
    var stepDueAt: Date?
    var waitsFor: WaitsFor
    /// Filed with its agency, which tells us of it.
    let isFiledElsewhere: Bool
    /// When the change before this one happened.
    var lastOccurredAt: Date?
    /// As it was read behind the lock.
    fileprivate(set) var beside = BesideDossier()

    /// One that was just created.
    init(
        id: Dossier.ID, code: String, of statement: DossierStatement, at agency: String, revision: Revision.ID?,
        procedure: String, account: Account.ID?
    ) {
        self.id = id
        self.code = code
        procedureCode = procedure
        agencyCode = agency
        accountID = account
        applicantName = statement.applicantName
        status = statement.status
        version = 1
        submittedAt = statement.submittedAt
        receivedAt = statement.receivedAt.map { max($0, statement.submittedAt) }
        finishedAt =
            statement.status == .decided || statement.status.isFinal
            ? statement.finishedAt ?? statement.standsSince : nil
        dueAt = statement.dueAt
        revisionID = revision
        (assignedTo, unitID, stepDueAt) = (nil, nil, nil)
        waitsFor = WaitsFor(statement.status)
        isFiledElsewhere = true
        lastOccurredAt = statement.standsSince
    }

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
        isFiledElsewhere = try (row("origin") as String) == "agency"
    }
}

/// What belongs to a dossier that is held, as it was when the lock was had.
struct BesideDossier: PostgresRow {
    /// The dossier's.
    let id: Dossier.ID
    /// When the change before this one happened.
    let lastOccurredAt: Date?
    /// What its due date is made from, and how the portal counted it, if it did.
    let clock: StoredClock?
    let deadline: JSONText?
    /// The number of the last report that was applied, 0 before the first.
    let applied: Int
    /// How often a supplement was asked for.
    let asked: Int32
    /// What the key of this write was answered before.
    let answer: StoredAnswer?

    init() {
        id = Dossier.ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        (lastOccurredAt, clock, deadline, applied, asked, answer) = (nil, nil, nil, 0, 0, nil)
    }

    init(_ row: inout Row) throws {
        id = try row("id")
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
        asked = try row("asked")
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
            (DossierQueries.beside, ([code], message?.scope ?? "", message?.key ?? "")))
        return dossiers.first?.with(beside.first)
    }

    /// An applicant's, likewise.
    func lock(_ code: String, of account: Account.ID) async throws -> LockedDossier? {
        let (dossiers, beside) = try await together(
            (DossierQueries.lockOfAccount, (code, account)), (DossierQueries.beside, ([code], "", "")))
        return dossiers.first?.with(beside.first)
    }

    /// Those of an agency, likewise, in the order of their codes: two who lock don't wait for each other.
    func lock(_ codes: [String], at agency: String) async throws -> [LockedDossier] {
        let (dossiers, beside) = try await together(
            (SyncQueries.lock, (codes, agency)), (DossierQueries.beside, (codes, "", "")))
        let byID = Dictionary(beside.map { ($0.id, $0) }) { $1 }
        return dossiers.map { $0.with(byID[$0.id]) }
    }

    /// One that isn't finished, likewise; a job's.
    func lockOpen(_ id: Dossier.ID) async throws -> LockedDossier? {
        guard let dossier = try await first(ClockQueries.lockDossier, id) else { return nil }
        return dossier.with(try await all(DossierQueries.beside, ([dossier.code], "", "")).first)
    }
}

extension LockedDossier {
    fileprivate func with(_ beside: BesideDossier?) -> LockedDossier {
        var dossier = self
        dossier.beside = beside ?? BesideDossier()
        dossier.lastOccurredAt = beside?.lastOccurredAt
        return dossier
    }
}
