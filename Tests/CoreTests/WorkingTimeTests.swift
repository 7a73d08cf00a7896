import Core
import FoundationEssentials
import Testing

/// Practice and its failures, from the software that offices used before: each row is one.
@Suite("Working time to the minute")
struct WorkingTimeTests {
    /// Monday 2026-06-01 begins a month without holidays.
    static let time = WorkingTime(
        calendar: WorkingCalendar(version: "", off: [], workingDays: []), hours: .usual, closes: 1020)
    /// With a Saturday morning.
    static let saturdays = WorkingTime(
        calendar: WorkingCalendar(version: "", off: [], workingDays: []),
        hours: WorkingHours(
            Array(repeating: "07:30-11:30,13:00-17:00", count: 5).joined(separator: ";") + ";07:30-11:30;") ?? .usual,
        closes: 1020)

    @Test(
        "minutes are added within the hours",
        arguments: [
            ("2026-06-01 09:00:00", 3 * 480, "2026-06-04 09:00:00"),
            ("2026-06-04 10:00:00", 3 * 480, "2026-06-09 10:00:00"),
            ("2026-06-01 10:30:00", 120, "2026-06-01 14:00:00"),
            ("2026-06-01 16:00:00", 120, "2026-06-02 08:30:00"),
            ("2026-06-01 10:00:00", 240, "2026-06-01 15:30:00"),
            ("2026-06-01 18:30:00", 3 * 480, "2026-06-04 17:00:00"),
            ("2026-06-06 10:00:00", 3 * 480, "2026-06-10 17:00:00"),
            // 18:00 and two hours gave 10:30 of the next day.
            ("2026-06-01 18:00:00", 120, "2026-06-02 09:30:00"),
            ("2026-06-01 06:00:00", 60, "2026-06-01 08:30:00"),
            ("2026-06-01 12:00:00", 60, "2026-06-01 14:00:00"),
            ("2026-06-01 11:30:00", 60, "2026-06-01 14:00:00"),
            ("2026-06-05 17:00:00", 60, "2026-06-08 08:30:00"),
            ("2026-06-01 16:59:30", 1, "2026-06-02 07:31:00"),
            ("2026-06-06 10:00:00", 0, "2026-06-08 07:30:00"),
            ("2026-06-01 17:00:00", 0, "2026-06-01 17:00:00"),
        ])
    func adding(from: String, minutes: Int, to: String) throws {
        #expect(try Self.time.adding(minutes, to: Samples.instant(from)) == Samples.instant(to))
    }

    @Test(
        "work between two instants",
        arguments: [
            ("2026-06-01 10:00:00", "2026-06-03 15:00:00", 1170),
            ("2026-06-05 16:00:00", "2026-06-08 08:30:00", 120),
            ("2026-06-06 08:00:00", "2026-06-07 20:00:00", 0),
            ("2026-06-02 10:00:00", "2026-06-01 10:00:00", 0),
            // Resuming after the close gave the hours after it.
            ("2026-06-01 16:00:00", "2026-06-01 18:00:00", 60),
        ])
    func elapsed(from: String, to: String, minutes: Int) throws {
        #expect(try Self.time.elapsed(from: Samples.instant(from), to: Samples.instant(to)) == minutes)
    }

    @Test("a half Saturday has its own hours, not Monday's, and isn't a working day of a limit in days")
    func halfSaturday() throws {
        let friday = try Samples.instant("2026-06-05 15:00:00")
        #expect(try Self.saturdays.adding(240, to: friday) == Samples.instant("2026-06-06 09:30:00"))
        #expect(try Self.saturdays.adding(480, to: friday) == Samples.instant("2026-06-08 09:30:00"))
        #expect(try Self.saturdays.spans(on: Samples.day("2026-06-06")).count == 1)
        let days = Self.saturdays.deadline(receivedAt: friday, limit: TimeLimit(quantity: 1, unit: .workingDay))
        #expect(try days.dueDay == Samples.day("2026-06-08"))
    }

