import Core
package import Cryptography
package import FoundationEssentials
import Journal
import Postgres

extension Accounts {
    /// Enrols an agency's system and gives its secret, which is shown once: only its hash is stored.
    /// Enrolled again under the same id, it gets a new secret, or keeps the one given, and its tokens are good no more.
    /// - Parameters:
    ///   - networks: where it may call from, as `10.0.0.0/8`; empty: from anywhere.
    ///   - expiry: from when on neither secret nor token is good.
    ///   - requiresCertificate: it gets and uses tokens over connections with a client certificate alone.
    package func enrolClient(
        id: String, agency: String, name: String, secret: String? = nil, scopes: [String], networks: [String] = [],
        expiry: Date? = nil, requiresCertificate: Bool = false, at now: Date
    ) async throws -> String {
        let secret = secret ?? Base64URL.encode(SecureRandom.bytes(32))
        try await database.transaction { transaction in
            try await transaction.run(
                AccountQueries.enrolClient,
                (id, agency, name, secret.digest, scopes, networks, expiry, now, requiresCertificate))
            try await transaction.run(AccountQueries.revokeTokens, id)
            _ = try await transaction.append(
                JournalEntry(
                    kind: "client.enrolled", subject: "client:\(id)", agencyCode: agency, actor: "system", at: now,
                    content: [
                        "scopes": .array(scopes.map(JSON.string)), "networks": .array(networks.map(JSON.string)),
                        "expires_at": expiry.map { .string(Timestamp.text($0)) } ?? .null,
                        "requires_certificate": .bool(requiresCertificate),
                    ]))
        }
        return secret
    }

    /// Shuts a client out at once, with the tokens that it has. False when the keeper has none by that name.
    package func disableClient(id: String, by keeper: ClientKeeper = .operators, at now: Date) async throws -> Bool {
        try await database.transaction(as: keeper.scope) { transaction in
            guard
                let agency = try await transaction.first(AccountQueries.disableClient, (id, now, keeper.agency))
            else { return false }
            try await transaction.run(AccountQueries.revokeTokens, id)
            try await transaction.note("client.disabled", of: id, at: agency, by: keeper, at: now, content: [:])
            return true
        }
    }

    /// Every client that the keeper looks after, by agency.
    package func clients(of keeper: ClientKeeper = .operators) async throws -> [EnrolledClient] {
        try await database.all(AccountQueries.clients, keeper.agency, as: keeper.scope)
    }

    /// - Throws: `ClientError.notFound`.
    package func client(_ id: String, of keeper: ClientKeeper) async throws -> EnrolledClient {
        guard let client = try await clients(of: keeper).first(where: { $0.id == id }) else {
            throw ClientError.notFound
        }
        return client
    }

    /// The client that credentials belong to; nil when they are wrong, or good no more.
    /// - Parameter certificate: SHA-256 of the certificate of the connection; nil when it has none.
    package func client(
        id: String, secret: String, certificate: [UInt8]? = nil, at now: Date
    ) async throws -> APIClient? {
        let client = try await database.first(AccountQueries.findClient, (id, now, certificate))
        let given = secret.digest
        let expected = client?.secretHashes ?? []
        // Compared with something in any case, so that an unknown name takes as long as a wrong secret.
        let matches = (expected + [[UInt8](repeating: 0, count: 32)]).filter { constantTimeEquals(given, $0) }
        return matches.isEmpty ? nil : client
    }

    /// The client that an assertion belongs to (RFC 7523), once; nil when it is wrong, was used before, or its key is good
    /// no more.
    /// - Parameter audiences: by what names this portal's token endpoint goes.
    package func client(
        assertion text: String, audiences: [String], certificate: [UInt8]? = nil, at now: Date
    ) async throws -> APIClient? {
        guard let token = SignedToken(text), let claims = ClientAssertion(token.claims, for: audiences, at: now) else {
            return nil
        }
        async let found = database.first(AccountQueries.findClient, (claims.clientID, now, certificate))
        async let keys = database.all(AccountQueries.clientKeys, claims.clientID)
        let good = try await keys.filter { key in
            key.holds(at: now) && token.isSigned(by: key.key)
        }
        guard let client = try await found, !good.isEmpty else { return nil }
        let isFirst = try await database.first(
            AccountQueries.useAssertion, (client.id, claims.identifier.digest, claims.expiry))
        return isFirst == nil ? nil : client
    }

    /// Gives a client an access token (RFC 6749 section 4.4).
    /// - Parameter certificate: of the connection, over whose like alone the token is good (RFC 8705 section 3).
    package func issueToken(
        to client: APIClient, certificate: [UInt8]? = nil, at now: Date
    ) async throws -> String {
        let token = Base64URL.encode(SecureRandom.bytes(32))
        let expiry = now.addingTimeInterval(Self.tokenLifetime)
        try await database.run(AccountQueries.issueToken, (token.digest, client.id, expiry, certificate))
        return token
    }

    /// The client that a bearer token was issued to, nil when it expired, was taken back, was never issued, or is bound to
    /// another certificate than this connection's.
    package func client(token: String, certificate: [UInt8]? = nil, at now: Date) async throws -> APIClient? {
        guard token.utf8.count <= 64 else { return nil }
        return try await database.first(AccountQueries.findToken, (token.digest, now, certificate))
    }

    /// Takes a token back that was issued to this client (RFC 7009); nothing happens to another's.
    package func revoke(token: String, of client: APIClient) async throws {
        try await database.run(AccountQueries.revokeToken, (token.digest, client.id))
    }

    /// Seconds that an access token is good for.
    package static let tokenLifetime: TimeInterval = 600
}

extension Transaction {
    /// Journals what was done with a client.
    func note(
        _ kind: String, of client: String, at agency: String, by keeper: ClientKeeper, at now: Date, content: JSON
    ) async throws {
        _ = try await append(
            JournalEntry(
                kind: kind, subject: "client:\(client)", agencyCode: agency, actor: keeper.actor, at: now,
                content: content))
    }
}

extension String {
    var digest: [UInt8] { SHA256.hash(Array(utf8)) }
}
