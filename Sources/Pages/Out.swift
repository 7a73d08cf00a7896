/// The bytes of one page while it is written: grows as needed, handed over once.
///
/// Escaping works on UTF-8 bytes, never on `Character`s: a quote followed by a combining mark is one `Character` that
/// equals no quote, yet a browser sees the quote.
package struct Out: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var count = 0
    private var capacity: Int
    /// Whether what is written now stands in the path or query of an address, where it is percent-encoded.
    private var inAddress = false

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    /// Writes plain text, escaped for the place on the page in which the value stands.
    package mutating func write(_ text: String) {
        if inAddress { writeComponent(text) } else { writeEscaped(text) }
    }

    /// Writes a whole number in ASCII digits.
    package mutating func write(_ number: Int) {
        reserve(20)
        if number < 0 {
            start[count] = UInt8(ascii: "-")
            count += 1
        }
        var rest = number.magnitude
        var digits = 1
        var limit = rest
        while limit >= 10 {
            limit /= 10
            digits += 1
        }
        var position = count + digits
        count = position
        for _ in 0..<digits {
            position -= 1
            start[position] = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0")
            rest /= 10
        }
    }

    /// Writes a value that stands in the path or query of an address.
    mutating func writeComponent(of value: some Printable) {
        inAddress = true
        value.print(into: &self)
        inAddress = false
    }

    /// Writes bytes that are markup already.
    mutating func writeRaw(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
        reserve(length)
        start.advanced(by: count).initialize(from: bytes, count: length)
        count += length
    }

    /// Writes text that is markup already.
    mutating func writeRaw(_ text: String) {
        text.utf8Span.span.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            writeRaw(base, bytes.count)
        }
    }

    /// What was written. A copy, the only one a page costs.
    func bytes() -> [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    private mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.moveInitialize(from: start, count: count)
        start.deallocate()
        start = larger
    }
}

extension Out {
    /// Writes text for between tags and for quoted attributes: `& < > " '` become references.
    mutating func writeEscaped(_ text: String) {
        text.utf8Span.span.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            let count = bytes.count
            var position = Out.firstSpecial(base, from: 0, to: count)
            var copied = 0
            while position < count {
                writeRaw(base + copied, position - copied)
                writeReference(base[position])
                copied = position + 1
                position = Out.firstSpecial(base, from: copied, to: count)
            }
            writeRaw(base + copied, count - copied)
        }
    }

    /// Writes text for the path or query of an address: all but RFC 3986's unreserved characters is percent-encoded.
    mutating func writeComponent(_ text: String) {
        text.utf8Span.span.withUnsafeBufferPointer { bytes in
            reserve(bytes.count * 3)
            for byte in bytes {
                if Out.isUnreserved(byte) {
                    start[count] = byte
                    count += 1
                } else {
                    start[count] = UInt8(ascii: "%")
                    start[count + 1] = Out.hexadecimal(byte >> 4)
                    start[count + 2] = Out.hexadecimal(byte & 0xF)
                    count += 3
                }
            }
        }
    }

    private mutating func writeReference(_ byte: UInt8) {
        let reference: StaticString =
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case UInt8(ascii: "\""): "&quot;"
            default: "&#39;"
            }
        writeRaw(reference.utf8Start, reference.utf8CodeUnitCount)
    }

    /// Where the first of `& < > " '` stands in `position..<end`, or `end`. Eight bytes at a time.
    private static func firstSpecial(_ bytes: UnsafePointer<UInt8>, from position: Int, to end: Int) -> Int {
        var position = position
        while position + 8 <= end {
            let found = specials(in: word(bytes + position))
            if found != 0 { return position + found.trailingZeroBitCount >> 3 }
            position += 8
        }
        guard position < end else { return end }
        if end >= 8 {
            // The last word overlaps what was seen already; shifting that out leaves zeros, which are no special byte.
            let found = specials(in: word(bytes + (end - 8)) >> UInt64((position + 8 - end) * 8))
            return found == 0 ? end : position + found.trailingZeroBitCount >> 3
        }
        while position < end, specials(in: UInt64(bytes[position])) == 0 { position += 1 }
        return position
    }

    @inline(__always)
    private static func word(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    }

    /// The high bit of each byte that is one of the five; the lowest bit set is always a true one.
    @inline(__always)
    private static func specials(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let ampersandOrApostrophe = (word | ones) ^ (ones &* 0x27)
        let lessOrGreater = (word | (ones &* 2)) ^ (ones &* 0x3E)
        let quote = word ^ (ones &* 0x22)
        return (zeroBytes(ampersandOrApostrophe) | zeroBytes(lessOrGreater) | zeroBytes(quote)) & (ones &* 0x80)
    }

    @inline(__always)
    private static func zeroBytes(_ word: UInt64) -> UInt64 { (word &- 0x0101_0101_0101_0101) & ~word }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    private static func hexadecimal(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? nibble &+ UInt8(ascii: "0") : nibble &+ (UInt8(ascii: "A") &- 10)
    }
}
