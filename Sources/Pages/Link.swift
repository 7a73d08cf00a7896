package import Core

/// An address checked when it was made, the only value that may be a whole `href`, `src` or `action`.
///
/// It is a path of this site, a query or fragment of the current page, an `https` address, a `mailto` or an `otpauth`: never
/// `javascript:`, never another host in the dress of a path (`//host`, `/\host`).
package struct Link: Hashable, Sendable, Printable {
    /// The address as it was given, not escaped for HTML.
    package let address: String

    /// Takes an address as it stands; nil when it is none of the kinds above.
    package init?(_ address: String) {
        // Browsers drop tabs and line ends and read a backslash as a slash, so none of them may hide in an address.
        guard address.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
        if address.utf8.starts(with: "/".utf8) {
            guard address.utf8.dropFirst().first != UInt8(ascii: "/") else { return nil }
        } else if address.utf8.starts(with: "https://".utf8) {
            guard Link.hasPlainHost(address.utf8.dropFirst(8)) else { return nil }
        } else if address.utf8.starts(with: "mailto:".utf8) {
            guard address.utf8.count > 7 else { return nil }
        } else if address.utf8.starts(with: "otpauth://totp/".utf8) {
            // Opens an authenticator, which asks before it takes anything.
        } else {
            guard let first = address.utf8.first, first == UInt8(ascii: "?") || first == UInt8(ascii: "#") else {
                return nil
            }
        }
        self.address = address
    }

    /// The page of this site at `components`, each percent-encoded whole, in `language`. Empty components are left out.
    package init(
        _ language: Language, path components: [String], query: KeyValuePairs<String, String> = [:],
        fragment: String? = nil
    ) {
        var out = Out(capacity: 256)
        out.writeRaw(language.pathPrefix)
        let components = components.filter { !$0.isEmpty }
        if components.isEmpty { out.writeRaw("/") }
        for component in components {
            out.writeRaw("/")
            out.writeComponent(component)
        }
        for (index, pair) in query.enumerated() {
            out.writeRaw(index == 0 ? "?" : "&")
            out.writeComponent(pair.key)
            out.writeRaw("=")
            out.writeComponent(pair.value)
        }
        if let fragment {
            out.writeRaw("#")
            out.writeComponent(fragment)
        }
        address = String(decoding: out.bytes(), as: UTF8.self)
    }

    package func print(into out: inout Out) { out.write(address) }

    /// A host of letters, digits, dots and hyphens with an optional port: no user part, which could pass for a host.
    private static func hasPlainHost(_ rest: Substring.UTF8View) -> Bool {
        let host = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        return !host.isEmpty && host.allSatisfy(Address.isHostByte)
    }
}
