import Cryptography
import HTTPTypes
import Hummingbird

/// The token that every form carries to show that our own page sent it.
///
/// `base64url(mask ‖ mask ⊕ HMAC-SHA256(cookie, "csrf"))`: bound to the cookie's token, and different on every page, so
/// that compression leaks nothing about it (BREACH).
package enum FormToken {
    /// The name of the hidden field.
    package static let field = "csrf"

    /// A token for a form on a page shown to the holder of a cookie.
    package static func make(cookie: String) -> String {
        let mask = SecureRandom.bytes(32)
        return Base64URL.encode(mask + zip(mask, secret(cookie)).map { $0 ^ $1 })
    }

    /// Whether a form's token was made for the holder of a cookie. Takes the same time for any wrong one.
    package static func verify(_ token: String?, cookie: String?) -> Bool {
        guard let token, let cookie, token.utf8.count == 86, let bytes = Base64URL.decode(token), bytes.count == 64
        else { return false }
        let unmasked = zip(bytes.prefix(32), bytes.suffix(32)).map { $0 ^ $1 }
        return constantTimeEquals(unmasked, secret(cookie))
    }

    private static func secret(_ cookie: String) -> [UInt8] {
        HMAC.sha256(key: cookie.utf8, "csrf".utf8)
    }
}

extension FormFields {
    /// Refuses a form that our own page didn't send to the holder of this cookie.
    ///
    /// - Throws: `RequestFailure.crossSite`.
    package func requireToken(cookie: String?) throws {
        guard FormToken.verify(self[FormToken.field], cookie: cookie) else { throw RequestFailure.crossSite }
    }
}

/// What browsers say about the page that a request comes from.
enum CrossSite {
    /// Whether a state-changing request may come from where it says it comes from.
    ///
    /// `Sec-Fetch-Site` decides where there is one; else `Origin` must be ours or name the host that was asked; a
    /// client that sends neither is no browser of this decade and carries nobody's cookies unasked.
    static func allows(_ request: HTTPRequest, publicURL: PublicURL) -> Bool {
        let origin = request.headerFields[.origin]?.lowercased()
        if let site = request.headerFields[.secFetchSite] {
            return site == "same-origin" || site == "none" || (site != "cross-site" && origin == publicURL.origin)
        }
        guard let origin else { return true }
        if origin == publicURL.origin { return true }
        guard let authority = request.authority?.lowercased(), !authority.isEmpty else { return false }
        return origin == "http://" + authority || origin == "https://" + authority
    }
}
