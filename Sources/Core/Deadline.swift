package import FoundationEssentials

/// How long an agency may take.
package struct TimeLimit: Sendable, Hashable {
    /// The units of the national procedure database. Its `OTHER` is a text and no limit.
    package enum Unit: String, Sendable, Hashable, CaseIterable {
        case workingDay = "WORKING_DAY"
        case day = "DAY"
        case hour = "HOUR"
        case month = "MONTH"
    }

    /// 0…9,999; 0 is "while you wait".
    package let quantity: Int
    package let unit: Unit
    /// Minute of the day after which a dossier counts as received on the next working day
    /// (15:00 unless a procedure says otherwise, NĐ 118/2025/NĐ-CP Đ.18.2). At the minute itself it is still in time.
    package let cutOff: Int
    /// Whether hours and working days are those of the agency's own hours, from the minute of the receipt; otherwise days
    /// are whole and hours run on the clock.
    package let isExact: Bool

    /// A quantity outside 0…9,999 is brought into it: no procedure has one, and arithmetic on it must not fail.
    /// - Parameter cutOff: 15:00 unless told; none where it is counted from the minute.
    package init(quantity: Int, unit: Unit, cutOff: Int? = nil, isExact: Bool = false) {
        self.quantity = min(max(quantity, 0), 9_999)
        self.unit = unit
        self.cutOff = cutOff ?? (isExact ? 24 * 60 : 15 * 60)
        self.isExact = isExact
    }

    /// Minute of the day from which hours on the clock are counted.
    static let officeOpens = 8 * 60
}

/// A due date that explains itself.
package struct Deadline: Sendable, Hashable {
    /// One thing that moved the date, in the order in which they did.
    package enum Step: Sendable, Hashable {
        case receivedAfterCutOff(Day)
        case receivedOnDayOff(Day)
        /// The working day on which it counts as received instead.
        case countsAsReceived(Day)
        /// The first day that counts.
        case countFrom(Day)
        case skippedWeekend(Day)
        case skippedHoliday(Day)
        case lastDayMoved(from: Day, to: Day)
        case due(Day)
        /// Where it is counted to the minute: from when, and until when.
        case countFromTime(Date)
        case dueAt(Date)
        /// The date that the agency set itself, or moved to.
        case given(Day)
        /// The clock stood still, and for how many minutes of work.
        case paused(DossierClock.Pause.Kind, from: Date, to: Date, minutes: Int)
    }

    package let due: Date
    /// The working day on which the dossier counts as received. It isn't itself counted.
    package let startDay: Day
    package let dueDay: Day
    package let steps: [Step]
}

extension WorkingCalendar {
    /// When an answer is due for a dossier received at an instant: always on a working day, and never earlier for a
    /// dossier that was received later.
    ///
    /// The day of receipt isn't counted; one received after the cut-off or on a day off counts as received on the next
    /// working day. Days and months run on the calendar; a last day off moves to the next working day. A month ends on
    /// the day of the same number, or on the last day of a shorter month.
    ///
    /// Hours are an assumption until a sector law says otherwise: they run on the clock, nights and days off included,
    /// from the receipt or, outside opening hours, from the next opening; an end outside them moves to the next
    /// opening.
    ///
    /// - Parameters:
    ///   - officeCloses: minute of the day at which the due day ends.
    ///   - officeOpens: minute of the day from which hours are counted.
    package func deadline(
        receivedAt: Date, limit: TimeLimit, officeCloses: Int, officeOpens: Int = TimeLimit.officeOpens
    ) -> Deadline {
        var (start, steps) = reception(at: receivedAt, limit: limit, officeCloses: officeCloses)
        let last: Day
        switch limit.unit {
        case .hour:
            return hours(receivedAt, from: start, limit: limit, opens: officeOpens, closes: officeCloses, steps: steps)
        case .workingDay: last = adding(limit.quantity, to: start)
        case .day: last = start + limit.quantity
        case .month: last = start.adding(months: limit.quantity)
        }
        if limit.unit == .workingDay, limit.quantity > 0 {
            steps.append(.countFrom(next(onOrAfter: start + 1)))
            steps += skipped(between: start, and: last)
        } else if limit.quantity > 0 {
            steps.append(.countFrom(start + 1))
        }
        let due = next(onOrAfter: last)
        if due != last { steps.append(.lastDayMoved(from: last, to: due)) }
        steps.append(.due(due))
        return Deadline(due: due.instant(minute: officeCloses), startDay: start, dueDay: due, steps: steps)
    }

    /// The working day on which a dossier counts as received, and why that isn't the day it came.
    private func reception(at instant: Date, limit: TimeLimit, officeCloses: Int) -> (Day, [Deadline.Step]) {
        let day = Day(of: instant)
        func moved(_ reason: Deadline.Step) -> (Day, [Deadline.Step]) {
            let start = next(onOrAfter: day + 1)
            return (start, [reason] + skipped(between: day, and: start) + [.countsAsReceived(start)])
        }
        guard isWorking(day) else { return moved(.receivedOnDayOff(day)) }
        // What is due on the day itself can't be due before it came, however late a procedure still receives.
        let cutOff = limit.quantity == 0 ? min(limit.cutOff, officeCloses) : limit.cutOff
        guard instant <= day.instant(minute: cutOff) else { return moved(.receivedAfterCutOff(day)) }
        return (day, [])
    }

    private func skipped(between start: Day, and last: Day) -> [Deadline.Step] {
        guard last > start else { return [] }
        return ((start.number + 1)...last.number).map(Day.init(number:)).filter { !isWorking($0) }.map { day in
            isHoliday(day) ? .skippedHoliday(day) : .skippedWeekend(day)
        }
    }
}

extension WorkingCalendar {
    private func hours(
        _ receivedAt: Date, from start: Day, limit: TimeLimit, opens: Int, closes: Int, steps: [Deadline.Step]
    ) -> Deadline {
        let from = opening(
            onOrAfter: start == Day(of: receivedAt) ? receivedAt : start.instant(minute: opens), opens: opens,
            closes: closes)
        let end = from.addingTimeInterval(Double(limit.quantity) * 3600)
        let due = opening(onOrAfter: end, opens: opens, closes: closes)
        let last = Day(of: end)
        let dueDay = Day(of: due)
        let moved: [Deadline.Step] = dueDay == last ? [] : [.lastDayMoved(from: last, to: dueDay)]
        return Deadline(
            due: due, startDay: start, dueDay: dueDay,
            steps: steps + [.countFrom(Day(of: from))] + moved + [.due(dueDay)])
    }

    /// The instant itself within opening hours, the closing minute included, else the next opening.
    func opening(onOrAfter instant: Date, opens: Int, closes: Int) -> Date {
        let day = Day(of: instant)
        if isWorking(day) {
            let opening = day.instant(minute: opens)
            if instant < opening { return opening }
            if instant <= day.instant(minute: closes) { return instant }
        }
        return next(onOrAfter: day + 1).instant(minute: opens)
    }
}

extension Day {
    /// The same day of a later or, when negative, an earlier month, or that month's last day: 31 January and a month
    /// are 28 or 29 February. The day itself when the result would leave the years 1…9999.
    package func adding(months: Int) -> Day {
        let (year, month, day) = components
        let total = year * 12 + month - 1 + months
        let targetMonth = (total % 12 + 12) % 12
        let targetYear = (total - targetMonth) / 12
        for date in stride(from: day, through: 1, by: -1) {
            if let found = Day(year: targetYear, month: targetMonth + 1, day: date) { return found }
        }
        return self
    }
}
