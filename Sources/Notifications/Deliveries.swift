package import Accounts
package import Core
package import FoundationEssentials
package import Journal
package import Postgres

/// A notice's way out over one channel. Its id goes along with the message and stays the same.
package struct Delivery: PostgresRow {
    package typealias ID = Identifier<Delivery>

    package enum State: String, Sendable, CaseIterable, PostgresValue {
        /// To be tried, or to be tried again.
        case queued
        /// The other side has taken it.
        case sent
        /// Its arrival was reported.
        case delivered
        /// The address doesn't take it.
        case bounced
        /// Refused for good.
        case failed
        /// Tried for a day.
        case givenUp = "given_up"

        /// Whether nobody tries any more although it didn't arrive.
        package var isLost: Bool {
            switch self {
            case .bounced, .failed, .givenUp: true
            case .queued, .sent, .delivered: false
            }
        }
    }

    package let id: ID
    package let channel: Channel
    package let state: State
    package let dossierCode: String?
    /// The address, masked.
    package let recipient: String
    package let attempts: Int32
    package let createdAt: Date
    package let changedAt: Date
    package let nextAt: Date?
    package let reason: String?

    package init(_ row: inout Row) throws {
        id = try row("id")
        channel = try row("channel")
        state = try row("state")
        dossierCode = try row("dossier_code")
        recipient = try row("recipient")
        attempts = try row("attempts")
        createdAt = try row("created_at")
        changedAt = try row("changed_at")
        nextAt = try row("next_at")
        reason = try row("reason")
    }
}

/// How messages fare on their way: for the staff of the agency whose dossiers they are about, and for the systems that
/// carry them.
package struct Deliveries: Sendable {
    private let database: Database

    /// - Parameter database: connected as `portal_app` for staff, as `portal_worker` for reports.
    package init(database: Database) { self.database = database }

    /// Those about an agency's dossiers, newest first, all or in one state. Neither words nor full addresses.
    package func list(
        at agency: String, state: Delivery.State?, after cursor: TimeCursor = .start, limit: Int
    ) async throws -> (items: [Delivery], next: TimeCursor?) {
        let rows =
            if let state {
                try await database.all(
                    NotificationQueries.atAgencyInState,
                    (agency, state, cursor.time, Delivery.ID(cursor.id), limit + 1), as: Self.scope(agency))
            } else {
                try await database.all(
                    NotificationQueries.atAgency, (agency, cursor.time, Delivery.ID(cursor.id), limit + 1),
                    as: Self.scope(agency))
            }
        let items = Array(rows.prefix(limit))
        return (items, rows.count > limit ? items.last.map { TimeCursor(time: $0.createdAt, id: $0.id.uuid) } : nil)
    }

    /// Has a lost delivery tried again, for another day. One that isn't lost is left alone: a second click is harmless.
    /// - Returns: false when the agency has no such delivery.
    package func retry(
        _ id: Delivery.ID, at agency: String, by officer: Account.ID, now: Date
    ) async throws -> Bool {
        try await database.transaction(as: Self.scope(agency)) { transaction in
            guard let state = try await transaction.first(NotificationQueries.lockAtAgency, (id, agency)) else {
                return false
            }
            guard state.isLost else { return true }
            try await transaction.run(NotificationQueries.retry, (id, agency, now))
            _ = try await transaction.append(
                JournalEntry(
                    kind: "delivery.retried", subject: "delivery:\(id)", agencyCode: agency,
                    actor: "account:\(officer)", at: now, content: ["state": .string(state.rawValue)]))
            return true
        }
    }

    /// Notes what the other side found out after it had taken a message: that it arrived, or that it never will.
    ///
    /// A bounce after a reported arrival is noted too: a mailbox may send mail back late. Anything else than a sent
    /// message has nothing to be reported about, and stays as it is.
    /// - Returns: the state afterwards, nil when there is no such delivery.
    package func report(
        _ id: Delivery.ID, as state: Delivery.State, reason: String?, by actor: String, at now: Date,
        in transaction: Transaction
    ) async throws -> Delivery.State? {
        guard let known = try await transaction.first(NotificationQueries.lock, id) else { return nil }
        guard known == .sent || (known == .delivered && state == .bounced) else { return known }
        try await transaction.run(NotificationQueries.report, (id, state, reason, now))
        _ = try await transaction.append(
            JournalEntry(
                kind: "delivery.reported", subject: "delivery:\(id)", agencyCode: nil, actor: actor, at: now,
                content: ["state": .string(state.rawValue), "previous_state": .string(known.rawValue)]))
        return state
    }

    /// The same as a write that may be repeated.
    package func report(
        _ id: Delivery.ID, as state: Delivery.State, reason: String?, message: IdempotentMessage, at now: Date,
        answer: @Sendable (Delivery.State?) throws -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        try await database.once(message, at: now) { transaction in
            try answer(
                await report(id, as: state, reason: reason, by: message.scope, at: now, in: transaction))
        }
    }

    private static func scope(_ agency: String) -> Scope { Scope([("portal.agency", agency)]) }
}
