import Core
package import FoundationEssentials
import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// All that answers requests: the routes of both surfaces and what holds for every one of them.
///
/// It stands outside everything else, so that whatever happens to a request the answer carries the security headers,
/// is counted, and stands in the log.
package struct Site: HTTPResponder {
    /// Shows a failure to whoever asked: as a page, or as a problem document.
    package typealias Renderer = @Sendable (RequestFailure, PortalContext, Request) -> Response

    /// Stands between a caller and what answers, as the test of agencies' systems does: gets the request and how it is answered.
    package typealias Between =
        @Sendable (
            Request, PortalContext, _ answer: @Sendable (Request, PortalContext) async throws -> Response
        ) async throws -> Response

    /// The table of contents, the routes for operators included.
    package let routes: [Route]
    package let metrics: Metrics
    package let health: Health
    package let shutdown: Shutdown
    let settings: ServerSettings
    let securityHeaders: SecurityHeaders
    private let tree: RouteTree
    private let assets: AssetIndex
    private let addresses: RateLimiter
    private let inFlight: InFlight
    private let connections: InFlight
    private let renderPage: Renderer
    private let renderProblem: Renderer
    private let translate: @Sendable (any Error) -> RequestFailure?
    private let observe: @Sendable (AnsweredCall) -> Void
    private let clock: @Sendable () -> Date
    private var between: Between?

    /// - Parameters:
    ///   - translate: what an error of a capability means to a caller. Nil for a fault of ours: 500, and into the log.
    ///   - observe: told of each answer to an agency's system.
    ///   - clock: where `context.now` comes from.
    /// - Throws: when two routes are the same.
    package init(
        _ settings: ServerSettings, routes: [Route], assets: AssetIndex = AssetIndex(), metrics: Metrics = Metrics(),
        renderPage: @escaping Renderer, renderProblem: @escaping Renderer,
        translate: @escaping @Sendable (any Error) -> RequestFailure? = { _ in nil },
        observe: @escaping @Sendable (AnsweredCall) -> Void = { _ in },
        clock: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        let shutdown = Shutdown()
        let inFlight = InFlight(
            limit: settings.limits.requestsInFlight, byAddress: settings.limits.requestsInFlightByAddress)
        connections = InFlight(limit: settings.limits.connections, byAddress: settings.limits.connectionsByAddress)
        let health = Health(shutdown: shutdown)
        let all = routes + OperationRoutes.all(metrics: metrics, health: health, operators: settings.operators)
        metrics.gauge("portal_http_requests_in_flight", help: "Requests being answered.") { Double(inFlight.now) }
        tree = try RouteTree(all)
        self.routes = all
        self.settings = settings
        self.metrics = metrics
        self.health = health
        self.shutdown = shutdown
        self.inFlight = inFlight
        self.assets = assets
        self.renderPage = renderPage
        self.renderProblem = renderProblem
        self.translate = translate
        self.observe = observe
        self.clock = clock
        securityHeaders = SecurityHeaders(settings)
        addresses = RateLimiter(settings.limits.addressRate)
    }

    /// The same site with something between its callers and what answers.
    package func with(between: @escaping Between) -> Site {
        var site = self
        site.between = between
        return site
    }

    /// Where bodies of any length are taken.
    var streams: Set<String> { Set(routes.filter { $0.body == .stream }.map(\.path)) }

    /// The role × route matrix, one line a route, for people to read and tests to compare.
    package var audienceTable: String {
        routes.map { "\($0.method.rawValue) \($0.path) \($0.audience)\n" }.sorted().joined()
    }

    package func respond(to request: Request, context: PortalContext) async throws -> Response {
        let start = ContinuousClock.now
        var request = request
        var context = context
        context.now = clock()
        context.ending.shutdown = shutdown
        context.client = ClientAddress.find(
            peer: context.peer, forwarded: request.headers[values: .xForwardedFor], trusted: settings.trustedProxies)
        context.certificate = ClientCertificate.find(
            settings.certificateHeader, in: request.headers, peer: context.peer, trusted: settings.trustedProxies)
        var response: Response
        do {
            response = try await answer(&request, &context)
        } catch let error as HTTPParserError {
            // The connection itself is broken; Hummingbird answers 400 and closes it.
            throw error
        } catch {
            response = show(error, request, context)
        }
        if request.method == .head { response = response.createHeadResponse() }
        // Every answer says what is left, so that a system can hold back before it is refused.
        for field in context.notes.now.rate?.fields ?? [:] where response.headers[field.name] == nil {
            response.headers.append(field)
        }
        if shutdown.hasBegun { response.headers[.connection] = "close" }
        securityHeaders.apply(to: &response.headers)
        record(request, context, response, (ContinuousClock.now - start).inSeconds)
        return response
    }

    private func answer(_ request: inout Request, _ context: inout PortalContext) async throws -> Response {
        guard request.head.authority?.isEmpty == false, request.headers[.hostField] == nil else {
            throw RequestFailure.malformed
        }
        (context.path, context.language) = SitePath.split(request.uri.path)
        if request.method == .get || request.method == .head, context.language == .vi,
            let file = assets.response(path: context.path, request: request)
        {
            context.route = "/assets"
            return file
        }
        let isOperational = SitePath.isOperational(context.path)
        if !isOperational { try limitAddress(context) }
        let route = try findRoute(request, &context)
        guard !isOperational else { return try await route.handle(request, context) }
        guard let place = inFlight.enter(single(context.client)) else {
            metrics.count("portal_shed_total")
            throw RequestFailure.unavailable(retryAfter: 2)
        }
        context.place = place
        defer { withExtendedLifetime(place) {} }
        try take(route.limiters, context)
        try check(&request, route, context)
        var response =
            if let between { try await between(request, context, route.handle) } else {
                try await route.handle(request, context)
            }
        if response.body.contentLength == nil, response.headers[.contentType] != EventStream.contentType {
            response.body = response.body.holding(place)
        }
        return response
    }

    private func findRoute(_ request: Request, _ context: inout PortalContext) throws -> Route {
        switch tree.match(request.method, context.path) {
        case .found(let route, let values):
            context.route = route.path
            context.values = values
            return route
        case .otherMethods(let methods):
            throw RequestFailure.methodNotAllowed(allowed: methods)
        case .none:
            guard request.method == .get || request.method == .head, context.path.utf8.last == UInt8(ascii: "/"),
                context.path.utf8.count > 1, case .found = tree.match(.get, String(context.path.dropLast()))
            else { throw RequestFailure.notFound }
            throw Redirection(to: context.pathPrefix + context.path.dropLast())
        }
    }

    private func limitAddress(_ context: PortalContext) throws {
        guard single(context.client) != nil else { return }
        try take([addresses], context)
    }

    /// By what name an address is counted; nil for one that stands for many callers: a proxy of ours, and this machine
    /// itself, which is a proxy that nobody named, or somebody measuring.
    private func single(_ client: NetworkAddress?) -> String? {
        guard let client, !(AddressRange.loopback + settings.trustedProxies).contains(where: { $0.contains(client) })
        else { return nil }
        return client.rateKey
    }

    /// A place for a new connection, given back when it is dropped; nil when its address has enough of them.
    func admit(_ peer: String?) -> InFlight.Place? { connections.enter(single(peer.flatMap { NetworkAddress($0) })) }

    private func take(_ limiters: [RateLimiter], _ context: PortalContext) throws {
        guard let client = context.client else { return }
        for limiter in limiters {
            let decision = limiter.take(client.rateKey, at: context.now)
            if SitePath.isProgrammatic(context.path), limiter !== addresses {
                context.notes.note { $0.rate = decision }
            }
            guard decision.isAllowed else {
                metrics.count("portal_rate_limited_total")
                throw RequestFailure.tooManyRequests(decision)
            }
        }
    }

    /// What must be right about a request before anyone looks who sent it.
    private func check(_ request: inout Request, _ route: Route, _ context: PortalContext) throws {
        let isSafe = request.method == .get || request.method == .head
        if !isSafe, !SitePath.isProgrammatic(context.path),
            !CrossSite.allows(request.head, publicURL: settings.publicURL)
        {
            throw RequestFailure.crossSite
        }
        let limit = route.body == .stream ? Int.max : min(route.body.bytes, settings.limits.bodyBytes)
        let lengths = request.headers[values: .contentLength]
        let declared = lengths.first.flatMap { Int($0) }
        if lengths.count > 1 || (lengths.count == 1 && declared == nil) { throw RequestFailure.malformed }
        if let declared, declared > limit { throw RequestFailure.tooLarge }
        if declared != nil || request.headers[.transferEncoding] != nil {
            request.body = RequestBody(
                asyncSequence: BoundedBody(base: request.body, declared: declared, limit: limit))
        }
    }
}

