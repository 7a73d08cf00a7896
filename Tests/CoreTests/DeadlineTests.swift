import Core
import FoundationEssentials
import Testing

@Suite struct DeadlineTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let received: String
        let quantity: Int
        let unit: TimeLimit.Unit
        let due: String

        init(_ received: String, _ quantity: Int, _ unit: TimeLimit.Unit, due: String) {
            self.received = received
            self.quantity = quantity
            self.unit = unit
            self.due = due
        }

        var testDescription: String { "\(received) + \(quantity) \(unit.rawValue) = \(due)" }
    }

    static let aroundTet = [
        Row("2024-02-05 10:00:00", 3, .workingDay, due: "2024-02-15"),
        Row("2024-02-07 15:01:00", 1, .workingDay, due: "2024-02-16"),
        Row("2024-02-10 09:00:00", 1, .workingDay, due: "2024-02-16"),
        Row("2024-02-15 09:00:00", 3, .workingDay, due: "2024-02-20"),
        Row("2025-01-24 10:00:00", 3, .workingDay, due: "2025-02-05"),
        Row("2025-01-24 16:20:00", 1, .workingDay, due: "2025-02-04"),
        Row("2025-01-29 00:00:00", 3, .workingDay, due: "2025-02-06"),
        Row("2025-02-03 08:00:00", 3, .workingDay, due: "2025-02-06"),
        Row("2026-02-13 10:00:00", 3, .workingDay, due: "2026-02-25"),
        Row("2026-02-13 16:20:00", 3, .workingDay, due: "2026-02-26"),
        Row("2026-02-17 12:00:00", 1, .workingDay, due: "2026-02-24"),
        Row("2026-02-23 09:00:00", 5, .workingDay, due: "2026-03-02"),
        Row("2027-02-03 10:00:00", 1, .workingDay, due: "2027-02-11"),
        Row("2027-02-03 15:00:00", 1, .workingDay, due: "2027-02-11"),
        Row("2027-02-03 15:00:01", 1, .workingDay, due: "2027-02-12"),
        Row("2027-02-06 10:00:00", 3, .workingDay, due: "2027-02-16"),
    ]

    static let otherHolidays = [
        Row("2024-04-26 10:00:00", 3, .workingDay, due: "2024-05-04"),
        Row("2024-05-04 10:00:00", 1, .workingDay, due: "2024-05-06"),
        Row("2025-04-25 10:00:00", 2, .workingDay, due: "2025-04-28"),
        Row("2025-04-29 10:00:00", 2, .workingDay, due: "2025-05-06"),
        Row("2026-04-24 10:00:00", 3, .workingDay, due: "2026-05-04"),
        Row("2027-04-29 10:00:00", 2, .workingDay, due: "2027-05-05"),
        Row("2024-08-30 16:20:00", 1, .workingDay, due: "2024-09-05"),
        Row("2025-08-29 10:00:00", 1, .workingDay, due: "2025-09-03"),
        Row("2026-08-21 10:00:00", 1, .workingDay, due: "2026-08-22"),
        Row("2026-08-28 10:00:00", 2, .workingDay, due: "2026-09-04"),
        Row("2027-09-01 10:00:00", 1, .workingDay, due: "2027-09-06"),
        Row("2025-12-31 10:00:00", 3, .workingDay, due: "2026-01-07"),
        Row("2026-01-02 09:00:00", 1, .workingDay, due: "2026-01-06"),
        Row("2026-01-09 10:00:00", 1, .workingDay, due: "2026-01-10"),
        Row("2026-01-10 10:00:00", 1, .workingDay, due: "2026-01-12"),
        Row("2026-01-09 16:20:00", 1, .workingDay, due: "2026-01-12"),
        Row("2024-12-31 10:00:00", 1, .workingDay, due: "2025-01-02"),
        Row("2026-12-31 16:00:00", 1, .workingDay, due: "2027-01-05"),
        Row("2026-11-23 00:00:00", 1, .workingDay, due: "2026-11-25"),
        Row("2026-11-22 23:59:59", 1, .workingDay, due: "2026-11-25"),
        Row("2026-11-27 16:20:00", 3, .workingDay, due: "2026-12-03"),
        Row("2026-11-27 23:59:59", 3, .workingDay, due: "2026-12-03"),
        Row("2026-11-23 10:00:00", 0, .workingDay, due: "2026-11-23"),
        Row("2026-11-23 16:00:00", 0, .workingDay, due: "2026-11-25"),
    ]

    static let calendarDays = [
        Row("2026-02-10 10:00:00", 7, .day, due: "2026-02-23"),
        Row("2026-11-20 10:00:00", 20, .day, due: "2026-12-10"),
        Row("2026-12-28 10:00:00", 4, .day, due: "2027-01-04"),
        Row("2024-01-31 10:00:00", 1, .month, due: "2024-02-29"),
        Row("2026-01-29 10:00:00", 1, .month, due: "2026-03-02"),
        Row("2026-12-31 10:00:00", 2, .month, due: "2027-03-01"),
        Row("2027-08-31 10:00:00", 6, .month, due: "2028-02-29"),
        Row("2026-01-31 10:00:00", 1, .month, due: "2026-03-02"),
    ]

    @Test("a due day is counted on the published calendar", arguments: aroundTet + otherHolidays + calendarDays)
    func dueDay(_ row: Row) throws {
        let deadline = try deadline(row.received, TimeLimit(quantity: row.quantity, unit: row.unit))
        #expect(deadline.dueDay.description == row.due)
        #expect(deadline.due == deadline.dueDay.instant(minute: 17 * 60))
        #expect(deadline.steps.last == .due(deadline.dueDay))
    }

    @Test(
        "hours run on the clock, and begin and end within opening hours",
        arguments: [
            ("2026-11-23 09:00:00", 1, "2026-11-23 10:00:00"),
            ("2026-11-23 03:00:00", 1, "2026-11-23 09:00:00"),
            ("2026-11-23 15:00:00", 2, "2026-11-23 17:00:00"),
            ("2026-11-23 14:30:00", 4, "2026-11-25 08:00:00"),
            ("2026-11-27 16:20:00", 1, "2026-11-30 09:00:00"),
            ("2026-11-28 10:00:00", 0, "2026-11-30 08:00:00"),
            ("2026-02-13 14:00:00", 24, "2026-02-23 08:00:00"),
            ("2026-01-09 16:00:00", 1, "2026-01-10 09:00:00"),
        ])
    func hours(received: String, quantity: Int, due: String) throws {
        let deadline = try deadline(received, TimeLimit(quantity: quantity, unit: .hour))
        #expect(try deadline.due == Samples.instant(due))
    }

    @Test("a procedure with a later cut-off receives until then")
    func laterCutOff() throws {
        let limit = TimeLimit(quantity: 1, unit: .workingDay, cutOff: 17 * 60)
        #expect(try deadline("2026-11-26 16:20:00", limit).dueDay.description == "2026-11-27")
        #expect(try deadline("2026-11-26 17:00:01", limit).dueDay.description == "2026-11-30")
    }

    @Test("what is due at once is never due before it came, however late it is received")
    func dueAtOnce() throws {
        let limit = TimeLimit(quantity: 0, unit: .workingDay, cutOff: 24 * 60)
        #expect(try deadline("2026-11-26 20:00:00", limit).dueDay.description == "2026-11-27")
    }

    @Test("a due date tells each thing that moved it, in order")
    func explanation() throws {
        let steps = try deadline("2026-02-13 16:20:00", TimeLimit(quantity: 1, unit: .workingDay)).steps
        let day = Samples.day
        #expect(
            try steps == [
                .receivedAfterCutOff(day("2026-02-13")), .skippedWeekend(day("2026-02-14")),
                .skippedWeekend(day("2026-02-15")),
                .skippedHoliday(day("2026-02-16")), .skippedHoliday(day("2026-02-17")),
                .skippedHoliday(day("2026-02-18")), .skippedHoliday(day("2026-02-19")),
                .skippedHoliday(day("2026-02-20")), .skippedWeekend(day("2026-02-21")),
                .skippedWeekend(day("2026-02-22")),
                .countsAsReceived(day("2026-02-23")), .countFrom(day("2026-02-24")), .due(day("2026-02-24")),
            ])
        let overTet = try deadline("2026-02-13 10:00:00", TimeLimit(quantity: 1, unit: .workingDay)).steps
        #expect(
            try overTet == [
                .countFrom(day("2026-02-23")), .skippedWeekend(day("2026-02-14")), .skippedWeekend(day("2026-02-15")),
                .skippedHoliday(day("2026-02-16")), .skippedHoliday(day("2026-02-17")),
                .skippedHoliday(day("2026-02-18")), .skippedHoliday(day("2026-02-19")),
                .skippedHoliday(day("2026-02-20")), .skippedWeekend(day("2026-02-21")),
                .skippedWeekend(day("2026-02-22")), .due(day("2026-02-23")),
            ])
        let moved = try deadline("2026-02-14 10:00:00", TimeLimit(quantity: 5, unit: .day)).steps
        #expect(
            try moved == [
                .receivedOnDayOff(day("2026-02-14")), .skippedWeekend(day("2026-02-15")),
                .skippedHoliday(day("2026-02-16")), .skippedHoliday(day("2026-02-17")),
                .skippedHoliday(day("2026-02-18")), .skippedHoliday(day("2026-02-19")),
                .skippedHoliday(day("2026-02-20")), .skippedWeekend(day("2026-02-21")),
                .skippedWeekend(day("2026-02-22")),
                .countsAsReceived(day("2026-02-23")), .countFrom(day("2026-02-24")),
                .lastDayMoved(from: day("2026-02-28"), to: day("2026-03-02")), .due(day("2026-03-02")),
            ])
    }

    @Test("an absurd quantity is brought into bounds and still has a due date", arguments: TimeLimit.Unit.allCases)
    func absurdQuantity(_ unit: TimeLimit.Unit) throws {
        #expect(TimeLimit(quantity: .max, unit: unit).quantity == 9_999)
        #expect(TimeLimit(quantity: .min, unit: unit).quantity == 0)
        let deadline = try deadline("2026-11-23 10:00:00", TimeLimit(quantity: .max, unit: unit))
        #expect(try deadline.dueDay > Samples.day("2027-12-01"))
    }

    private func deadline(_ received: String, _ limit: TimeLimit) throws -> Deadline {
        try Samples.calendar().deadline(
            receivedAt: Samples.instant(received), limit: limit, officeCloses: 17 * 60)
    }
}
