import Core

/// Which part of the portal a path belongs to.
enum SitePath {
    /// Takes a leading `/en` away. A path that isn't a page's keeps it, and so leads nowhere.
    static func split(_ path: String) -> (path: String, language: Language) {
        let rest = path.utf8.dropFirst(3)
        guard path.utf8.starts(with: "/en".utf8), rest.isEmpty || rest.first == UInt8(ascii: "/") else {
            return (path, .vi)
        }
        let page = rest.isEmpty ? "/" : String(Substring(rest))
        return isPage(page) ? (page, .en) : (path, .vi)
    }

    /// Whether programs and not people call it: failures are problem documents, and no cookie counts.
    static func isProgrammatic(_ path: String) -> Bool {
        isBelow(path, ["/api", "/oauth"]) || isOperational(path)
    }

    /// Asked for by balancers and monitors, and answered however busy the rest is.
    static func isOperational(_ path: String) -> Bool { isBelow(path, ["/health", "/metrics"]) }

    private static func isPage(_ path: String) -> Bool { !isProgrammatic(path) && !isBelow(path, ["/assets"]) }

    private static func isBelow(_ path: String, _ roots: [String]) -> Bool {
        roots.contains { root in
            let rest = path.utf8.dropFirst(root.utf8.count)
            return path.utf8.starts(with: root.utf8) && (rest.isEmpty || rest.first == UInt8(ascii: "/"))
        }
    }
}
