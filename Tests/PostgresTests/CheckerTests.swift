import Core
import Postgres
import TestSupport
import Testing

private struct WrongName: PostgresRow {
    init(_ row: inout Row) throws {
        let _: Int = try row("id")
        let _: String = try row("title")
    }
}

private struct WrongType: PostgresRow {
    init(_ row: inout Row) throws {
        let _: String = try row("id")
        let _: String = try row("name")
    }
}

private struct Right: PostgresRow {
    init(_ row: inout Row) throws {
        let _: Int = try row("id")
        let _: String? = try row("name")
    }
}

@Suite("The check of statements at start")
struct CheckerTests {
    private func problems(_ text: String, _ declared: [any AnyQuery]) async throws -> [String] {
        try await TestDatabase.with { test in
            try await test.sql(Statements.table)
            let database = test.client(queries: try QueryCatalogue(files: [("q.sql", text)]))
            let problems = try await database.check(declared)
            await database.close()
            return problems
        }
    }

    private let find = "-- name: t.find :optional\nselect id, name from things where id = $1;"

    @Test("a statement that agrees with its declaration is no problem")
    func agreement() async throws {
        #expect(try await problems(find, [Query("t.find", Int.self, returns: Right.self)]) == [])
    }

    @Test("a column of another name is found and named with its place")
    func columnName() async throws {
        let found = try await problems(find, [Query("t.find", Int.self, returns: WrongName.self)])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("q.sql:1: t.find") == true && found.first?.contains("“title”") == true)
    }

    @Test("a column of another type is found and named")
    func columnType() async throws {
        let found = try await problems(find, [Query("t.find", Int.self, returns: WrongType.self)])
        #expect(found.count == 1 && found.first?.contains("“id”") == true)
    }

    @Test("a parameter too many, one too few, or one of another type is found")
    func parameters() async throws {
        #expect(try await problems(find, [Query("t.find", returns: Right.self)]).count == 1)
        #expect(try await problems(find, [Query("t.find", Int.self, Int.self, returns: Right.self)]).count == 1)
        #expect(try await problems(find, [Query("t.find", [UInt8].self, returns: Right.self)]).count == 1)
    }

    @Test("a statement that doesn't stand in the files is found, and one that nobody declares")
    func missing() async throws {
        let found = try await problems(find, [Query("t.other", Int.self, returns: Right.self)])
        #expect(found.contains { $0.contains("t.find is declared nowhere") })
        #expect(found.contains { $0.contains("t.other stands in no file") })
    }

    @Test("a statement declared twice is found")
    func twice() async throws {
        let query = Query("t.find", Int.self, returns: Right.self)
        #expect(try await problems(find, [query, query]).contains { $0.contains("twice") })
    }

    @Test("a statement that the schema no longer carries is found with the server's words")
    func schema() async throws {
        let found = try await problems(
            "-- name: t.gone :many\nselect gone from things;", [Query("t.gone", returns: String.self)])
        #expect(found.count == 1 && found.first?.contains("gone") == true)
    }

    @Test("a statement headed :exec and declared with rows is found, and the other way about")
    func cardinality() async throws {
        let exec = "-- name: t.x :exec\nselect 1::bigint as it;"
        #expect(try await problems(exec, [Query("t.x", returns: Int.self)]).count == 1)
        #expect(try await problems(exec.replacing(":exec", with: ":one"), [Query("t.x")]).count == 1)
    }

    @Test("a single value taken from a row of two is found")
    func single() async throws {
        #expect(try await problems(find, [Query("t.find", Int.self, returns: Int.self)]).count == 1)
    }

    @Test(
        "a file that isn't written as it should be is refused with its line",
        arguments: [
            ("-- name: a.b\nselect 1", "1"), ("\n-- name: a.b :some\nselect 1", "2"), ("-- name: a.b :one\n;\n", "1"),
            ("-- name: a.b :one\nselect 1;\n-- name: a.b :one\nselect 2;", "3"),
        ])
    func malformed(text: String, line: String) throws {
        let error = try #require(throws: QueryCatalogue.Malformed.self) { try QueryCatalogue(files: [("m.sql", text)]) }
        #expect(error.description.hasPrefix("m.sql:\(line):"))
    }

    @Test("a file with the line ends of Windows reads the same")
    func lineEnds() throws {
        let text = "-- name: a.b :one\n-- what it is\nselect 1,\n    2;\n\n-- name: a.c :exec\ndelete from a;\n"
        let plain = try QueryCatalogue(files: [("m.sql", text)])
        let other = try QueryCatalogue(files: [("m.sql", text.replacing("\n", with: "\r\n"))])
        #expect(other.names == ["a.b", "a.c"])
        for name in plain.names {
            #expect(other[name]?.sql == plain[name]?.sql && other[name]?.place == plain[name]?.place)
            #expect(other[name]?.cardinality == plain[name]?.cardinality)
        }
    }

    @Test(
        "what only reads is told from what writes; in doubt it writes",
        arguments: [
            ("select 1", true), ("SELECT updated_at, deleted FROM t", true), ("-- insert\nselect 1 /* update */", true),
            ("/* why */ with a as (select 'it''s -- delete' as b) select \"update\" from a", true),
            ("with recursive a as (select 1) select * from a where b = '/*' -- delete", true),
            ("insert into t values (1) returning id", false), ("update t set a = (select 1)", false),
            ("values (1)", false),
            ("with a as (insert into t values (1) returning id) select id from a", false),
            ("with a as (select '--'), b as (DELETE from t returning id) select id from b", false),
            ("-- select\ndelete from t returning id", false), ("select 1 into t", false),
            ("select a from t for update", false),
            ("with a as (merge into t using u on true when matched then do nothing) select 1", false),
            ("call f()", false),
        ])
    func reads(sql: String, isRead: Bool) throws {
        let queries = try QueryCatalogue(files: [("m.sql", "-- name: a.b :one\n\(sql);\n")])
        #expect(queries["a.b"]?.isRead == isRead)
    }
}
