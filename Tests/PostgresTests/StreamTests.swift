import FoundationEssentials
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite("COPY, LISTEN and what outlives a connection")
struct StreamTests {
    @Test("200,000 rows go in and come out as the same bytes", .timeLimit(.minutes(15)))
    func copy() async throws {
        try await withClient { database, _ in
            let rows = (0..<200_000).map { Array("\($0)\tThủ tục số \($0)\n".utf8) }
            let stream = AsyncStream { continuation in
                for row in rows { continuation.yield(row) }
                continuation.finish()
            }
            #expect(try await database.copyIn("copy things from stdin", rows: stream) == 200_000)
            let copied = try await copyOut("copy (select * from things order by id) to stdout", of: database)
            #expect(copied == rows.flatMap(\.self))
            #expect(try await copyOut("copy (select * from things where id < 0) to stdout", of: database) == [])
            #expect(try await copyOut("copy (select 7) to stdout", of: database) == Array("7\n".utf8))
            await #expect(throws: PostgresError.self) {
                try await copyOut("copy (select 1 / 0) to stdout", of: database)
            }
        }
    }

    private func copyOut(_ sql: String, of database: Database) async throws -> [UInt8] {
        let out = Mutex<[UInt8]>([])
        try await database.copyOut(sql) { chunk in out.withLock { $0 += chunk } }
        return out.withLock { $0 }
    }

    @Test("a row that the server refuses fails the whole COPY")
    func refusedRow() async throws {
        try await withClient { database, test async throws in
            let stream = AsyncStream { continuation in
                for line in ["1\ta\n", "2\tb\n", "three\tc\n"] { continuation.yield(Array(line.utf8)) }
                continuation.finish()
            }
            let error = await #expect(throws: PostgresError.self) {
                try await database.copyIn("copy things from stdin", rows: stream)
            }
            if case .server(code: "22P02", _, _) = error {} else { Issue.record("\(String(describing: error))") }
            #expect(try await test.sql("select count(*) from things") == ["0"])
        }
    }

    @Test("a sender that gives up leaves nothing behind")
    func sender() async throws {
        struct GivenUp: Error {}
        try await withClient { database, test async throws in
            let stream = AsyncThrowingStream<[UInt8], any Error> { continuation in
                continuation.yield(Array("1\ta\n".utf8))
                continuation.finish(throwing: GivenUp())
            }
            await #expect(throws: GivenUp.self) { try await database.copyIn("copy things from stdin", rows: stream) }
            #expect(try await test.sql("select count(*) from things") == ["0"])
        }
    }

    @Test("a listener hears what is committed, also after its connection was ended", .timeLimit(.minutes(15)))
    func listen() async throws {
        try await withClient { database, test in
            var heard = database.listen("portal_test").makeAsyncIterator()
            try await Self.listener(of: test)
            try await test.sql("begin; notify portal_test, 'never'; rollback")
            try await test.sql("notify portal_test, 'first'")
            #expect(await heard.next() == .listening)
            #expect(await heard.next() == .notification(channel: "portal_test", payload: "first"))
            let old = try await Self.listener(of: test)
            try await test.sql("select pg_terminate_backend(\(old))")
            #expect(await heard.next() == .lost)
            #expect(await heard.next() == .listening)
            try await test.sql("notify portal_test, 'second'")
            #expect(await heard.next() == .notification(channel: "portal_test", payload: "second"))
        }
    }

    /// Waits until somebody listens, and gives the process that does.
    @discardableResult
    private static func listener(of test: TestDatabase) async throws -> String {
        for _ in 0..<100 {
            let found = try await test.sql(
                "select pid from pg_stat_activity where datname = current_database() and query like 'listen %' and state = 'idle'"
            )
            if let pid = found.first { return pid }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw PostgresError.unavailable("nobody listens")
    }
}
