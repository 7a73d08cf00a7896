package import Core
package import FoundationEssentials

/// What a client says in an assertion that proves who it is (RFC 7523 section 3, RFC 7521 section 4.2).
package struct ClientAssertion: Sendable, Hashable {
    package let clientID: String
    /// Chosen by the client; no two of its assertions have the same.
    package let identifier: String
    package let expiry: Date

    /// Nil unless it is meant for this portal alone, names its client as issuer and subject, can be told from others, and
    /// ends within five minutes.
    /// - Parameters:
    ///   - claims: of a token whose signature is still to be checked.
    ///   - audiences: by what names this portal's token endpoint goes.
    package init?(_ claims: JSON, for audiences: [String], at now: Date) {
        // More than one audience could show it here after it was shown elsewhere.
        let audience = claims["aud"]?.array.map { $0.count == 1 ? $0[0] : .null } ?? claims["aud"]
        guard let audience = audience?.string, audiences.contains(audience),
            let issuer = claims["iss"]?.string, !issuer.isEmpty, issuer == claims["sub"]?.string,
            let identifier = claims["jti"]?.string, (1...200).contains(identifier.utf8.count),
            let expiry = claims["exp"]?.instant, expiry > now, expiry <= now.addingTimeInterval(Self.longest),
            // Clocks differ a little.
            Self.hasBegun(claims["nbf"], at: now), Self.hasBegun(claims["iat"], at: now)
        else { return nil }
        clientID = issuer
        self.identifier = identifier
        self.expiry = expiry
    }

    private static func hasBegun(_ time: JSON?, at now: Date) -> Bool {
        guard let time else { return true }
        return time.instant.map { $0 <= now.addingTimeInterval(60) } ?? false
    }

    /// Seconds that one may still be good for when it is shown.
    private static let longest: TimeInterval = 300
}

extension JSON {
    /// Seconds since 1970 (RFC 7519 section 2).
    fileprivate var instant: Date? {
        switch self {
        case .integer(let seconds): Date(timeIntervalSince1970: Double(seconds))
        case .double(let seconds): Date(timeIntervalSince1970: seconds)
        case .null, .bool, .string, .array, .object: nil
        }
    }
}
