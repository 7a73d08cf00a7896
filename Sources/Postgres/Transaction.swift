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
        database.countRoundTrip()
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
    private struct State {
        enum Phase {
            /// BEGIN and the scope travel with the first statement.
            case notBegun
            case open
            case over
        }

        var phase = Phase.notBegun
        /// Statements that travel with the next one, or with COMMIT.
        var held: [Call] = []
    }

    private let leased: LeasedConnection
    private let scope: Scope
    private let state = Mutex(State())

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

    /// Several statements that don't need each other's results in one round trip, in this order. Each sees what was
    /// committed until it begins: one behind a lock, what its holder before did.
    package func together<each P, each Output>(
        _ statements: repeat (Query<each P, each Output>, each P)
    ) async throws -> (repeat [each Output]) {
        var calls: [Call] = []
        for statement in repeat each statements {
            calls.append(try leased.database.call(statement.0, statement.1))
        }
        var results = try await send(calls).suffix(calls.count)
        func next<A, B>(_ query: Query<A, B>) throws -> [B] {
            guard let result = results.popFirst() else { throw PostgresError.rowCount(query: query.name, 0) }
            return try query.rows(result)
        }
        return try (repeat next((each statements).0))
    }

    /// Runs a statement headed `:exec` and says how many rows it touched.
    @discardableResult
    package func run<P>(_ query: Query<P, Never>, _ parameters: P) async throws -> Int {
        try await last(query, parameters).affected
    }

    /// Has a statement headed `:exec` done before whatever is sent next, COMMIT at the latest, and travel with it: for
    /// one whose count nobody needs. What it fails with is thrown there.
    package func later<P>(_ query: Query<P, Never>, _ parameters: P) throws {
        let call = try leased.database.call(query, parameters)
        try state.withLock { state throws(PostgresError) in
            guard state.phase != .over else { throw .unavailable("the transaction is over") }
            state.held.append(call)
        }
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

    /// What travels in front of the next statement.
    private func opening() throws(PostgresError) -> [Call] {
        let before = state.withLock { state in
            defer { if state.phase == .notBegun { state.phase = .open } }
            defer { state.held = [] }
            return state
        }
        switch before.phase {
        case .notBegun: return [.plain("begin")] + scope.calls + before.held
        case .open: return before.held
        case .over: throw .unavailable("the transaction is over")
        }
    }

    /// What it was before its end.
    private func end() -> State {
        state.withLock { state in
            defer { state = State(phase: .over) }
            return state
        }
    }

    func commit() async throws {
        let before = end()
        var calls = before.held + [.plain("commit")]
        switch before.phase {
        case .over: return
        case .notBegun where before.held.isEmpty: return
        case .notBegun: calls = [.plain("begin")] + scope.calls + calls
        case .open: break
        }
        let results: [QueryResult]
        do {
            results = try await leased.send(calls, isCommit: true)
        } catch {
            // What was held failed, and COMMIT was skipped.
            if !before.held.isEmpty { await abandon() }
            throw error
        }
        // A transaction that failed on the way is rolled back by COMMIT, without an error.
        guard results.last?.command == "COMMIT" else {
            throw PostgresError.server(code: "25P02", constraint: nil, detail: .init(text: ""))
        }
    }

    func rollback() async {
        guard end().phase == .open else { return }
        await abandon()
    }

    private func abandon() async {
        // Also after cancellation: the connection must not go back with a transaction open.
        let leased = leased
        await Task {
            do { _ = try await leased.send([.plain("rollback")]) } catch { leased.connection.close() }
        }.value
    }
}
