/// The address under which people reach the portal: a scheme, a host and perhaps a port, nothing after it.
package struct PublicURL: Sendable, Hashable, CustomStringConvertible {
    /// As browsers write it in `Origin`: `https://host` or `http://host:8080`, lower case, no slash at the end.
    package let origin: String
    /// `host` or `host:port`, as it stands in the `Host` field.
    package let authority: String
    /// Whether people come over TLS, be it ended by a proxy: cookies are then Secure and HSTS is sent.
    package let isSecure: Bool

    /// Nil when `text` isn't an http or https address of a host alone.
    package init?(_ text: String) {
        let text = text.lowercased()
        let rest: Substring
        if text.hasPrefix("https://") {
            (rest, isSecure) = (text.dropFirst(8), true)
        } else if text.hasPrefix("http://") {
            (rest, isSecure) = (text.dropFirst(7), false)
        } else {
            return nil
        }
        let host = rest.hasSuffix("/") ? rest.dropLast() : rest
        let allowed = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        guard !host.isEmpty, allowed else { return nil }
        authority = String(host)
        origin = (isSecure ? "https://" : "http://") + authority
    }

    package var description: String { origin }
}
