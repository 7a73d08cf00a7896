import COpenSSL
package import Core

/// Whatever is wrong with what should be a public key.
package enum PublicKeyFailure: Error, CaseIterable {
    /// Neither PEM nor a JSON Web Key, or damaged.
    case unreadable
    /// A secret that must not be shown to anybody.
    case isPrivate
    /// Of another kind than Ed25519, P-256 and RSA.
    case unsupported
    /// RSA of fewer than 2048 bits, or of more than 8192.
    case weak
}

/// A public key with which somebody else's signatures are checked. Its form here is the JSON Web Key (RFC 7517): equal
/// keys, equal values, however they were written.
package struct PublicKey: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case ed25519 = "Ed25519"
        case p256 = "P-256"
        case rsa = "RSA"
    }

    package let kind: Kind
    package let bits: Int
    /// The public members and no other.
    package let jwk: JSON
    /// SubjectPublicKeyInfo (RFC 5280): what OpenSSL reads.
    private let der: [UInt8]

    /// As people paste it: PEM (`BEGIN PUBLIC KEY`), or a JSON Web Key.
    package init(pasted text: String) throws(PublicKeyFailure) {
        guard text.utf8.count <= 16_384 else { throw .unreadable }
        guard text.trimmed.hasPrefix("{") else {
            try self.init(pem: text)
            return
        }
        guard let jwk = try? JSON(parsing: Array(text.utf8)) else { throw .unreadable }
        try self.init(jwk: jwk)
    }

    /// - Parameter jwk: members beside those of the key itself, such as `kid` and `use`, are left out.
    package init(jwk: JSON) throws(PublicKeyFailure) {
        guard jwk["d"] == nil, jwk["k"] == nil else { throw .isPrivate }
        func member(_ name: String) throws(PublicKeyFailure) -> [UInt8] {
            guard let bytes = jwk[name]?.string.flatMap({ Base64URL.decode($0) }), !bytes.isEmpty else {
                throw .unreadable
            }
            return bytes
        }
        let der: [UInt8]
        switch (jwk["kty"]?.string, jwk["crv"]?.string) {
        case ("OKP", "Ed25519"): der = DER.ed25519 + (try member("x"))
        case ("EC", "P-256"): der = DER.p256 + (try member("x")) + (try member("y"))
        case ("RSA", _): der = DER.rsa(try member("n"), try member("e"))
        case (nil, _): throw .unreadable
        default: throw .unsupported
        }
        guard let key = Self.read(der) else { throw .unreadable }
        try self.init(taking: key)
    }

    private init(pem text: String) throws(PublicKeyFailure) {
        guard !text.contains("PRIVATE KEY") else { throw .isPrivate }
        let source = Memory(Array(text.utf8))
        defer { withExtendedLifetime(source) {} }
        guard let key = PEM_read_bio_PUBKEY(source.bio, nil, { _, _, _, _ in 0 }, nil) else { throw .unreadable }
        try self.init(taking: key)
    }

    private static func read(_ der: [UInt8]) -> OpaquePointer? {
        der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_PUBKEY(nil, &start, buffer.count)
        }
    }

    /// - Parameter key: freed here.
    private init(taking key: OpaquePointer) throws(PublicKeyFailure) {
        defer { EVP_PKEY_free(key) }
        func number(_ name: String, count: Int? = nil) throws(PublicKeyFailure) -> JSON {
            var number: OpaquePointer?
            guard EVP_PKEY_get_bn_param(key, name, &number) == 1 else { throw .unreadable }
            defer { BN_free(number) }
            var bytes = [UInt8](repeating: 0, count: count ?? (Int(BN_num_bits(number)) + 7) / 8)
            guard BN_bn2binpad(number, &bytes, Int32(bytes.count)) == bytes.count else { throw .unreadable }
            return .string(Base64URL.encode(bytes))
        }
        bits = Int(EVP_PKEY_get_bits(key))
        if EVP_PKEY_is_a(key, "ED25519") == 1 {
            var bytes = [UInt8](repeating: 0, count: 32)
            var count = bytes.count
            guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 else { throw .unreadable }
            kind = .ed25519
            jwk = ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(bytes))]
        } else if EVP_PKEY_is_a(key, "EC") == 1 {
            var name = [CChar](repeating: 0, count: 64)
            guard EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1,
                name.prefix(while: { $0 != 0 }).map({ UInt8(bitPattern: $0) }) == Array("prime256v1".utf8)
            else { throw .unsupported }
            kind = .p256
            jwk = ["kty": "EC", "crv": "P-256", "x": try number("qx", count: 32), "y": try number("qy", count: 32)]
        } else if EVP_PKEY_is_a(key, "RSA") == 1 {
            guard (2048...8192).contains(bits) else { throw .weak }
            kind = .rsa
            jwk = ["kty": "RSA", "n": try number("n"), "e": try number("e")]
        } else {
            throw .unsupported
        }
        guard let context = EVP_PKEY_CTX_new(key, nil) else { throw .unreadable }
        defer { EVP_PKEY_CTX_free(context) }
        // Points off the curve, even exponents, moduli with small factors.
        guard EVP_PKEY_public_check(context) == 1 else { throw .weak }
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(key, &start)
        guard count > 0, let start else { throw .unreadable }
        der = Array(UnsafeBufferPointer(start: start, count: Int(count)))
        CRYPTO_free(start, "", 0)
    }

    package static func == (left: PublicKey, right: PublicKey) -> Bool { left.jwk == right.jwk }
    package func hash(into hasher: inout Hasher) { hasher.combine(jwk) }

    /// Its name where nobody gave it another: SHA-256 of the JSON Web Key (RFC 7638).
    package var thumbprint: String { Base64URL.encode(SHA256.hash(jwk.canonical())) }

    /// Whether this key's owner signed exactly this message, as JSON Web Signatures are (RFC 7518, RFC 8037). False for an
    /// algorithm of another kind of key.
    package func verifies(
        _ signature: [UInt8], of message: some Collection<UInt8>, by algorithm: SignatureAlgorithm
    ) -> Bool {
        guard algorithm.kind == kind, let signature = algorithm.asOpenSSL(signature) else { return false }
        let key = Self.read(der)
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        var settings: OpaquePointer?
        let digest = algorithm == .edDSA ? nil : EVP_sha256()
        guard EVP_DigestVerifyInit(context, &settings, digest, nil, key) == 1 else { return false }
        if algorithm == .ps256 {
            guard EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1
            else { return false }
        }
        return withContiguousBytes(message) { message in
            EVP_DigestVerify(context, signature, signature.count, message.baseAddress, message.count)
        } == 1
    }
}

