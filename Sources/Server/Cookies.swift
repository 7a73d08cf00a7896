import FoundationEssentials
package import HTTPTypes
package import Hummingbird

/// The names and attributes of our cookies, which depend on whether people come over TLS.
///
/// Over TLS the `__Host-` prefix makes browsers refuse a cookie that isn't Secure, isn't for the whole host, or was set
/// by a neighbouring domain (RFC 6265bis section 4.1.3.2). Over plain http it would never be stored, hence plain names.
package struct PortalCookies: Sendable {
    private let isSecure: Bool

    package init(_ publicURL: PublicURL) { isSecure = publicURL.isSecure }

    /// Holds the token of a signed-in session.
    package var session: String { name("session") }
    /// Holds the secret behind the form tokens of someone who isn't signed in.
    package var visitor: String { name("visitor") }

    package func name(_ plain: String) -> String { isSecure ? "__Host-" + plain : plain }

    /// A field that sets a cookie: HttpOnly, SameSite=Lax, for the whole host, Secure over TLS.
    ///
    /// - Parameters:
    ///   - value: token signs only, as `Base64URL` writes them.
    ///   - seconds: how long it is kept; nil for as long as the browser runs.
    package func set(_ name: String, to value: String, for seconds: Int? = nil) -> HTTPField {
        var text = "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax"
        if isSecure { text += "; Secure" }
        if let seconds { text += "; Max-Age=\(seconds)" }
        return HTTPField(name: .setCookie, value: text)
    }

    /// A field that takes a cookie away.
    package func clear(_ name: String) -> HTTPField { set(name, to: "", for: 0) }
}

extension Request {
    /// The value of a cookie. Nil when there is none, or when it came more than once with different values: then
    /// somebody else planted one of them.
    package func cookie(_ name: String) -> String? {
        var found: Substring?
        for field in headers[values: .cookie] where field.utf8.count <= 8192 {
            for pair in field.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = pair.drop { $0 == 0x20 || $0 == 0x09 }
                guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), pair[..<equals].elementsEqual(name.utf8)
                else { continue }
                let value = Substring(pair[pair.index(after: equals)...])
                if let found, found != value { return nil }
                found = value
            }
        }
        return found.map(String.init)
    }
}
