import Cryptography
import Foundation
import Testing

@testable import Server

@Suite("The client certificate that a proxy saw")
struct ClientCertificateTests {
    private static let der = Array("không phải chứng thư thật".utf8)
    private static let digest = SHA256.hash(der)

    @Test("is read as a thumbprint, as escaped PEM, or as DER between colons; anything else is none")
    func forms() throws {
        let base64 = Data(Self.der).base64EncodedString()
        let pem =
            "-----BEGIN CERTIFICATE-----\n\(base64.prefix(20))\n\(base64.dropFirst(20))\n-----END CERTIFICATE-----\n"
        let escaped = try #require(pem.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        for text in [
            Base64URL.encode(Self.digest), Hex.encode(Self.digest), Hex.encode(Self.digest).uppercased(), escaped, pem,
            ":\(base64):",
        ] {
            #expect(ClientCertificate.digest(of: text) == Self.digest, "\(text)")
        }
        for text in [
            "", "x", String(repeating: "!", count: 43), String(repeating: "g", count: 64), "::", ":?:", "%",
            "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE----------BEGIN CERTIFICATE-----", base64,
        ] {
            #expect(ClientCertificate.digest(of: text) == nil, "\(text)")
        }
    }
}
