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
    /// What about it speaks against its being true.
    var flags: Set<HonestyFlag> = []
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
    /// Takes a dossier one step on: its new state, its event and its journal entry, in hand until `write`. The only place where
    /// a dossier changes.
    /// - Throws: `DossierError.illegalMove`; then nothing changed.
    func record(_ step: DossierStep, of held: inout HeldDossier, at now: Date) async throws -> RecordedStep {
        let isMove = step.kind == .status
        var dossier = held.dossier
        if isMove {
            do {
                try dossier.status.transition(to: step.status, received: dossier.receivedAt != nil)
            } catch {
                throw DossierError.illegalMove(
                    current: dossier.status, allowed: dossier.status.allowed(received: dossier.receivedAt != nil))
            }
        }
        dossier.version += 1
        dossier.lastOccurredAt = step.occurredAt
        dossier.dueAt = try await dueDate(of: &held, after: step)
        if isMove {
            dossier.status = step.status
            if step.status == .received { dossier.receivedAt = max(step.occurredAt, dossier.submittedAt) }
            // The work is done when it is decided; that somebody fetches the result later doesn't make it late.
            dossier.finishedAt =
                step.status == .decided || step.status.isFinal ? dossier.finishedAt ?? step.occurredAt : nil
            if let finished = dossier.finishedAt, held.dossier.finishedAt == nil {
                try await keepFigures(of: &held, finishedAt: finished)
            }
        }
        dossier.waitsFor = step.waitsFor ?? (isMove ? WaitsFor(step.status) : dossier.waitsFor)
        if let holder = step.holder {
            (dossier.assignedTo, dossier.unitID, dossier.stepDueAt) = (holder.officer, holder.unit, holder.due)
        }
        held.take(step.written(on: held.dossier, version: dossier.version, at: now), leaving: dossier)
        return RecordedStep(version: dossier.version, dueAt: dossier.dueAt)
    }

    /// The same for one dossier and one step, written at once.
    func record(
        _ step: DossierStep, of dossier: LockedDossier, at now: Date, in transaction: Transaction
    ) async throws -> RecordedStep {
        let day = dossier.countingDay(of: step.status, at: step.occurredAt, isRecount: step.kind == .recounted)
        var held = try await hold([dossier], countingOn: day, in: transaction)[0]
        let recorded = try await record(step, of: &held, at: now)
        try write([held], at: now, in: transaction)
        if let capacity = step.capacity { try await transaction.name(capacity, on: dossier.id, at: now) }
        return recorded
    }
}

extension DossierStep {
    /// The event and the journal entry that this step is.
    /// - Parameter dossier: as it was before.
    func written(on dossier: LockedDossier, version: Int32, at now: Date) -> WrittenStep {
        let detail = detail.map { String(decoding: $0.canonical(), as: UTF8.self) }
        return WrittenStep(
            step: self, version: version, previousStatus: dossier.status, detail: detail,
            entry: JournalEntry(
                kind: kind == .status ? "dossier.status_changed" : "dossier.\(kind.rawValue)",
                subject: "dossier:\(dossier.id)", agencyCode: dossier.agencyCode, actor: actor, at: now,
                content: .object(journalled(of: dossier, version: version, detail: detail))))
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
        if !flags.isEmpty { content["flags"] = .array(flags.map(\.rawValue).sorted().map(JSON.string)) }
        return content
    }

    private func digest(_ text: String) -> String { Hex.encode(SHA256.hash(Array(text.utf8))) }
}
