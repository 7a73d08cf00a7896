import COpenSSL
package import FoundationEssentials

/// Who signs a document: a private key with its certificate and the certificates between it and a trusted one.
package struct CMSSigner: Sendable {
    /// As in the file: kept as text, so that this value may go anywhere and nothing of OpenSSL's lives on.
    private let pem: [UInt8]
    package let certificate: CertificateSummary

    /// - Parameter pem: the private key, its certificate, then any intermediate certificates, in PEM.
    /// - Throws: `CMSFailure.unusableKey` when one is missing, can't be read, or they don't belong together.
    package init(pem: [UInt8]) throws(CMSFailure) {
        self.pem = pem
        let parts = try Parts(pem)
        certificate = withExtendedLifetime(parts) { CertificateSummary(parts.certificate) }
    }

    /// A detached signature of a document as DER (RFC 5652) with the attributes of CAdES-BES (ETSI EN 319 122-1):
    /// type, digest, signing time and the signer's certificate by its hash. The certificates travel with it.
    /// - Parameter now: the signing time that the signature states.
    package func sign(_ document: some Collection<UInt8>, at now: Date) throws(CMSFailure) -> [UInt8] {
        let (parts, content, out) = (try Parts(pem), Memory(document), Memory())
        // OpenSSL has their insides: they live until the end.
        defer { withExtendedLifetime((parts, content, out)) {} }
        let flags = UInt32(CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP | CMS_CADES)
        guard let cms = CMS_sign(nil, nil, parts.chain, nil, flags) else { throw .unusableKey(OpenSSLError.last) }
        defer { CMS_ContentInfo_free(cms) }
        guard let time = ASN1_TIME_set(nil, time_t(now.timeIntervalSince1970)) else { throw .unusableKey("time") }
        defer { ASN1_STRING_free(time) }
        guard let signer = CMS_add1_signer(cms, parts.certificate, parts.key, EVP_sha256(), flags),
            CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, time.pointee.type, time, -1) == 1,
            CMS_final(cms, content.bio, nil, flags) == 1
        else { throw .unusableKey(OpenSSLError.last) }
        guard i2d_CMS_bio(out.bio, cms) == 1 else { throw .unusableKey(OpenSSLError.last) }
        return out.bytes
    }

    /// OpenSSL's own objects, for the time of one call.
    private final class Parts {
        let key: OpaquePointer
        let certificate: OpaquePointer
        let chain: OpaquePointer?

        init(_ pem: [UInt8]) throws(CMSFailure) {
            let source = Memory(pem)
            defer { withExtendedLifetime(source) {} }
            guard let key = PEM_read_bio_PrivateKey(source.bio, nil, { _, _, _, _ in 0 }, nil) else {
                throw .unusableKey(OpenSSLError.last)
            }
            guard let all = Certificates(pem: pem), let own = all.each.first else {
                EVP_PKEY_free(key)
                throw .unusableKey("no certificate")
            }
            defer { withExtendedLifetime(all) {} }
            guard X509_check_private_key(own, key) == 1 else {
                EVP_PKEY_free(key)
                throw .unusableKey("the first certificate is another key's")
            }
            self.key = key
            X509_up_ref(own)
            certificate = own
            chain = Certificates(pem: pem, dropsFirst: true)?.release()
        }

        deinit {
            EVP_PKEY_free(key)
            X509_free(certificate)
            if let chain { portal_certificates_free(chain) }
        }
    }
}

