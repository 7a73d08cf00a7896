/// The value of an attribute that holds an address, read from its left as far as the template goes.
///
/// A person's text may follow only where what stands before it has settled the scheme and the host, and it goes there
/// percent-encoded. Escaping for HTML alone lets `javascript:`, `//host` and `&` through.
struct Address: Equatable {
    private enum Phase: Equatable {
        /// What was read so far could still become any address.
        case open([UInt8])
        /// A lone `/` and then a value, which may be empty: another `/` would make it an address of another host.
        case slashThenValue
        /// Scheme and host are settled; in the path.
        case path
        /// In the query or fragment.
        case query
        /// A `Link` stands here and is the whole address.
        case link
        /// No value may stand here any more.
        case closed
    }

    private var phase = Phase.open([])

    /// Reads a byte of the template. What is wrong with it, if something is.
    mutating func literal(_ byte: UInt8) -> String? {
        switch phase {
        case .open(let before): phase = Address.after(before + [Markup.lowercased(byte)])
        case .slashThenValue:
            guard !Address.couldMoveHost(byte) else {
                return "the value before may be empty, and '//' would begin the address of another host: "
                    + "put a word between '/' and the value"
            }
            phase = Address.isQueryStart(byte) ? .query : .path
        case .path: if Address.isQueryStart(byte) { phase = .query }
        case .link: return "a Link is a whole address: nothing may stand beside it"
        case .query, .closed: break
        }
        return nil
    }

    /// A value stands here. What is wrong with that, if something is.
    mutating func value(isLink: Bool) -> String? {
        switch phase {
        case .open([]) where isLink: phase = .link
        case .query: break
        case .path, .slashThenValue, .open([UInt8(ascii: "/")]):
            guard !isLink else { return "a Link is a whole address: nothing may stand beside it" }
            if phase != .path { phase = .slashThenValue }
        case .link: return "a Link is a whole address: nothing may stand beside it"
        case .open, .closed:
            return "an address is a Link, or begins with letters that settle where it leads "
                + "('/x', '?', '#', 'https://host/', 'mailto:') and are in no section"
        }
        return nil
    }

    /// Whether a `Link` that stands here is the whole address, not a part to be percent-encoded.
    var isEmpty: Bool { phase == .open([]) }

    /// A section begins. A list's body follows itself, so that its own letters settle nothing.
    mutating func enter(list: Bool) -> String? {
        switch phase {
        case .path, .query: break
        case .slashThenValue, .link: return "no section may follow a value that begins an address"
        case .open, .closed: if list { phase = .closed }
        }
        return nil
    }

    /// A section ends that began at `start`: it may have been left out, so that its letters settle nothing.
    mutating func leave(_ start: Address) {
        if start.phase == .path || start.phase == .query { phase = start.phase } else { phase = .closed }
    }

    /// A byte of a host name or its port.
    static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    private static func after(_ prefix: [UInt8]) -> Phase {
        let last = prefix[prefix.count - 1]
        if prefix.count == 1, isQueryStart(last) { return .query }
        if prefix[0] == UInt8(ascii: "/") {
            if prefix.count == 1 { return .open(prefix) }
            if couldMoveHost(last) { return .closed }
            return isQueryStart(last) ? .query : .path
        }
        let secure = Array("https://".utf8)
        if prefix.starts(with: secure) {
            if prefix.count == secure.count || isHostByte(last) { return .open(prefix) }
            guard prefix.count > secure.count + 1 else { return .closed }
            return last == UInt8(ascii: "/") ? .path : isQueryStart(last) ? .query : .closed
        }
        let mail = Array("mailto:".utf8)
        if prefix == mail { return .path }
        return secure.starts(with: prefix) || mail.starts(with: prefix) ? .open(prefix) : .closed
    }

    private static func isQueryStart(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") }

    /// After a lone `/`: another slash in any dress, a reference that may spell one, or a byte that browsers drop.
    private static func couldMoveHost(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
            || byte == UInt8(ascii: "&")
    }
}
