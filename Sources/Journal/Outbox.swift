package import Core
package import FoundationEssentials
package import Postgres

/// A message waiting to leave the database: written with the change that causes it, sent after the commit.
package struct OutboxMessage: PostgresRow {
    package let id: Int
    /// What kind of message, such as `dossier.status`.
    package let topic: String
    package let payload: JSONText
    package let attempts: Int32

    package init(_ row: inout Row) throws {
        id = try row("id")
        topic = try row("topic")
        payload = try row("payload")
        attempts = try row("attempts")
    }
}

extension Transaction {
    /// Leaves a message to be delivered once this transaction has committed; never sent if it doesn't.
    package func enqueue(topic: String, payload: JSON, at now: Date) async throws {
        try enqueue(topic: topic, payloads: [payload], at: now)
    }

    /// Leaves messages of one topic.
    package func enqueue(topic: String, payloads: [JSON], at now: Date) throws {
        try later(JournalQueries.enqueue, (topic, payloads.map(\.canonicalText), now))
    }
}

extension JSON {
    fileprivate var canonicalText: String { String(decoding: canonical(), as: UTF8.self) }
}

/// Delivers what is due, at least once each; receivers tell repetitions by the message id.
package enum Outbox {
    /// Hands up to `limit` due messages to `deliver`, and says how many there were. What it writes in the transaction is
    /// there if and only if the message counts as delivered. A delivery that throws before it has written anything is
    /// tried again later: after 5 s, then ever longer up to a day.
    package static func drain(
        _ database: Database, at now: Date, limit: Int = 50,
        deliver: @Sendable (OutboxMessage, Transaction) async throws -> Void
    ) async throws -> Int {
        try await database.transaction { transaction in
            let messages = try await transaction.all(JournalQueries.claimMessages, (now, limit))
            for message in messages {
                do {
                    try await deliver(message, transaction)
                    try transaction.later(JournalQueries.delivered, (message.id, now))
                } catch let error as PostgresError {
                    // The transaction is void, and with it the whole batch.
                    throw error
                } catch {
                    let delay = min(86_400, 5 * pow2(Int(message.attempts)))
                    try transaction.later(
                        JournalQueries.postponed, (message.id, now.addingTimeInterval(Double(delay))))
                }
            }
            return messages.count
        }
    }

    private static func pow2(_ exponent: Int) -> Int { 1 << min(exponent, 20) }
}
