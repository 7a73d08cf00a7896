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

    /// Sends calls under one Sync, made while the connection is locked. When the task is cancelled meanwhile, the
    /// server is asked to stop; never at a commit.
    func send(
        _ calls: @autoclosure () throws -> [Call], isCommit: Bool = false
    ) async throws -> [QueryResult] {
        guard !isCommit else {
            return try await connection.send(try calls(), isCommit: true, within: database.deadline)
        }
        try Task.checkCancellation()
        do {
            return try await withTaskCancellationHandler {
                try await connection.send(try calls(), within: database.deadline)
            } onCancel: {
                connection.cancel()
            }
        } catch PostgresError.statementTimeout where Task.isCancelled {
            throw CancellationError()
        }
    }
}

/// Statements between BEGIN and COMMIT on one connection, for one scope.
///
/// Those awaited together (`async let`) travel together behind BEGIN, in the order in which their tasks come. Not to
/// be kept after the closure that it was given to: then it refuses.
package final class Transaction: Sendable {
    private enum State {
        /// BEGIN and the scope travel with the first statement.
        case notBegun
        case open
        case over
    }

    private let leased: LeasedConnection
    private let scope: Scope
    private let state = Mutex(State.notBegun)

    init(leased: LeasedConnection, scope: Scope) {
        self.leased = leased
        self.scope = scope
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
        let calls = try batch.calls(leased.database)
        if !calls.isEmpty { _ = try await send(calls) }
    }

    /// The rows of several statements, in one round trip; each sees what was committed when its turn came.
    package func together<each P, each Output>(
        _ reads: repeat (Query<each P, each Output>, each P)
    ) async throws -> (repeat [each Output]) {
        var calls: [Call] = []
        for read in repeat each reads { calls.append(try leased.database.call(read.0, read.1)) }
        var results = try await send(calls).suffix(calls.count)
        func next<A, B>(_ query: Query<A, B>) throws -> [B] {
            guard let result = results.popFirst() else { throw PostgresError.rowCount(query: query.name, 0) }
            return try query.rows(result)
        }
        return try (repeat next((each reads).0))
    }

    private func last<P, Output>(_ query: Query<P, Output>, _ parameters: P) async throws -> QueryResult {
        let results = try await send([leased.database.call(query, parameters)])
        guard let last = results.last else { throw PostgresError.rowCount(query: query.name, 0) }
        return last
    }

    private func send(_ calls: [Call]) async throws -> [QueryResult] {
        // Looked at with the connection locked, so that whoever is sent first brings BEGIN.
        try await leased.send(try opening() + calls)
    }

    private func opening() throws(PostgresError) -> [Call] {
        let before = state.withLock { state in
            defer { if case .notBegun = state { state = .open } }
            return state
        }
        switch before {
        case .notBegun: return [.plain("begin")] + scope.calls
        case .open: return []
        case .over: throw .unavailable("the transaction is over")
        }
    }

    /// Whether there is anything to end.
    private func end() -> Bool {
        state.withLock { state in
            defer { state = .over }
            return if case .open = state { true } else { false }
        }
    }

    func commit() async throws {
        guard end() else { return }
        let result = try await leased.send([.plain("commit")], isCommit: true).last
        // A transaction that failed on the way is rolled back by COMMIT, without an error.
        guard result?.command == "COMMIT" else {
            throw PostgresError.server(code: "25P02", constraint: nil, detail: .init(text: ""))
        }
    }

    func rollback() async {
        guard end() else { return }
        // Also after cancellation: the connection must not go back with a transaction open.
        let leased = leased
        await Task {
            do { _ = try await leased.send([.plain("rollback")]) } catch { leased.connection.close() }
        }.value
    }
}

/// Statements to be sent together.
package struct Batch: Sendable {
    private var made: [@Sendable (Database) throws -> Call] = []

    package init() {}

    package mutating func run<P: Sendable>(_ query: Query<P, Never>, _ parameters: P) {
        made.append { try $0.call(query, parameters) }
    }

    func calls(_ database: Database) throws -> [Call] { try made.map { try $0(database) } }
}
