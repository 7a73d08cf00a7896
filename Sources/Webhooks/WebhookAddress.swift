package import Core

/// An address that may be called, read strictly so that whoever connects can't read another host in it.
package struct WebhookAddress: Sendable, Hashable {
    package let isPlain: Bool
    /// A name in lower case, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    package let port: Int
    /// From the slash on.
    let path: String

    /// Takes `https://host[:port][/path]`, at most 500 bytes of ASCII; `http://` too. Nil for everything else: no user, no
    /// fragment, no number that systems read as an address in ways of their own (`0x7f.1`, `2130706433`).
    package init?(_ text: String) {
        guard text.utf8.count <= 500,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !#"\"<>^`{|}#"#.utf8.contains($0) })
        else { return nil }
        isPlain = text.hasPrefix("http://")
        guard isPlain || text.hasPrefix("https://") else { return nil }
        let rest = text.dropFirst(isPlain ? 7 : 8)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        path = authority.endIndex == rest.endIndex ? "/" : String(rest[authority.endIndex...])
        guard path.hasPrefix("/") else { return nil }
        var name = authority
        var port = isPlain ? 80 : 443
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let digits = authority[authority.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits),
                (1...65_535).contains(number)
            else { return nil }
            port = number
            name = authority[..<colon]
        }
        self.port = port
        if name.hasPrefix("["), name.hasSuffix("]") {
            host = name.dropFirst().dropLast().lowercased()
            guard host.contains(":"), !host.contains("%"), NetworkAddress(host) != nil else { return nil }
        } else {
            host = name.lowercased()
            guard Self.isName(host) else { return nil }
        }
    }

    /// Put together anew from what was read.
    package var text: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        let isUsual = port == (isPlain ? 80 : 443)
        return "\(isPlain ? "http" : "https")://\(shown)\(isUsual ? "" : ":\(port)")\(path)"
    }

    /// When the host is one.
    var literal: NetworkAddress? { NetworkAddress(host) }

    /// Labels of letters, digits and hyphens; what ends like a number must be an IPv4 address as it is usually written.
    private static func isName(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...253).contains(host.utf8.count),
            labels.allSatisfy({ label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
            }), let last = labels.last
        else { return false }
        guard last.utf8.allSatisfy({ (48...57).contains($0) }) || last.hasPrefix("0x") else { return true }
        return NetworkAddress(host).map { $0.description == host } ?? false
    }
}
