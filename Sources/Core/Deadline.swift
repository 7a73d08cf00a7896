package import FoundationEssentials

/// How long an agency may take.
package struct TimeLimit: Sendable, Hashable {
    package enum Unit: String, Sendable, Hashable, CaseIterable {
        case workingDay = "WORKING_DAY"
        case day = "DAY"
        case hour = "HOUR"
        case month = "MONTH"
    }

    package let quantity: Int
    package let unit: Unit
    /// Minute of the day after which a dossier counts as received on the next working day
    /// (15:00 unless a procedure says otherwise, NĐ 118/2025/NĐ-CP Đ.18.2).
    package let cutOff: Int

    package init(quantity: Int, unit: Unit, cutOff: Int = 15 * 60) {
        self.quantity = quantity
        self.unit = unit
        self.cutOff = cutOff
    }
}

/// A due date that explains itself.
package struct Deadline: Sendable, Hashable {
    /// One thing that moved the date, in the order in which they did.
    package enum Step: Sendable, Hashable {
        case receivedAfterCutOff(Day)
        case receivedOnDayOff(Day)
        /// The first day that counts.
        case countFrom(Day)
        case skippedWeekend(Day)
        case skippedHoliday(Day)
        case lastDayMoved(from: Day, to: Day)
        case due(Day)
    }

    package let due: Date
    package let startDay: Day
    package let dueDay: Day
    package let steps: [Step]
}

extension WorkingCalendar {
    /// When an answer is due for a dossier received at an instant.
    ///
    /// The day of receipt isn't counted; one received after the cut-off or on a day off counts as received on the next
    /// working day. Days and months run on the calendar; a last day off moves to the next working day. Hours run on the
    /// clock from the receipt or from the start of the next working day.
    package func deadline(receivedAt: Date, limit: TimeLimit, officeCloses: Int) -> Deadline {
        var steps: [Deadline.Step] = []
        let receivedDay = Day(of: receivedAt)
        let minute = Int(receivedAt.timeIntervalSince(receivedDay.instant()) / 60)
        var start = receivedDay
        if !isWorking(receivedDay) {
            steps.append(.receivedOnDayOff(receivedDay))
            start = next(onOrAfter: receivedDay)
        } else if minute > limit.cutOff || (minute == limit.cutOff && receivedAt > receivedDay.instant(minute: minute)) {
            steps.append(.receivedAfterCutOff(receivedDay))
            start = next(onOrAfter: receivedDay + 1)
        }
        if limit.unit == .hour {
            let from = start == receivedDay ? receivedAt : start.instant(minute: 8 * 60)
            let due = from.addingTimeInterval(Double(limit.quantity) * 3600)
            let day = Day(of: due)
            return Deadline(due: due, startDay: start, dueDay: day, steps: steps + [.countFrom(start), .due(day)])
        }
        let last: Day
        switch limit.unit {
        case .workingDay:
            last = adding(limit.quantity, to: start)
            steps.append(.countFrom(next(onOrAfter: start + 1)))
            steps += skipped(between: start, and: last)
        case .day, .hour:
            last = start + limit.quantity
            steps.append(.countFrom(start + 1))
        case .month:
            last = start.adding(months: limit.quantity)
            steps.append(.countFrom(start + 1))
        }
        let due = next(onOrAfter: last)
        if due != last { steps.append(.lastDayMoved(from: last, to: due)) }
        steps.append(.due(due))
        return Deadline(due: due.instant(minute: officeCloses), startDay: start, dueDay: due, steps: steps)
    }

    private func skipped(between start: Day, and last: Day) -> [Deadline.Step] {
        guard last > start else { return [] }
        return ((start.number + 1)...last.number).map(Day.init(number:)).filter { !isWorking($0) }.map { day in
            isHoliday(day) ? .skippedHoliday(day) : .skippedWeekend(day)
        }
    }
}

extension Day {
    /// The same day of a later month, or its last one: 31 January and a month are 28 or 29 February.
    package func adding(months: Int) -> Day {
        let (year, month, day) = components
        let total = year * 12 + month - 1 + months
        var date = day
        while date > 28 {
            if let found = Day(year: total / 12, month: total % 12 + 1, day: date) { return found }
            date -= 1
        }
        return Day(year: total / 12, month: total % 12 + 1, day: date) ?? self
    }
}
