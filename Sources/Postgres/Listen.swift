import CLibpq
import Glibc

/// What a listener hears.
package enum Notice: Sendable, Hashable {
    case notification(channel: String, payload: String)
    /// Listening again after the connection was lost: what was said meanwhile is lost, so look for yourself.
    case reconnected
}

extension Database {
    /// Listens to a channel until the consumer stops, through any number of lost connections.
    package func listen(_ channel: String) -> AsyncStream<Notice> {
        let conninfo = configuration.conninfo
        return AsyncStream(bufferingPolicy: .bufferingNewest(10_000)) { continuation in
            let task = Task {
                var isFirst = true
                while !Task.isCancelled {
                    do {
                        let connection = try await PlainConnection.connect(conninfo)
                        try await connection.execute("listen \"\(channel.filter { $0.isLetter || $0 == "_" })\"")
                        if !isFirst { continuation.yield(.reconnected) }
                        isFirst = false
                        while !Task.isCancelled {
                            for notice in try await connection.perform({ try $0.nextNotices() }) {
                                continuation.yield(notice)
                            }
                        }
                    } catch {
                        isFirst = false
                        try? await Task.sleep(for: .milliseconds(500))
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

extension OpaquePointer {
    /// Waits up to half a second for notifications.
    fileprivate func nextNotices() throws(PostgresError) -> [Notice] {
        var descriptor = pollfd(fd: PQsocket(self), events: Int16(POLLIN), revents: 0)
        _ = poll(&descriptor, 1, 500)
        guard PQconsumeInput(self) == 1 else { throw .unavailable("connection lost") }
        var notices: [Notice] = []
        while let notice = PQnotifies(self) {
            notices.append(
                .notification(
                    channel: String(cString: notice.pointee.relname), payload: String(cString: notice.pointee.extra)))
            PQfreemem(notice)
        }
        return notices
    }
}
