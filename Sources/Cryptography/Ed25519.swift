import COpenSSL

/// A key that signs (Ed25519, RFC 8032). Never printed, never logged.
package struct SigningKey: Sendable {
    /// The 32 secret bytes.
    package let secret: [UInt8]
    package let publicKey: VerifyingKey

    /// A new key from the operating system's randomness.
    package init() {
        let secret = SecureRandom.bytes(32)
        self.secret = secret
        publicKey = VerifyingKey(unchecked: Self.publicBytes(of: secret))
    }

    /// Nil unless there are 32 bytes.
    package init?(secret: [UInt8]) {
        guard secret.count == 32 else { return nil }
        self.secret = secret
        publicKey = VerifyingKey(unchecked: Self.publicBytes(of: secret))
    }

    /// The 64 bytes of the signature: for equal messages equal ones.
    package func sign(_ message: some Collection<UInt8>) -> [UInt8] {
        let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, secret, secret.count)
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        var signature = [UInt8](repeating: 0, count: VerifyingKey.signatureByteCount)
        var count = signature.count
        EVP_DigestSignInit(context, nil, nil, nil, key)
        let isSigned = withContiguousBytes(message) { message in
            EVP_DigestSign(context, &signature, &count, message.baseAddress, message.count)
        }
        precondition(isSigned == 1 && count == signature.count, "OpenSSL can sign with Ed25519")
        return signature
    }

    private static func publicBytes(of secret: [UInt8]) -> [UInt8] {
        let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, secret, secret.count)
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        EVP_PKEY_get_raw_public_key(key, &bytes, &count)
        return bytes
    }
}

/// What tells whether a `SigningKey` signed: 32 bytes that everybody may know.
package struct VerifyingKey: Sendable, Hashable {
    package let bytes: [UInt8]

    static let signatureByteCount = 64

    /// Nil unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    fileprivate init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Whether this key's owner signed exactly this message. False for any signature that isn't 64 bytes.
    package func verifies(_ signature: [UInt8], of message: some Collection<UInt8>) -> Bool {
        guard signature.count == Self.signatureByteCount,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        else { return false }
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return withContiguousBytes(message) { message in
            EVP_DigestVerify(context, signature, signature.count, message.baseAddress, message.count)
        } == 1
    }

    /// As OpenSSL and others read it: SubjectPublicKeyInfo (RFC 8410) in PEM.
    package var pem: String {
        // The structure around 32 bytes is the same for every key: id-Ed25519 and a bit string.
        let prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
        let base64 = Base64URL.encode(prefix + bytes).utf8.map { sign in
            sign == UInt8(ascii: "-") ? UInt8(ascii: "+") : sign == UInt8(ascii: "_") ? UInt8(ascii: "/") : sign
        }
        // 44 bytes: 59 signs and one of padding.
        return "-----BEGIN PUBLIC KEY-----\n\(String(decoding: base64, as: UTF8.self))=\n-----END PUBLIC KEY-----\n"
    }
}
