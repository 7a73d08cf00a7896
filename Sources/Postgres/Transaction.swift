import Dispatch
import Synchronization

/// A connection to oneself, outside of any transaction.
package struct LeasedConnection: Sendable {
    let connection: Connection
    let database: Database

    package func one<P, Output>(_ query: Query<P, Output>, _ parameters: P) async throws -> Output {
        try query.only(await last(query, parameters))
    }

    package func first<P, Output>(_ query: Query<P, Output>, _ parameters: P) async throws -> Output? {
        try query.rows(await last(query, parameters)).first
    }

    package func all<P, Output>(_ query: Query<P, Output>, _ parameters: P) async throws -> [Output] {
        try query.rows(await last(query, parameters))
    }

    private func last<P, Output>(_ query: Query<P, Output>, _ parameters: P) async throws -> QueryResult {
        let results = try await send([database.call(query, parameters)])
        guard let last = results.last else { throw PostgresError.rowCount(query: query.name, 0) }
        return last
    }

    /// Sends calls under one Sync. When the task is cancelled meanwhile, the server is asked to stop; never at a commit.
    func send(_ calls: [Connection.Call], isCommit: Bool = false) async throws -> [QueryResult] {
        guard !isCommit else {
            return try await connection.send(calls, isCommit: true, within: database.deadline)
        }
        try Task.checkCancellation()
        do {
            return try await withTaskCancellationHandler {
                try await connection.send(calls, within: database.deadline)
            } onCancel: {
                let connection = connection
                connection.markCancelled()
                DispatchQueue.global().async { @Sendable in connection.cancelRunning() }
            }
        } catch PostgresError.statementTimeout where Task.isCancelled {
            throw CancellationError()
        }
    }
}

/// Statements between BEGIN and COMMIT on one connection, for one scope.
package final class Transaction: Sendable {
    private let leased: LeasedConnection
    private let opening: Mutex<[Connection.Call]>

    init(leased: LeasedConnection, scope: Scope) {
        self.leased = leased
        opening = Mutex([.plain("begin")] + scope.calls)
    }

    /// The single row of a statement headed `:one`.
    package func one<P, Output>(_ query: Query<P, Output>, _ parameters: P) async throws -> Output {
        try query.only(await last(query, parameters))
    }

    /// The row of a statement headed `:optional`, if there is one.
    package func first<P, Output>(_ query: Query<P, Output>, _ parameters: P) async throws -> Output? {
        try query.rows(await last(query, parameters)).first
    }

    /// All rows of a statement headed `:many`.
    package func all<P, Output>(_ query: Query<P, Output>, _ parameters: P) async throws -> [Output] {
        try query.rows(await last(query, parameters))
    }

    /// Runs a statement headed `:exec` and says how many rows it touched.
    @discardableResult
    package func run<P>(_ query: Query<P, Never>, _ parameters: P) async throws -> Int {
        try await last(query, parameters).affected
    }

    /// Sends several statements that don't need each other's results in one round trip, in this order.
    package func run(_ batch: Batch) async throws {
        _ = try await leased.send(begun() + batch.calls(leased.database))
    }

    private func last<P, Output>(_ query: Query<P, Output>, _ parameters: P) async throws -> QueryResult {
        let results = try await leased.send(begun() + [leased.database.call(query, parameters)])
        guard let last = results.last else { throw PostgresError.rowCount(query: query.name, 0) }
        return last
    }

    /// What opens the transaction, the first time.
    private func begun() -> [Connection.Call] {
        opening.withLock { calls in
            defer { calls = [] }
            return calls
        }
    }

    func commit() async throws {
        guard begun().isEmpty else { return }
        let result = try await leased.send([.plain("commit")], isCommit: true).last
        // A transaction that failed on the way is rolled back by COMMIT, without an error.
        guard result?.command == "COMMIT" else {
            throw PostgresError.server(code: "25P02", constraint: nil, detail: .init(text: ""))
        }
    }

    func rollback() async {
        guard begun().isEmpty else { return }
        // Also after cancellation: the connection must not go back with a transaction open.
        let leased = leased
        await Task {
            do { _ = try await leased.send([.plain("rollback")]) } catch { leased.connection.close() }
        }.value
    }
}

/// Statements to be sent together.
package struct Batch: Sendable {
    private var made: [@Sendable (Database) throws -> Connection.Call] = []

    package init() {}

    package mutating func run<P: Sendable>(_ query: Query<P, Never>, _ parameters: P) {
        made.append { try $0.call(query, parameters) }
    }

    func calls(_ database: Database) throws -> [Connection.Call] { try made.map { try $0(database) } }
}

extension Connection.Call {
    static func plain(_ sql: String) -> Connection.Call {
        Connection.Call(name: sql, sql: sql, oids: [], parameters: [])
    }
}
