/// Which days are worked: Monday to Friday, less the days off, plus Saturdays worked in exchange.
///
/// The Prime Minister announces Tết and National Day each year (Labour Code 2019 Đ.112), so days are data.
package struct WorkingCalendar: Sendable, Hashable {
    /// Names the data that a due date was counted on.
    package let version: String
    private let off: Set<Day>
    private let workingDays: Set<Day>

    package init(version: String, off: Set<Day>, workingDays: Set<Day>) {
        self.version = version
        self.off = off
        self.workingDays = workingDays
    }

    package func isWorking(_ day: Day) -> Bool {
        workingDays.contains(day) || (day.weekday <= 5 && !off.contains(day))
    }

    /// Whether a day is off by announcement and not merely a weekend.
    package func isHoliday(_ day: Day) -> Bool { off.contains(day) }

    /// The first working day not before `day`.
    package func next(onOrAfter day: Day) -> Day {
        var candidate = day
        // No run of days off is longer than a few weeks; the bound only keeps absurd data from hanging a request.
        for _ in 0..<400 where !isWorking(candidate) { candidate = candidate + 1 }
        return candidate
    }

    /// The day that is `count` working days after `day`, which itself isn't counted.
    package func adding(_ count: Int, to day: Day) -> Day {
        var current = day
        for _ in 0..<max(0, count) { current = next(onOrAfter: current + 1) }
        return current
    }
}
