package import Core

/// Which addresses the portal calls for others: none that only it can reach, unless its operator names them.
package struct AddressRules: Sendable {
    /// Private networks that may be called all the same, such as that of the state's agencies.
    private let networks: [AddressRange]
    private let ports: Set<Int>

    package init(networks: [AddressRange], ports: Set<Int>) {
        self.networks = networks
        self.ports = ports
    }

    /// What is wrong with an address before anybody has looked its name up; nil when nothing is.
    package func problem(with address: WebhookAddress) -> FieldProblem? {
        if !ports.contains(address.port) {
            return FieldProblem(
                field: "url", code: "webhook_port",
                arguments: ["ports": ports.sorted().map(String.init).joined(separator: ", ")])
        }
        if let literal = address.literal, !allows(literal, isPlain: false) {
            return FieldProblem(field: "url", code: "webhook_network")
        }
        if address.isPlain, !allowsPlain(address) { return FieldProblem(field: "url", code: "webhook_plain") }
        return nil
    }

    /// Whether a connection may go to an address.
    /// - Parameter isPlain: without TLS; to this machine alone, where it is named.
    package func allows(_ address: NetworkAddress, isPlain: Bool) -> Bool {
        let isNamed = networks.contains { $0.contains(address) }
        if isPlain { return isNamed && AddressRange.loopback.contains { $0.contains(address) } }
        return isNamed || !Self.special.contains { $0.contains(address) }
    }

    private func allowsPlain(_ address: WebhookAddress) -> Bool {
        if let literal = address.literal { return allows(literal, isPlain: true) }
        return ["127.0.0.1", "::1"].compactMap { NetworkAddress($0) }.contains { allows($0, isPlain: true) }
    }

    /// What isn't globally reachable, or leads to what isn't: the special-purpose address registries of IANA (RFC 6890)
    /// with multicast. An IPv4 address inside an IPv6 one (`::ffff:10.0.0.1`) is read as IPv4 before.
    private static let special = [
        "0.0.0.0/8",  // this network
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  // private use
        "100.64.0.0/10",  // shared by a provider's customers
        "127.0.0.0/8",  // loopback
        "169.254.0.0/16",  // link-local, and what clouds tell their machines
        "192.0.0.0/24",  // protocol assignments
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",  // documentation
        "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24",  // AS112, AMT
        "192.88.99.0/24",  // 6to4 relays
        "198.18.0.0/15",  // benchmarks
        "224.0.0.0/4", "240.0.0.0/4",  // multicast, reserved, broadcast
        "::/96",  // unspecified, loopback, IPv4-compatible
        "64:ff9b::/96", "64:ff9b:1::/48",  // NAT64: leads to IPv4
        "100::/64", "100:0:0:1::/64",  // discard
        "2001::/23",  // protocol assignments, Teredo among them
        "2001:db8::/32", "3fff::/20",  // documentation
        "2002::/16",  // 6to4: leads to IPv4
        "2620:4f:8000::/48",  // AS112
        "5f00::/16",  // segment routing
        "fc00::/7",  // unique local
        "fe80::/10", "fec0::/10",  // link-local, site-local
        "ff00::/8",  // multicast
    ].compactMap { AddressRange($0) }
}