/// How a JSON Web Signature may be made: with a key that only its signer has. No shared secret, and never `none`.
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
    case edDSA = "EdDSA"
    case es256 = "ES256"
    case ps256 = "PS256"
    case rs256 = "RS256"

    fileprivate var kind: PublicKey.Kind {
        switch self {
        case .edDSA: .ed25519
        case .es256: .p256
        case .ps256, .rs256: .rsa
        }
    }

    /// Two numbers of 32 bytes are a sequence to OpenSSL; other signatures are what they are.
    fileprivate func asOpenSSL(_ signature: [UInt8]) -> [UInt8]? {
        guard self == .es256 else { return signature }
        guard signature.count == 64 else { return nil }
        return DER.element(0x30, DER.integer(signature.prefix(32)) + DER.integer(signature.suffix(32)))
    }
}

/// As much of DER (X.690) as public keys and signatures need.
private enum DER {
    /// What stands before the 32 bytes of an Ed25519 key (RFC 8410).
    static let ed25519: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    /// What stands before both coordinates of a point on P-256 (RFC 5480), 32 bytes each.
    static let p256: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
        0xCE,
        0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]
    private static let rsaEncryption: [UInt8] = [
        0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
    ]

    /// SubjectPublicKeyInfo of an RSA key (RFC 8017).
    static func rsa(_ modulus: [UInt8], _ exponent: [UInt8]) -> [UInt8] {
        element(0x30, rsaEncryption + element(0x03, [0] + element(0x30, integer(modulus) + integer(exponent))))
    }

    static func integer(_ magnitude: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(magnitude.drop { $0 == 0 })
        return element(0x02, bytes.first.map { $0 < 0x80 } == true ? bytes : [0] + bytes)
    }

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 0x80
            ? [UInt8(count)]
            : count < 0x100 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)]
        return [tag] + length + content
    }
}
