import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite("Reads on shared connections")
struct ReadingTests {
    @Test("200 tasks on two connections each get their own answer", arguments: 0..<3)
    func concurrency(round: Int) async throws {
        try await withClient(configure: { $0.sharedConnections = 2 }) { database, _ async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<200 {
                    group.addTask { () async throws in
                        for step in 0..<20 {
                            let number = task * 1000 + step
                            #expect(try await database.one(Statements.number, number) == number)
                            let bytes = [UInt8](repeating: UInt8(task), count: task * 10)
                            #expect(try await database.one(Statements.bytes, bytes) == bytes)
                            guard task % 10 == round else { continue }
                            await #expect(throws: PostgresError.self) { try await database.one(Statements.divide, 0) }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a failed read names its SQLSTATE and shows neither the statement nor a value")
    func failure() async throws {
        try await withClient { database, _ in
            let error = try #require(
                await #expect(throws: PostgresError.self) {
                    try await database.one(Statements.divide, 0)
                })
            if case .server(code: "22012", _, _) = error {} else { Issue.record("\(error)") }
            #expect(error.description == "database refused: 22012")
            try await database.run(Statements.add, (1, "Nguyễn Bí Mật"))
            let twice = try #require(
                await #expect(throws: PostgresError.self) {
                    try await database.run(Statements.add, (2, "Nguyễn Bí Mật"))
                })
            #expect(twice.isUniqueViolation(constraint: "things_name"))
            for text in ["\(twice)", "\(String(describing: twice))", "\(String(reflecting: twice.description))"] {
                #expect(!text.contains("Bí Mật") && !text.contains("insert"))
            }
        }
    }

    @Test("whom a read acts for is forgotten with its answer, also when it fails")
    func scope() async throws {
        try await withClient { database, _ async throws in
            let scope = Scope([("portal.test", "an")])
            #expect(try await database.one(Statements.setting, (), as: scope) == "an")
            #expect(try await database.one(Statements.setting, ()) == "")
            await #expect(throws: PostgresError.self) { try await database.one(Statements.divide, 0, as: scope) }
            #expect(try await database.one(Statements.setting, ()) == "")
            let inside = try await database.transaction(as: scope) { try await $0.one(Statements.setting, ()) }
            #expect(inside == "an")
            for _ in 0..<8 {
                #expect(try await database.transaction { try await $0.one(Statements.setting, ()) } == "")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<200 {
                    group.addTask { () async throws in
                        let name = task % 3 == 0 ? "" : "person \(task)"
                        let scope = task % 3 == 0 ? Scope.none : Scope([("portal.test", name)])
                        #expect(try await database.one(Statements.setting, (), as: scope) == name)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("16 MB go there and back while others read on the same connection", .timeLimit(.minutes(15)))
    func large() async throws {
        try await withClient { database, _ async throws in
            let bytes = (0..<(16 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask { () async throws in #expect(try await database.one(Statements.bytes, bytes) == bytes)
                    }
                }
                for number in 0..<100 {
                    group.addTask { () async throws in
                        #expect(try await database.one(Statements.number, number) == number)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("reads go on after every connection was ended", .timeLimit(.minutes(15)))
    func recovery() async throws {
        try await withClient(configure: { $0.sharedConnections = 2 }) { database, test in
            for round in 0..<5 {
                for number in 0..<4 { #expect(try await database.one(Statements.number, number) == number) }
                _ = try await database.transaction { try await $0.one(Statements.number, round) }
                try await test.sql(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid()
                    """)
                for number in 0..<4 { #expect(try await database.one(Statements.number, number) == number) }
                // A transaction isn't repeated by itself; each loss is noticed once.
                var answer: Int?
                for _ in 0..<5 where answer == nil {
                    answer = try? await database.transaction { try await $0.one(Statements.number, round) }
                }
                #expect(answer == round)
            }
        }
    }

    @Test("a read whose connection is ended under it is answered by another", .timeLimit(.minutes(15)))
    func recoveryUnderWay() async throws {
        try await withClient { database, test in
            let reading = Task { try await database.one(Statements.sleep, 1.5) }
            try await TransactionTests.terminate("query like '%pg_sleep($1)%'", in: test)
            #expect(try await reading.value == 1)
        }
    }

    @Test("waiting behind others for longer than one may take is no lost connection", .timeLimit(.minutes(15)))
    func patience() async throws {
        let single: (inout Database.Configuration) -> Void = {
            ($0.sharedConnections, $0.statementTimeout) = (1, .seconds(2))
        }
        try await withClient(configure: single) { database, _ async throws in
            let processes = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<8 { group.addTask { try await database.one(Statements.slowPid, 1.2) } }
                return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
            }
            #expect(processes.count == 1)
        }
    }

    @Test("an unknown statement, no row or two rows where one is meant, are errors of their own")
    func misuse() async throws {
        try await withClient { database, _ in
            await #expect(throws: PostgresError.self) {
                try await database.one(Query("test.unknown", returns: Int.self), ())
            }
            await #expect(throws: PostgresError.self) { try await database.one(Statements.names, ()) }
            #expect(try await database.first(Statements.names, ()) == nil)
            try await database.run(Statements.add, (1, "a"))
            try await database.run(Statements.add, (2, "b"))
            await #expect(throws: PostgresError.self) { try await database.one(Statements.names, ()) }
        }
    }

    @Test("a client that was closed refuses at once instead of waiting forever", .timeLimit(.minutes(15)))
    func closed() async throws {
        try await withClient { database, _ in
            _ = try await database.one(Statements.number, 1)
            await database.close()
            try await Task.sleep(for: .milliseconds(700))
            await #expect(throws: PostgresError.self) { try await database.one(Statements.number, 2) }
            await #expect(throws: PostgresError.self) {
                try await database.transaction { try await $0.one(Statements.number, 2) }
            }
        }
    }
}
