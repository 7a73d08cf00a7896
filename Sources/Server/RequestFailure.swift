package import Core
package import HTTPTypes
package import Hummingbird

/// An answer that is not the one asked for: what was wrong, in terms that a page and a problem document both can show.
///
/// Thrown by handlers and audiences, caught by the site, shown by the surface that the path belongs to. Carries nothing
/// that a stranger may not read.
package struct RequestFailure: Error, Sendable {
    package var status: HTTPResponse.Status
    /// Stable name of the kind of failure, the end of a problem document's `type`: `not-found`.
    package var type: String
    /// Key of the title among the texts of the interface.
    package var titleKey: String
    /// What was wrong with which field.
    package var problems: [FieldProblem]
    /// Fields that the answer must carry: `Allow`, `Retry-After`, `WWW-Authenticate`.
    package var headers: HTTPFields
    /// Further members of the problem document, such as the moves that are allowed.
    package var extensions: [String: JSON] = [:]
    /// The request's name in the log, when the fault is ours. Set by the site.
    package var incident: String?

    package init(
        _ status: HTTPResponse.Status, type: String, titleKey: String? = nil, problems: [FieldProblem] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.type = type
        self.titleKey = titleKey ?? "error." + type
        self.problems = problems
        self.headers = headers
    }
}

extension RequestFailure {
    package static let notFound = RequestFailure(.notFound, type: "not-found")
    package static let forbidden = RequestFailure(.forbidden, type: "forbidden")
    /// The request is malformed in a way that a browser or a correct client never produces. Nothing more is read from
    /// such a connection.
    package static let malformed = RequestFailure(.badRequest, type: "malformed", headers: [.connection: "close"])
    /// A state-changing request that another site's page sent, or a form whose token is missing or stale.
    package static let crossSite = RequestFailure(.forbidden, type: "cross-site")
    package static let tooLarge = RequestFailure(.contentTooLarge, type: "too-large", headers: [.connection: "close"])
    package static let tooSlow = RequestFailure(.requestTimeout, type: "too-slow", headers: [.connection: "close"])
    package static let unsupportedMediaType = RequestFailure(.unsupportedMediaType, type: "unsupported-media-type")

    package static func methodNotAllowed(allowed: [HTTPRequest.Method]) -> RequestFailure {
        let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
        return RequestFailure(.methodNotAllowed, type: "method-not-allowed", headers: [.allow: names])
    }

    /// The fields of a form or document that are wrong, all of them at once.
    package static func invalid(_ problems: [FieldProblem]) -> RequestFailure {
        RequestFailure(.unprocessableContent, type: "invalid", problems: problems)
    }

    /// - Parameter challenge: value of `WWW-Authenticate`, which a 401 must have (RFC 9110 section 15.5.2).
    package static func unauthorized(challenge: String) -> RequestFailure {
        RequestFailure(.unauthorized, type: "unauthorized", headers: [.wwwAuthenticate: challenge])
    }

    package static func tooManyRequests(_ decision: RateLimiter.Decision) -> RequestFailure {
        RequestFailure(.tooManyRequests, type: "too-many-requests", headers: decision.fields)
    }

    /// Not now: too much to do, or something we stand on doesn't answer. To be repeated after so many seconds.
    package static func unavailable(retryAfter seconds: Int) -> RequestFailure {
        RequestFailure(.serviceUnavailable, type: "unavailable", headers: [.retryAfter: String(seconds)])
    }

    /// A fault of ours. What it was stands in the log under the incident's name and nowhere else.
    package static let internalError = RequestFailure(.internalServerError, type: "internal")
}

/// Thrown by an audience that answers itself: with a page that keeps what was sent.
package struct Detour: Error, Sendable {
    package let response: Response

    package init(_ response: Response) { self.response = response }
}

/// Thrown instead of an answer to send the caller elsewhere, as an audience does with someone who isn't signed in.
package struct Redirection: Error, Sendable {
    package let location: String
    package var headers: HTTPFields

    package init(to location: String, headers: HTTPFields = [:]) {
        self.location = location
        self.headers = headers
    }
}
