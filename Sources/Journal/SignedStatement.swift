package import Core
package import Cryptography
package import FoundationEssentials

/// A JSON object that the portal signed: `{"signed": {…}, "key": "…", "signature": "…"}`.
///
/// The signature (Ed25519, base64url) is of the member `signed` in canonical JSON (RFC 8785), whose member `type` says what
/// it is, so that no kind of statement passes for another. `key` names one of the portal's published keys.
package struct SignedStatement: Sendable, Hashable {
    package let signed: JSON
    package let keyID: String
    package let signature: [UInt8]

    package init(_ statement: JSON, by key: SigningKeys.Own) {
        signed = statement
        keyID = key.known.id
        signature = key.secret.sign(statement.canonical())
    }

    package init(signed: JSON, keyID: String, signature: [UInt8]) {
        self.signed = signed
        self.keyID = keyID
        self.signature = signature
    }

    /// Nil unless there are exactly the three members of the right kinds.
    package init?(_ json: JSON) {
        guard let members = json.object, members.count == 3, let signed = members["signed"], signed.object != nil,
            let key = members["key"]?.string, let signature = members["signature"]?.string.flatMap(Base64URL.decode)
        else { return nil }
        self.init(signed: signed, keyID: key, signature: signature)
    }

    package var json: JSON {
        ["signed": signed, "key": .string(keyID), "signature": .string(Base64URL.encode(signature))]
    }

    /// SHA-256 of what is signed, in hexadecimal digits.
    package var digest: String { Hex.encode(SHA256.hash(signed.canonical())) }
}

/// What became of checking a signature against the published keys.
package enum SignatureVerdict: Sendable, Hashable {
    case valid
    /// The portal took the key back; since when nothing that it signed may be believed.
    case revokedKey(Date)
    case unknownKey
    /// The key wasn't in use at the time that the statement says it was signed.
    case notInUse
    case wrong
}

/// A published key of the portal.
package struct KnownKey: Sendable, Hashable {
    /// The first sixteen hexadecimal digits of the key's SHA-256.
    package let id: String
    package let key: VerifyingKey
    package let notBefore: Date
    package var notAfter: Date?
    package var revokedAt: Date?

    package init(_ key: VerifyingKey, notBefore: Date, notAfter: Date? = nil, revokedAt: Date? = nil) {
        id = String(Hex.encode(SHA256.hash(key.bytes)).prefix(16))
        self.key = key
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.revokedAt = revokedAt
    }
}

/// The portal's keys as everybody may have them: `/.well-known/portal-keys`.
package struct KnownKeys: Sendable, Hashable {
    package let keys: [KnownKey]

    package init(_ keys: [KnownKey]) { self.keys = keys }

    /// Nil when it is no list of keys; each key's name is recomputed and has to fit.
    package init?(_ json: JSON) {
        guard let listed = json["keys"]?.array else { return nil }
        var keys: [KnownKey] = []
        for each in listed {
            guard let key = each["public_key"]?.string.flatMap(Base64URL.decode).flatMap(VerifyingKey.init(bytes:)),
                let notBefore = each["not_before"]?.string.flatMap(Timestamp.instant)
            else { return nil }
            let known = KnownKey(
                key, notBefore: notBefore, notAfter: each["not_after"]?.string.flatMap(Timestamp.instant),
                revokedAt: each["revoked_at"]?.string.flatMap(Timestamp.instant))
            guard known.id == each["id"]?.string else { return nil }
            keys.append(known)
        }
        self.keys = keys
    }

    package var json: JSON {
        [
            "keys": .array(
                keys.map { known in
                    [
                        "id": .string(known.id), "algorithm": "Ed25519",
                        "public_key": .string(Base64URL.encode(known.key.bytes)), "pem": .string(known.key.pem),
                        "not_before": .string(Timestamp.text(known.notBefore)),
                        "not_after": known.notAfter.map { .string(Timestamp.text($0)) } ?? .null,
                        "revoked_at": known.revokedAt.map { .string(Timestamp.text($0)) } ?? .null,
                    ]
                })
        ]
    }

    /// - Parameter time: when the statement says that it was signed.
    package func verdict(on statement: SignedStatement, signedAt time: Date) -> SignatureVerdict {
        guard let known = keys.first(where: { $0.id == statement.keyID }) else { return .unknownKey }
        guard known.key.verifies(statement.signature, of: statement.signed.canonical()) else { return .wrong }
        if let revokedAt = known.revokedAt { return .revokedKey(revokedAt) }
        guard time >= known.notBefore, known.notAfter.map({ time < $0 }) ?? true else { return .notInUse }
        return .valid
    }
}
