import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite("Shutting down")
struct ShutdownTests {
    /// Waits until the statement that sleeps runs on the server.
    private func asleep(_ test: TestDatabase, _ count: String = "1") async throws {
        for _ in 0..<200 {
            let running = try await test.sql(
                """
                select count(*) from pg_stat_activity where datname = current_database() and state = 'active'
                    and pid <> pg_backend_pid() and query like '%pg_sleep($1)%'
                """)
            if running == [count] { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("\(count) should be asleep")
    }

    private func expectShutDown<T: Sendable>(_ body: () async throws -> T) async {
        let error = await #expect(throws: PostgresError.self) { _ = try await body() }
        #expect(error?.description == "database unavailable: shutting down")
    }

    @Test("what is under way is waited for, and nothing else is to be had", .timeLimit(.minutes(15)))
    func grace() async throws {
        try await withClient { database, test async throws in
            let writing = Task {
                try await database.transaction { transaction in
                    _ = try await transaction.one(Statements.sleep, 2)
                    try await transaction.run(Statements.add, (1, "a"))
                }
            }
            let reading = Task { try await database.one(Statements.sleep, 2.5) }
            try await asleep(test, "2")
            await database.close()
            await expectShutDown { try await database.one(Statements.number, 1) }
            await expectShutDown { try await database.run(Statements.add, (2, "b")) }
            await expectShutDown { try await database.ping() }
            await expectShutDown { try await database.transaction { try await $0.one(Statements.number, 1) } }
            try await writing.value
            #expect(try await reading.value == 1)
            #expect(try await test.sql("select name from things") == ["a"])
            await database.close()
        }
    }

    @Test("what takes longer than it is given is stopped, at the server too", .timeLimit(.minutes(15)))
    func cut() async throws {
        try await withClient(configure: { $0.shutdownGrace = .milliseconds(300) }) { database, test async throws in
            let writing = Task {
                try await database.transaction { transaction in
                    try await transaction.run(Statements.add, (1, "a"))
                    _ = try await transaction.one(Statements.sleep, 30)
                }
            }
            let reading = Task { try await database.one(Statements.sleep, 30) }
            try await asleep(test, "2")
            let started = ContinuousClock.now
            await database.close()
            await #expect(throws: PostgresError.self) { try await writing.value }
            await #expect(throws: PostgresError.self) { try await reading.value }
            #expect(ContinuousClock.now - started < .seconds(5))
            try await asleep(test, "0")
            #expect(try await test.sql("select count(*) from things") == ["0"])
            await expectShutDown { try await database.one(Statements.number, 1) }
        }
    }

    @Test("a transaction that does nothing isn't waited for longer than that", .timeLimit(.minutes(15)))
    func idle() async throws {
        try await withClient(configure: { $0.shutdownGrace = .milliseconds(300) }) { database, test async throws in
            let (ends, end) = AsyncStream.makeStream(of: Void.self)
            let (begins, begin) = AsyncStream.makeStream(of: Void.self)
            let writing = Task {
                try await database.transaction { transaction in
                    try await transaction.run(Statements.add, (1, "a"))
                    begin.finish()
                    for await _ in ends {}
                    try await transaction.run(Statements.add, (2, "b"))
                }
            }
            for await _ in begins {}
            let started = ContinuousClock.now
            await database.close()
            #expect(ContinuousClock.now - started < .seconds(5))
            end.finish()
            let error = await #expect(throws: PostgresError.self) { try await writing.value }
            #expect(error?.description.hasPrefix("database unavailable") == true)
            #expect(try await test.sql("select count(*) from things") == ["0"])
        }
    }

    @Test("who waits for a connection is told at once", .timeLimit(.minutes(15)))
    func waiting() async throws {
        try await withClient(configure: { $0.leasedConnections = 1 }) { database, test async throws in
            let holder = Task { try await database.transaction { try await $0.one(Statements.sleep, 3) } }
            try await asleep(test)
            let waiter = Task { try await database.transaction { try await $0.one(Statements.number, 1) } }
            try await Task.sleep(for: .milliseconds(200))
            let closing = Task { await database.close() }
            let started = ContinuousClock.now
            await expectShutDown { try await waiter.value }
            #expect(ContinuousClock.now - started < .seconds(2))
            #expect(try await holder.value == 1)
            await closing.value
        }
    }

    @Test("many readers and writers are each answered or refused, whenever it comes", .timeLimit(.minutes(15)))
    func busy() async throws {
        for round in 0..<5 {
            try await withClient { database, test async throws in
                let done = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<100 {
                        group.addTask { () async throws in
                            do {
                                guard number % 2 == 0 else {
                                    return try await database.one(Statements.slowNumber, 0)
                                }
                                try await database.transaction { transaction async throws in
                                    _ = try await transaction.one(Statements.slowNumber, number)
                                    try await transaction.run(Statements.add, (number, "\(number)"))
                                }
                                return 1
                            } catch PostgresError.unavailable("shutting down") {
                                return 0
                            }
                        }
                    }
                    try await Task.sleep(for: .milliseconds(round * 20))
                    await database.close()
                    return try await group.reduce(0, +)
                }
                #expect(try await test.sql("select count(*) from things") == ["\(done)"])
            }
        }
    }
}
