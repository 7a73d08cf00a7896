import Agencies
import Core
import Testing

@Suite("Hours that an agency keeps of its own")
struct HoursTests {
    private static let national = WorkingTime(
        calendar: WorkingCalendar(version: "1", off: [], workingDays: []), hours: .usual, closes: 17 * 60)
    private static let saturdays = WorkingHours(
        "07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;08:00-11:30;"
    )!
    private static let mornings = WorkingHours("08:00-12:00;08:00-12:00;08:00-12:00;08:00-12:00;08:00-12:00;;")!
    private static let own = OwnHours(
        weeks: [OwnHours.Week(validFrom: Day("2026-06-01")!, hours: saturdays, source: "QĐ 1")],
        days: [
            OwnHours.SingleDay(day: Day("2026-06-10")!, spans: [], source: "TB 2"),
            OwnHours.SingleDay(day: Day("2026-06-14")!, spans: WorkingHours.usual.fullDay, source: "TB 2"),
        ])

    @Test(
        "a day is worked by the week in force when the dossier came, and by days of its own",
        arguments: [
            // Received, looked at, minutes worked.
            ("2026-05-29", "2026-06-06", 0), ("2026-06-01", "2026-06-06", 210), ("2026-06-01", "2026-06-13", 210),
            ("2026-06-01", "2026-06-10", 0), ("2026-05-29", "2026-06-10", 0), ("2026-06-01", "2026-06-14", 480),
            ("2026-06-01", "2026-06-09", 480),
        ])
    func minutes(received: String, day: String, minutes: Int) throws {
        let (received, day) = (try #require(Day(received)), try #require(Day(day)))
        let time = try Self.own.time(on: received, national: Self.national)
        #expect(time.spans(on: day).reduce(0) { $0 + $1.minutes } == minutes)
    }

    @Test("other hours are another version of the calendar, and no hours of its own are the country's")
    func versions() throws {
        let day = try #require(Day("2026-06-02"))
        let none = OwnHours(weeks: [], days: [])
        #expect(try none.time(on: day, national: Self.national) == Self.national)
        let changes: [HoursChange] = [
            .removeDay(Day("2026-06-10")!, reason: "x"), .removeWeek(Day("2026-06-01")!, reason: "x"),
            .addWeek(OwnHours.Week(validFrom: Day("2026-06-02")!, hours: Self.mornings, source: "x")),
        ]
        let all = try ([Self.own, none] + changes.map(Self.own.applying)).map {
            try $0.time(on: day, national: Self.national).calendar.version
        }
        #expect(Set(all).count == all.count)
        // A week from a later day changes nothing for what came before.
        let later = Self.own.applying(
            .addWeek(OwnHours.Week(validFrom: Day("2026-06-03")!, hours: .usual, source: "x")))
        #expect(try later.time(on: day, national: Self.national).calendar.version == all[0])
        #expect(later.version != Self.own.version)
    }

    @Test(
        "a change says everything that is wrong with it",
        arguments: [
            (HoursChange.addDay(OwnHours.SingleDay(day: Day("2026-06-11")!, spans: [], source: "x")), []),
            (
                .addDay(OwnHours.SingleDay(day: Day("2026-06-10")!, spans: [], source: "")),
                [
                    "day hours_taken", "day_source required",
                ]
            ),
            (.addWeek(OwnHours.Week(validFrom: Day("2026-06-01")!, hours: .usual, source: "x")), ["from hours_taken"]),
            (.addWeek(OwnHours.Week(validFrom: Day("2046-06-01")!, hours: .usual, source: "x")), ["from day_too_far"]),
            (.removeDay(Day("2026-06-11")!, reason: ""), ["day no_such_hours", "reason required"]),
            (.removeWeek(Day("2026-06-01")!, reason: "nhầm"), []),
        ])
    func problems(_ change: HoursChange, _ expected: [String]) {
        let problems = Self.own.problems(with: change, today: Day("2026-06-01")!)
        #expect(problems.map { "\($0.field) \($0.code)" } == expected)
    }
}
