import CLibpq
import Dispatch
import Glibc
import Synchronization

/// A connection outside of pipeline mode, used by one task at a time and blocking only its own thread: for COPY, LISTEN,
/// migrations, the check of queries, and tools that make databases. Requests never use it.
package final class PlainConnection: @unchecked Sendable {
    private let handle: OpaquePointer
    private let queue = DispatchQueue(label: "postgres.plain")

    /// Connects to a URL or to keywords and values, as libpq reads them; closes when nobody holds it any more.
    package static func connect(_ conninfo: String) async throws -> PlainConnection {
        try await Blocking.run { try PlainConnection(conninfo) }
    }

    private init(_ conninfo: String) throws(PostgresError) {
        let handle = try OpaquePointer(connecting: conninfo)
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        self.handle = handle
    }

    deinit { PQfinish(handle) }

    /// Runs blocking work with the handle on this connection's own thread.
    func perform<T: Sendable>(_ work: @escaping @Sendable (OpaquePointer) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { @Sendable [self] in continuation.resume(with: Result { try work(handle) }) }
        }
    }

    /// Runs SQL of one or more statements and gives the first column of the last result.
    @discardableResult
    package func execute(_ sql: String) async throws -> [String] {
        try await perform { try Self.execute(sql, on: $0) }
    }

    @discardableResult
    private static func execute(_ sql: String, on handle: OpaquePointer) throws(PostgresError) -> [String] {
        guard let raw = PQexec(handle, sql) else { throw .unavailable("connection lost") }
        let result = QueryResult(raw)
        switch PQresultStatus(raw) {
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_COPY_IN, PGRES_COPY_OUT: return []
        case PGRES_TUPLES_OK: return (0..<result.count).map { String(cString: PQgetvalue(raw, $0, 0)) }
        default:
            if PQstatus(handle) == CONNECTION_BAD { throw .unavailable("connection lost") }
            throw PostgresError(raw)
        }
    }

    /// The server's words about the last failure, for people who run migrations.
    func lastMessage() async throws -> String {
        try await perform { String(cString: PQerrorMessage($0)) }
    }
}

extension Database {
    /// Streams rows into `COPY … FROM STDIN` and says how many arrived. Waits for the server where the rows come faster
    /// than it takes them, so that memory stays flat. Rows are in the format that the statement names.
    package func copyIn<Rows: AsyncSequence>(
        _ sql: String, rows: Rows
    ) async throws -> Int where Rows.Element == [UInt8] {
        let connection = try await PlainConnection.connect(configuration.conninfo)
        // The limit is for a statement's work, and this one waits for its other end.
        try await connection.execute("set statement_timeout = 0")
        try await connection.execute(sql)
        do {
            var chunk: [UInt8] = []
            for try await row in rows {
                chunk += row
                if chunk.count >= 64 * 1024 {
                    let full = chunk
                    try await connection.perform { try $0.putCopy(full) }
                    chunk.removeAll(keepingCapacity: true)
                }
            }
            let rest = chunk
            return try await connection.perform { handle in
                try handle.putCopy(rest)
                return try handle.endCopy(because: nil)
            }
        } catch {
            _ = try? await connection.perform { try $0.endCopy(because: "cancelled by the sender") }
            throw error
        }
    }

    /// Streams what `COPY … TO STDOUT` gives, chunk by chunk, to `take`, which is waited for.
    package func copyOut(_ sql: String, take: @Sendable ([UInt8]) async throws -> Void) async throws {
        let connection = try await PlainConnection.connect(configuration.conninfo)
        // The limit is for a statement's work, and this one waits for its other end.
        try await connection.execute("set statement_timeout = 0")
        try await connection.execute(sql)
        var isLast = false
        while !isLast {
            let chunk = try await connection.perform { try $0.nextCopy() }
            if !chunk.bytes.isEmpty { try await take(chunk.bytes) }
            isLast = chunk.isLast
        }
    }
}

extension OpaquePointer {
    fileprivate func putCopy(_ bytes: [UInt8]) throws(PostgresError) {
        guard !bytes.isEmpty else { return }
        let sent = bytes.withUnsafeBytes { buffer in
            PQputCopyData(self, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
        }
        guard sent == 1 else { throw .unavailable("connection lost") }
    }

    fileprivate func endCopy(because reason: String?) throws(PostgresError) -> Int {
        guard PQputCopyEnd(self, reason) == 1 else { throw .unavailable("connection lost") }
        var copied = 0
        var failure: PostgresError?
        while let raw = PQgetResult(self) {
            let result = QueryResult(raw)
            if PQresultStatus(raw) == PGRES_COMMAND_OK {
                copied = result.affected
            } else {
                failure = PostgresError(raw)
            }
        }
        if let failure { throw failure }
        return copied
    }

    /// At least 64 KiB a time while there is that much. Not to be asked again after the last.
    fileprivate func nextCopy() throws(PostgresError) -> (bytes: [UInt8], isLast: Bool) {
        var chunk: [UInt8] = []
        while chunk.count < 64 * 1024 {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(self, &buffer, 0)
            if count > 0, let buffer {
                chunk += UnsafeRawBufferPointer(start: buffer, count: Int(count))
                PQfreemem(buffer)
                continue
            }
            if count == -2 { throw .unavailable("connection lost") }
            var failure: PostgresError?
            while let raw = PQgetResult(self) {
                let result = QueryResult(raw)
                if PQresultStatus(result.handle) != PGRES_COMMAND_OK { failure = PostgresError(raw) }
            }
            if let failure { throw failure }
            return (chunk, true)
        }
        return (chunk, false)
    }
}