extension Site {
    private func show(_ error: any Error, _ request: Request, _ context: PortalContext) -> Response {
        if let detour = error as? Detour { return detour.response }
        if let redirection = error as? Redirection {
            var response = Response.seeOther(redirection.location)
            response.headers.append(contentsOf: redirection.headers)
            return response
        }
        var failure = meaning(of: error, context)
        context.notes.note { $0.problem = failure.type }
        if failure.status.code >= 500 { failure.incident = context.id }
        let render = SitePath.isProgrammatic(context.path) ? renderProblem : renderPage
        var response = render(failure, context, request)
        for field in failure.headers where field.name != .setCookie { response.headers[field.name] = nil }
        response.headers.append(contentsOf: failure.headers)
        // A body that nobody read would have to be swallowed before the connection could be used again.
        let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        if declared > 65_536 || request.headers[.transferEncoding] != nil { response.headers[.connection] = "close" }
        return response
    }

    private func meaning(of error: any Error, _ context: PortalContext) -> RequestFailure {
        switch error {
        case let failure as RequestFailure: return failure
        case is NIOTooManyBytesError, is PartTooLarge: return .tooLarge
        // The caller went away, or the server had to stop; nobody is left to read this.
        case is CancellationError, is ChannelError, is IOError: return .unavailable(retryAfter: 1)
        default: break
        }
        let failure = translate(error) ?? .internalError
        if failure.status.code >= 500 {
            context.logger.error(
                "request failed",
                metadata: [
                    "incident": .string(context.id), "route": .string(context.route ?? "none"),
                    "error.type": .string(String(reflecting: type(of: error))), "error": .string("\(error)"),
                ])
        }
        return failure
    }

