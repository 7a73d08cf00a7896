import Core
import Cryptography
package import FoundationEssentials
import Postgres

extension Accounts {
    /// Enrols an agency's system and gives its secret, which is shown once: only its hash is stored.
    /// Enrolled again under the same id, it gets a new secret, or keeps the one given.
    package func enrolClient(
        id: String, agency: String, name: String, secret: String? = nil, scopes: [String], at now: Date
    ) async throws -> String {
        let secret = secret ?? Base64URL.encode(SecureRandom.bytes(32))
        try await database.run(
            AccountQueries.enrolClient, (id, agency, name, SHA256.hash(Array(secret.utf8)), scopes, now))
        return secret
    }

    /// Gives an access token for client credentials (RFC 6749 section 4.4), nil when they are wrong.
    package func issueToken(clientID: String, secret: String, at now: Date) async throws -> String? {
        let client = try await database.first(AccountQueries.findClient, clientID)
        let given = SHA256.hash(Array(secret.utf8))
        let expected = client?.secretHash ?? [UInt8](repeating: 0, count: 32)
        guard constantTimeEquals(given, expected), let client else { return nil }
        let token = Base64URL.encode(SecureRandom.bytes(32))
        let expiry = now.addingTimeInterval(Self.tokenLifetime)
        try await database.run(AccountQueries.issueToken, (SHA256.hash(Array(token.utf8)), client.id, expiry))
        return token
    }

    /// The client that a bearer token was issued to, nil when it expired or was never issued.
    package func client(token: String, at now: Date) async throws -> APIClient? {
        guard token.utf8.count <= 64 else { return nil }
        return try await database.first(AccountQueries.findToken, (SHA256.hash(Array(token.utf8)), now))
    }

    /// Seconds that an access token is good for.
    package static let tokenLifetime: TimeInterval = 600
}
