import CLibpq
import Dispatch
import Synchronization

/// Opens connections, each on a thread of its own while it blocks.
struct Connector: Sendable {
    let configuration: Database.Configuration
    let poller: Poller

    func connect() async throws -> Connection {
        let conninfo = configuration.conninfo
        return try await Blocking.run { try Connection(conninfo: conninfo, poller: poller) }
    }
}

/// Work that blocks, kept away from the threads that serve requests.
enum Blocking {
    static func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { @Sendable in
                continuation.resume(with: Result { try work() })
            }
        }
    }
}

extension OpaquePointer {
    /// Connects with libpq, blocking.
    init(connecting conninfo: String) throws(PostgresError) {
        guard Self.isWellFormed(conninfo) else { throw .unavailable("the address of the database can't be read") }
        guard let handle = PQconnectdb(conninfo) else { throw .unavailable("out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            let reason = String(cString: PQerrorMessage(handle))
            PQfinish(handle)
            throw .unavailable(reason.split(separator: "\n").first.map(String.init) ?? "no connection")
        }
        self = handle
    }

    /// libpq's messages quote what it can't make sense of, and the host and port that it took out of an address: with
    /// `/` or `@` unescaped in the password, that is a part of the password.
    private static func isWellFormed(_ conninfo: String) -> Bool {
        guard let options = PQconninfoParse(conninfo, nil) else { return false }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword.map({ String(cString: $0) }) {
            let value = option.pointee.val.map { String(cString: $0) } ?? ""
            if keyword == "host", value.contains("@") { return false }
            if keyword == "port", !value.utf8.allSatisfy({ (48...57).contains($0) || $0 == 44 }) { return false }
            option += 1
        }
        return true
    }
}

extension Database.Configuration {
    /// What libpq is given: the URL is expanded as `dbname`, and ours are added.
    var conninfo: String {
        var options = "-c statement_timeout=\(statementTimeout.milliseconds)"
        options += " -c timezone=UTC"
        if let role { options += " -c role=\(role)" }
        let separator = url.contains("?") ? "&" : "?"
        if url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") {
            return url + separator + "options=" + options.percentEncoded + "&application_name=" + applicationName
                + "&connect_timeout=5&keepalives_idle=30"
        }
        return url + " options='\(options)' application_name='\(applicationName)' connect_timeout=5 keepalives_idle=30"
    }
}

extension Duration {
    /// At least one: zero would switch the server's limit off.
    fileprivate var milliseconds: Int64 {
        max(1, components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}

extension String {
    fileprivate var percentEncoded: String {
        utf8.map { byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
            return isPlain ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16, uppercase: true).leftPadded
        }.joined()
    }

    private var leftPadded: String { utf8.count < 2 ? "0" + self : self }
}

/// A connection that everyone's short reads share; made when first needed and again after it was lost.
actor SharedConnection {
    private let connector: Connector
    private var current: Connection?
    private var connecting: Task<Connection, any Error>?
    private var failedAt: ContinuousClock.Instant?
    private var isClosed = false

    init(_ connector: Connector) { self.connector = connector }

    func connected() async throws -> Connection {
        guard !isClosed else { throw PostgresError.unavailable("shutting down") }
        if let current, current.isUsable { return current }
        if let connecting { return try await connecting.value }
        // While the server is down, one attempt in a tenth of a second is enough for all that wait.
        if let failedAt, .now - failedAt < .milliseconds(100) { throw PostgresError.unavailable("no connection") }
        let attempt = Task { try await connector.connect() }
        connecting = attempt
        defer { connecting = nil }
        do {
            let connection = try await attempt.value
            current = connection
            failedAt = nil
            return connection
        } catch {
            failedAt = .now
            throw error
        }
    }

    /// Is had by nobody any more; what is under way goes on.
    func close() { isClosed = true }
}

/// Connections for transactions: a bounded number, handed out in the order of asking.
final class LeasePool: Sendable {
    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Connection?, any Error>
    }

    private struct State {
        var idle: [Connection] = []
        var open = 0
        var waiters: [Waiter] = []
        var nextID = 0
        var isClosed = false

        mutating func turn(most: Int) throws(PostgresError) -> Turn {
            guard !isClosed else { throw .unavailable("shutting down") }
            while let connection = idle.popLast() {
                if connection.isUsable { return .idle(connection) }
                open -= 1
            }
            guard open < most else { return .wait }
            open += 1
            return .open
        }
    }

    private enum Turn {
        case idle(Connection)
        case open
        case wait
    }

    private let connector: Connector
    private let most: Int
    private let state = Mutex(State())

    init(_ connector: Connector, most: Int) {
        self.connector = connector
        self.most = max(1, most)
    }

    /// - Throws: `PostgresError.queueTimeout` when none came free in time.
    func take() async throws -> Connection {
        switch try state.withLock({ try $0.turn(most: most) }) {
        case .idle(let connection): return connection
        case .open: return try await connect()
        case .wait:
            if let connection = try await wait() { return connection }
            return try await connect()
        }
    }

    private func connect() async throws -> Connection {
        do {
            return try await connector.connect()
        } catch {
            release(nil)
            throw error
        }
    }

    private func wait() async throws -> Connection? {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let timer = Task {
            try await Task.sleep(for: connector.configuration.queueDeadline)
            giveUp(id, with: PostgresError.queueTimeout)
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { state in
                    guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                    // One may have come back between the look and the wait: nobody would say so later.
                    switch Result(catching: { () throws(PostgresError) in try state.turn(most: most) }) {
                    case .success(.idle(let connection)): continuation.resume(returning: connection)
                    case .success(.open): continuation.resume(returning: nil)
                    case .success(.wait): state.waiters.append(Waiter(id: id, continuation: continuation))
                    case .failure(let error): continuation.resume(throwing: error)
                    }
                }
            }
        } onCancel: {
            giveUp(id, with: CancellationError())
        }
    }

    private func giveUp(_ id: Int, with error: any Error) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: error)
    }

    func put(back connection: Connection) {
        guard !connection.isReusable else { return release(connection) }
        connection.close()
        release(nil)
    }

    /// Hands a connection, or the right to open one, to whoever waits longest.
    private func release(_ connection: Connection?) {
        let next: Waiter? = state.withLock { state in
            if !state.waiters.isEmpty { return state.waiters.removeFirst() }
            if let connection { state.idle.append(connection) } else { state.open -= 1 }
            return nil
        }
        next?.continuation.resume(returning: connection)
    }

    /// Whether all have come back.
    var isIdle: Bool { state.withLock { $0.open == $0.idle.count } }

    /// Hands out no more; those handed out may be used and come back.
    func close() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            state.isClosed = true
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: PostgresError.unavailable("shutting down")) }
    }
}
