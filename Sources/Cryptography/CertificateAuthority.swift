import COpenSSL
package import FoundationEssentials

/// Issues certificates for demonstrations and tests. A country's agencies get theirs from its own authority.
package struct CertificateAuthority {
    private let name: String
    private let key: Key
    /// The root certificate in PEM: what verifiers are told to trust.
    package let certificate: [UInt8]
    private let root: Certificates

    /// A new root, valid for ten years from `now`.
    package init(name: String, at now: Date) throws(CMSFailure) {
        self.name = name
        key = try Key()
        certificate = try Self.certificate(
            of: key, subject: name, issuer: nil, signedBy: key, at: now, years: 10,
            extensions: [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign")])
        guard let root = Certificates(pem: certificate) else { throw .unusableKey("root") }
        self.root = root
    }

    /// A new key with its certificate, valid for two years, in one PEM text for `CMSSigner`.
    package func issue(to subject: String, at now: Date) throws(CMSFailure) -> [UInt8] {
        let own = try Key()
        let certificate = try Self.certificate(
            of: own, subject: subject, issuer: root.each[0], signedBy: key, at: now, years: 2,
            extensions: [
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature,nonRepudiation"),
            ])
        let out = Memory()
        defer { withExtendedLifetime((own, out, root)) {} }
        guard PEM_write_bio_PKCS8PrivateKey(out.bio, own.pointer, nil, nil, 0, nil, nil) == 1 else {
            throw .unusableKey(OpenSSLError.last)
        }
        return out.bytes + certificate
    }

    /// A key on the curve P-256.
    private final class Key {
        let pointer: OpaquePointer

        init() throws(CMSFailure) {
            guard let made = portal_p256_key() else { throw .unusableKey(OpenSSLError.last) }
            pointer = made
        }

        deinit { EVP_PKEY_free(pointer) }
    }

    private static func certificate(
        of key: Key, subject: String, issuer: OpaquePointer?, signedBy signer: Key, at now: Date, years: Int,
        extensions: [(Int32, String)]
    ) throws(CMSFailure) -> [UInt8] {
        guard let made = X509_new() else { throw .unusableKey(OpenSSLError.last) }
        defer { X509_free(made) }
        X509_set_version(made, 2)
        let serial = SecureRandom.bytes(15)
        let number = BN_bin2bn([0x40] + serial, 16, nil)
        BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made))
        BN_free(number)
        // Clocks differ a little.
        ASN1_TIME_set(X509_getm_notBefore(made), time_t(now.timeIntervalSince1970) - 3600)
        ASN1_TIME_set(X509_getm_notAfter(made), time_t(now.timeIntervalSince1970) + years * 365 * 86_400)
        let title = X509_get_subject_name(made)
        let name = Array(subject.utf8)
        X509_NAME_add_entry_by_txt(title, "CN", MBSTRING_FLAG, name, Int32(name.count), -1, 0)
        X509_set_issuer_name(made, issuer.map { X509_get_subject_name($0) } ?? title)
        X509_set_pubkey(made, key.pointer)
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer ?? made, made, nil, nil, 0)
        for (kind, value) in extensions + [(NID_subject_key_identifier, "hash")] {
            guard let written = X509V3_EXT_conf_nid(nil, &context, kind, value) else {
                throw .unusableKey(OpenSSLError.last)
            }
            X509_add_ext(made, written, -1)
            X509_EXTENSION_free(written)
        }
        let out = Memory()
        defer { withExtendedLifetime((key, signer, out)) {} }
        guard X509_sign(made, signer.pointer, EVP_sha256()) > 0, PEM_write_bio_X509(out.bio, made) == 1 else {
            throw .unusableKey(OpenSSLError.last)
        }
        return out.bytes
    }
}
