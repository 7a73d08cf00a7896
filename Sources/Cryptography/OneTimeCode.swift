/// Codes that an application on a telephone shows for half a minute each (RFC 6238 with SHA-1, over RFC 4226).
package enum OneTimeCode {
    /// Seconds that a code is shown.
    package static let period = 30
    /// Bytes of a secret: as many as the hash has (RFC 4226 section 4).
    package static let secretBytes = 20

    /// The number of the half-minute at some seconds after 1970.
    package static func step(at seconds: Double) -> Int { Int((seconds / Double(period)).rounded(.down)) }

    /// The code of one half-minute.
    package static func code(secret: [UInt8], step: Int, digits: Int = 6) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
        let digest = HMAC.sha1(key: secret, counter)
        let offset = Int(digest[19] & 0x0F)
        let number = digest[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(UInt64(number) % (0..<digits).reduce(1) { power, _ in power * 10 })
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The half-minute that a typed code belongs to: the present one or one beside it, for clocks that go wrong and
    /// fingers that are slow. Nil when it is none of these.
    package static func step(matching typed: String, secret: [UInt8], at seconds: Double) -> Int? {
        let now = step(at: seconds)
        var found: Int?
        // All three are compared, whichever fits: the time says nothing.
        for step in [now - 1, now, now + 1]
        where constantTimeEquals(Array(code(secret: secret, step: step).utf8), Array(typed.utf8)) {
            found = step
        }
        return found
    }
}

/// Base 32 (RFC 4648) without padding: how authenticator applications take a secret.
package enum Base32 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        var buffer = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | Int(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(letters[buffer >> bits & 31])
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 { text.append(letters[buffer << (5 - bits) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }
}
