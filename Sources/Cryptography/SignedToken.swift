package import Core

/// A JSON Web Token, signed in compact form (RFC 7515, RFC 7519): read, and not yet believed.
///
/// What its head says of its key (`kid`, `jwk`, `jku`, `x5u`, `x5c`) is never looked at: whoever reads it knows the keys.
package struct SignedToken: Sendable {
    package let algorithm: SignatureAlgorithm
    package let claims: JSON
    private let signed: [UInt8]
    private let signature: [UInt8]

    /// Nil for what is no such token, is signed by a shared secret or not at all, or asks for an extension that has to be
    /// understood.
    package init?(_ text: String) {
        guard text.utf8.count <= 8192 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let body = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]), let head = try? JSON(parsing: head), head["crit"] == nil,
            let algorithm = head["alg"]?.string.flatMap(SignatureAlgorithm.init(rawValue:)),
            let claims = try? JSON(parsing: body), claims.object != nil
        else { return nil }
        self.algorithm = algorithm
        self.claims = claims
        signed = Array("\(parts[0]).\(parts[1])".utf8)
        self.signature = signature
    }

    package func isSigned(by key: PublicKey) -> Bool { key.verifies(signature, of: signed, by: algorithm) }
}
