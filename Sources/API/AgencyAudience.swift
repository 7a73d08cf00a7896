import Accounts
import Core
import Cryptography
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres
import Server

/// An agency's system that has shown a good token. Its agency comes from its record.
struct AgencyCaller: Sendable {
    let client: APIClient

    var agency: String { client.agencyCode }
    /// Whose idempotency keys and journal entries these are.
    var actor: String { "client:\(client.id)" }
}

extension Audience<AgencyCaller> {
    /// Systems with a bearer token (RFC 6750) that has the scope a route asks for, or one of them; from where they may
    /// call, and no more often than `limiter` lets each.
    static func agency(
        _ accounts: Accounts, limiter: RateLimiter, scope scopes: ClientScope...
    ) -> Audience<AgencyCaller> {
        Audience("agency:\(scopes.map(\.rawValue).joined(separator: "|"))") { request, context in
            guard let token = request.bearerToken else {
                throw RequestFailure.unauthorized(challenge: "Bearer realm=\"portal\"")
            }
            return try await AgencyCaller.holding(token, accounts, limiter: limiter, scopes: scopes, context)
        }
    }
}

extension AgencyCaller {
    /// The system that holds a token, if it may call: for one of `scopes`, or any where none is asked for.
    /// - Throws: `RequestFailure`: 401, 403 or 429.
    static func holding(
        _ token: String, _ accounts: Accounts, limiter: RateLimiter, scopes: [ClientScope], _ context: PortalContext
    ) async throws -> AgencyCaller {
        guard
            let client = try await accounts.client(token: token, certificate: context.certificate, at: context.now)
        else {
            throw RequestFailure.unauthorized(challenge: "Bearer realm=\"portal\", error=\"invalid_token\"")
        }
        context.notes.note { $0.caller = (client.id, client.agencyCode) }
        guard client.mayCall(from: context.client) else {
            throw RequestFailure(.forbidden, type: "network-not-allowed")
        }
        let decision = limiter.take(client.id, at: context.now)
        context.notes.note { $0.rate = decision }
        guard decision.isAllowed else { throw RequestFailure.tooManyRequests(decision) }
        let names = scopes.map(\.rawValue)
        guard names.isEmpty || names.contains(where: client.scopes.contains) else {
            throw RequestFailure(
                .forbidden, type: "insufficient-scope",
                headers: [
                    .wwwAuthenticate:
                        "Bearer realm=\"portal\", error=\"insufficient_scope\", scope=\"\(names.joined(separator: " "))\""
                ])
        }
        return AgencyCaller(client: client)
    }
}

extension APIClient {
    /// Whether an address lies in one of its networks.
    func mayCall(from address: NetworkAddress?) -> Bool {
        guard !networks.isEmpty else { return true }
        guard let address else { return false }
        return networks.contains { AddressRange($0)?.contains(address) == true }
    }
}

extension Request {
    /// The token of `Authorization: Bearer …`, the scheme in any case.
    var bearerToken: String? {
        let parts = headers[.authorization]?.split(separator: " ", maxSplits: 1) ?? []
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingPrefix(while: { $0 == " " }).description
    }
}
