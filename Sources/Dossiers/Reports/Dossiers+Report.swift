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

/// How far an agency's reports on a dossier were applied, what waits for its turn, and what of it has still to be written.
struct HeldReports: Sendable {
    /// The number that was applied last, 0 before the first.
    private(set) var applied = 0
    private(set) var waiting: [Int: ParkedReport] = [:]
    private(set) var parked: [(id: OpenReport.ID, report: Report)] = []
    private(set) var settled: [(report: OpenReport.ID, outcome: OpenReport.Outcome, reason: String?)] = []
    private(set) var isAdvanced = false

    init() {}

    init(applied: Int, waiting: [ParkedReport]) {
        self.applied = applied
        self.waiting = Dictionary(waiting.map { (Int($0.change.sequence ?? 0), $0) }) { $1 }
    }

    mutating func advance(to number: Int) {
        applied = number
        isAdvanced = true
    }

    mutating func park(_ report: Report, of dossier: Dossier.ID, at now: Date) throws(SequenceTaken) {
        guard let sequence = report.change.sequence, waiting[sequence] == nil else { throw SequenceTaken() }
        let id = OpenReport.ID.make(at: now)
        parked.append((id, report))
        waiting[sequence] = ParkedReport(id: id, of: dossier, report: report)
    }

    mutating func settle(_ report: ParkedReport, as outcome: OpenReport.Outcome, because reason: String? = nil) {
        settled.append((report.id, outcome, reason))
        if let sequence = report.change.sequence { waiting[sequence] = nil }
    }
}

extension Dossiers {
    /// Applies a report when it is its turn, with all that waited for it; else parks it or keeps it as history.
    /// - Throws: `DossierError.illegalMove`, `ValidationFailure`, `SequenceTaken`; then nothing changed, and its number is
    ///   still to come.
    func take(_ report: Report, on held: inout HeldDossier, at now: Date) async throws -> ReportAnswer {
        guard let sequence = report.change.sequence else {
            let change = try await apply(report, to: &held, at: now)
            return ReportAnswer(outcome: .applied(change, behind: []), dossier: held.dossier.standing)
        }
        switch ReportPlace(sequence, after: held.reports.applied) {
        case .next:
            let change = try await apply(report, to: &held, at: now)
            held.reports.advance(to: sequence)
            let behind = try await applyParked(behind: sequence, on: &held, at: now)
            return ReportAnswer(outcome: .applied(change, behind: behind), dossier: held.dossier.standing)
        case .early(let waitsFor):
            try held.reports.park(report, of: held.dossier.id, at: now)
            return ReportAnswer(outcome: .parked(waitsFor: waitsFor), dossier: held.dossier.standing)
        case .beyond(let most):
            throw ValidationFailure(problems: [
                FieldProblem(
                    field: "sequence", code: "out_of_range", arguments: ["min": "1", "max": String(most)])
            ])
        case .late:
            return try await keep(report, on: &held, at: now)
        }
    }

    /// Applies what waited for a number, as far as there is no gap. One that the dossier can't follow is refused and
    /// holds up those behind it, until a report with its number comes that does.
    private func applyParked(
        behind sequence: Int, on held: inout HeldDossier, at now: Date
    ) async throws -> [RecordedChange] {
        var applied: [RecordedChange] = []
        var next = sequence + 1
        while let parked = held.reports.waiting[next] {
            var outcome = OpenReport.Outcome.repeated
            let isRepeated = held.steps.contains { $0.step.eventID == parked.change.eventID }
            if !parked.isRepeated, !isRepeated {
                do {
                    let report = Report(change: parked.change, message: parked.message, actor: parked.actor)
                    applied.append(try await apply(report, to: &held, at: now))
                    outcome = .applied
                } catch {
                    guard let reason = Refusal(error)?.problem else { throw error }
                    held.reports.settle(parked, as: .refused, because: reason)
                    return applied
                }
            }
            held.reports.settle(parked, as: outcome)
            held.reports.advance(to: next)
            next += 1
        }
        return applied
    }

    /// Notes a report that came after its successors: an event like any other, but for the status.
    func keep(_ report: Report, on held: inout HeldDossier, at now: Date) async throws -> ReportAnswer {
        let change = report.change
        let dossier = held.dossier
        var detail: [String: JSON] = [
            "status": .integer(change.status.rawValue), "occurred_at": .string(Timestamp.text(change.occurredAt)),
        ]
        if let sequence = change.sequence { detail["sequence"] = .integer(sequence) }
        let written = try await record(
            DossierStep(
                actor: report.actor, kind: .reportedLate, status: dossier.status,
                // What is reported next follows the last move, not this.
                occurredAt: dossier.beside.lastOccurredAt ?? dossier.submittedAt, officerName: change.officerName,
                officerTitle: change.officerTitle, note: change.note, eventID: change.eventID, message: report.message,
                detail: .object(detail)),
            of: &held, at: now)
        let recorded = RecordedChange(
            sequence: Int(written.version), status: dossier.status, previousStatus: dossier.status, change: change,
            recordedAt: now)
        return ReportAnswer(outcome: .kept(recorded), dossier: held.dossier.standing)
    }

    /// What was answered to an event that came again under another key, with the dossier as it stands now; nil when the
    /// event was another dossier's, or said something else.
    ///
    /// The dossier is locked, which is a write: what is found may be committed without anyone having vouched for it, and
    /// this commit, behind that one, is vouched for or fails.
    func reportedBefore(
        _ change: StatusChange, of code: String, at agency: String, message: IdempotentMessage
    ) async throws -> ReportAnswer? {
        let key = (agency, change.eventID, code)
        let (waiting, events) = try await database.transaction(as: .agency(agency)) { transaction in
            _ = try await transaction.lock(code, at: agency, for: message)
            return try await transaction.together((ReportQueries.waiting, key), (ReportQueries.recorded, key))
        }
        if let parked = waiting.first {
            guard parked.messageDigest == message.digest else { return nil }
            return ReportAnswer(
                outcome: .parked(waitsFor: Int(parked.applied) + 1),
                dossier: DossierStanding(
                    code: code, status: parked.status, version: Int(parked.version), dueAt: parked.dueAt))
        }
        guard let event = events.first, event.messageDigest == message.digest, let previous = event.previousStatus
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
    var standing: DossierStanding {
        DossierStanding(code: code, status: status, version: Int(version), dueAt: dueAt)
    }
}
