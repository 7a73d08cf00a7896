package import FoundationEssentials

/// An agency's time: which days are worked, and which minutes of them.
///
/// Everything to the minute: an instant within a minute counts as the beginning of the next, so that nothing is due before
/// it came.
package struct WorkingTime: Sendable, Hashable {
    /// The national calendar with the agency's own days: one that it closes is off, one that it works in full is worked.
    package let calendar: WorkingCalendar
    package let hours: WorkingHours
    /// Minute of the day at which a due day ends, where whole days are counted.
    package let closes: Int

    package init(calendar: WorkingCalendar, hours: WorkingHours = .usual, closes: Int) {
        let full = hours.dayLength
        let closed = hours.days.filter { $0.value.isEmpty }.keys
        let opened = hours.days.filter { $0.value.reduce(0) { $0 + $1.minutes } >= full }.keys
        self.calendar = calendar.changing(closed: Set(closed), opened: Set(opened))
        self.hours = hours
        self.closes = closes
    }

    /// The minutes worked on a day: a day of the agency's own as it says, a swapped day in full, an announced holiday not
    /// at all, any other as its weekday. A Saturday has its own hours and never Monday's.
    package func spans(on day: Day) -> [WorkingHours.Span] {
        if let own = hours.days[day] { return own }
        if calendar.isSwapped(day) { return hours.fullDay }
        return calendar.isHoliday(day) ? [] : hours.spans(onWeekday: day.weekday)
    }

    /// The earliest instant at which so many minutes have been worked since another. What ends with a day ends at its
    /// close, not at the next opening. For no minutes: the instant itself if it is worked, else the next opening.
    package func adding(_ minutes: Int, to instant: Date) -> Date {
        guard minutes > 0 else { return opening(onOrAfter: instant) }
        var (day, minute) = Self.minute(of: instant)
        var left = minutes
        // Ends: a week has work in it, and days off are finitely many.
        while true {
            for span in spans(on: day) where span.closes > minute {
                let from = max(span.opens, minute)
                if left <= span.closes - from { return day.instant(minute: from + left) }
                left -= span.closes - from
            }
            (day, minute) = (day + 1, 0)
        }
    }

    /// Minutes worked between two instants; 0 when the second isn't later.
    package func elapsed(from start: Date, to end: Date) -> Int {
        let (first, from) = Self.minute(of: start)
        let (last, to) = Self.minute(of: end)
        guard (first, from) < (last, to) else { return 0 }
        var total = 0
        for number in first.number...last.number {
            let day = Day(number: number)
            for span in spans(on: day) {
                let opens = day == first ? max(span.opens, from) : span.opens
                let closes = day == last ? min(span.closes, to) : span.closes
                total += max(0, closes - opens)
            }
        }
        return total
    }

    /// The instant itself while it is worked, the closing minute included; else the next opening.
    package func opening(onOrAfter instant: Date) -> Date {
        var (day, minute) = Self.minute(of: instant)
        while true {
            for span in spans(on: day) where span.closes >= minute {
                return day.instant(minute: max(span.opens, minute))
            }
            (day, minute) = (day + 1, 0)
        }
    }

    /// The close of the first working day that doesn't close before an instant.
    package func closing(notBefore instant: Date) -> Date {
        var day = calendar.next(onOrAfter: Day(of: instant))
        if day.instant(minute: closes) < instant { day = calendar.next(onOrAfter: day + 1) }
        return day.instant(minute: closes)
    }

    /// The first opening of a day after this one.
    package func opening(after day: Day) -> Date { opening(onOrAfter: (day + 1).instant()) }

    /// Until when what was received is handed on: by the close of the same day, or at the opening of the next working day
    /// when it came after 15:00 or outside the hours (NĐ 118/2025/NĐ-CP Đ.18.2).
    package func handOver(receivedAt instant: Date) -> Date {
        let (day, minute) = Self.minute(of: instant)
        guard let close = spans(on: day).last?.closes, minute <= min(close, Self.handOverCutOff) else {
            return opening(after: day)
        }
        return day.instant(minute: close)
    }

    private static let handOverCutOff = 15 * 60

    /// The day and the minute of it, the begun minute counted.
    private static func minute(of instant: Date) -> (day: Day, minute: Int) {
        let day = Day(of: instant)
        return (day, Int((instant.timeIntervalSince(day.instant()) / 60).rounded(.up)))
    }
}

extension WorkingTime {
    /// When an answer is due, in whole days or, where the limit asks for it, to the minute.
    package func deadline(receivedAt: Date, limit: TimeLimit) -> Deadline {
        guard limit.isExact, limit.unit == .hour || limit.unit == .workingDay else {
            return calendar.deadline(receivedAt: receivedAt, limit: limit, officeCloses: closes)
        }
        let day = Day(of: receivedAt)
        var steps: [Deadline.Step] = []
        var from = opening(onOrAfter: receivedAt)
        if spans(on: day).isEmpty {
            steps = [.receivedOnDayOff(day)]
        } else if receivedAt > day.instant(minute: limit.cutOff) {
            from = opening(after: day)
            steps = [.receivedAfterCutOff(day)]
        }
        let minutes = limit.quantity * (limit.unit == .hour ? 60 : hours.dayLength)
        let due = minutes > 0 ? adding(minutes, to: from) : from
        let first = Day(of: from)
        steps += closed(between: day, and: first) + [.countFromTime(from)]
        steps += closed(between: first, and: Day(of: due)) + [.dueAt(due)]
        return Deadline(due: due, startDay: first, dueDay: Day(of: due), steps: steps)
    }

    private func closed(between start: Day, and last: Day) -> [Deadline.Step] {
        guard last > start else { return [] }
        return ((start.number + 1)...last.number).map(Day.init(number:)).filter { spans(on: $0).isEmpty }.map { day in
            calendar.isHoliday(day) ? .skippedHoliday(day) : .skippedWeekend(day)
        }
    }
}
