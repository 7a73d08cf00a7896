import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite("Transactions")
struct TransactionTests {
    private struct Abandoned: Error {}

    @Test("what is done together is seen together, after the commit")
    func commit() async throws {
        try await withClient { database, _ async throws in
            try await database.transaction { transaction async throws in
                try await transaction.run(Statements.add, (1, "a"))
                try await transaction.run(Statements.add, (2, "b"))
                #expect(try await transaction.all(Statements.names, ()) == ["a", "b"])
                #expect(try await database.all(Statements.names, ()) == [])
            }
            #expect(try await database.all(Statements.names, ()) == ["a", "b"])
        }
    }

    @Test("a body that throws leaves nothing, and the connection serves the next one")
    func rollback() async throws {
        try await withClient(configure: { $0.leasedConnections = 1 }) { database, _ in
            await #expect(throws: Abandoned.self) {
                try await database.transaction { transaction async throws in
                    try await transaction.run(Statements.add, (1, "a"))
                    throw Abandoned()
                }
            }
            try await database.transaction { try await $0.run(Statements.add, (2, "b")) }
            #expect(try await database.all(Statements.names, ()) == ["b"])
        }
    }

    @Test("what is held back is done before the next statement, or with COMMIT, in one round trip")
    func later() async throws {
        try await withClient { database, _ async throws in
            let before = database.roundTrips
            try await database.transaction { transaction async throws in
                try transaction.later(Statements.add, (1, "a"))
                try transaction.later(Statements.add, (2, "b"))
            }
            #expect(database.roundTrips == before + 1)
            try await database.transaction { transaction async throws in
                try transaction.later(Statements.add, (3, "c"))
                #expect(try await transaction.all(Statements.names, ()) == ["a", "b", "c"])
                try transaction.later(Statements.add, (4, "d"))
            }
            #expect(database.roundTrips == before + 3)
            #expect(try await database.all(Statements.names, ()) == ["a", "b", "c", "d"])
            await #expect(throws: Abandoned.self) {
                try await database.transaction { transaction async throws in
                    try transaction.later(Statements.add, (5, "e"))
                    throw Abandoned()
                }
            }
            #expect(database.roundTrips == before + 4, "nothing was sent, so nothing was rolled back")
        }
    }

    @Test("what is held back and fails leaves nothing, and its connection serves the next", arguments: [true, false])
    func laterFails(atCommit: Bool) async throws {
        try await withClient(configure: { $0.leasedConnections = 1 }) { database, _ async throws in
            let error = try #require(
                await #expect(throws: PostgresError.self) {
                    try await database.transaction { transaction async throws in
                        try transaction.later(Statements.add, (1, "a"))
                        try transaction.later(Statements.add, (2, "a"))
                        if !atCommit { _ = try await transaction.one(Statements.number, 1) }
                    }
                })
            #expect(error.isUniqueViolation(constraint: "things_name"))
            #expect(try await database.all(Statements.names, ()) == [])
            try await database.transaction { try $0.later(Statements.add, (3, "c")) }
            #expect(try await database.all(Statements.names, ()) == ["c"])
        }
    }

    @Test("a connection lost at COMMIT with what was held back is outcome unknown", .timeLimit(.minutes(15)))
    func laterUnknown() async throws {
        try await withClient { database, test async throws in
            try await test.sql(Self.late)
            let writing = Task { try await database.transaction { try $0.later(Statements.addLate, 1) } }
            try await Self.terminate("query = 'commit'", in: test)
            let error = await #expect(throws: PostgresError.self) { try await writing.value }
            if case .outcomeUnknown = error {} else { Issue.record("\(String(describing: error))") }
        }
    }

    @Test("of statements sent together, one behind a lock sees what its holder before committed")
    func behindLock() async throws {
        let statements = """
            -- name: test.hold :one
            select id from things where id = 1 for update;
            """
        let hold = Query("test.hold", returns: Int.self)
        try await withClient(statements: statements) { database, test async throws in
            try await test.sql("insert into things values (1, 'a')")
            let (held, waits) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
            async let first: Void = database.transaction { transaction async throws in
                _ = try await transaction.one(hold, ())
                held.continuation.finish()
                for await _ in waits.stream {}
                try transaction.later(Statements.add, (2, "b"))
            }
            for await _ in held.stream {}
            async let second = database.transaction { try await $0.together((hold, ()), (Statements.names, ())).1 }
            let blocked =
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            while try await test.sql(blocked) == ["0"] { try await Task.sleep(for: .milliseconds(10)) }
            waits.continuation.finish()
            _ = try await first
            #expect(try await second == ["a", "b"])
        }
    }

    @Test("statements awaited together are all inside the transaction, whichever comes first")
    func awaitedTogether() async throws {
        try await withClient { database, test async throws in
            for _ in 0..<100 {
                await #expect(throws: Abandoned.self) {
                    try await database.transaction(as: Scope([("portal.test", "an")])) { transaction async throws in
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            for number in 0..<16 {
                                group.addTask { () async throws in
                                    try await transaction.run(Statements.add, (number, "\(number)"))
                                    #expect(try await transaction.one(Statements.setting, ()) == "an")
                                }
                            }
                            try await group.waitForAll()
                        }
                        throw Abandoned()
                    }
                }
            }
            #expect(try await test.sql("select count(*) from things") == ["0"])
        }
    }

    @Test("a statement that is never sent doesn't take BEGIN with it")
    func notSent() async throws {
        try await withClient { database, _ async throws in
            await #expect(throws: Abandoned.self) {
                try await database.transaction { transaction async throws in
                    _ = try? await transaction.run(Query("test.unknown"), ())
                    try await transaction.run(Statements.add, (1, "a"))
                    throw Abandoned()
                }
            }
            #expect(try await database.all(Statements.names, ()) == [])
        }
    }

    @Test("a transaction kept after its end refuses statements")
    func kept() async throws {
        try await withClient(configure: { $0.leasedConnections = 1 }) { database, _ async throws in
            let kept = try await database.transaction { transaction async throws in
                try await transaction.run(Statements.add, (1, "a"))
                return transaction
            }
            await #expect(throws: PostgresError.self) { try await kept.run(Statements.add, (2, "b")) }
            #expect(throws: PostgresError.self) { try kept.later(Statements.add, (2, "b")) }
            let untouched = try await database.transaction { $0 }
            await #expect(throws: PostgresError.self) { try await untouched.run(Statements.add, (2, "b")) }
            #expect(try await database.all(Statements.names, ()) == ["a"])
        }
    }

    @Test("a transaction whose failure the body hides isn't taken for committed")
    func hiddenFailure() async throws {
        try await withClient(configure: { $0.leasedConnections = 1 }) { database, _ in
            let error = try #require(
                await #expect(throws: PostgresError.self) {
                    try await database.transaction { transaction async throws in
                        try await transaction.run(Statements.add, (1, "a"))
                        _ = try? await transaction.one(Statements.divide, 0)
                        let later = try? await transaction.one(Statements.number, 1)
                        guard later == nil else { throw Abandoned() }
                    }
                })
            if case .server(code: "25P02", _, _) = error {} else { Issue.record("\(error)") }
            #expect(try await database.all(Statements.names, ()) == [])
            try await database.transaction { try await $0.run(Statements.add, (2, "b")) }
            #expect(try await database.all(Statements.names, ()) == ["b"])
        }
    }

    @Test("cancelling a task stops its statement, rolls back, and harms nobody after it", .timeLimit(.minutes(15)))
    func cancellation() async throws {
        try await withClient(configure: { $0.leasedConnections = 1 }) { database, test in
            for round in 0..<5 {
                let started = ContinuousClock.now
                let task = Task {
                    try await database.transaction { transaction async throws in
                        try await transaction.run(Statements.add, (round, "cancelled"))
                        _ = try await transaction.one(Statements.sleep, 8)
                    }
                }
                try await Task.sleep(for: .milliseconds(200))
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(ContinuousClock.now - started < .seconds(5))
                for _ in 0..<20 {
                    let number = try await database.transaction { try await $0.one(Statements.slowNumber, round) }
                    #expect(number == round)
                }
            }
            #expect(try await test.sql("select count(*) from things") == ["0"])
            let asleep = try await test.sql(
                """
                select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                    and state = 'active' and query like '%pg_sleep($1)%'
                """)
            #expect(asleep == ["0"])
        }
    }

    @Test("who waits too long for a connection is told so, and the next one isn't harmed")
    func queueDeadline() async throws {
        let limit: (inout Database.Configuration) -> Void = {
            $0.leasedConnections = 1
            $0.queueDeadline = .milliseconds(300)
        }
        try await withClient(configure: limit) { database, _ in
            async let holder = database.transaction { try await $0.one(Statements.sleep, 1) }
            try await Task.sleep(for: .milliseconds(200))
            let error = await #expect(throws: PostgresError.self) {
                try await database.transaction { try await $0.one(Statements.number, 1) }
            }
            if case .queueTimeout = error {} else { Issue.record("\(String(describing: error))") }
            _ = try await holder
            #expect(try await database.transaction { try await $0.one(Statements.number, 2) } == 2)
        }
    }

    @Test("many more tasks than connections all get their turn")
    func contention() async throws {
        let limit: (inout Database.Configuration) -> Void = {
            $0.leasedConnections = 2
            $0.queueDeadline = .seconds(20)
        }
        try await withClient(configure: limit) { database, _ in
            let started = ContinuousClock.now
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...400 {
                    group.addTask { try await database.transaction { try await $0.one(Statements.number, number) } }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 400 * 401 / 2)
            #expect(ContinuousClock.now - started < .seconds(19), "somebody waited though a connection was free")
        }
    }

    @Test("a statement that takes too long is stopped by the server")
    func statementTimeout() async throws {
        try await withClient(configure: { $0.statementTimeout = .milliseconds(300) }) { database, _ async throws in
            let started = ContinuousClock.now
            let error = await #expect(throws: PostgresError.self) { try await database.one(Statements.sleep, 6) }
            if case .statementTimeout = error {} else { Issue.record("\(String(describing: error))") }
            #expect(ContinuousClock.now - started < .seconds(4))
            #expect(try await database.one(Statements.number, 5) == 5)
        }
    }

    /// A table whose rows make COMMIT last three seconds.
    private static let late = """
        create table late (id bigint not null);
        create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(3); return null; end $$;
        create constraint trigger late after insert on late deferrable initially deferred
            for each row execute function dawdle();
        """

    @Test("a connection lost at COMMIT is outcome unknown, and nothing else", .timeLimit(.minutes(15)))
    func outcomeUnknown() async throws {
        try await withClient { database, test async throws in
            try await test.sql(Self.late)
            let writing = Task {
                try await database.transaction { try await $0.run(Statements.addLate, 1) }
            }
            try await Self.terminate("query = 'commit'", in: test)
            let error = await #expect(throws: PostgresError.self) { try await writing.value }
            if case .outcomeUnknown = error {} else { Issue.record("\(String(describing: error))") }
            #expect(try await database.one(Statements.number, 5) == 5)
        }
    }

    @Test("a single write lost on its way is outcome unknown too, and isn't sent again", .timeLimit(.minutes(15)))
    func outcomeUnknownAlone() async throws {
        try await withClient { database, test async throws in
            try await test.sql(Self.late)
            let writing = Task { try await database.run(Statements.addLate, 1) }
            try await Self.terminate("query like 'insert into late%'", in: test)
            let error = await #expect(throws: PostgresError.self) { try await writing.value }
            if case .outcomeUnknown = error {} else { Issue.record("\(String(describing: error))") }
            #expect(try await test.sql("select count(*) from late") == ["0"])
        }
    }

    @Test("a write that returns rows isn't sent again either", .timeLimit(.minutes(15)))
    func outcomeUnknownWithRows() async throws {
        try await withClient { database, test async throws in
            try await test.sql(Self.late)
            let writing = Task { try await database.one(Statements.addLateReturning, 1) }
            try await Self.terminate("query like 'insert into late%'", in: test)
            let error = await #expect(throws: PostgresError.self) { try await writing.value }
            if case .outcomeUnknown = error {} else { Issue.record("\(String(describing: error))") }
            #expect(try await test.sql("select count(*) from late") == ["0"])
            #expect(try await database.one(Statements.addLateReturning, 2) == 2)
        }
    }

    @Test("a connection lost before COMMIT is unavailable: nothing was written", .timeLimit(.minutes(15)))
    func lostBeforeCommit() async throws {
        try await withClient { database, test async throws in
            let writing = Task {
                try await database.transaction { transaction async throws in
                    try await transaction.run(Statements.add, (1, "a"))
                    _ = try await transaction.one(Statements.sleep, 8)
                }
            }
            try await Self.terminate("query like '%pg_sleep($1)%'", in: test)
            let error = await #expect(throws: PostgresError.self) { try await writing.value }
            if case .unavailable = error {} else { Issue.record("\(String(describing: error))") }
            #expect(try await database.all(Statements.names, ()) == [])
        }
    }

    /// Waits for a busy connection to the database of the test, and ends it.
    static func terminate(_ condition: String, in test: TestDatabase) async throws {
        for _ in 0..<100 {
            let ended = try await test.sql(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and state = 'active' and \(condition)
                """)
            if !ended.isEmpty { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("no connection with \(condition)")
    }
}
