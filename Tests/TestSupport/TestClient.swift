package import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore
package import Server
import Synchronization

/// Asks a site without a socket: the same responder, the same context, no connection.
///
/// Keeps cookies as a browser does, follows no redirect by itself.
package final class TestClient: Sendable {
    /// What came back, read whole.
    package struct Answer: Sendable {
        package let status: HTTPResponse.Status
        package let headers: HTTPFields
        package let body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
        package var location: String? { headers[.location] }
    }

    private struct Source: RequestContextSource {
        let logger: Logger
    }

    private let ask: @Sendable (Request, PortalContext) async throws -> Response
    private let authority: String
    private let peer: String
    private let logger: Logger
    private let jar = Mutex<[String: String]>([:])

    /// - Parameters:
    ///   - authority: what stands in `Host`.
    ///   - peer: address that the requests seem to come from.
    package init(
        _ responder: some HTTPResponder<PortalContext>, authority: String = "localhost:8080",
        peer: String = "203.0.113.7", logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) {
        ask = { try await responder.respond(to: $0, context: $1) }
        self.authority = authority
        self.peer = peer
        self.logger = logger
    }

    /// The value of a cookie that the site set and didn't take back.
    package func cookie(_ name: String) -> String? { jar.withLock { $0[name] } }

    package func setCookie(_ name: String, to value: String?) { jar.withLock { $0[name] = value } }

    package func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, headers: headers)
    }

    /// Sends a form as a page of our own does.
    package func post(
        _ path: String, form: [(String, String)] = [], headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        let body = form.map { PercentEncoding.encode($0) + "=" + PercentEncoding.encode($1) }.joined(separator: "&")
        return try await send(.post, path, headers: headers, body: Array(body.utf8))
    }

    /// - Parameter chunks: the body as it arrives. With `declaresLength` off it comes without `Content-Length`.
    package func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: [UInt8] = [],
        inPiecesOf size: Int = 65_536, declaresLength: Bool = true
    ) async throws -> Answer {
        var head = HTTPRequest(method: method, scheme: "http", authority: authority, path: path, headerFields: headers)
        let cookies = jar.withLock { $0 }
        if !cookies.isEmpty, head.headerFields[.cookie] == nil {
            head.headerFields[.cookie] = cookies.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        }
        if !body.isEmpty {
            if declaresLength {
                head.headerFields[.contentLength] = head.headerFields[.contentLength] ?? String(body.count)
            } else {
                head.headerFields[.transferEncoding] = "chunked"
            }
        }
        let pieces = stride(from: 0, to: body.count, by: max(1, size)).map {
            ByteBuffer(bytes: body[$0..<min(body.count, $0 + max(1, size))])
        }
        let stream = AsyncStream<ByteBuffer> { continuation in
            for piece in pieces { continuation.yield(piece) }
            continuation.finish()
        }
        let context = PortalContext(source: Source(logger: logger), peer: peer)
        let response = try await ask(Request(head: head, body: RequestBody(asyncSequence: stream)), context)
        keepCookies(response.headers)
        let collected = Collected()
        try await response.body.write(collected)
        return Answer(status: response.status, headers: response.headers, body: collected.bytes)
    }

    private func keepCookies(_ headers: HTTPFields) {
        for field in headers[values: .setCookie] {
            let parts = field.split(separator: ";").map { $0.drop { $0 == " " } }
            guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { continue }
            let isGone = parts.contains("Max-Age=0")
            jar.withLock { $0[String(pair[..<equals])] = isGone ? nil : String(pair[pair.index(after: equals)...]) }
        }
    }

    private final class Collected: ResponseBodyWriter {
        var bytes: [UInt8] = []

        func write(_ buffer: ByteBuffer) async throws { bytes.append(contentsOf: buffer.readableBytesView) }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
