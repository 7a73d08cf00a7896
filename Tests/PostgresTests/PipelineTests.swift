import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite("Failures on shared connections")
struct PipelineTests {
    private static let orphan = Query("test.orphan", Int.self)
    private static let broken = Query("test.broken", returns: Int.self)
    private static let forget = Query("test.forget")
    private static let text = """
        -- name: test.orphan :exec
        insert into children (id) values ($1);
        -- name: test.broken :one
        select missing as it from things limit 1;
        -- name: test.forget :exec
        deallocate all;
        """

    /// Runs `body` with a client that has one connection of each kind.
    private func withOne<T: Sendable>(_ body: (Database, TestDatabase) async throws -> T) async throws -> T {
        let single: (inout Database.Configuration) -> Void = { ($0.sharedConnections, $0.leasedConnections) = (1, 1) }
        return try await withClient(statements: Self.text, configure: single, body)
    }

    private func expect<T: Sendable>(_ expected: String, _ body: () async throws -> T) async {
        let error = await #expect(throws: PostgresError.self) { _ = try await body() }
        #expect(error.map { "\($0)" } == expected)
    }

    @Test("a rule that refuses only at the commit fails its own statement and no other", .timeLimit(.minutes(15)))
    func deferredRule() async throws {
        try await withOne { database, test async throws in
            try await test.sql(
                """
                create table parents (id bigint primary key);
                create table children (id bigint, constraint children_parent foreign key (id) references parents
                    deferrable initially deferred);
                """)
            await expect("database refused: 23503 (children_parent)") { try await database.run(Self.orphan, 1) }
            #expect(try await database.one(Statements.number, 1) == 1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<300 {
                    group.addTask { () async throws in
                        switch task % 4 {
                        case 0:
                            await expect("database refused: 22012") { try await database.one(Statements.divide, 0) }
                        case 1:
                            await expect("database refused: 23503 (children_parent)") {
                                try await database.run(Self.orphan, task, as: Scope([("portal.test", "an")]))
                            }
                        default: #expect(try await database.one(Statements.number, task) == task)
                        }
                    }
                }
                try await group.waitForAll()
            }
            await expect("database refused: 23503 (children_parent)") {
                try await database.transaction { try await $0.run(Self.orphan, 1) }
            }
            #expect(try await database.transaction { try await $0.one(Statements.number, 2) } == 2)
            #expect(try await test.sql("select count(*) from children") == ["0"])
        }
    }

    @Test("a statement that can't be prepared says why to all who sent it, and is once the schema allows")
    func unprepared() async throws {
        try await withOne { database, test async throws in
            for _ in 0..<3 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<60 {
                        group.addTask { () async throws in
                            guard number % 2 == 0 else {
                                #expect(try await database.one(Statements.number, number) == number)
                                return
                            }
                            await expect("database refused: 42703") { try await database.one(Self.broken, ()) }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            await expect("database refused: 42703") {
                let one = (Statements.number, 1)
                return try await database.together(one, (Self.broken, ()), (Statements.names, ()), as: .none)
            }
            try await test.sql("alter table things add column missing bigint; insert into things values (1, 'a', 7)")
            #expect(try await database.one(Self.broken, ()) == 7)
            #expect(try await database.all(Statements.names, ()) == ["a"])
        }
    }

    @Test("a read whose columns changed their type under it is prepared again", .timeLimit(.minutes(15)))
    func changedSchema() async throws {
        try await withOne { database, test async throws in
            try await database.run(Statements.add, (1, "a"))
            for type in ["varchar(300)", "text"] {
                #expect(try await database.all(Statements.names, ()) == ["a"])
                try await test.sql("alter table things alter column name type \(type)")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<50 {
                        group.addTask { () async throws in
                            #expect(try await database.all(Statements.names, ()) == ["a"])
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("in a transaction it fails once, may be tried again, and is then prepared again")
    func changedSchemaInTransaction() async throws {
        try await withOne { database, test async throws in
            let names = { try await database.transaction { try await $0.all(Statements.names, ()) } }
            try await database.run(Statements.add, (1, "a"))
            #expect(try await names() == ["a"])
            try await test.sql("alter table things alter column name type varchar(300)")
            let error = await #expect(throws: PostgresError.self) { try await names() }
            #expect(error?.description == "database refused: 0A000" && error?.isTransient == true)
            #expect(try await names() == ["a"])
        }
    }

    @Test("statements that the server forgot are prepared again")
    func forgotten() async throws {
        try await withOne { database, _ async throws in
            let scope = Scope([("portal.test", "an")])
            #expect(try await database.one(Statements.setting, (), as: scope) == "an")
            try await database.run(Self.forget, ())
            #expect(try await database.one(Statements.setting, (), as: scope) == "an")
            try await database.run(Self.forget, ())
            try await database.run(Statements.add, (1, "a"))
            #expect(try await database.all(Statements.names, ()) == ["a"])
        }
    }
}
