import Core
import FoundationEssentials
import Testing

@Suite struct DeadlinePropertyTests {
    @Test("whatever is received whenever is due on a working day, after it came", arguments: TimeLimit.Unit.allCases)
    func workingDay(_ unit: TimeLimit.Unit) throws {
        var random = SeededGenerator(seed: 1)
        let calendar = try Samples.calendar()
        for _ in 0..<3_000 {
            let received = try instant(&random)
            let limit = limit(unit, &random)
            let deadline = calendar.deadline(receivedAt: received, limit: limit, officeCloses: 17 * 60)
            #expect(calendar.isWorking(deadline.dueDay), "\(received) \(limit)")
            #expect(calendar.isWorking(deadline.startDay), "\(received) \(limit)")
            #expect(Day(of: deadline.due) == deadline.dueDay, "\(received) \(limit)")
            #expect(deadline.due >= received, "\(received) \(limit)")
        }
    }

    @Test("who comes later is never due earlier", arguments: TimeLimit.Unit.allCases)
    func monotone(_ unit: TimeLimit.Unit) throws {
        var random = SeededGenerator(seed: 2)
        let calendar = try Samples.calendar()
        for _ in 0..<3_000 {
            let first = try instant(&random)
            let second = first.addingTimeInterval(Double.random(in: 0...200_000, using: &random))
            let limit = limit(unit, &random)
            let dues = [first, second].map { received in
                calendar.deadline(receivedAt: received, limit: limit, officeCloses: 17 * 60).due
            }
            #expect(dues[0] <= dues[1], "\(first) \(second) \(limit)")
        }
    }

    @Test("adding n working days passes exactly n working days and ends on one")
    func exactCount() throws {
        var random = SeededGenerator(seed: 3)
        let plain = WorkingCalendar(version: "", off: [], workingDays: [])
        for calendar in try [Samples.calendar(), sparse(&random), plain] {
            for _ in 0..<1_000 {
                let day = try Samples.day("2023-06-01") + Int.random(in: 0...2_500, using: &random)
                let count = Int.random(in: 1...400, using: &random)
                let end = calendar.adding(count, to: day)
                let passed = (day.number + 1...end.number).count { calendar.isWorking(Day(number: $0)) }
                #expect(passed == count, "\(day) + \(count)")
                #expect(calendar.isWorking(end), "\(day) + \(count)")
            }
        }
    }

    @Test("a day is named as skipped when and only when it lies between receipt and due date and isn't worked")
    func skippedDays() throws {
        var random = SeededGenerator(seed: 4)
        let calendar = try Samples.calendar()
        for _ in 0..<1_000 {
            let limit = TimeLimit(quantity: Int.random(in: 1...40, using: &random), unit: .workingDay)
            let received = try instant(&random)
            let deadline = calendar.deadline(receivedAt: received, limit: limit, officeCloses: 17 * 60)
            let named = deadline.steps.compactMap { step -> Day? in
                switch step {
                case .skippedWeekend(let day), .skippedHoliday(let day): day
                case .receivedAfterCutOff, .receivedOnDayOff, .countsAsReceived, .countFrom, .lastDayMoved, .due,
                    .countFromTime, .dueAt, .given, .paused:
                    nil
                }
            }
            let days = (Day(of: received).number + 1...deadline.dueDay.number).map(Day.init(number:))
            #expect(named == days.filter { !calendar.isWorking($0) })
        }
    }

    private func instant(_ random: inout SeededGenerator) throws -> Date {
        let start = try Samples.day("2024-01-01").instant()
        // Every fourth lies on a full hour, where the edges are.
        let seconds = Int.random(in: 0...4 * 365 * 86_400, using: &random)
        let isRound = Int.random(in: 0..<4, using: &random) == 0
        return start.addingTimeInterval(Double(isRound ? seconds / 3600 * 3600 : seconds))
    }

    private func limit(_ unit: TimeLimit.Unit, _ random: inout SeededGenerator) -> TimeLimit {
        let cutOff = [11 * 60, 15 * 60, 17 * 60, 24 * 60].randomElement(using: &random) ?? 0
        return TimeLimit(quantity: Int.random(in: 0...60, using: &random), unit: unit, cutOff: cutOff)
    }

    /// Long runs of days off and weekend days worked here and there, far beyond any year there was.
    private func sparse(_ random: inout SeededGenerator) throws -> WorkingCalendar {
        let first = try Samples.day("2024-01-01")
        let days = (0..<1_500).map { first + $0 }
        let off = days.filter { _ in Int.random(in: 0..<10, using: &random) < 7 }
        let worked = days.filter { $0.weekday > 5 && Int.random(in: 0..<10, using: &random) < 2 }
        return WorkingCalendar(version: "sparse", off: Set(off), workingDays: Set(worked))
    }
}
