import Accounts
import Core
import Cryptography
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Server

extension API {
    /// `POST /oauth/token`: client credentials for an access token (RFC 6749 section 4.4), by Basic, in the body, or by an
    /// assertion that the client signed (RFC 7523).
    @Sendable func issueToken(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        try await forClient(request, context) { client, form in
            guard form["grant_type"] == "client_credentials" else {
                return .oauthError(
                    form["grant_type"] == nil ? "invalid_request" : "unsupported_grant_type", .badRequest)
            }
            let answer: JSON = [
                "access_token": .string(
                    try await accounts.issueToken(to: client, certificate: context.certificate, at: context.now)),
                "token_type": "Bearer", "expires_in": .integer(Int(Accounts.tokenLifetime)),
            ]
            return .unstored(answer, .ok)
        }
    }

    /// `POST /oauth/revoke`: takes one of the client's tokens back (RFC 7009); 200 also when there is no such token.
    @Sendable func revokeToken(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        try await forClient(request, context) { client, form in
            guard let token = form["token"] else { return .oauthError("invalid_request", .badRequest) }
            try await accounts.revoke(token: token, of: client)
            return .unstored([:], .ok)
        }
    }

    /// Answers a client that showed its credentials, from where it may call.
    private func forClient(
        _ request: Request, _ context: PortalContext,
        _ answer: (APIClient, FormFields) async throws -> Response
    ) async throws -> Response {
        let form: FormFields
        do {
            form = try await request.formFields()
        } catch let failure as RequestFailure
            where failure.status == .unsupportedMediaType || failure.status == .badRequest
        {
            return .oauthError("invalid_request", .badRequest)
        }
        guard let credentials = ClientCredentials(request, form) else {
            return .oauthError("invalid_request", .badRequest)
        }
        guard let client = try await client(credentials, context), client.mayCall(from: context.client) else {
            var refusal = Response.oauthError("invalid_client", .unauthorized)
            refusal.headers[.wwwAuthenticate] = "Basic realm=\"portal\""
            return refusal
        }
        context.notes.note { $0.caller = (client.id, client.agencyCode) }
        return try await answer(client, form)
    }

    private func client(_ credentials: ClientCredentials, _ context: PortalContext) async throws -> APIClient? {
        switch credentials {
        case .none: nil
        case .secret(let id, let secret):
            try await accounts.client(id: id, secret: secret, certificate: context.certificate, at: context.now)
        case .assertion(let text, let id):
            try await accounts.client(
                assertion: text, audiences: [issuer, issuer + "/oauth/token"], certificate: context.certificate,
                at: context.now
            ).flatMap { id == nil || id == $0.id ? $0 : nil }
        }
    }
}

/// How a client says who it is.
private enum ClientCredentials {
    case none
    case secret(id: String, secret: String)
    /// With the id that the form names beside it, if it does.
    case assertion(String, id: String?)

    /// Nil when there is more than one way (RFC 6749 section 2.3), or one that isn't known.
    init?(_ request: Request, _ form: FormFields) {
        let (basic, assertion) = (request.basicCredentials, form["client_assertion"])
        guard [basic != nil, form["client_secret"] != nil, assertion != nil].count(where: \.self) <= 1 else {
            return nil
        }
        if let assertion {
            guard form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" else {
                return nil
            }
            self = .assertion(assertion, id: form["client_id"])
        } else if let (id, secret) = basic ?? form.clientCredentials {
            self = .secret(id: id, secret: secret)
        } else {
            self = .none
        }
    }
}

extension Response {
    /// An error of RFC 6749 section 5.2, which has its own form.
    fileprivate static func oauthError(_ code: String, _ status: HTTPResponse.Status) -> Response {
        .unstored(["error": .string(code)], status)
    }

    /// RFC 6749 section 5.1: what holds tokens is never kept by anyone on the way.
    fileprivate static func unstored(_ json: JSON, _ status: HTTPResponse.Status) -> Response {
        var response = Response.json(json.serialized(), status: status)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension Request {
    /// `Authorization: Basic`, both halves form-encoded (RFC 6749 section 2.3.1).
    fileprivate var basicCredentials: (id: String, secret: String)? {
        guard let value = headers[.authorization], value.lowercased().hasPrefix("basic "),
            let data = Data(base64Encoded: String(value.dropFirst(6)).trimmed)
        else { return nil }
        let parts = data.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let id = PercentEncoding.decode(parts[0], plusIsSpace: true),
            let secret = PercentEncoding.decode(parts[1], plusIsSpace: true)
        else { return nil }
        return (id, secret)
    }
}

extension FormFields {
    fileprivate var clientCredentials: (id: String, secret: String)? {
        guard let id = self["client_id"], let secret = self["client_secret"] else { return nil }
        return (id, secret)
    }
}
