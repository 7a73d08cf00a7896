import Core
import Postgres
import Testing
import TestSupport

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

    @Test("a file that isn't written as it should be is refused with its line", arguments: [
        ("-- name: a.b\nselect 1", "1"), ("\n-- name: a.b :some\nselect 1", "2"), ("-- name: a.b :one\n;\n", "1"),
        ("-- name: a.b :one\nselect 1;\n-- name: a.b :one\nselect 2;", "3"),
    ])
    func malformed(text: String, line: String) throws {
        let error = try #require(throws: QueryCatalogue.Malformed.self) { try QueryCatalogue(files: [("m.sql", text)]) }
        #expect(error.description.hasPrefix("m.sql:\(line):"))
    }
}
