package import HTTPTypes
package import Hummingbird

/// Who may call a route, and how they are recognised. The caller it gives is the handler's third argument, so a handler
/// can't be written for someone who wasn't checked.
package struct Audience<Caller: Sendable>: Sendable {
    /// One word for the table of routes: `everyone`, `citizen`, `officer`, `agency`.
    package let name: String
    /// Gives the caller, or throws `Redirection` or `RequestFailure`.
    package let resolve: @Sendable (Request, PortalContext) async throws -> Caller

    package init(_ name: String, resolve: @escaping @Sendable (Request, PortalContext) async throws -> Caller) {
        self.name = name
        self.resolve = resolve
    }
}

extension Audience<Void> {
    /// Anyone at all, signed in or not.
    package static var everyone: Audience<Void> { Audience("everyone") { _, _ in } }
}

/// One line of the table of contents: a method, a path, who may call it, and what answers.
package struct Route: Sendable {
    package let method: HTTPRequest.Method
    /// Segments after slashes; `:name` stands for any one segment, read with `context.parameter`.
    package let path: String
    package let audience: String
    package var body: BodyLimit
    /// Limits beyond the one that holds for every address.
    package var limiters: [RateLimiter] = []
    package let handle: @Sendable (Request, PortalContext) async throws -> Response

    init<Caller>(
        _ method: HTTPRequest.Method, _ path: String, _ audience: Audience<Caller>, _ body: BodyLimit,
        _ handler: @escaping @Sendable (Request, PortalContext, Caller) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.audience = audience.name
        self.body = body
        handle = { request, context in
            try await handler(request, context, audience.resolve(request, context))
        }
    }

    /// The same route, where each address may call only so often.
    package func limited(by limiter: RateLimiter) -> Route {
        var route = self
        route.limiters.append(limiter)
        return route
    }
}

/// A page or document. `HEAD` is answered by it too, without the body.
package func get<Caller>(
    _ path: String, _ audience: Audience<Caller>,
    _ handler: @escaping @Sendable (Request, PortalContext, Caller) async throws -> Response
) -> Route {
    Route(.get, path, audience, .none, handler)
}

/// A form sent, or something created.
package func post<Caller>(
    _ path: String, _ audience: Audience<Caller>, body: BodyLimit = .form,
    _ handler: @escaping @Sendable (Request, PortalContext, Caller) async throws -> Response
) -> Route {
    Route(.post, path, audience, body, handler)
}

/// Something put in the place of what was there.
package func put<Caller>(
    _ path: String, _ audience: Audience<Caller>, body: BodyLimit = .json,
    _ handler: @escaping @Sendable (Request, PortalContext, Caller) async throws -> Response
) -> Route {
    Route(.put, path, audience, body, handler)
}

/// A part of something changed.
package func patch<Caller>(
    _ path: String, _ audience: Audience<Caller>, body: BodyLimit = .json,
    _ handler: @escaping @Sendable (Request, PortalContext, Caller) async throws -> Response
) -> Route {
    Route(.patch, path, audience, body, handler)
}

/// Something taken away.
package func delete<Caller>(
    _ path: String, _ audience: Audience<Caller>,
    _ handler: @escaping @Sendable (Request, PortalContext, Caller) async throws -> Response
) -> Route {
    Route(.delete, path, audience, .none, handler)
}
