import COpenSSL

/// SHA-256 (FIPS 180-4) by OpenSSL, all at once or bytes as they come.
///
/// One object hashes one message: feed it with `update`, then call `finalize` once. Not for use by two tasks at a time.
package final class SHA256 {
    private let context: OpaquePointer?

    package init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes of the message.
    package func update(_ bytes: some Collection<UInt8>) {
        withContiguousBytes(bytes) { buffer in
            _ = EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        }
    }

    /// The 32 bytes of the digest. The object then begins a new message.
    package func finalize() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        EVP_DigestFinal_ex(context, &digest, nil)
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
        return digest
    }

    /// The 32 bytes of the digest of a whole message.
    package static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        withContiguousBytes(bytes) { buffer in
            _ = EVP_Digest(buffer.baseAddress, buffer.count, &digest, nil, EVP_sha256(), nil)
        }
        return digest
    }

    package static let byteCount = 32
}

/// Gives C a pointer to the bytes, copying them only when they don't lie in one piece.
func withContiguousBytes<Result>(
    _ bytes: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
    bytes.withContiguousStorageIfAvailable(body) ?? Array(bytes).withUnsafeBufferPointer(body)
}
