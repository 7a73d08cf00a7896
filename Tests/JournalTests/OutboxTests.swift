import Core
import Foundation
import Journal
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite("Messages that leave after the commit")
struct OutboxTests {
    private struct Undeliverable: Error {}

    private final class Delivered: Sendable {
        let ids = Mutex<[Int]>([])
    }

    private func enqueue(_ count: Int, in test: TestDatabase) async throws {
        try await test.application.transaction { transaction in
            for number in 0..<count {
                try await transaction.enqueue(
                    topic: "dossier.status", payload: ["n": .integer(number)], at: Samples.now)
            }
        }
    }

    @Test("two that deliver at once deliver each message once")
    func once() async throws {
        try await TestDatabase.with { test in
            try await enqueue(60, in: test)
            let delivered = Delivered()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        while true {
                            let count = try await Outbox.drain(test.worker, at: Samples.now, limit: 7) { message, _ in
                                delivered.ids.withLock { $0.append(message.id) }
                                try await Task.sleep(for: .milliseconds(1))
                            }
                            if count == 0 { break }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let ids = delivered.ids.withLock { $0 }
            #expect(ids.count == 60 && Set(ids).count == 60)
            #expect(try await test.sql("select count(*) from outbox where delivered_at is null") == ["0"])
        }
    }

    @Test("a message that can't be delivered is tried later, ever more rarely, and doesn't keep the others")
    func postponed() async throws {
        try await TestDatabase.with { test in
            try await enqueue(3, in: test)
            let first = try #require(Int(try await test.sql("select min(id) from outbox")[0]))
            let attempts = Mutex(0)
            func drain(_ seconds: Double) async throws -> Int {
                try await Outbox.drain(test.worker, at: Samples.now.addingTimeInterval(seconds)) { message, _ in
                    if message.id == first {
                        #expect(Int(message.attempts) == attempts.withLock { $0 })
                        attempts.withLock { $0 += 1 }
                        throw Undeliverable()
                    }
                }
            }
            #expect(try await drain(0) == 3)
            #expect(try await test.sql("select count(*) from outbox where delivered_at is not null") == ["2"])
            #expect(try await drain(4.9) == 0)
            #expect(try await drain(5) == 1)
            #expect(try await drain(14.9) == 0)
            #expect(try await drain(15) == 1)
            for round in 1...30 { #expect(try await drain(Double(round) * 86_400) <= 1) }
            let wait = try await test.sql(
                """
                select extract(epoch from due_at - '\(Samples.now.ISO8601Format())') < 31 * 86400 + 1
                from outbox where id = \(first)
                """
            )
            #expect(wait == ["t"])
        }
    }

    @Test("nothing is sent of a transaction that rolled back, nor before it committed")
    func rollback() async throws {
        try await TestDatabase.with { test async throws in
            await #expect(throws: Undeliverable.self) {
                try await test.application.transaction { transaction async throws in
                    try await transaction.enqueue(topic: "t", payload: [:], at: Samples.now)
                    #expect(try await Outbox.drain(test.worker, at: Samples.now) { _, _ in } == 0)
                    throw Undeliverable()
                }
            }
            #expect(try await Outbox.drain(test.worker, at: Samples.now) { _, _ in } == 0)
        }
    }

    @Test("what the message says arrives as it was written")
    func payload() async throws {
        try await TestDatabase.with { test in
            try await enqueue(1, in: test)
            _ = try await Outbox.drain(test.worker, at: Samples.now) { message, _ in
                #expect(message.topic == "dossier.status")
                #expect(message.payload.text == #"{"n": 0}"#)
            }
        }
    }
}
