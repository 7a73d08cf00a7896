import Core
import Cryptography
import FoundationEssentials
import Journal
import Postgres

/// A change as an agency's system sent it.
struct Report: Sendable {
    let change: StatusChange
    /// The bytes as they came.
    let message: [UInt8]
    /// Which system: `client:…`.
    let actor: String
}

extension Dossiers {
    /// Applies a report when it is its turn, with all that waited for it; else parks it or keeps it as history. Its number's
    /// place is read behind the dossier's lock, so that reports at once are taken one after the other.
    /// - Throws: `DossierError.illegalMove`, `ValidationFailure`; then its number is still to come.
    func take(
        _ report: Report, on dossier: LockedDossier, at now: Date, in transaction: Transaction
    ) async throws -> ReportAnswer {
        guard let sequence = report.change.sequence else {
            let (change, standing) = try await apply(report, to: dossier, at: now, in: transaction)
            return ReportAnswer(outcome: .applied(change, behind: []), dossier: standing)
        }
        switch ReportPlace(sequence, after: dossier.beside.applied) {
        case .next:
            let (change, standing) = try await apply(report, to: dossier, at: now, in: transaction)
            try transaction.later(
                ReportQueries.advance, (dossier.id, dossier.agencyCode, Int32(sequence), now))
            let behind =
                dossier.beside.hasParked
                ? try await applyParked(behind: sequence, on: dossier, at: now, in: transaction) : []
            return ReportAnswer(
                outcome: .applied(change, behind: behind.map(\.change)), dossier: behind.last?.standing ?? standing)
        case .early(let waitsFor):
            try await park(report, sequence: sequence, on: dossier, at: now, in: transaction)
            return ReportAnswer(outcome: .parked(waitsFor: waitsFor), dossier: dossier.standing)
        case .beyond(let most):
            throw ValidationFailure(problems: [
                FieldProblem(
                    field: "sequence", code: "out_of_range", arguments: ["min": "1", "max": String(most)])
            ])
        case .late:
            return try await keep(report, sequence: sequence, of: dossier, at: now, in: transaction)
        }
    }

    /// Applies what waited for a number, as far as there is no gap. One that the dossier can't follow is refused and
    /// holds up those behind it, until a report with its number comes that does.
    private func applyParked(
        behind sequence: Int, on dossier: LockedDossier, at now: Date, in transaction: Transaction
    ) async throws -> [(change: RecordedChange, standing: DossierStanding)] {
        var applied: [(change: RecordedChange, standing: DossierStanding)] = []
        var next = Int32(sequence) + 1
        while let parked = try await transaction.first(ReportQueries.parked, (dossier.id, dossier.agencyCode, next)) {
            var outcome = OpenReport.Outcome.repeated
            if !parked.isRepeated {
                guard let present = try await transaction.lock(dossier.code, at: dossier.agencyCode) else {
                    throw DossierError.notFound
                }
                do {
                    let report = Report(change: parked.change, message: parked.message, actor: parked.actor)
                    applied.append(try await apply(report, to: present, at: now, in: transaction))
                    outcome = .applied
                } catch {
                    guard let reason = Self.refusal(error) else { throw error }
                    try transaction.later(ReportQueries.settle, (parked.id, .refused, reason, now))
                    return applied
                }
            }
            try transaction.later(ReportQueries.settle, (parked.id, outcome, nil, now))
            try transaction.later(ReportQueries.advance, (dossier.id, dossier.agencyCode, next, now))
            next += 1
        }
        return applied
    }

    /// What is wrong with a report that can't be applied, when nothing was written yet; nil for a failure of ours.
    private static func refusal(_ error: any Error) -> String? {
        switch error {
        case DossierError.illegalMove: "illegal-move"
        case is ValidationFailure: "invalid"
        default: nil
        }
    }

    private func park(
        _ report: Report, sequence: Int, on dossier: LockedDossier, at now: Date, in transaction: Transaction
    ) async throws {
        let change = report.change
        try transaction.later(
            ReportQueries.park,
            (
                .make(at: now), dossier.id, dossier.agencyCode, Int32(sequence), change.status, change.occurredAt,
                change.eventID, change.note, change.officerName, change.officerTitle, change.dueAt, report.message,
                report.actor, now
            ))
    }

    /// Notes a report that came after its successors: an event like any other, but for the status.
    private func keep(
        _ report: Report, sequence: Int, of dossier: LockedDossier, at now: Date, in transaction: Transaction
    ) async throws -> ReportAnswer {
        let change = report.change
        let written = try await record(
            DossierStep(
                actor: report.actor, kind: .reportedLate, status: dossier.status,
                // What is reported next follows the last move, not this.
                occurredAt: dossier.beside.lastOccurredAt ?? dossier.submittedAt, officerName: change.officerName,
                officerTitle: change.officerTitle, note: change.note, eventID: change.eventID, message: report.message,
                detail: [
                    "status": .integer(change.status.rawValue), "sequence": .integer(sequence),
                    "occurred_at": .string(Timestamp.text(change.occurredAt)),
                ]),
            of: dossier, at: now, in: transaction)
        let recorded = RecordedChange(
            sequence: Int(written.version), status: dossier.status, previousStatus: dossier.status, change: change,
            recordedAt: now)
        return ReportAnswer(
            outcome: .kept(recorded),
            dossier: DossierStanding(
                code: dossier.code, status: dossier.status, version: Int(written.version), dueAt: written.dueAt))
    }

    /// What was answered to an event that came again under another key, with the dossier as it stands now; nil when the
    /// event was another dossier's, or said something else.
    func reportedBefore(
        _ change: StatusChange, of code: String, at agency: String, message: IdempotentMessage
    ) async throws -> ReportAnswer? {
        let key = (agency, change.eventID, code)
        // In this order: what waits now is recorded later, never the other way.
        if let parked = try await database.first(ReportQueries.waiting, key, as: .agency(agency)) {
            guard parked.messageDigest == message.digest else { return nil }
            return ReportAnswer(
                outcome: .parked(waitsFor: Int(parked.applied) + 1),
                dossier: DossierStanding(
                    code: code, status: parked.status, version: Int(parked.version), dueAt: parked.dueAt))
        }
        guard let event = try await database.first(ReportQueries.recorded, key, as: .agency(agency)),
            event.messageDigest == message.digest, let previous = event.previousStatus
        else { return nil }
        let isKept = event.kind == .reportedLate
        let recorded = RecordedChange(
            sequence: Int(event.sequence), status: isKept ? previous : change.status, previousStatus: previous,
            change: change, recordedAt: event.recordedAt)
        return ReportAnswer(
            outcome: isKept ? .kept(recorded) : .applied(recorded, behind: []),
            dossier: DossierStanding(code: code, status: event.status, version: Int(event.version), dueAt: event.dueAt))
    }
}

extension LockedDossier {
    fileprivate var standing: DossierStanding {
        DossierStanding(code: code, status: status, version: Int(version), dueAt: dueAt)
    }
}
