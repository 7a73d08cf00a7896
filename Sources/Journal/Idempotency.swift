import Cryptography
package import FoundationEssentials
package import Postgres

/// A write that may be repeated: whose key, what was sent, and the bytes as they came.
package struct IdempotentMessage: Sendable {
    /// Whose key it is, such as `client:…`; keys of different senders never meet.
    package let scope: String
    package let key: String
    package let body: [UInt8]
    package var digest: [UInt8] { SHA256.hash(body) }

    package init(scope: String, key: String, body: [UInt8]) {
        self.scope = scope
        self.key = key
        self.body = body
    }
}

/// An answer to such a write: made now, or the first one again.
package struct RememberedAnswer: Sendable {
    package let status: Int
    package let body: [UInt8]
    package let isReplay: Bool

    package init(status: Int, body: [UInt8], isReplay: Bool) {
        self.status = status
        self.body = body
        self.isReplay = isReplay
    }
}

/// The first answer given to a write: sent again, unchanged, to whoever repeats the same key and body.
package struct StoredAnswer: PostgresRow {
    package let fingerprint: [UInt8]
    package let status: Int32
    package let body: [UInt8]

    package init(fingerprint: [UInt8], status: Int32, body: [UInt8]) {
        self.fingerprint = fingerprint
        self.status = status
        self.body = body
    }

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

extension Database {
    /// Makes a write that may be repeated: `write` runs once for each key, its answer is kept with what it wrote.
    /// - Throws: `IdempotencyKeyReused`, and what `write` throws; then nothing is kept and the key is free.
    package func once(
        _ message: IdempotentMessage, as scope: Scope = .none, at now: Date,
        _ write: (Transaction) async throws -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        do {
            return try await attempt(message, scope, at: now, write)
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "idempotency_keys_pkey") {
            // The same key came twice at once: the first one is through by now, and this gets its answer.
            return try await attempt(message, scope, at: now, write)
        }
    }

    private func attempt(
        _ message: IdempotentMessage, _ scope: Scope, at now: Date,
        _ write: (Transaction) async throws -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        try await transaction(as: scope) { transaction in
            if let first = try await transaction.answer(
                scope: message.scope, key: message.key, fingerprint: message.digest)
            {
                return RememberedAnswer(status: Int(first.status), body: first.body, isReplay: true)
            }
            let (status, body) = try await write(transaction)
            return try await transaction.remember(status, body, to: message, at: now)
        }
    }
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
    /// violation of `idempotency_keys_pkey`, at the latest when it commits, rolls back, and finds the first one's answer when it tries again.
    package func remember(
        scope: String, key: String, fingerprint: [UInt8], status: Int, body: [UInt8], at now: Date
    ) async throws {
        try later(JournalQueries.rememberAnswer, (scope, key, fingerprint, Int32(status), body, now))
    }

    /// The same for a message, and the answer to give now.
    package func remember(
        _ status: Int, _ body: [UInt8], to message: IdempotentMessage, at now: Date
    ) async throws -> RememberedAnswer {
        try await remember(
            scope: message.scope, key: message.key, fingerprint: message.digest, status: status, body: body, at: now)
        return RememberedAnswer(status: status, body: body, isReplay: false)
    }
}

package enum Idempotency {
    /// Forgets answers that are too old to be asked for again. Runs as `portal_worker`.
    package static func forget(before date: Date, in database: Database) async throws {
        try await database.run(JournalQueries.forgetAnswers, date)
    }
}
