package import FoundationEssentials

/// A day to remember, as a file that calendars read (RFC 5545): taken in again with a higher sequence it replaces what
/// was there.
package struct CalendarFile: Sendable {
    /// The same for the same thing, always.
    package var uid: String
    package var sequence: Int
    /// When the file was made.
    package var madeAt: Date
    package var day: Day
    package var summary: String
    package var description: String
    package var place: String
    /// The whole address of the page about it.
    package var url: String
    /// Whether nothing is to be expected on that day any more.
    package var isCancelled: Bool

    package init(
        uid: String, sequence: Int, madeAt: Date, day: Day, summary: String, description: String, place: String,
        url: String, isCancelled: Bool
    ) {
        self.uid = uid
        self.sequence = sequence
        self.madeAt = madeAt
        self.day = day
        self.summary = summary
        self.description = description
        self.place = place
        self.url = url
        self.isCancelled = isCancelled
    }

    package var bytes: [UInt8] {
        let lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//portal//due dates//EN", "CALSCALE:GREGORIAN", "BEGIN:VEVENT",
            "UID:\(Self.escaped(uid))", "SEQUENCE:\(sequence)", "DTSTAMP:\(Self.stamp(madeAt))",
            "DTSTART;VALUE=DATE:\(Self.date(day))", "DTEND;VALUE=DATE:\(Self.date(day + 1))",
            "SUMMARY:\(Self.escaped(summary))", "DESCRIPTION:\(Self.escaped(description))",
            "LOCATION:\(Self.escaped(place))", "URL:\(url.filter { !$0.isNewline })",
            "STATUS:\(isCancelled ? "CANCELLED" : "CONFIRMED")", "TRANSP:TRANSPARENT", "CLASS:PRIVATE",
            // At nine in the morning of the day before.
            "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:\(Self.escaped(summary))", "TRIGGER:-PT15H", "END:VALARM",
            "END:VEVENT", "END:VCALENDAR",
        ]
        return lines.flatMap(Self.folded)
    }

    /// Section 3.3.11.
    static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",":
                out.append("\\")
                out.append(scalar)
            case "\n":
                out.append("\\")
                out.append("n")
            default: if scalar.value >= 0x20, scalar.value != 0x7F { out.append(scalar) }
            }
        }
        return String(out)
    }

    /// Section 3.1: at most 75 bytes a line, the next one begins with a space; no character is cut in two.
    static func folded(_ line: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var length = 0
        for scalar in line.unicodeScalars {
            let next = Array(String(scalar).utf8)
            if length + next.count > 75 {
                bytes += [13, 10, 32]
                length = 1
            }
            bytes += next
            length += next.count
        }
        return bytes + [13, 10]
    }

    private static func date(_ day: Day) -> String { day.description.filter { $0 != "-" } }

    /// In UTC, which the days of `Day` are seven hours before.
    private static func stamp(_ instant: Date) -> String {
        let shifted = instant.addingTimeInterval(-Double(Day.secondsFromUTC))
        let day = Day(of: shifted)
        let second = Int(shifted.timeIntervalSince(day.instant()))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        return date(day) + "T" + [second / 3600, second / 60 % 60, second % 60].map(two).joined() + "Z"
    }
}
