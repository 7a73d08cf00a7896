import Core
import Cryptography
import FoundationEssentials
import HTTPTypes

/// The certificate with which a client opened its connection to the proxy in front (RFC 8705), as the proxy passes it on.
enum ClientCertificate {
    /// SHA-256 of the certificate. Believed only when the connection comes from a trusted proxy, which has checked the
    /// certificate and puts its own value in the place of whatever a client sent under this name; nil when there is none, or
    /// more than one.
    static func find(
        _ name: HTTPField.Name?, in fields: HTTPFields, peer: NetworkAddress?, trusted: [AddressRange]
    ) -> [UInt8]? {
        guard let name, let peer, trusted.contains(where: { $0.contains(peer) }) else { return nil }
        let values = fields[values: name]
        guard values.count == 1 else { return nil }
        return digest(of: values[0].trimmed)
    }

    /// Reads a thumbprint (`x5t#S256` in base64url, or in hexadecimal digits), or the certificate itself: PEM escaped as in
    /// an address, or DER in base64 between colons (RFC 9440).
    static func digest(of text: String) -> [UInt8]? {
        switch text.utf8.count {
        case 43: return Base64URL.decode(text)
        case 64: return Hex.decode(text)
        default: break
        }
        if text.hasPrefix(":"), text.hasSuffix(":") {
            return Data(base64Encoded: String(text.dropFirst().dropLast())).flatMap { digest(der: $0) }
        }
        guard let pem = PercentEncoding.decode(text.utf8),
            let start = pem.firstRange(of: "-----BEGIN CERTIFICATE-----"),
            let end = pem.firstRange(of: "-----END CERTIFICATE-----"), start.upperBound <= end.lowerBound
        else { return nil }
        let body = pem[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
        return Data(base64Encoded: body).flatMap { digest(der: $0) }
    }

    private static func digest(der: Data) -> [UInt8]? { der.isEmpty ? nil : SHA256.hash(der) }
}
