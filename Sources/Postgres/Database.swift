package import Logging
import ServiceLifecycle
import Synchronization

/// PostgreSQL as the rest of the program sees it.
///
/// Short reads share a few pipelined connections and take one round trip, their scope included; transactions lease a
/// connection of their own. Nothing here blocks a thread that serves requests.
package final class Database: Service, Sendable {
    package struct Configuration: Sendable {
        /// `postgresql://…` or keywords and values, as libpq reads them.
        package var url: String
        /// Taken at connect by `set role`; nil stays the role that signed in.
        package var role: String?
        package var sharedConnections = 2
        package var leasedConnections = 12
        /// How long a transaction may wait for a connection.
        package var queueDeadline: Duration = .seconds(5)
        /// How long the server may work on one statement.
        package var statementTimeout: Duration = .seconds(10)
        /// How long closing waits for what is under way.
        package var shutdownGrace: Duration = .seconds(30)
        package var applicationName = "portal"

        package init(url: String, role: String? = nil) {
            self.url = url
            self.role = role
        }
    }

    let configuration: Configuration
    let queries: QueryCatalogue
    let logger: Logger
    let poller = Poller()
    private let shared: [SharedConnection]
    private let nextShared = Atomic<Int>(0)
    private let trips = Atomic<Int>(0)
    private let leases: LeasePool

    package init(_ configuration: Configuration, queries: QueryCatalogue, logger: Logger) {
        self.configuration = configuration
        self.queries = queries
        self.logger = logger
        let connector = Connector(configuration: configuration, poller: poller)
        shared = (0..<max(1, configuration.sharedConnections)).map { _ in SharedConnection(connector) }
        leases = LeasePool(connector, most: configuration.leasedConnections)
        poller.start()
    }

    deinit { poller.stop() }

    /// Lives until the program shuts down gracefully, then waits for what is under way.
    package func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Refuses what comes from now on, waits up to `shutdownGrace` for what is under way, has the server stop what
    /// takes longer, and closes all connections. When its task is cancelled it doesn't wait.
    package func close() async {
        let end = ContinuousClock.now + configuration.shutdownGrace
        leases.close()
        await wait(until: end) { leases.isIdle }
        // Only now: transactions under way may read here too.
        for connection in shared { await connection.close() }
        await wait(until: end) { poller.connections.allSatisfy { $0.load == 0 } }
        for connection in poller.connections where connection.load > 0 { connection.cancel() }
        await wait(until: .now + .seconds(1)) { leases.isIdle && poller.connections.allSatisfy { $0.load == 0 } }
        poller.stop()
    }

    private func wait(until end: ContinuousClock.Instant, for isDone: () -> Bool) async {
        while !isDone(), .now < end, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(20)) }
    }

    /// How often the server's answer was waited for: what work costs, as far as tests can tell.
    package var roundTrips: Int { trips.load(ordering: .relaxed) }

    func countRoundTrip() { trips.wrappingAdd(1, ordering: .relaxed) }

    /// Whether the server answers.
    package func ping() async throws -> Bool {
        _ = try await nextConnection().connected().send([.plain("select 1")], within: .seconds(2))
        return true
    }

    /// The single row of a statement headed `:one`.
    package func one<P, Output>(
        _ query: Query<P, Output>, _ parameters: P, as scope: Scope = .none
    ) async throws -> Output {
        try query.only(await read(query, parameters, as: scope))
    }

    /// The row of a statement headed `:optional`, if there is one.
    package func first<P, Output>(
        _ query: Query<P, Output>, _ parameters: P, as scope: Scope = .none
    ) async throws -> Output? {
        try query.rows(await read(query, parameters, as: scope)).first
    }

    /// All rows of a statement headed `:many`.
    package func all<P, Output>(
        _ query: Query<P, Output>, _ parameters: P, as scope: Scope = .none
    ) async throws -> [Output] {
        try query.rows(await read(query, parameters, as: scope))
    }

    /// Several reads for one scope in one round trip, seen at one moment: a thing with what belongs to it.
    package func together<each P, each Output>(
        _ reads: repeat (Query<each P, each Output>, each P), as scope: Scope
    ) async throws -> (repeat [each Output]) {
        var calls = scope.calls
        var isRead = true
        for read in repeat each reads {
            calls.append(try call(read.0, read.1))
            if !self.isRead(read.0) { isRead = false }
        }
        let count = calls.count - scope.calls.count
        var results = try await exchange(calls, isRead: isRead).suffix(count)
        func next<A, B>(_ query: Query<A, B>) throws -> [B] {
            guard let result = results.popFirst() else { throw PostgresError.rowCount(query: query.name, 0) }
            return try query.rows(result)
        }
        return try (repeat next((each reads).0))
    }

    /// Runs a statement headed `:exec` in a transaction of its own and says how many rows it touched.
    @discardableResult
    package func run<P>(_ query: Query<P, Never>, _ parameters: P, as scope: Scope = .none) async throws -> Int {
        try await exchange(scope.calls + [call(query, parameters)], isRead: false).last?.affected ?? 0
    }

    /// The scope and the statement go under one Sync: they share an implicit transaction, so the setting ends with it.
    private func read<P, Output>(
        _ query: Query<P, Output>, _ parameters: P, as scope: Scope
    ) async throws -> QueryResult {
        let results = try await exchange(scope.calls + [call(query, parameters)], isRead: isRead(query))
        guard let last = results.last else { throw PostgresError.rowCount(query: query.name, 0) }
        return last
    }

    /// What did nothing is sent once more: a read whose connection went away, and whatever had a stale plan. When the
    /// connection of anything else goes away, the outcome is unknown.
    private func exchange(_ calls: [Call], isRead: Bool) async throws -> [QueryResult] {
        // The second time on the same one, which is new by then: when the server restarts, the others are as dead.
        let shared = nextConnection()
        countRoundTrip()
        guard isRead else {
            do { return try await write(calls, on: shared) } catch let error as PostgresError where error.isStalePlan {
                return try await write(calls, on: shared)
            }
        }
        let results: [QueryResult]
        do {
            results = try await shared.connected().send(calls, within: deadline)
        } catch let error as PostgresError where error.isStalePlan || error.isUnavailable {
            results = try await shared.connected().send(calls, within: deadline)
        }
        try Task.checkCancellation()
        return results
    }

    private func write(_ calls: [Call], on shared: SharedConnection) async throws -> [QueryResult] {
        let connection = try await shared.connected()
        do {
            return try await connection.send(calls, isCommit: true, within: deadline)
        } catch PostgresError.unavailable {
            throw PostgresError.outcomeUnknown
        }
    }

    private func isRead<P, Output>(_ query: Query<P, Output>) -> Bool { queries[query.name]?.isRead == true }

    private func nextConnection() -> SharedConnection {
        shared[nextShared.wrappingAdd(1, ordering: .relaxed).oldValue % shared.count]
    }

    /// A connection to oneself, for as long as `body` runs: for statements that take long, one at a time.
    package func withConnection<T: Sendable>(
        _ body: (LeasedConnection) async throws -> T
    ) async throws -> T {
        let connection = try await leases.take()
        do {
            let value = try await body(LeasedConnection(connection: connection, database: self))
            leases.put(back: connection)
            return value
        } catch {
            leases.put(back: connection)
            throw error
        }
    }

    /// Runs `body` between BEGIN and COMMIT; rolled back when it throws.
    ///
    /// BEGIN and the scope travel with the first statement. Returns only after a clean commit; throws
    /// `PostgresError.outcomeUnknown` when the commit's answer never came or isn't vouched for.
    package func transaction<T: Sendable>(
        as scope: Scope = .none, _ body: (Transaction) async throws -> T
    ) async throws -> T {
        try await withConnection { leased in
            let transaction = Transaction(leased: leased, scope: scope)
            let value: T
            do {
                value = try await body(transaction)
            } catch {
                await transaction.rollback()
                throw error
            }
            try await transaction.commit()
            return value
        }
    }

    func call<P, Output>(_ query: Query<P, Output>, _ parameters: P) throws -> Call {
        guard let statement = queries[query.name] else { throw PostgresError.undeclared(query: query.name) }
        return Call(
            name: query.name, sql: statement.sql, oids: query.parameterOIDs, parameters: try query.encoded(parameters))
    }

    /// Beyond the server's own limit: when this is over, the connection is lost.
    var deadline: Duration { configuration.statementTimeout + .seconds(5) }
}

