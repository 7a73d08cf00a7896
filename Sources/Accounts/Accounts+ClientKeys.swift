import Core
package import Cryptography
package import FoundationEssentials
import Journal
import Postgres

extension Accounts {
    /// Gives a client another secret. The one before stays good for a while, so that the system can change over; one
    /// before that is good no more.
    /// - Parameters:
    ///   - secret: what it is from now on, unguessable; drawn unless told.
    ///   - seen: how many secrets it had when the caller looked. The same secret sent twice is one change.
    ///   - overlap: seconds that the one before is still good for. None: it is gone at once, with the tokens.
    /// - Returns: the secret, to be shown once: only its hash is stored.
    /// - Throws: `ClientError`.
    package func rotateSecret(
        of id: String, to secret: String? = nil, seen: Int? = nil, overlap: TimeInterval, by keeper: ClientKeeper,
        at now: Date
    ) async throws -> String {
        let secret = secret ?? Base64URL.encode(SecureRandom.bytes(32))
        let hash = secret.digest
        return try await database.transaction(as: keeper.scope) { transaction in
            let client = try await transaction.lockClient(id, of: keeper)
            if let seen, seen != client.secretNumber {
                guard seen + 1 == client.secretNumber, client.secretHash == hash else {
                    throw ClientError.changedMeanwhile
                }
                return secret
            }
            let until = overlap > 0 ? now.addingTimeInterval(overlap) : nil
            try await transaction.run(AccountQueries.rotateSecret, (id, hash, until, now))
            if until == nil { try await transaction.run(AccountQueries.revokeTokens, id) }
            try await transaction.note(
                "client.secret_rotated", of: id, at: client.agencyCode, by: keeper, at: now,
                content: ["older_until": until.map { .string(Timestamp.text($0)) } ?? .null])
            return secret
        }
    }

    /// Every key that a client has had, the newest first.
    /// - Throws: `ClientError.notFound`.
    package func keys(of id: String, by keeper: ClientKeeper) async throws -> [ClientKey] {
        _ = try await client(id, of: keeper)
        return try await database.all(AccountQueries.clientKeys, id)
    }

    /// Adds a public key with which a client signs from now on, beside those that it has. The same one added twice is there
    /// once.
    /// - Returns: its name, which is its thumbprint.
    /// - Throws: `ClientError`.
    package func addKey(
        _ key: PublicKey, to id: String, until expiry: Date? = nil, by keeper: ClientKeeper, at now: Date
    ) async throws -> String {
        let kid = key.thumbprint
        return try await database.transaction(as: keeper.scope) { transaction in
            let client = try await transaction.lockClient(id, of: keeper)
            let known = try await transaction.all(AccountQueries.clientKeys, id)
            if let present = known.first(where: { $0.kid == kid }) {
                guard present.holds(at: now) else { throw ClientError.keyEnded }
                return kid
            }
            guard known.count(where: { $0.holds(at: now) }) < Self.mostKeys else { throw ClientError.tooManyKeys }
            try await transaction.run(
                AccountQueries.addClientKey,
                (id, kid, JSONText(String(decoding: key.jwk.canonical(), as: UTF8.self)), now, expiry))
            try await transaction.note(
                "client.key_added", of: id, at: client.agencyCode, by: keeper, at: now,
                content: [
                    "kid": .string(kid), "expires_at": expiry.map { .string(Timestamp.text($0)) } ?? .null,
                ])
            return kid
        }
    }

    /// Takes a key of a client back at once, with the tokens that were issued for it or another. Taken back twice, once.
    /// - Throws: `ClientError.notFound`.
    package func revokeKey(_ kid: String, of id: String, by keeper: ClientKeeper, at now: Date) async throws {
        try await database.transaction(as: keeper.scope) { transaction in
            let client = try await transaction.lockClient(id, of: keeper, evenShutOut: true)
            guard try await transaction.all(AccountQueries.clientKeys, id).contains(where: { $0.kid == kid }) else {
                throw ClientError.notFound
            }
            guard try await transaction.first(AccountQueries.revokeClientKey, (id, kid, now)) != nil else { return }
            try await transaction.run(AccountQueries.revokeTokens, id)
            try await transaction.note(
                "client.key_revoked", of: id, at: client.agencyCode, by: keeper, at: now,
                content: ["kid": .string(kid)])
        }
    }

    /// Keys that a client may have at a time: one for each machine of a large system, and those that replace them.
    private static let mostKeys = 8
}

extension Transaction {
    /// A client of the keeper's, held until the transaction ends.
    /// - Throws: `ClientError.notFound`, `.isShutOut`.
    fileprivate func lockClient(
        _ id: String, of keeper: ClientKeeper, evenShutOut: Bool = false
    ) async throws -> EnrolledClient {
        guard let client = try await first(AccountQueries.lockClient, (id, keeper.agency)) else {
            throw ClientError.notFound
        }
        guard evenShutOut || client.disabledAt == nil else { throw ClientError.isShutOut }
        return client
    }
}
