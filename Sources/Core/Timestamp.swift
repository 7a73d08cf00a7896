package import FoundationEssentials

/// Instants as they stand in JSON documents: RFC 3339, UTC, with as many digits of a second as there are.
package enum Timestamp {
    package static func text(_ instant: Date) -> String {
        // Counted from 2000, as the database does: rounded any other way, what was just written and what is read of it
        // would differ where an instant lies half way between two microseconds.
        let epoch = 946_684_800
        let microseconds =
            Int(((instant.timeIntervalSince1970 - Double(epoch)) * 1_000_000).rounded()) + epoch * 1_000_000
        let (seconds, fraction) = (microseconds.floorDivided(by: 1_000_000), microseconds.remainder(by: 1_000_000))
        let day = Day(number: seconds.floorDivided(by: 86_400))
        let second = seconds.remainder(by: 86_400)
        let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(day)T\(clock)\(fraction == 0 ? "" : "." + padded(fraction, 6))Z"
    }

    /// Reads RFC 3339 with any offset, to the microsecond. Nil when it is anything else, such as 30 February.
    package static func instant(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 35, let day = Day(String(text.prefix(10))),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = number(bytes[11..<13]), hour < 24, let minute = number(bytes[14..<16]), minute < 60,
            let second = number(bytes[17..<19]), second < 60
        else { return nil }
        var rest = bytes[19...]
        var fraction = 0.0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }
            guard (1...9).contains(digits.count), let value = number(digits) else { return nil }
            var scale = 1.0
            for _ in digits { scale *= 10 }
            fraction = Double(value) / scale
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = offset(rest) else { return nil }
        let seconds = day.number * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.elementsEqual([UInt8(ascii: "Z")]) || bytes.elementsEqual([UInt8(ascii: "z")]) { return 0 }
        let given = Array(bytes)
        guard given.count == 6, given[0] == UInt8(ascii: "+") || given[0] == UInt8(ascii: "-"),
            given[3] == UInt8(ascii: ":"), let hours = number(given[1..<3]), hours < 24,
            let minutes = number(given[4..<6]), minutes < 60
        else { return nil }
        return (given[0] == UInt8(ascii: "+") ? 1 : -1) * (hours * 3600 + minutes * 60)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int {
    fileprivate func floorDivided(by divisor: Int) -> Int {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
    fileprivate func remainder(by divisor: Int) -> Int { self - floorDivided(by: divisor) * divisor }
}
