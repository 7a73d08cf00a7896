import Core
import Cryptography
package import FoundationEssentials
import Journal
import Postgres

extension Accounts {
    /// Enrols an agency's system and gives its secret, which is shown once: only its hash is stored.
    /// Enrolled again under the same id, it gets a new secret, or keeps the one given, and its tokens are good no more.
    /// - Parameters:
    ///   - networks: where it may call from, as `10.0.0.0/8`; empty: from anywhere.
    ///   - expiry: from when on neither secret nor token is good.
    package func enrolClient(
        id: String, agency: String, name: String, secret: String? = nil, scopes: [String], networks: [String] = [],
        expiry: Date? = nil, at now: Date
    ) async throws -> String {
        let secret = secret ?? Base64URL.encode(SecureRandom.bytes(32))
        try await database.transaction { transaction in
            try await transaction.run(
                AccountQueries.enrolClient,
                (id, agency, name, SHA256.hash(Array(secret.utf8)), scopes, networks, expiry, now))
            try await transaction.run(AccountQueries.revokeTokens, id)
            _ = try await transaction.append(
                JournalEntry(
                    kind: "client.enrolled", subject: "client:\(id)", agencyCode: agency, actor: "system", at: now,
                    content: [
                        "scopes": .array(scopes.map(JSON.string)), "networks": .array(networks.map(JSON.string)),
                        "expires_at": expiry.map { .string(Timestamp.text($0)) } ?? .null,
                    ]))
        }
        return secret
    }

    /// Shuts a client out at once, with the tokens that it has. False when there is none by that name.
    package func disableClient(id: String, at now: Date) async throws -> Bool {
        try await database.transaction { transaction in
            guard let agency = try await transaction.first(AccountQueries.disableClient, (id, now)) else {
                return false
            }
            try await transaction.run(AccountQueries.revokeTokens, id)
            _ = try await transaction.append(
                JournalEntry(
                    kind: "client.disabled", subject: "client:\(id)", agencyCode: agency, actor: "system", at: now,
                    content: [:]))
            return true
        }
    }

    /// Every client, by agency.
    package func clients() async throws -> [EnrolledClient] { try await database.all(AccountQueries.clients, ()) }

    /// The client that credentials belong to; nil when they are wrong, or good no more.
    package func client(id: String, secret: String, at now: Date) async throws -> APIClient? {
        let client = try await database.first(AccountQueries.findClient, (id, now))
        let given = SHA256.hash(Array(secret.utf8))
        let expected = client?.secretHash ?? [UInt8](repeating: 0, count: 32)
        return constantTimeEquals(given, expected) ? client : nil
    }

    /// Gives a client an access token (RFC 6749 section 4.4).
    package func issueToken(to client: APIClient, at now: Date) async throws -> String {
        let token = Base64URL.encode(SecureRandom.bytes(32))
        let expiry = now.addingTimeInterval(Self.tokenLifetime)
        try await database.run(AccountQueries.issueToken, (SHA256.hash(Array(token.utf8)), client.id, expiry))
        return token
    }

    /// The client that a bearer token was issued to, nil when it expired, was taken back or was never issued.
    package func client(token: String, at now: Date) async throws -> APIClient? {
        guard token.utf8.count <= 64 else { return nil }
        return try await database.first(AccountQueries.findToken, (SHA256.hash(Array(token.utf8)), now))
    }

    /// Takes a token back that was issued to this client (RFC 7009); nothing happens to another's.
    package func revoke(token: String, of client: APIClient) async throws {
        try await database.run(AccountQueries.revokeToken, (SHA256.hash(Array(token.utf8)), client.id))
    }

    /// Seconds that an access token is good for.
    package static let tokenLifetime: TimeInterval = 600
}
