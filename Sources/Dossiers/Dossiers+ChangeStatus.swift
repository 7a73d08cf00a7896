import Accounts
package import Core
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

    package init(
        status: DossierStatus, occurredAt: Date, eventID: String, note: String?, officerName: String,
        officerTitle: String?, dueAt: Date?
    ) {
        self.status = status
        self.occurredAt = occurredAt
        self.eventID = eventID
        self.note = note
        self.officerName = officerName
        self.officerTitle = officerTitle
        self.dueAt = dueAt
    }
}

/// The change as it was made.
package struct RecordedChange: Sendable {
    package let code: String
    package let sequence: Int
    package let version: Int
    package let previousStatus: DossierStatus
    package let change: StatusChange
    package let recordedAt: Date
    package let dueAt: Date?
}

extension Dossiers {
    /// Moves a dossier along the table of statuses, as an agency's system says: one step and the answer to be repeated, in
    /// one transaction.
    /// - Parameters:
    ///   - agency: from the client's own record; a dossier of another agency doesn't exist for it.
    ///   - answer: turns the recorded change into the status and body that this key gets from now on.
    /// - Throws: `DossierError.notFound`, `DossierError.illegalMove`, `IdempotencyKeyReused`, `EventRepeated`.
    package func changeStatus(
        of code: String, at agency: String, to change: StatusChange, message: IdempotentMessage, now: Date,
        answer: @Sendable (RecordedChange) -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        do {
            return try await attemptChange(of: code, at: agency, to: change, message: message, now: now, answer: answer)
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "idempotency_keys_pkey") {
            // The same key came twice at once: the first one is through by now, and this gets its answer.
            return try await attemptChange(of: code, at: agency, to: change, message: message, now: now, answer: answer)
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "dossier_events_event_once") {
            throw EventRepeated()
        }
    }

    private func attemptChange(
        of code: String, at agency: String, to change: StatusChange, message: IdempotentMessage, now: Date,
        answer: @Sendable (RecordedChange) -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        try await database.transaction(as: .agency(agency)) { transaction in
            guard
                let dossier = try await transaction.first(
                    DossierQueries.lock, (code, agency, message.scope, message.key))
            else { throw DossierError.notFound }
            if let replay = try dossier.replay(of: message) { return replay }
            // Clocks differ a little; a change that lies before the one it follows was not read off any clock.
            let earliest = max(dossier.submittedAt, dossier.lastOccurredAt ?? dossier.submittedAt)
            guard change.occurredAt > earliest.addingTimeInterval(-Self.clockTolerance) else {
                throw ValidationFailure(problems: [FieldProblem(field: "occurred_at", code: "before_last_event")])
            }
            let written = try await record(
                DossierStep(
                    actor: message.scope, status: change.status, occurredAt: change.occurredAt,
                    officerName: change.officerName, officerTitle: change.officerTitle, note: change.note,
                    eventID: change.eventID, message: message.body, statedDue: change.dueAt),
                of: dossier, at: now, in: transaction)
            let recorded = RecordedChange(
                code: dossier.code, sequence: Int(written.version), version: Int(written.version),
                previousStatus: dossier.status, change: change, recordedAt: now, dueAt: written.dueAt)
            let (status, body) = answer(recorded)
            return try await transaction.remember(status, body, to: message, at: now)
        }
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

/// The agency sent an event of this id before, under another key.
package struct EventRepeated: Error {}

extension LockedDossier {
    fileprivate func replay(of message: IdempotentMessage) throws -> RememberedAnswer? {
        guard let answerFingerprint, let answerStatus, let answerBody else { return nil }
        guard answerFingerprint == message.digest else { throw IdempotencyKeyReused() }
        return RememberedAnswer(status: Int(answerStatus), body: answerBody, isReplay: true)
    }
}
