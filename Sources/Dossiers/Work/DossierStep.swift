import Accounts
import Catalogue
import Core
import Cryptography
import FoundationEssentials
import Journal
import Postgres

/// One thing that happens to a dossier, about to be written.
struct DossierStep: Sendable {
    /// Who does it, as the journal names them: `client:…`, `account:…` or `job:…`.
    let actor: String
    var kind: DossierEvent.Kind = .status
    /// Where the dossier is afterwards.
    let status: DossierStatus
    let occurredAt: Date
    /// Done by the agency, not by the applicant.
    var isOfAgency = true
    var account: Account.ID?
    /// In which an applicant's side does it.
    var capacity: Capacity?
    var officerName: String?
    var officerTitle: String?
    var note: String?
    /// The agency system's own identifier, and its message as it came.
    var eventID: String?
    var message: [UInt8]?
    /// By kind; its digest goes into the journal.
    var detail: JSON?
    /// A due date that whoever acts states; otherwise the portal counts.
    var statedDue: Date?
    /// As the status says it unless told.
    var waitsFor: WaitsFor?
    /// Left as it is unless told.
    var holder: Holder?

    /// Who has a dossier inside the agency, and until when this step should be done.
    struct Holder: Sendable, Hashable {
        var officer: Account.ID?
        var unit: UUID?
        var due: Date?
    }
}

/// A step as it was written.
struct RecordedStep: Sendable {
    let version: Int32
    let dueAt: Date?
}

extension Dossiers {
    /// Writes one step: the dossier's new state, its event, its journal entry, and, where the status changed, the letter
    /// to the applicant. The only place where a dossier changes.
    /// - Throws: `DossierError.illegalMove`.
    func record(
        _ step: DossierStep, of dossier: LockedDossier, at now: Date, in transaction: Transaction
    ) async throws -> RecordedStep {
        let isMove = step.kind == .status
        if isMove {
            do {
                try dossier.status.transition(to: step.status, received: dossier.receivedAt != nil)
            } catch {
                throw DossierError.illegalMove(
                    current: dossier.status, allowed: dossier.status.allowed(received: dossier.receivedAt != nil))
            }
        }
        let version = dossier.version + 1
        let received =
            isMove && step.status == .received ? max(step.occurredAt, dossier.submittedAt) : dossier.receivedAt
        // The work is done when it is decided; that somebody fetches the result later doesn't make it late.
        let finished =
            !isMove
            ? dossier.finishedAt
            : step.status == .decided || step.status.isFinal ? dossier.finishedAt ?? step.occurredAt : nil
        let due = try await dueDate(of: dossier, after: step, in: transaction)
        // Whoever moved it on, what was asked of the applicant is asked no more.
        if isMove, step.status != .supplementRequested {
            try transaction.later(WorkQueries.closeSupplements, (dossier.id, now))
        }
        let waitsFor = step.waitsFor ?? (isMove ? WaitsFor(step.status) : dossier.waitsFor)
        let holder =
            step.holder
            ?? DossierStep.Holder(officer: dossier.assignedTo, unit: dossier.unitID, due: dossier.stepDueAt)
        try transaction.later(
            DossierQueries.changeStatus,
            (
                dossier.id, step.status, received, due, finished, version, waitsFor, holder.officer, holder.unit,
                holder.due
            ))
        let detail = step.detail.map { String(decoding: $0.canonical(), as: UTF8.self) }
        let entry = try await transaction.append(
            JournalEntry(
                kind: isMove ? "dossier.status_changed" : "dossier.\(step.kind.rawValue)",
                subject: "dossier:\(dossier.id)", agencyCode: dossier.agencyCode, actor: step.actor, at: now,
                content: .object(step.journalled(of: dossier, version: version, detail: detail))))
        try transaction.later(
            DossierQueries.event,
            (
                dossier.id, version, step.status, dossier.status, step.occurredAt, now,
                step.isOfAgency ? dossier.agencyCode : nil, step.eventID, step.officerName, step.officerTitle,
                step.note, step.message, step.message.map { SHA256.hash($0) }, entry, step.kind, step.account, detail
            ))
        if let capacity = step.capacity { try await transaction.name(capacity, on: dossier.id, at: now) }
        if let finished, dossier.finishedAt == nil {
            try await keepFigures(of: dossier, after: step, finishedAt: finished, in: transaction)
        }
        if isMove, let applicant = dossier.accountID {
            try await transaction.tell(applicant, code: dossier.code, status: step.status, at: now)
        }
        return RecordedStep(version: version, dueAt: due)
    }
}

extension DossierStep {
    fileprivate func journalled(of dossier: LockedDossier, version: Int32, detail: String?) -> [String: JSON] {
        var content: [String: JSON] = [
            "code": .string(dossier.code), "status": .integer(status.rawValue),
            "previous_status": .integer(dossier.status.rawValue), "sequence": .integer(Int(version)),
            "version": .integer(Int(version)),
            "details_sha256": .string(
                digest([note, officerName, officerTitle].map { $0 ?? "" }.joined(separator: "\u{1F}"))),
        ]
        if let capacity { content.merge(capacity.journalled) { $1 } }
        if let eventID { content["event_id"] = .string(eventID) }
        if let message { content["message_sha256"] = .string(Hex.encode(SHA256.hash(message))) }
        if let detail { content["detail_sha256"] = .string(digest(detail)) }
        return content
    }

    private func digest(_ text: String) -> String { Hex.encode(SHA256.hash(Array(text.utf8))) }
}
