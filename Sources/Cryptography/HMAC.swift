import COpenSSL

/// Keyed message authentication (RFC 2104) by OpenSSL. Compare codes with `constantTimeEquals` alone.
package enum HMAC {
    /// 32 bytes of HMAC-SHA-256. A key of any length, the empty one included.
    package static func sha256(key: some Collection<UInt8>, _ message: some Collection<UInt8>) -> [UInt8] {
        code(EVP_sha256(), 32, key, message)
    }

    /// 20 bytes of HMAC-SHA-1, for one-time codes alone: their standard knows no other that applications all have.
    package static func sha1(key: some Collection<UInt8>, _ message: some Collection<UInt8>) -> [UInt8] {
        code(EVP_sha1(), 20, key, message)
    }

    /// 64 bytes of HMAC-SHA-512.
    package static func sha512(key: some Collection<UInt8>, _ message: some Collection<UInt8>) -> [UInt8] {
        code(EVP_sha512(), 64, key, message)
    }

    private static func code(
        _ digest: OpaquePointer?, _ size: Int, _ key: some Collection<UInt8>, _ message: some Collection<UInt8>
    ) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: size)
        // A null key means "the key of the previous call" to OpenSSL, so an empty one still needs an address.
        let key = key.isEmpty ? [0] : Array(key)
        withContiguousBytes(message) { message in
            _ = COpenSSL.HMAC(digest, key, Int32(key.count), message.baseAddress, message.count, &result, nil)
        }
        return result
    }
}

/// Says whether two byte strings are equal in a time that depends on their lengths alone.
package func constantTimeEquals(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return withContiguousBytes(left) { left in
        withContiguousBytes(right) { right in
            left.isEmpty || CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}
