import Accounts
package import Core
package import Files
package import FoundationEssentials
package import Journal
import Postgres

/// What an agency says happened to a dossier.
package struct StatusChange: Sendable {
    package let status: DossierStatus
    package let occurredAt: Date
    /// The agency system's own identifier of this event.
    package let eventID: String
    package let note: String?
    package let officerName: String
    package let officerTitle: String?
    /// A due date the agency states itself; the portal's own calculation otherwise.
    package let dueAt: Date?
    /// Which of the agency's reports on this dossier it is, from 1; nil when they aren't numbered.
    package let sequence: Int?
    /// What the agency's systems sent for it: the result's files, or papers about what is asked for.
    package var files: [NamedFile] = []

    package init(
        status: DossierStatus, occurredAt: Date, eventID: String, note: String?, officerName: String,
        officerTitle: String?, dueAt: Date?, sequence: Int? = nil
    ) {
        self.status = status
        self.occurredAt = occurredAt
        self.eventID = eventID
        self.note = note
        self.officerName = officerName
        self.officerTitle = officerTitle
        self.dueAt = dueAt
        self.sequence = sequence
    }
}

/// The change as it was made.
package struct RecordedChange: Sendable {
    /// The event's place among those of its dossier.
    package let sequence: Int
    /// Where the dossier stood afterwards: as before for a change that came too late to move it.
    package let status: DossierStatus
    package let previousStatus: DossierStatus
    package let change: StatusChange
    package let recordedAt: Date
}

/// Where a dossier stands.
package struct DossierStanding: Sendable {
    package let code: String
    package let status: DossierStatus
    package let version: Int
    package let dueAt: Date?
}

/// What became of a reported change.
package struct ReportAnswer: Sendable {
    package enum Outcome: Sendable {
        /// It moved the dossier, and so did those that had waited for it.
        case applied(RecordedChange, behind: [RecordedChange])
        /// Later ones were applied before it: it is kept and moved nothing.
        case kept(RecordedChange)
        /// It waits until the one of this number is there.
        case parked(waitsFor: Int)
    }

    package let outcome: Outcome
    package let dossier: DossierStanding
}

extension Dossiers {
    /// Moves a dossier along the table of statuses, as an agency's system says: one step, those that had waited for it, and
    /// the answer to be repeated, in one transaction. A change with a number waits for its predecessor, and one that comes
    /// after its successor is kept as history.
    /// - Parameters:
    ///   - agency: from the client's own record; a dossier of another agency doesn't exist for it.
    ///   - version: the dossier as the agency saw it; nil when it doesn't say.
    ///   - answer: turns the outcome into the status and body that this key gets from now on.
    /// - Throws: `DossierError.notFound`, `.versionGone`, `.illegalMove`, `IdempotencyKeyReused`, `EventRepeated`,
    ///   `SequenceTaken`.
    package func changeStatus(
        of code: String, at agency: String, to change: StatusChange, expecting version: Int? = nil,
        message: IdempotentMessage, now: Date, answer: @Sendable (ReportAnswer) -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        func attempt() async throws -> RememberedAnswer {
            try await attemptChange(
                of: code, at: agency, to: change, expecting: version, message: message, now: now, answer: answer)
        }
        do {
            do {
                return try await attempt()
            } catch let error as PostgresError where error.isUniqueViolation(constraint: "idempotency_keys_pkey") {
                // The same key came twice at once: the first one is through by now, and this gets its answer.
                return try await attempt()
            }
        } catch let error where error is SequenceTaken || (error as? PostgresError)?.isRepeatedEvent == true {
            if let first = try await reportedBefore(change, of: code, at: agency, message: message) {
                let (status, body) = answer(first)
                return RememberedAnswer(status: status, body: body, isReplay: true)
            }
            if error is SequenceTaken { throw error }
            throw EventRepeated()
        }
    }

    private func attemptChange(
        of code: String, at agency: String, to change: StatusChange, expecting version: Int?,
        message: IdempotentMessage, now: Date, answer: @Sendable (ReportAnswer) -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        try await database.transaction(as: .agency(agency)) { transaction in
            guard let dossier = try await transaction.lock(code, at: agency, for: message) else {
                throw DossierError.notFound
            }
            if let replay = try dossier.beside.answer?.replay(of: message) { return replay }
            if let version, version != Int(dossier.version) {
                throw DossierError.versionGone(status: dossier.status, version: Int(dossier.version))
            }
            var held = try await hold(
                [dossier], countingOn: dossier.countingDay(of: change.status, at: change.occurredAt), in: transaction)[
                    0]
            let report = Report(change: change, message: message.body, actor: message.scope)
            let outcome = try await take(report, on: &held, at: now)
            try write([held], at: now, in: transaction)
            try await transaction.name(change.files, event: change.eventID, of: dossier.id, at: agency, now: now)
            let (status, body) = answer(outcome)
            return try await transaction.remember(status, body, to: message, at: now)
        }
    }

    /// One step of a dossier as its agency's system reported it.
    func apply(_ report: Report, to held: inout HeldDossier, at now: Date) async throws -> RecordedChange {
        let change = report.change
        let before = held.dossier
        // Clocks differ a little; a change that lies before the one it follows was not read off any clock.
        let earliest = max(before.submittedAt, before.lastOccurredAt ?? before.submittedAt)
        guard change.occurredAt > earliest.addingTimeInterval(-Self.clockTolerance) else {
            throw ValidationFailure(problems: [FieldProblem(field: "occurred_at", code: "before_last_event")])
        }
        let written = try await record(
            DossierStep(
                actor: report.actor, status: change.status, occurredAt: change.occurredAt,
                officerName: change.officerName, officerTitle: change.officerTitle, note: change.note,
                eventID: change.eventID, message: report.message, statedDue: change.dueAt,
                flags: HonestyFlag.flags(of: change, after: before, at: now)),
            of: &held, at: now)
        return RecordedChange(
            sequence: Int(written.version), status: change.status, previousStatus: before.status, change: change,
            recordedAt: now)
    }

    /// Seconds by which an agency's clock may be behind ours.
    private static let clockTolerance: TimeInterval = 300
}

extension Transaction {
    /// Leaves a message to the applicant, sent once this transaction has committed.
    func tell(_ applicant: Account.ID, code: String, status: DossierStatus, at now: Date) async throws {
        try await enqueue(
            topic: "dossier.status",
            payload: [
                "account": .string(applicant.description), "code": .string(code), "status": .integer(status.rawValue),
            ], at: now)
    }
}

/// The agency sent an event of this id before, and said something else of it.
package struct EventRepeated: Error {}

/// Another report waits under this number.
package struct SequenceTaken: Error {}

extension PostgresError {
    fileprivate var isRepeatedEvent: Bool {
        isUniqueViolation(constraint: "dossier_events_event_once")
            || isUniqueViolation(constraint: "parked_reports_event")
    }
}

extension StoredAnswer {
    fileprivate func replay(of message: IdempotentMessage) throws -> RememberedAnswer {
        guard fingerprint == message.digest else { throw IdempotencyKeyReused() }
        return RememberedAnswer(status: Int(status), body: body, isReplay: true)
    }
}
