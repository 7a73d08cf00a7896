import Core
import Testing

@Suite struct WorkingCalendarTests {
    @Test(
        "days off, weekends and exchanged Saturdays are what was announced",
        arguments: [
            ("2026-01-01", false, true), ("2026-01-02", false, true), ("2026-01-10", true, false),
            ("2026-01-17", false, false), ("2026-02-20", false, true), ("2026-02-23", true, false),
            ("2026-04-26", false, true), ("2026-04-27", false, true), ("2026-08-22", true, false),
            ("2026-08-31", false, true), ("2026-11-24", false, true), ("2024-05-04", true, false),
            ("2025-04-26", true, false), ("2027-05-03", false, true),
        ])
    func announced(_ date: String, isWorking: Bool, isHoliday: Bool) throws {
        let calendar = try Samples.calendar()
        let day = try Samples.day(date)
        #expect(calendar.isWorking(day) == isWorking)
        #expect(calendar.isHoliday(day) == isHoliday)
    }

    @Test("a run of days off of any length ends on the first working day")
    func longRun() throws {
        let first = try Samples.day("2026-01-05")
        let calendar = WorkingCalendar(version: "", off: Set((0..<900).map { first + $0 }), workingDays: [])
        #expect(calendar.next(onOrAfter: first) == calendar.next(onOrAfter: first + 899))
        #expect(calendar.isWorking(calendar.next(onOrAfter: first)))
        #expect(calendar.adding(1, to: first) == calendar.next(onOrAfter: first))
    }

    @Test("a Sunday can be worked in exchange as well")
    func workedSunday() throws {
        let sunday = try Samples.day("2026-11-29")
        let calendar = WorkingCalendar(version: "", off: [], workingDays: [sunday])
        #expect(calendar.adding(1, to: sunday - 2) == sunday)
        #expect(calendar.next(onOrAfter: sunday - 1) == sunday)
    }

    @Test("nothing or less is added without moving, and any count comes to an end")
    func extremes() throws {
        let sunday = try Samples.day("2026-11-29")
        let calendar = try Samples.calendar()
        #expect(calendar.adding(0, to: sunday) == sunday)
        #expect(calendar.adding(.min, to: sunday) == sunday)
        #expect(calendar.adding(.max, to: sunday) == calendar.adding(1_000_000, to: sunday))
        #expect(calendar.adding(1_000_000, to: sunday) > sunday + 1_399_000)
    }
}
