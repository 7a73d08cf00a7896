import Glibc

/// A network address with its prefix length: `10.0.0.0/8`, `::1`, or `127.0.0.1`. IPv4 written inside IPv6 counts as
/// IPv4.
package struct AddressRange: Sendable, Hashable {
    private let bytes: [UInt8]
    private let prefix: Int

    /// Nil when `text` isn't an address, or its prefix is longer than the address.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = parts.first.flatMap({ NetworkAddress(String($0)) })?.bytes else { return nil }
        self.bytes = bytes
        if parts.count == 2 {
            guard let prefix = Int(parts[1]), (0...bytes.count * 8).contains(prefix) else { return nil }
            self.prefix = prefix
        } else {
            prefix = bytes.count * 8
        }
    }

    package func contains(_ address: NetworkAddress) -> Bool {
        guard address.bytes.count == bytes.count else { return false }
        for bit in stride(from: 0, to: prefix, by: 8) {
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> min(8, prefix - bit))
            if (address.bytes[bit / 8] ^ bytes[bit / 8]) & mask != 0 { return false }
        }
        return true
    }

    /// This machine alone, the standard for who may read the metrics.
    package static let loopback = ["127.0.0.0/8", "::1"].compactMap { AddressRange($0) }
}

/// An address of IPv4 (4 bytes) or IPv6 (16 bytes).
package struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        // A zone (fe80::1%eth0) says nothing about who calls.
        let bare = text.prefix { $0 != "%" }
        if inet_pton(AF_INET, String(bare), &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, String(bare), &six) == 1 {
            let all = withUnsafeBytes(of: &six) { Array($0) }
            let mapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
            bytes = mapped ? Array(all.suffix(4)) : all
        } else {
            return nil
        }
    }

    /// What one caller's requests are counted under: an IPv4 address, or the /64 that one IPv6 subscriber gets whole.
    package var rateKey: String {
        bytes.count == 4 ? description : bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ".") + "/64"
    }

    package var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2)
            .map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    }
}