    private func record(_ request: Request, _ context: PortalContext, _ response: Response, _ seconds: Double) {
        let route = context.route ?? "none"
        metrics.record(route: route, method: request.method, status: response.status.code, seconds: seconds)
        if let (client, agency) = context.notes.now.caller {
            observe(
                AnsweredCall(
                    at: context.now, client: client, agency: agency, request: context.id,
                    method: Metrics.label(request.method), route: route, status: response.status.code,
                    problem: context.notes.now.problem))
        }
        guard !SitePath.isOperational(context.path) || response.status.code >= 500 else { return }
        context.logger.info(
            "request",
            metadata: [
                "method": .string(Metrics.label(request.method)), "route": .string(route),
                "status": .stringConvertible(response.status.code),
                "ms": .stringConvertible((seconds * 10_000).rounded() / 10),
                "bytes": .stringConvertible(response.body.contentLength ?? -1),
                "language": .string(context.language.rawValue),
            ])
    }
}

extension ResponseBody {
    /// The same body, counted among those being answered until its last byte is written.
    fileprivate func holding(_ place: InFlight.Place) -> ResponseBody {
        let body = self
        return ResponseBody(contentLength: contentLength) { writer in
            try await body.write(writer)
            withExtendedLifetime(place) {}
        }
    }
}
