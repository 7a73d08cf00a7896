import Foundation
package import Logging
package import Postgres
import Synchronization

/// A migrated database of its own for one test, and clients for each of the roles that the program takes.
///
///     try await TestDatabase.with { test in
///         try await test.application.transaction { … }
///         try await test.sql("delete from journal_chain where position = 3")
///     }
package final class TestDatabase: Sendable {
    /// Connection URL of this database, as the role that owns the tables.
    package let url: String
    /// As the role that signed in, which owns the tables.
    package let owner: Database
    /// As `portal_app`, which serves requests.
    package let application: Database
    /// As `portal_worker`, which does background jobs.
    package let worker: Database
    /// The statements of `SQL/queries`.
    package let queries: QueryCatalogue

    /// The folder with `Package.swift`, `SQL` and `Templates`.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    package static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `body` with a new database, which is dropped afterwards, whatever happened.
    /// - Parameter configure: changes what the three clients are made with.
    package static func with<T: Sendable>(
        configure: (inout Database.Configuration) -> Void = { _ in },
        _ body: (TestDatabase) async throws -> T
    ) async throws -> T {
        let template = try await TestTemplate.migrated()
        return try await cloned(from: template, configure: configure, body)
    }

    /// Runs `body` with a copy of a database that `template` has made.
    package static func with<T: Sendable>(
        copyOf template: String, _ body: (TestDatabase) async throws -> T
    ) async throws -> T {
        try await cloned(from: template, configure: { _ in }, body)
    }

    /// Makes a migrated database with something in it, to be copied by the tests of this process: what takes a second is done
    /// once.
    package static func template(_ prepare: (TestDatabase) async throws -> Void) async throws -> String {
        let server = try TestServer()
        let connection = try await server.connect()
        for left in try await connection.execute(
            "select datname from pg_database where datname like 'portal_prepared_%'")
        {
            let process = left.split(separator: "_").dropFirst(2).first ?? ""
            guard !FileManager.default.fileExists(atPath: "/proc/\(process)") else { continue }
            try await connection.execute("drop database if exists \(left) with (force)")
        }
        let unique = UUID().uuidString.lowercased().prefix(8)
        let name = "portal_prepared_\(ProcessInfo.processInfo.processIdentifier)_\(unique)"
        try await connection.execute("create database \(name)_making template \(try await TestTemplate.migrated())")
        let test = try TestDatabase(url: server.url(of: name + "_making"), configure: { _ in })
        try await prepare(test)
        await test.close()
        try await connection.close(template: name)
        return name
    }

    /// Runs `body` with a database that no migration has touched.
    package static func withEmpty<T: Sendable>(_ body: (TestDatabase) async throws -> T) async throws -> T {
        try await cloned(from: "template0", configure: { _ in }, body)
    }

    private static func cloned<T: Sendable>(
        from template: String, configure: (inout Database.Configuration) -> Void,
        _ body: (TestDatabase) async throws -> T
    ) async throws -> T {
        await TestGate.shared.enter()
        defer { TestGate.shared.leave() }
        let server = try TestServer()
        let name = "portal_test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        try await server.execute("create database \(name) template \(template)")
        let outcome: Result<T, any Error>
        do {
            let test = try TestDatabase(url: server.url(of: name), configure: configure)
            do { outcome = .success(try await body(test)) } catch { outcome = .failure(error) }
            await test.close()
        } catch {
            outcome = .failure(error)
        }
        // Not on this task: a cancelled test leaves nothing behind either.
        try await Task { try await server.drop(name) }.value
        return try outcome.get()
    }

    private init(url: String, configure: (inout Database.Configuration) -> Void) throws {
        let queries = try QueryCatalogue(directory: Self.root + "/SQL/queries")
        self.url = url
        self.queries = queries
        owner = Self.client(url, role: nil, queries: queries, configure: configure)
        application = Self.client(url, role: "portal_app", queries: queries, configure: configure)
        worker = Self.client(url, role: "portal_worker", queries: queries, configure: configure)
    }

    private static func client(
        _ url: String, role: String?, queries: QueryCatalogue, configure: (inout Database.Configuration) -> Void
    ) -> Database {
        var configuration = Database.Configuration(url: url, role: role)
        configuration.sharedConnections = 1
        configuration.leasedConnections = 4
        // Many tests run at once on few processors: patience is no part of what they test.
        configuration.queueDeadline = .seconds(60)
        configuration.statementTimeout = .seconds(60)
        configure(&configuration)
        return Database(configuration, queries: queries, logger: logger)
    }

    /// Runs SQL of one or more statements as the owner of the tables, on a connection of its own, and gives the first
    /// column of the last result as text.
    @discardableResult
    package func sql(_ statement: String) async throws -> [String] {
        try await PlainConnection.connect(url).execute(statement)
    }

    /// One more client of this database, to be closed by whoever asked for it.
    package func client(
        role: String? = nil, queries: QueryCatalogue? = nil,
        configure: (inout Database.Configuration) -> Void = { _ in }
    ) -> Database {
        Self.client(url, role: role, queries: queries ?? self.queries, configure: configure)
    }

    private func close() async {
        await owner.close()
        await application.close()
        await worker.close()
    }
}

