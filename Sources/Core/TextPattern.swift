/// What a short text may have to look like: a named set, so that nobody writes expressions that only some understand or that
/// never end.
package enum TextPattern: String, Sendable, CaseIterable {
    case digits
    /// Capital letters and digits, as on certificates.
    case code
    /// `29A-123.45`, `29-B1 123.45` and the like.
    case licensePlate = "license_plate"
    /// A letter and seven digits, as on Vietnamese passports.
    case passport
    /// 1900…2100.
    case year
    /// `08:30`.
    case time

    package func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        func isCapital(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
        switch self {
        case .digits: return !bytes.isEmpty && bytes.allSatisfy(isDigit)
        case .code: return !bytes.isEmpty && bytes.allSatisfy { isDigit($0) || isCapital($0) }
        case .licensePlate:
            let kept = bytes.filter { ![0x20, UInt8(ascii: "-"), UInt8(ascii: ".")].contains($0) }
            guard (7...9).contains(kept.count), kept.prefix(2).allSatisfy(isDigit), isCapital(kept[2]) else {
                return false
            }
            return kept.suffix(4).allSatisfy(isDigit) && kept.allSatisfy { isDigit($0) || isCapital($0) }
        case .passport: return bytes.count == 8 && isCapital(bytes[0]) && bytes.dropFirst().allSatisfy(isDigit)
        case .year: return bytes.count == 4 && Int(text).map { (1900...2100).contains($0) } ?? false
        case .time:
            guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), let hour = Int(text.prefix(2)),
                let minute = Int(text.suffix(2))
            else { return false }
            return (0..<24).contains(hour) && (0..<60).contains(minute) && isDigit(bytes[0]) && isDigit(bytes[3])
        }
    }
}
