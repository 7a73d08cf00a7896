/// Which days are worked: Monday to Friday, less the days off, plus Saturdays worked in exchange.
///
/// The Prime Minister announces Tết and National Day each year (Labour Code 2019 Đ.112), so days are data.
/// A day that stands in both sets is worked. Years beyond the data have weekends and nothing else.
package struct WorkingCalendar: Sendable, Hashable {
    /// Names the data that a due date was counted on.
    package let version: String
    private let off: Set<Day>
    private let workingDays: Set<Day>
    /// From the day after it, every week is alike.
    private let lastException: Day?

    package init(version: String, off: Set<Day>, workingDays: Set<Day>) {
        self.version = version
        self.off = off
        self.workingDays = workingDays
        lastException = [off.max(), workingDays.max()].compactMap(\.self).max()
    }

    package func isWorking(_ day: Day) -> Bool {
        workingDays.contains(day) || (day.weekday <= 5 && !off.contains(day))
    }

    /// Whether a day is off by announcement and not merely a weekend.
    package func isHoliday(_ day: Day) -> Bool { off.contains(day) && !workingDays.contains(day) }

    /// Whether a weekend day is worked in exchange for a day off.
    package func isSwapped(_ day: Day) -> Bool { workingDays.contains(day) }

    /// The same days under another version.
    package func named(_ version: String) -> WorkingCalendar {
        WorkingCalendar(version: version, off: off, workingDays: workingDays)
    }

    /// The same calendar with days that one agency closes or works besides.
    func changing(closed: Set<Day>, opened: Set<Day>) -> WorkingCalendar {
        guard !closed.isEmpty || !opened.isEmpty else { return self }
        return WorkingCalendar(
            version: version, off: off.subtracting(opened).union(closed),
            workingDays: workingDays.subtracting(closed).union(opened))
    }

    /// The first working day not before `day`.
    package func next(onOrAfter day: Day) -> Day {
        var candidate = day
        // Ends: there are finitely many days off, and behind the last one no more than a weekend.
        while !isWorking(candidate) { candidate = candidate + 1 }
        return candidate
    }

    /// The day that is `count` working days after `day`, which itself isn't counted; `day` when `count` isn't positive.
    ///
    /// Work is bounded by the days in the table, whatever the count; above a million it counts as a million.
    package func adding(_ count: Int, to day: Day) -> Day {
        var current = day
        var left = min(count, 1_000_000)
        while left > 0, let lastException, current <= lastException {
            current = next(onOrAfter: current + 1)
            left -= 1
        }
        guard left > 0 else { return current }
        // Past the table, five working days are a week; the last few are walked, since `day` may be a weekend.
        current = current + (left - 1) / 5 * 7
        for _ in 0...(left - 1) % 5 { current = next(onOrAfter: current + 1) }
        return current
    }
}
