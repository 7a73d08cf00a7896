package import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// Another organisation's server, on this machine: keeps what is posted to it and answers as it is told.
package final class TestReceiver: Sendable {
    package struct Message: Sendable {
        package let path: String
        package let headers: HTTPFields
        package let body: [UInt8]
    }

    private struct State {
        var messages: [Message] = []
        var answers: [String: [HTTPResponse.Status]] = [:]
        var held: Set<String> = []
    }

    private let state = Mutex(State())
    private let openPort = Mutex(0)

    package var port: Int { openPort.withLock { $0 } }
    package var messages: [Message] { state.withLock(\.messages) }

    /// What a path answers to its next messages, one after the other; 204 once there is no more.
    package func answer(_ path: String, _ statuses: HTTPResponse.Status...) {
        state.withLock { $0.answers[path, default: []] += statuses }
    }

    /// A path that takes messages and says nothing until it is released.
    package func hold(_ path: String) { state.withLock { _ = $0.held.insert(path) } }
    package func release(_ path: String) { state.withLock { _ = $0.held.remove(path) } }

    package static func with(_ body: (TestReceiver) async throws -> Void) async throws {
        let receiver = TestReceiver()
        let opened = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in try await receiver.take(request) },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in opened.continuation.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() })
        let serving = Task { try await application.run() }
        for await port in opened.stream.prefix(1) { receiver.openPort.withLock { $0 = port } }
        defer { serving.cancel() }
        try await body(receiver)
    }

    private func take(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 10_000_000)
        let path = request.uri.path
        let message = Message(path: path, headers: request.headers, body: Array(body.readableBytesView))
        let status = state.withLock { state in
            state.messages.append(message)
            guard let next = state.answers[path]?.first else { return HTTPResponse.Status.noContent }
            state.answers[path]?.removeFirst()
            return next
        }
        while state.withLock({ $0.held.contains(path) }) { try await Task.sleep(for: .milliseconds(20)) }
        var response = Response(status: status)
        if status.kind == .redirection { response.headers[.location] = "/elsewhere" }
        return response
    }
}