/// Lets few tests have a database at once: each opens connections, and the server has a limited number.
private final class TestGate: Sendable {
    static let shared = TestGate()

    private struct State {
        var free = 8
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

/// The server that tests make their databases on.
private struct TestServer {
    private let url: String

    struct Missing: Error, CustomStringConvertible {
        var description: String { "TEST_DATABASE_URL names no server: run the tests with Scripts/test." }
    }

    init() throws {
        guard let url = ProcessInfo.processInfo.environment["TEST_DATABASE_URL"], !url.isEmpty else { throw Missing() }
        self.url = url
    }

    /// libpq lets the last database named win, in an address as in keywords and values.
    func url(of database: String) -> String {
        guard url.contains("://") else { return url + " dbname=\(database)" }
        return url + (url.contains("?") ? "&" : "?") + "dbname=" + database
    }

    func execute(_ sql: String) async throws { try await PlainConnection.connect(url).execute(sql) }

    func drop(_ database: String) async throws {
        for attempt in 1... {
            do {
                return try await execute(
                    "drop database if exists \(database)\(attempt % 2 == 1 ? " with (force)" : "")")
            } catch {
                // Only a superuser may force out an autovacuum worker; without force it is asked to leave.
                guard attempt < 10 else { throw error }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    func connect() async throws -> PlainConnection { try await PlainConnection.connect(url) }
}

/// The database that all others are copied from: made once for each state of `SQL/migrations`, kept between runs.
private enum TestTemplate {
    private static let made = Task { try await make() }

    static func migrated() async throws -> String { try await made.value }

    private static func make() async throws -> String {
        let folder = TestDatabase.root + "/SQL/migrations"
        let server = try TestServer()
        let connection = try await server.connect()
        // Also against other processes that test on this server; goes with the connection.
        try await connection.execute("select pg_advisory_lock(7201912)")
        let texts = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasSuffix(".sql") }
            .map { String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\($0)")), as: UTF8.self) }
        let literal = "'" + texts.joined(separator: "\n").replacing("'", with: "''") + "'"
        let hash = try await connection.execute(
            // Only its owner may copy a database.
            "select left(encode(sha256(convert_to(current_user || \(literal), 'UTF8')), 'hex'), 16)")
        let name = "portal_template_" + (hash.first ?? "")
        guard try await connection.execute("select 1 from pg_database where datname = '\(name)'").isEmpty else {
            return name
        }
        // Under another name until it is whole: one from an interrupted run is never copied.
        try await connection.execute("drop database if exists \(name)_making with (force)")
        try await connection.execute("create database \(name)_making")
        _ = try await Migrator(directory: folder).migrate(
            url: server.url(of: name + "_making"), logger: TestDatabase.logger)
        try await connection.close(template: name)
        return name
    }
}

extension PlainConnection {
    /// Gives a database its final name once nobody is connected to it any more: only then can it be copied, and the autovacuum
    /// daemon is somebody.
    fileprivate func close(template name: String) async throws {
        try await execute("alter database \(name)_making allow_connections false")
        for attempt in 1... {
            do {
                try await execute("alter database \(name)_making rename to \(name)")
                return
            } catch {
                // A connection ends a moment after its last answer.
                guard attempt < 50 else { throw error }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