    @Test("a day worked in exchange is a full one, a Sunday too, and a holiday on a half Saturday is off")
    func swapped() throws {
        let calendar = try WorkingCalendar(
            version: "", off: [Samples.day("2026-06-05"), Samples.day("2026-06-13")],
            workingDays: [Samples.day("2026-06-07")])
        let time = WorkingTime(calendar: calendar, hours: Self.saturdays.hours, closes: 1020)
        #expect(try time.spans(on: Samples.day("2026-06-07")) == time.hours.fullDay)
        #expect(try time.spans(on: Samples.day("2026-06-13")).isEmpty)
        // A holiday kept as a midnight was missed by whoever came later that day.
        let holiday = try Samples.instant("2026-06-05 10:00:00")
        #expect(try time.adding(60, to: holiday) == Samples.instant("2026-06-06 08:30:00"))
        #expect(try time.elapsed(from: holiday, to: Samples.instant("2026-06-08 07:30:00")) == 240 + 480)
    }

    @Test("a day of seven and a half hours doesn't drift")
    func shortDay() throws {
        let week = Array(repeating: "08:00-12:00,13:30-17:00", count: 5).joined(separator: ";") + ";;"
        let hours = try #require(WorkingHours(week))
        #expect(hours.dayLength == 450 && hours.description == week)
        let time = WorkingTime(calendar: Self.time.calendar, hours: hours, closes: 1020)
        let due = try time.deadline(
            receivedAt: Samples.instant("2026-06-01 09:00:00"),
            limit: TimeLimit(quantity: 20, unit: .workingDay, isExact: true))
        #expect(try due.due == Samples.instant("2026-06-29 09:00:00"))
    }

    @Test("what lies years ahead has a due date: no search gives up")
    func farAhead() throws {
        let due = try Self.time.deadline(
            receivedAt: Samples.instant("2026-06-01 09:00:00"),
            limit: TimeLimit(quantity: 9_999, unit: .workingDay, isExact: true))
        #expect(try due.dueDay > Samples.day("2064-01-01"))
    }

    @Test(
        "hours that are none, overlap or never come are refused",
        arguments: [
            "", ";;;;;;", ";;;;;", ";;;;;;;", "07:30-07:30;;;;;;", "11:30-07:30;;;;;;", "07:30-11:30,11:00-12:00;;;;;;",
            "7:30-11:30;;;;;;", "07:30;;;;;;", "07:60-11:30;;;;;;", "07:30-24:01;;;;;;",
        ])
    func refused(_ text: String) { #expect(WorkingHours(text) == nil) }

    @Test("an agency's own days: one it closes is off, one it opens in full counts as a working day")
    func ownDays() throws {
        let hours = try #require(
            WorkingHours(
                WorkingHours.usual.description,
                days: [
                    Samples.day("2026-06-02"): [], Samples.day("2026-06-06"): WorkingHours.usual.fullDay,
                    Samples.day("2026-06-03"): WorkingHours.spans("07:30-11:30") ?? [],
                ]))
        let time = WorkingTime(calendar: Self.time.calendar, hours: hours, closes: 1020)
        let received = try Samples.instant("2026-06-01 09:00:00")
        let due = time.deadline(receivedAt: received, limit: TimeLimit(quantity: 4, unit: .workingDay))
        #expect(try due.dueDay == Samples.day("2026-06-06"))
        #expect(try time.elapsed(from: received, to: Samples.instant("2026-06-04 07:30:00")) == 390 + 240)
    }

