import CLibpq
import Glibc

/// What a listener hears.
package struct Notice: Sendable, Hashable {
    package enum Kind: Sendable {
        case notification
        /// Listening from here on, for the first time or again: what was said before is lost, so look for yourself.
        case listening
        /// The connection is gone: nothing is heard until `listening` comes.
        case lost
    }

    package let kind: Kind
    /// Empty unless something was notified.
    package let channel: String
    package let payload: String

    package static let listening = Notice(kind: .listening, channel: "", payload: "")
    package static let lost = Notice(kind: .lost, channel: "", payload: "")

    package static func notification(channel: String, payload: String) -> Notice {
        Notice(kind: .notification, channel: channel, payload: payload)
    }
}

extension Database {
    /// Listens to a channel until the consumer stops, through any number of lost connections.
    package func listen(_ channel: String) -> AsyncStream<Notice> {
        let conninfo = configuration.conninfo
        return AsyncStream(bufferingPolicy: .bufferingNewest(10_000)) { continuation in
            let task = Task {
                while !Task.isCancelled {
                    do {
                        let connection = try await PlainConnection.connect(conninfo)
                        try await connection.execute("listen \"\(channel.filter { $0.isLetter || $0 == "_" })\"")
                        continuation.yield(.listening)
                        while !Task.isCancelled {
                            for notice in try await connection.perform({ try $0.nextNotices() }) {
                                continuation.yield(notice)
                            }
                        }
                    } catch {
                        continuation.yield(.lost)
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
