import Core

/// Who is asking, seen through the proxies that are known.
enum ClientAddress {
    /// The address nearest to us that isn't a trusted proxy.
    ///
    /// `X-Forwarded-For` is believed only when the connection itself comes from a trusted proxy, and is read from its
    /// end: whatever a caller wrote stands before what our own proxies appended.
    static func find(
        peer: NetworkAddress?, forwarded: [String], trusted: [AddressRange]
    ) -> NetworkAddress? {
        guard let peer, trusted.contains(where: { $0.contains(peer) }) else { return peer }
        var nearest = peer
        let hops = forwarded.flatMap { $0.split(separator: ",") }.suffix(20)
        for hop in hops.reversed() {
            guard let address = NetworkAddress(hop.filter { $0 != " " && $0 != "\t" }) else { return nearest }
            nearest = address
            if !trusted.contains(where: { $0.contains(address) }) { return address }
        }
        return nearest
    }
}