/// Checks detached signatures against certificates that the caller trusts.
package struct CMSVerifier: Sendable {
    private let trust: [UInt8]

    /// - Parameter trust: certificates in PEM that chains may end at.
    package init(trust: [UInt8]) { self.trust = trust }

    /// Who signed the document, when the signature is good and its certificate leads to a trusted one.
    ///
    /// The certificate has to be valid at the time that the signature states: a result outlives its signer's certificate.
    /// Without a timestamp that time is the signer's own word; a key known to be stolen is dealt with by revoking results.
    /// - Throws: `CMSFailure.unreadable`, `.wrong`, `.untrusted`.
    package func verify(_ signature: [UInt8], of document: some Collection<UInt8>) throws(CMSFailure) -> CMSSignature {
        guard signature.count <= Self.largestSignature else { throw .unreadable }
        let (encoded, content, again) = (Memory(signature), Memory(document), Memory(document))
        defer { withExtendedLifetime((encoded, content, again)) {} }
        guard let cms = d2i_CMS_bio(encoded.bio, nil) else { throw .unreadable }
        defer { CMS_ContentInfo_free(cms) }
        // What is signed must be the document in hand, never something that the signature brought along.
        guard encoded.bytes.isEmpty, OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed,
            portal_signer_count(cms) == 1, CMS_is_detached(cms) == 1
        else { throw .unreadable }
        guard let trusted = Certificates(pem: trust) else { throw .untrusted("no certificate to trust") }
        let store = X509_STORE_new()
        defer { X509_STORE_free(store) }
        for certificate in trusted.each { X509_STORE_add_cert(store, certificate) }
        withExtendedLifetime(trusted) {}
        X509_STORE_set_purpose(store, X509_PURPOSE_ANY)
        let signedAt = portal_signing_time(cms).flatMap { Date(asn1: $0) }
        if let signedAt {
            X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), time_t(signedAt.timeIntervalSince1970))
        }
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard CMS_verify(cms, nil, store, content.bio, nil, UInt32(CMS_BINARY | CMS_CADES)) == 1 else {
            let reason = OpenSSLError.last
            // Which of the two it is: the certificate, or the document.
            let flags = UInt32(CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY)
            throw CMS_verify(cms, nil, nil, again.bio, nil, flags) == 1 ? .untrusted(reason) : .wrong
        }
        guard let signers = CMS_get0_signers(cms) else { throw .unreadable }
        defer { portal_certificates_forget(signers) }
        guard let signer = portal_certificates_first(signers) else { throw .unreadable }
        return CMSSignature(signer: CertificateSummary(signer), signedAt: signedAt)
    }

    /// Bytes: a signature with three certificates has about four thousand.
    package static let largestSignature = 65_536
}

/// A good signature.
package struct CMSSignature: Sendable, Hashable {
    package let signer: CertificateSummary
    /// As the signature states it.
    package let signedAt: Date?
}

package enum CMSFailure: Error, Sendable, Hashable {
    /// The signer's own key or certificate doesn't do; with OpenSSL's reason.
    case unusableKey(String)
    /// No detached CMS signature of one signer.
    case unreadable
    /// The document or the signature was changed, or they don't belong together.
    case wrong
    /// The signature fits the document, but its certificate leads to none that is trusted; with OpenSSL's reason.
    case untrusted(String)
}

/// What people and databases want to know of a certificate.
package struct CertificateSummary: Sendable, Hashable {
    /// RFC 2253, in UTF-8: `CN=UBND phường Hoàn Kiếm,O=…,C=VN`.
    package let subject: String
    /// Hexadecimal digits.
    package let serial: String

    init(_ certificate: OpaquePointer) {
        let out = Memory()
        defer { withExtendedLifetime(out) {} }
        portal_print_subject(out.bio, certificate)
        subject = String(decoding: out.bytes, as: UTF8.self)
        let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil)
        defer { BN_free(number) }
        let digits = BN_bn2hex(number)
        serial = digits.map { String(cString: $0) } ?? ""
        CRYPTO_free(digits, "", 0)
    }
}

enum OpenSSLError {
    /// The last reason in the queue of this thread, in OpenSSL's words, which tell nothing of the data.
    static var last: String {
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(ERR_peek_last_error(), &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Bytes that OpenSSL reads from or writes to. Whoever hands `bio` on keeps this alive meanwhile (`withExtendedLifetime`):
/// it ends with its last use in Swift otherwise, before OpenSSL is done.
final class Memory {
    let bio: OpaquePointer?

    init(_ bytes: some Collection<UInt8> = [UInt8]()) {
        bio = BIO_new(BIO_s_mem())
        withContiguousBytes(bytes) { buffer in
            if buffer.count > 0 { _ = BIO_write(bio, buffer.baseAddress, Int32(buffer.count)) }
        }
    }

    deinit { BIO_free(bio) }

    /// What was written and not yet read.
    var bytes: [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        let count = portal_bio_bytes(bio, &start)
        return start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) } ?? []
    }
}

/// Certificates of a PEM text, in their order.
final class Certificates {
    private(set) var each: [OpaquePointer] = []
    let list: OpaquePointer
    private var isOwner = true

    /// Nil when there is none.
    init?(pem: [UInt8], dropsFirst: Bool = false) {
        let source = Memory(pem)
        list = portal_certificates()
        var isFirst = true
        defer { withExtendedLifetime(source) {} }
        while let certificate = PEM_read_bio_X509(source.bio, nil, nil, nil) {
            defer { isFirst = false }
            if dropsFirst, isFirst {
                X509_free(certificate)
                continue
            }
            portal_certificates_push(list, certificate)
            each.append(certificate)
        }
        ERR_clear_error()
        guard !each.isEmpty else { return nil }
    }

    deinit { if isOwner { portal_certificates_free(list) } }

    /// The list, whose owner the caller becomes.
    func release() -> OpaquePointer {
        isOwner = false
        return list
    }
}

extension Date {
    init?(asn1 time: UnsafePointer<ASN1_TIME>) {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        self.init(timeIntervalSince1970: Double(timegm(&parts)))
    }
}
