import Postgres
import TestSupport
import Testing

@Suite("Databases for tests")
struct TestDatabaseTests {
    @Test("each test has a migrated database of its own, which is gone afterwards")
    func isolation() async throws {
        let name = try await TestDatabase.with { test in
            try await TestDatabase.with { other in
                try await test.sql(
                    "insert into outbox (topic, payload, created_at, due_at) values ('t', '1', now(), now())")
                #expect(try await other.sql("select count(*) from outbox") == ["0"])
                #expect(try await test.sql("select count(*) from outbox") == ["1"])
            }
            return try await test.sql("select current_database()")[0]
        }
        try await TestDatabase.with { test async throws in
            #expect(try await test.sql("select count(*) from pg_database where datname = '\(name)'") == ["0"])
        }
    }

    @Test("the database of a test that throws is dropped too")
    func failure() async throws {
        struct Failure: Error { let name: String }
        var name = ""
        do {
            try await TestDatabase.with { test in
                throw Failure(name: try await test.sql("select current_database()")[0])
            }
        } catch let failure as Failure {
            name = failure.name
        }
        try #require(!name.isEmpty)
        try await TestDatabase.with { test async throws in
            #expect(try await test.sql("select count(*) from pg_database where datname = '\(name)'") == ["0"])
        }
    }

    @Test("clients act as the roles of the program", arguments: ["portal_app", "portal_worker"])
    func roles(role: String) async throws {
        try await withClient(role: role) { database, _ async throws in
            #expect(try await database.one(Statements.user, ()) == role)
        }
    }
}
