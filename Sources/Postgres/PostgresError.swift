/// What can go wrong with the database, in the cases that callers treat differently.
///
/// `description` may be logged: it shows no statement, no value and nothing that the server says about them.
package enum PostgresError: Error, CustomStringConvertible {
    /// The server refused a statement. `code` is its SQLSTATE.
    case server(code: String, constraint: String?, detail: ServerMessage)
    /// A COMMIT whose answer never came, or that the server itself doesn't vouch for: done or not, nobody knows yet.
    case outcomeUnknown
    /// No connection to be had.
    case unavailable(String)
    /// All connections were busy for too long.
    case queueTimeout
    /// The statement took longer than it may.
    case statementTimeout
    /// A value isn't what the program takes it for.
    case undecodable(query: String, expected: String)
    /// A statement that returns one row returned another number of them.
    case rowCount(query: String, Int)
    /// The catalogue has no such statement.
    case undeclared(query: String)

    /// The server's own words, kept apart because they may show values.
    package struct ServerMessage: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
        let text: String
        var isStalePlan = false
        package var description: String { "…" }
        package var debugDescription: String { text }
    }

    package var description: String {
        switch self {
        case .server(let code, let constraint, _): "database refused: \(code)\(constraint.map { " (\($0))" } ?? "")"
        case .outcomeUnknown: "outcome of a commit unknown"
        case .unavailable(let why): "database unavailable: \(why)"
        case .queueTimeout: "all database connections are busy"
        case .statementTimeout: "a database statement took too long"
        case .undecodable(let query, let expected): "\(query): a value is no \(expected)"
        case .rowCount(let query, let count): "\(query): \(count) rows"
        case .undeclared(let query): "\(query): no such statement"
        }
    }

    /// Whether a statement broke the named uniqueness rule (SQLSTATE 23505).
    package func isUniqueViolation(constraint name: String) -> Bool {
        if case .server("23505", name, _) = self { true } else { false }
    }

    var isUnavailable: Bool { if case .unavailable = self { true } else { false } }

    /// Whether a prepared statement was gone or no longer fits the schema: its transaction did nothing, and it will be
    /// prepared anew.
    var isStalePlan: Bool {
        if case .server(_, _, let detail) = self { detail.isStalePlan } else { false }
    }

    /// Whether trying again a little later may help: the caller is told so, and loses nothing by it.
    package var isTransient: Bool {
        switch self {
        case .outcomeUnknown, .unavailable, .queueTimeout, .statementTimeout: true
        // A stale plan, serialization failure, deadlock, too many connections, shutting down, out of disk or memory.
        case .server(let code, _, _): isStalePlan || ["40", "53", "57"].contains(code.prefix(2))
        case .undecodable, .rowCount, .undeclared: false
        }
    }
}
