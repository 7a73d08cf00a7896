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
        let names = scopes.map(\.rawValue)
        return Audience("agency:\(names.joined(separator: "|"))") { request, context in
            guard let token = request.headers[.authorization]?.bearerToken else {
                throw RequestFailure.unauthorized(challenge: "Bearer realm=\"portal\"")
            }
            guard
                let client = try await accounts.client(
                    token: token, certificate: context.certificate, at: context.now)
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
            guard names.contains(where: client.scopes.contains) else {
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
}

extension APIClient {
    /// Whether an address lies in one of its networks.
    func mayCall(from address: NetworkAddress?) -> Bool {
        guard !networks.isEmpty else { return true }
        guard let address else { return false }
        return networks.contains { AddressRange($0)?.contains(address) == true }
    }
}

extension String {
    /// The token of `Bearer …`, the scheme in any case.
    fileprivate var bearerToken: String? {
        let parts = split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingPrefix(while: { $0 == " " }).description
    }
}
