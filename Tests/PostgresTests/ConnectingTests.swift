import Postgres
import TestSupport
import Testing

@Suite("Connecting")
struct ConnectingTests {
    @Test(
        "an address that can't be read is refused without a word of it, which may be the password",
        arguments: [
            "postgresql://user:hunter2@[nowhere/db", "postgresql://user:hunter2%zz@localhost/db",
            "postgresql://user:hunter2/x@localhost/db", "postgresql://user:x@hunter2@localhost/db",
            "postgresql://user:hunter2?x@localhost/db", "host=localhost password='hunter2",
            "host=localhost password=x hunter2 user=a", "hunter2",
        ])
    func malformed(url: String) async throws {
        let database = Database(
            .init(url: url), queries: try Statements.catalogue(), logger: TestDatabase.logger)
        let refusals = [
            await #expect(throws: PostgresError.self) { try await database.one(Statements.number, 1) },
            await #expect(throws: PostgresError.self) { try await database.run(Statements.add, (1, "a")) },
            await #expect(throws: PostgresError.self) {
                try await database.transaction { try await $0.one(Statements.number, 1) }
            },
            await #expect(throws: PostgresError.self) { try await PlainConnection.connect(url) },
        ]
        for case let refusal? in refusals {
            #expect("\(refusal)".hasPrefix("database unavailable: "))
            #expect(!"\(refusal)".contains("hunter2") && !String(reflecting: refusal).contains("hunter2"))
        }
        await database.close()
    }

    @Test("a server that isn't there is named, for people who look for it")
    func missing() async throws {
        let url = "postgresql:///portal?host=/nonexistent-folder&password=hunter2"
        let error = await #expect(throws: PostgresError.self) { try await PlainConnection.connect(url) }
        #expect(error?.description.contains("/nonexistent-folder") == true)
        #expect(error?.description.contains("hunter2") == false)
    }
}
