import Cryptography

/// The code printed on a result, by which anyone looks it up: twenty signs of Crockford's alphabet in groups of five, a
/// hundred random bits: `7F3KQ-0M9XN-C2RTW-8ZB4H`.
package struct VerificationCode: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// A new one.
    package init() {
        let signs = SecureRandom.bytes(20).map { Self.alphabet[Int($0 & 31)] }
        description = Self.grouped(signs)
    }

    /// Reads what somebody typed or scanned: forgives case, spaces and hyphens, O for 0, I and L for 1. Nil when it is no code.
    package init?(_ text: String) {
        guard text.utf8.count <= 60 else { return nil }
        var signs: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "-"): continue
            case UInt8(ascii: "o"), UInt8(ascii: "O"): signs.append(UInt8(ascii: "0"))
            case UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "l"), UInt8(ascii: "L"):
                signs.append(UInt8(ascii: "1"))
            case 97...122: signs.append(byte - 32)
            default: signs.append(byte)
            }
        }
        guard signs.count == 20, signs.allSatisfy(Self.alphabet.contains) else { return nil }
        description = Self.grouped(signs)
    }

    private static func grouped(_ signs: [UInt8]) -> String {
        stride(from: 0, to: signs.count, by: 5).map { String(decoding: signs[$0..<($0 + 5)], as: UTF8.self) }
            .joined(separator: "-")
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
