import Foundation
import Journal
import Postgres
import TestSupport
import Testing

@Suite("Answers kept for repetition")
struct IdempotencyTests {
    private static let body = [UInt8](repeating: 1, count: 32)
    private static let other = [UInt8](repeating: 2, count: 32)

    private struct Answer: Equatable {
        let status: Int32
        let text: String
        let isNew: Bool

        init(_ status: Int32, _ text: String, isNew: Bool) {
            self.status = status
            self.text = text
            self.isNew = isNew
        }
    }

    /// A write with a key, as a handler makes it: the answer of the first, or a new one.
    private func write(
        _ test: TestDatabase, scope: String = "client:1", key: String = "k", body: [UInt8], answer: String
    ) async throws -> Answer {
        try await test.application.transaction { transaction in
            if let stored = try await transaction.answer(scope: scope, key: key, fingerprint: body) {
                return Answer(stored.status, String(decoding: stored.body, as: UTF8.self), isNew: false)
            }
            _ = try await transaction.append(Samples.entry(1))
            try await transaction.remember(
                scope: scope, key: key, fingerprint: body, status: 201, body: Array(answer.utf8), at: Samples.now)
            return Answer(201, answer, isNew: true)
        }
    }

    @Test("the same key and body get the first answer again, and nothing is written twice")
    func repetition() async throws {
        try await TestDatabase.with { test async throws in
            #expect(try await write(test, body: Self.body, answer: "một") == Answer(201, "một", isNew: true))
            #expect(try await write(test, body: Self.body, answer: "hai") == Answer(201, "một", isNew: false))
            #expect(try await test.sql("select count(*) from journal_entries") == ["1"])
        }
    }

    @Test("the same key with another body is refused; another sender's key is another key")
    func reuse() async throws {
        try await TestDatabase.with { test in
            _ = try await write(test, body: Self.body, answer: "a")
            await #expect(throws: IdempotencyKeyReused.self) { try await write(test, body: Self.other, answer: "b") }
            #expect(
                try await write(test, scope: "client:2", body: Self.other, answer: "c") == Answer(201, "c", isNew: true)
            )
            #expect(try await write(test, key: "k2", body: Self.other, answer: "d") == Answer(201, "d", isNew: true))
        }
    }

    @Test("of twenty equal writes at once one is made, and all get its answer", .timeLimit(.minutes(15)))
    func concurrency() async throws {
        try await TestDatabase.with { test in
            let answers = try await withThrowingTaskGroup(of: (String, Bool).self) { group in
                for number in 0..<20 {
                    group.addTask {
                        while true {
                            do {
                                let found = try await write(test, body: Self.body, answer: "\(number)")
                                return (found.text, found.isNew)
                            } catch let error as PostgresError
                                where error.isUniqueViolation(constraint: "idempotency_keys_pkey")
                            {}
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.0)).count == 1)
            #expect(answers.count(where: \.1) == 1)
            #expect(try await test.sql("select count(*) from journal_entries") == ["1"])
        }
    }

    @Test("a write that is rolled back leaves no answer")
    func rollback() async throws {
        struct Abandoned: Error {}
        try await TestDatabase.with { test async throws in
            await #expect(throws: Abandoned.self) {
                try await test.application.transaction { transaction async throws in
                    try await transaction.remember(
                        scope: "client:1", key: "k", fingerprint: Self.body, status: 201, body: [], at: Samples.now)
                    throw Abandoned()
                }
            }
            #expect(try await write(test, body: Self.other, answer: "x") == Answer(201, "x", isNew: true))
        }
    }

    @Test("answers that are too old are forgotten, newer ones kept")
    func forgetting() async throws {
        try await TestDatabase.with { test in
            _ = try await write(test, body: Self.body, answer: "a")
            try await Idempotency.forget(before: Samples.now, in: test.worker)
            #expect(try await write(test, body: Self.body, answer: "b") == Answer(201, "a", isNew: false))
            try await Idempotency.forget(before: Samples.now.addingTimeInterval(1), in: test.worker)
            #expect(try await write(test, body: Self.body, answer: "b") == Answer(201, "b", isNew: true))
        }
    }

    @Test("of twenty equal writes at once one is made, and all get its answer; what fails leaves its key free")
    func once() async throws {
        try await TestDatabase.with { test async throws in
            let message = IdempotentMessage(scope: "client:1", key: "k", body: Self.body)
            @Sendable func write() async throws -> RememberedAnswer {
                try await test.application.once(message, at: Samples.now) { transaction in
                    _ = try await transaction.append(Samples.entry(1))
                    return (201, Array("made".utf8))
                }
            }
            await #expect(throws: IdempotencyKeyReused.self) {
                _ = try await test.application.once(message, at: Samples.now) { _ in throw IdempotencyKeyReused() }
            }
            let answers = try await withThrowingTaskGroup(of: RememberedAnswer.self) { group in
                for _ in 0..<20 { group.addTask { try await write() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { !$0.isReplay }.count == 1)
            #expect(answers.allSatisfy { $0.status == 201 && $0.body == Array("made".utf8) })
            #expect(try await test.sql("select count(*) from journal_entries") == ["1"])
            let other = IdempotentMessage(scope: "client:1", key: "k", body: Self.other)
            await #expect(throws: IdempotencyKeyReused.self) {
                _ = try await test.application.once(other, at: Samples.now) { _ in (201, []) }
            }
        }
    }
}
