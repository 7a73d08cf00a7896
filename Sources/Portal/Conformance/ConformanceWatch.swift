import Core
import Cryptography
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Server
import Synchronization

/// Stands between an agency's system and the portal: lets calls through, notes them, and now and then does to them what a bad
/// line does. Always the same in the same order, so that a run can be repeated.
final class ConformanceWatch: Sendable {
    private struct State {
        var log = ConformanceLog()
        var reports = 0
    }

    private let state = Mutex(State())

    var log: ConformanceLog { state.withLock(\.log) }

    /// `Site.Between`.
    @Sendable func pass(
        _ request: Request, _ context: PortalContext,
        _ answer: @Sendable (Request, PortalContext) async throws -> Response
    ) async throws -> Response {
        guard let kind = Self.kind(of: context) else { return try await answer(request, context) }
        var request = request
        var call = ConformanceLog.Call(at: Date(), kind: kind, id: context.id)
        if kind == .status || kind == .sync || kind == .token {
            call.body = try await request.bytes(upTo: 64 << 20)
            request.body = RequestBody(buffer: ByteBuffer(bytes: call.body))
        }
        call.key = request.headers[HTTPField.Name("Idempotency-Key")!].map {
            "\(context.parameter("code") ?? "") \($0)"
        }
        call.token = request.headers[.authorization].map { SHA256.hash(Array($0.utf8)) }
        if kind == .events { call.after = (try? request.queryFields()["after"]).flatMap { Int($0) } }
        call.fault = fault(for: kind)
        let index = state.withLock { state in
            state.log.calls.append(call)
            return state.log.calls.count - 1
        }
        do {
            var response = try await respond(call.fault, request, context, answer)
            if kind == .events { response = await noting(response, at: index) }
            note(response.status.code, at: index)
            return response
        } catch let failure as RequestFailure {
            note(failure.status.code, at: index)
            throw failure
        }
    }

    private func respond(
        _ fault: ConformanceLog.Call.Fault?, _ request: Request, _ context: PortalContext,
        _ answer: @Sendable (Request, PortalContext) async throws -> Response
    ) async throws -> Response {
        switch fault {
        case nil: return try await answer(request, context)
        case .lost:
            _ = try await answer(request, context)
            throw RequestFailure(.serviceUnavailable, type: "unavailable", headers: [.connection: "close"])
        case .refused: throw RequestFailure.unavailable(retryAfter: 1)
        case .limited:
            throw RequestFailure(
                .tooManyRequests, type: "too-many-requests",
                headers: [.retryAfter: String(Conformance.limitedSeconds)])
        case .expired:
            throw RequestFailure.unauthorized(challenge: "Bearer realm=\"portal\", error=\"invalid_token\"")
        }
    }

    /// Every third report is struck by the next kind of fault, so that a repetition gets through.
    private func fault(for kind: ConformanceLog.Call.Kind) -> ConformanceLog.Call.Fault? {
        guard kind == .status else { return nil }
        return state.withLock { state in
            state.reports += 1
            guard state.reports % 3 == 2 else { return nil }
            return ConformanceLog.Call.Fault.allCases[state.reports / 3 % ConformanceLog.Call.Fault.allCases.count]
        }
    }

    private func note(_ status: Int, at index: Int) { state.withLock { $0.log.calls[index].status = status } }

    /// Notes where an answer of the feed says to read on.
    private func noting(_ response: Response, at index: Int) async -> Response {
        let body = Collected()
        try? await response.body.write(body)
        let bytes = body.bytes
        let next = (try? JSON(parsing: bytes))?["next"]?.string.flatMap { Int($0) }
        state.withLock { $0.log.calls[index].next = next }
        return Response(
            status: response.status, headers: response.headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Reads an answer's body.
    private final class Collected: ResponseBodyWriter {
        var bytes: [UInt8] = []

        func write(_ buffer: ByteBuffer) { bytes += buffer.readableBytesView }
        func finish(_: HTTPFields?) {}
    }

    private static func kind(of context: PortalContext) -> ConformanceLog.Call.Kind? {
        switch context.route {
        case "/oauth/token": .token
        case "/api/v1/dossiers/:code/status": .status
        case "/api/v1/events": .events
        case "/api/v1/sync": .sync
        case let route? where route.hasPrefix("/api/"): .other
        default: nil
        }
    }
}
