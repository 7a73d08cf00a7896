/// Percent-encoding of addresses and forms (RFC 3986 section 2.1, URL Standard section 5), decoded exactly once.
package enum PercentEncoding {
    /// The text behind the escapes. Nil when an escape is broken or the bytes aren't UTF-8 (overlong forms included).
    ///
    /// - Parameter plusIsSpace: as in forms and queries.
    package static func decode(_ encoded: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var index = encoded.startIndex
        while index < encoded.endIndex {
            let byte = encoded[index]
            encoded.formIndex(after: &index)
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = digit(encoded, &index), let low = digit(encoded, &index) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// For one segment of a path or one value of a query: everything but letters, digits and `-._~` is escaped.
    package static func encode(_ text: some StringProtocol) -> String {
        escape(text.utf8) { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                true
            default: false
            }
        }
    }

    /// For a whole address that may hold letters outside ASCII: what can't stand in a header field is escaped.
    static func encodeLocation(_ address: String) -> String {
        escape(address.utf8) { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
    }

    private static func escape(_ bytes: some Sequence<UInt8>, unless isPlain: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            if isPlain(byte) {
                text.append(byte)
            } else {
                text.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit<Bytes: Collection<UInt8>>(_ bytes: Bytes, _ index: inout Bytes.Index) -> UInt8? {
        guard index < bytes.endIndex else { return nil }
        defer { bytes.formIndex(after: &index) }
        switch bytes[index] {
        case let byte where (48...57).contains(byte): return byte - 48
        case let byte where (65...70).contains(byte): return byte - 55
        case let byte where (97...102).contains(byte): return byte - 87
        default: return nil
        }
    }
}
