package import FoundationEssentials

/// Dates, times and sums as people in Vietnam write them, in either language of the interface.
package struct Formats: Sendable {
    package let language: Language

    package init(_ language: Language) { self.language = language }

    /// `23/11/2026` in both languages: English readers here live with it too.
    package func date(_ day: Day) -> String {
        let (year, month, date) = day.components
        return "\(padded(date))/\(padded(month))/\(year)"
    }

    /// The day in Vietnam at an instant.
    package func date(_ instant: Date) -> String { date(Day(of: instant)) }

    /// `Thứ Hai`, `Monday`.
    package func weekday(_ day: Day) -> String {
        let names =
            switch language {
            case .vi: ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"]
            case .en: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
            }
        return names[day.weekday - 1]
    }

    /// `14:05`, in Vietnam.
    package func time(_ instant: Date) -> String {
        let minute = Int(instant.timeIntervalSince(Day(of: instant).instant()) / 60)
        return "\(padded(minute / 60)):\(padded(minute % 60))"
    }

    /// `14:05 23/11/2026`.
    package func dateTime(_ instant: Date) -> String { "\(time(instant)) \(date(instant))" }

    /// `1.250.000` in Vietnamese, `1,250,000` in English.
    package func number(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped += language == .vi ? "." : "," }
            grouped.append(digit)
        }
        return (value < 0 ? "-" : "") + grouped
    }

    /// `1.250.000 đ`, `VND 1,250,000`.
    package func money(_ money: Money) -> String {
        switch language {
        case .vi: number(money.dong) + "\u{A0}đ"
        case .en: "VND\u{A0}" + number(money.dong)
        }
    }

    /// `2,4 MB`, `2.4 MB`, in powers of 1024.
    package func size(bytes: Int) -> String {
        if bytes < 1024 { return "\(bytes) B" }
        let (value, unit) = bytes < 1024 * 1024 ? (bytes * 10 / 1024, "KB") : (bytes * 10 / (1024 * 1024), "MB")
        return "\(value / 10)\(language == .vi ? "," : ".")\(value % 10) \(unit)"
    }

    private func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