    @Test(
        "what was received is handed on the same day, after 15:00 at the next opening",
        arguments: [
            ("2026-06-01 09:00:00", "2026-06-01 17:00:00"), ("2026-06-01 15:00:00", "2026-06-01 17:00:00"),
            ("2026-06-01 15:00:01", "2026-06-02 07:30:00"), ("2026-06-05 16:00:00", "2026-06-08 07:30:00"),
            ("2026-06-06 09:00:00", "2026-06-08 07:30:00"), ("2026-06-01 03:00:00", "2026-06-01 17:00:00"),
        ])
    func handOver(at: String, due: String) throws {
        #expect(try Self.time.handOver(receivedAt: Samples.instant(at)) == Samples.instant(due))
        // A morning's Saturday is over at half past eleven.
        #expect(
            try Self.saturdays.handOver(receivedAt: Samples.instant("2026-06-06 12:00:00"))
                == Samples.instant("2026-06-08 07:30:00"))
    }

    @Test("an exact limit counts from the minute, with a cut-off only where the procedure has one")
    func exact() throws {
        let received = try Samples.instant("2026-06-05 16:00:00")
        let plain = Self.time.deadline(
            receivedAt: received, limit: TimeLimit(quantity: 2, unit: .hour, isExact: true))
        #expect(try plain.due == Samples.instant("2026-06-08 08:30:00"))
        #expect(
            try plain.steps == [
                .countFromTime(received), .skippedWeekend(Samples.day("2026-06-06")),
                .skippedWeekend(Samples.day("2026-06-07")), .dueAt(plain.due),
            ])
        let cut = Self.time.deadline(
            receivedAt: received, limit: TimeLimit(quantity: 2, unit: .hour, cutOff: 15 * 60, isExact: true))
        #expect(try cut.due == Samples.instant("2026-06-08 09:30:00"))
        #expect(try cut.steps.first == .receivedAfterCutOff(Samples.day("2026-06-05")))
    }

    @Test("adding and elapsed agree with a count minute by minute, on any hours and any calendar")
    func againstMinuteByMinute() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<60 {
            let time = try randomTime(&random)
            for _ in 0..<20 {
                let start = try Samples.instant("2026-05-25 00:00:00").addingTimeInterval(
                    Double(Int.random(in: 0...20 * 1440, using: &random) * 60))
                let minutes = Int.random(in: 1...4000, using: &random)
                let slow = slowly(minutes, after: start, time)
                let fast = time.adding(minutes, to: start)
                #expect(fast == slow, "\(start) + \(minutes) \(time.hours.description)")
                #expect(time.elapsed(from: start, to: fast) == minutes)
                let later = time.adding(
                    minutes, to: start.addingTimeInterval(Double.random(in: 0...9e4, using: &random)))
                #expect(later >= fast)
            }
        }
    }

    /// Walks one minute after another and asks of each whether it is worked, from the texts of the hours.
    private func slowly(_ minutes: Int, after start: Date, _ time: WorkingTime) -> Date {
        let week = time.hours.description.split(separator: ";", omittingEmptySubsequences: false).map { day in
            day.split(separator: ",").map { range in
                let clock = range.split { $0 == "-" || $0 == ":" }.compactMap { Int($0) }
                return clock[0] * 60 + clock[1]..<clock[2] * 60 + clock[3]
            }
        }
        let full = week.max { $0.reduce(0) { $0 + $1.count } < $1.reduce(0) { $0 + $1.count } } ?? []
        let firstFull = week.first { $0.reduce(0) { $0 + $1.count } == full.reduce(0) { $0 + $1.count } } ?? []
        var left = minutes
        var now = start
        while left > 0 {
            let day = Day(of: now)
            let minute = Int(now.timeIntervalSince(day.instant()) / 60)
            let ranges =
                time.calendar.isSwapped(day)
                ? firstFull : time.calendar.isHoliday(day) ? [] : week[day.weekday - 1]
            if ranges.contains(where: { $0.contains(minute) }) { left -= 1 }
            now = now.addingTimeInterval(60)
        }
        return now
    }

    private func randomTime(_ random: inout SeededGenerator) throws -> WorkingTime {
        let shapes = [
            "", "07:30-11:30", "13:00-17:00", "07:30-11:30,13:00-17:00", "00:00-24:00", "08:01-08:02,09:00-10:17",
        ]
        let week = (0..<7).map { _ in shapes.randomElement(using: &random) ?? "" }
        let hours = WorkingHours(week.joined(separator: ";")) ?? .usual
        let days = try (0..<60).map { try Samples.day("2026-05-20") + $0 }
        let calendar = WorkingCalendar(
            version: "", off: Set(days.filter { _ in Int.random(in: 0..<10, using: &random) == 0 }),
            workingDays: Set(days.filter { $0.weekday > 5 && Int.random(in: 0..<4, using: &random) == 0 }))
        return WorkingTime(calendar: calendar, hours: hours, closes: 1020)
    }
}
