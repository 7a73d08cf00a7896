import Core
import HTTPTypes
package import Hummingbird
import NIOCore

/// Events pushed to a browser over one long answer (HTML Standard section 9.2, server-sent events).
package enum EventStream {
    static let contentType = "text/event-stream"

    /// An answer that goes on until the events end, the browser leaves, or the server is about to stop; browsers then
    /// come again by themselves and say what they saw last (`Last-Event-ID`).
    ///
    /// - Parameters:
    ///   - events: bytes as `event(…)` makes them. Its continuation learns by `onTermination` that nobody listens.
    ///   - heartbeat: a comment goes out so often, so that proxies keep the connection and a dead one is noticed.
    package static func response(
        _ events: AsyncStream<[UInt8]>, context: PortalContext, heartbeat: Duration = .seconds(15)
    ) -> Response {
        let ending = context.ending
        let body = ResponseBody { writer in
            // One who reads more slowly than events come is cut off and comes again, rather than kept in memory.
            let (steps, steer) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingOldest(256))
            let ticket = ending.whenDue { steer.finish() }
            let feeding = Task {
                for await event in events {
                    if case .enqueued = steer.yield(event) { continue }
                    break
                }
                steer.finish()
            }
            let beating = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: heartbeat)
                    steer.yield(Array(":\n\n".utf8))
                }
            }
            defer {
                feeding.cancel()
                beating.cancel()
                _ = ticket
            }
            try await writer.write(ByteBuffer(string: "retry: 5000\n\n"))
            for await step in steps { try await writer.write(ByteBuffer(bytes: step)) }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: contentType, .cacheControl: "no-store", .connection: "close"],
            body: body)
    }

    /// One event. Line breaks in `data` are kept; those in the other two would end the field and are left out.
    package static func event(id: String? = nil, name: String? = nil, data: String) -> [UInt8] {
        var bytes: [UInt8] = []
        func line(_ field: String, _ value: some Sequence<UInt8>) {
            bytes += "\(field): ".utf8
            bytes += value.filter { $0 != 0 && $0 != 0x0A && $0 != 0x0D }
            bytes.append(0x0A)
        }
        if let id { line("id", id.utf8) }
        if let name { line("event", name.utf8) }
        for part in data.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) { line("data", part) }
        bytes.append(0x0A)
        return bytes
    }
}
