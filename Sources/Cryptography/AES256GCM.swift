import COpenSSL

/// Authenticated encryption (NIST SP 800-38D) by OpenSSL, for secrets that lie in the database.
package enum AES256GCM {
    package static let keyBytes = 32
    private static let nonceBytes = 12
    private static let tagBytes = 16

    /// Nonce, ciphertext and tag in one piece; another nonce each time.
    /// - Parameters:
    ///   - key: 32 bytes.
    ///   - bound: what the text belongs to, and can't be opened without.
    package static func seal(_ text: [UInt8], key: [UInt8], bound: [UInt8]) -> [UInt8] {
        precondition(key.count == keyBytes, "AES-256 takes a key of 32 bytes")
        let nonce = SecureRandom.bytes(nonceBytes)
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: text.count)
        var tag = [UInt8](repeating: 0, count: tagBytes)
        var count: Int32 = 0
        let isDone =
            EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
            && (bound.isEmpty || EVP_EncryptUpdate(context, nil, &count, bound, Int32(bound.count)) == 1)
            && EVP_EncryptUpdate(context, &output, &count, text, Int32(text.count)) == 1
            && EVP_EncryptFinal_ex(context, nil, &count) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, Int32(tagBytes), &tag) == 1
        precondition(isDone, "OpenSSL can't encrypt with AES-256-GCM")
        return nonce + output + tag
    }

    /// What was sealed; nil when key or binding is another, or a bit was changed.
    package static func open(_ sealed: [UInt8], key: [UInt8], bound: [UInt8]) -> [UInt8]? {
        guard key.count == keyBytes, sealed.count >= nonceBytes + tagBytes else { return nil }
        let nonce = Array(sealed.prefix(nonceBytes))
        let text = Array(sealed.dropFirst(nonceBytes).dropLast(tagBytes))
        var tag = Array(sealed.suffix(tagBytes))
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: text.count)
        var count: Int32 = 0
        let isOpened =
            EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
            && (bound.isEmpty || EVP_DecryptUpdate(context, nil, &count, bound, Int32(bound.count)) == 1)
            && EVP_DecryptUpdate(context, &output, &count, text, Int32(text.count)) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, Int32(tagBytes), &tag) == 1
            && EVP_DecryptFinal_ex(context, nil, &count) == 1
        return isOpened ? output : nil
    }
}
