/// An organisation's identifier (QĐ 20/2020/QĐ-TTg): `H26.16`, `G12.18.122`, or an enterprise's own code.
package struct AgencyCode: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// At most 35 characters: digits, capital letters, single dots between them. Spaces around it and small letters are
    /// forgiven. The padded form of QCVN 102:2016, least significant part first, is turned into today's:
    /// `000.00.01.H22` is read as `H22.01`.
    package init?(_ text: String) {
        guard text.utf8.count <= 60 else { return nil }
        var bytes: [UInt8] = []
        for byte in text.cleaned.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): bytes.append(byte - 32)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
                bytes.append(byte)
            default: return nil
            }
        }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard bytes.count <= 35, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        description = Self.today(parts.map { String(decoding: $0, as: UTF8.self) }).joined(separator: ".")
    }

    /// Old parts are of 3, 2, 2 and 3 signs; zeros fill the levels that aren't there.
    private static func today(_ parts: [String]) -> [String] {
        guard parts.map(\.utf8.count) == [3, 2, 2, 3], let first = parts[3].utf8.first, (65...90).contains(first),
            parts[..<3].allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return parts }
        return parts.reversed().filter { !$0.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }
    }
}
