import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Migrations")
struct MigratorTests {
    /// Runs `body` with a folder that holds these files.
    private func withFolder<T>(_ files: [String: String], _ body: (String) async throws -> T) async throws -> T {
        let folder = FileManager.default.temporaryDirectory.appending(path: "migrations-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
        return try await body(folder)
    }

    private func migrate(_ folder: String, _ test: TestDatabase) async throws -> [String] {
        try await Migrator(directory: folder).migrate(url: test.url, logger: TestDatabase.logger)
    }

    private let first = ["0001_a.sql": "create table a (id integer);"]
    private let both = ["0001_a.sql": "create table a (id integer);", "0002_b.sql": "insert into a values (1);"]

    @Test("what is missing is applied in order, and a second time nothing")
    func repetition() async throws {
        try await TestDatabase.withEmpty { test async throws in
            let applied = try await withFolder(first) { try await migrate($0, test) }
            #expect(applied == ["0001_a"])
            try await withFolder(both) { folder async throws in
                #expect(try await migrate(folder, test) == ["0002_b"])
                #expect(try await migrate(folder, test) == [])
            }
            #expect(try await test.sql("select id from a") == ["1"])
        }
    }

    @Test("a file edited after it was applied is refused by name, and nothing is applied")
    func edited() async throws {
        try await TestDatabase.withEmpty { test in
            try await withFolder(first) { _ = try await migrate($0, test) }
            var edited = both
            edited["0001_a.sql"] = "create table a (id bigint);"
            try await withFolder(edited) { folder in
                let refusal = try #require(
                    await #expect(throws: Migrator.Refusal.self) { try await migrate(folder, test) })
                #expect(refusal.description.contains("0001_a"))
            }
            #expect(try await test.sql("select count(*) from a") == ["0"])
        }
    }

    @Test("the line ends of Windows are no edit")
    func lineEnds() async throws {
        try await TestDatabase.withEmpty { test async throws in
            let text = "-- what it is for\ncreate table a (id integer);\n"
            try await withFolder(["0001_a.sql": text]) { _ = try await migrate($0, test) }
            let other = text.replacing("\n", with: "\r\n")
            let applied = try await withFolder(["0001_a.sql": other]) { try await migrate($0, test) }
            #expect(applied == [])
        }
    }

    @Test("two migrators at once apply each file once")
    func twoAtOnce() async throws {
        try await TestDatabase.withEmpty { test in
            let files = [
                "0001_a.sql": "create table a (id integer); select pg_sleep(0.3);",
                "0002_b.sql": "insert into a values (1);",
            ]
            try await withFolder(files) { folder in
                async let one = migrate(folder, test)
                async let other = migrate(folder, test)
                let applied = try await one + other
                #expect(applied.sorted() == ["0001_a", "0002_b"])
            }
            #expect(try await test.sql("select id from a") == ["1"])
        }
    }

    @Test(
        "a gap, a number used twice, or a name without a number is refused",
        arguments: [
            ["0001_a.sql", "0003_c.sql"], ["0001_a.sql", "0001_b.sql"], ["0002_b.sql"], ["first.sql"],
        ])
    func gap(names: [String]) async throws {
        try await withFolder(Dictionary(uniqueKeysWithValues: names.map { ($0, "select 1;") })) { folder in
            _ = #expect(throws: Migrator.Refusal.self) { try Migrator(directory: folder) }
        }
    }

    @Test("a file that fails leaves nothing of itself, is named with the server's words, and can be tried again")
    func failure() async throws {
        try await TestDatabase.withEmpty { test async throws in
            let files = [
                "0001_a.sql": "create table a (id integer);", "0002_b.sql": "create table b (id integer); select 1/0;",
            ]
            try await withFolder(files) { folder async throws in
                let refusal = try #require(
                    await #expect(throws: Migrator.Refusal.self) { try await migrate(folder, test) })
                #expect(refusal.description.contains("0002_b") && refusal.description.contains("division by zero"))
            }
            #expect(try await test.sql("select count(*) from pg_tables where tablename = 'b'") == ["0"])
            let applied = try await withFolder(both) { try await migrate($0, test) }
            #expect(applied == ["0002_b"])
        }
    }
}
