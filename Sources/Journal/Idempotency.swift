package import FoundationEssentials
package import Postgres

/// The first answer given to a write: sent again, unchanged, to whoever repeats the same key and body.
package struct StoredAnswer: PostgresRow {
    package let fingerprint: [UInt8]
    package let status: Int32
    package let body: [UInt8]

    package init(_ row: inout Row) throws {
        fingerprint = try row("fingerprint")
        status = try row("status")
        body = try row("body")
    }
}

/// Same key, another body: the sender reused a key for a different write.
package struct IdempotencyKeyReused: Error {
    package init() {}
}

extension Transaction {
    /// The answer remembered under a key, if this write was made before.
    /// - Parameters:
    ///   - scope: whose key it is, such as `client:…`; keys of different senders never meet.
    ///   - fingerprint: SHA-256 of what was sent.
    /// - Throws: `IdempotencyKeyReused` when the key was used for something else.
    package func answer(scope: String, key: String, fingerprint: [UInt8]) async throws -> StoredAnswer? {
        guard let stored = try await first(JournalQueries.findAnswer, (scope, key)) else { return nil }
        guard stored.fingerprint == fingerprint else { throw IdempotencyKeyReused() }
        return stored
    }

    /// Keeps the answer with the write itself. Of two equal writes at once the second fails here with a unique
    /// violation of `idempotency_keys_pkey`, rolls back, and finds the first one's answer when it tries again.
    package func remember(
        scope: String, key: String, fingerprint: [UInt8], status: Int, body: [UInt8], at now: Date
    ) async throws {
        try await run(JournalQueries.rememberAnswer, (scope, key, fingerprint, Int32(status), body, now))
    }
}

package enum Idempotency {
    /// Forgets answers that are too old to be asked for again. Runs as `portal_worker`.
    package static func forget(before date: Date, in database: Database) async throws {
        try await database.run(JournalQueries.forgetAnswers, date)
    }
}
