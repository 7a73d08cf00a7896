package import FoundationEssentials

/// A calendar day in Vietnam, without a time: a holiday, a date of birth, the day of a due date.
///
/// Arithmetic is on the proleptic Gregorian calendar; `number` counts days since 1 January 1970.
/// Vietnam has kept UTC+7 without summer time since 1975, so a fixed offset turns an instant into its day.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int

    package static let secondsFromUTC = 7 * 3600

    package init(number: Int) { self.number = number }

    /// Nil when there is no such day (31 April, month 13) or the year lies outside 1…9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        number = Self.number(year: year, month: month, day: day)
        guard components == (year, month, day) else { return nil }
    }

    /// Reads `yyyy-MM-dd` (RFC 3339 full-date).
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, parts[0].count == 4, parts[1].count == 2 else { return nil }
        let digits = parts.map { part in part.allSatisfy { (48...57).contains($0) } ? Int(Substring(part)) : nil }
        guard let year = digits[0], let month = digits[1], let day = digits[2] else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day in Vietnam at an instant; one that is endless or no number counts as the nearest that fits.
    package init(of instant: Date) {
        // In this order of arguments max() drops a NaN too, which no Int can take.
        let bounded = min(max(-1e15, instant.timeIntervalSince1970), 1e15)
        let seconds = Int(bounded.rounded(.down)) + Self.secondsFromUTC
        number = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }

    /// The instant at which the clock in Vietnam shows the given minute of this day.
    package func instant(minute: Int = 0) -> Date {
        Date(timeIntervalSince1970: Double(number * 86_400 + minute * 60 - Self.secondsFromUTC))
    }

    /// 1 = Monday … 7 = Sunday (ISO 8601).
    package var weekday: Int { ((number + 3) % 7 + 7) % 7 + 1 }

    package var components: (year: Int, month: Int, day: Int) {
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func number(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    package static func + (day: Day, count: Int) -> Day { Day(number: day.number + count) }
    package static func - (day: Day, count: Int) -> Day { Day(number: day.number - count) }
    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// `yyyy-MM-dd`.
    package var description: String {
        let (year, month, day) = components
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