/// For whom a statement acts: settings that row-level security reads, gone when the transaction ends.
package struct Scope: Sendable, Hashable {
    private let names: [String]
    private let values: [String]

    package init(_ settings: [(String, String)]) {
        names = settings.map(\.0)
        values = settings.map(\.1)
    }

    package static let none = Scope([])

    var calls: [Call] {
        zip(names, values).map { name, value in
            Call(
                name: "scope", sql: "select set_config($1, $2, true)", oids: [String.oid, String.oid],
                parameters: [name.encoded(), value.encoded()])
        }
    }
}

extension Query {
    func encoded(_ parameters: Parameters) throws(PostgresError) -> [[UInt8]?] {
        do { return try encode(parameters) } catch {
            throw .undecodable(query: name, expected: (error as? Undecodable)?.expected ?? "\(error)")
        }
    }

    func rows(_ result: QueryResult) throws(PostgresError) -> [Output] {
        // A row reads from the result's memory.
        defer { withExtendedLifetime(result) {} }
        var rows: [Output] = []
        rows.reserveCapacity(Int(result.count))
        for index in 0..<result.count {
            var row = Row(result.handle, index: index)
            do { rows.append(try decode(&row)) } catch {
                throw .undecodable(query: name, expected: (error as? Undecodable)?.expected ?? "\(error)")
            }
        }
        return rows
    }

    func only(_ result: QueryResult) throws(PostgresError) -> Output {
        let rows = try rows(result)
        guard rows.count == 1 else { throw .rowCount(query: name, rows.count) }
        return rows[0]
    }
}
