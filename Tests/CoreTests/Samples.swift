import Core
import Foundation

/// What the tests of rules stand on: the published calendar, clock times in Vietnam, numbers that repeat.
enum Samples {
    /// The calendar that is delivered, 2024 to 2027.
    static func calendar() throws -> WorkingCalendar {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../SQL/seed").standardized
        let lines = try String(contentsOf: root.appending(path: "holidays.csv"), encoding: .utf8).split(separator: "\n")
        var off: Set<Day> = []
        var workingDays: Set<Day> = []
        for line in lines.dropFirst() {
            let columns = line.split(separator: ",", maxSplits: 2)
            let date = try day(String(columns[0]))
            if columns[1] == "off" { off.insert(date) } else { workingDays.insert(date) }
        }
        return WorkingCalendar(version: "seed", off: off, workingDays: workingDays)
    }

    static func day(_ text: String) throws -> Day {
        guard let day = Day(text) else { throw Unreadable(text: text) }
        return day
    }

    /// `2026-11-23 14:05:00`, in Vietnam.
    static func instant(_ text: String) throws -> Date {
        let parts = text.split(separator: " ")
        let clock = parts[1].split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, clock.count == 3 else { throw Unreadable(text: text) }
        let start = try day(String(parts[0])).instant(minute: clock[0] * 60 + clock[1])
        return start.addingTimeInterval(Double(clock[2]))
    }

    struct Unreadable: Error {
        let text: String
    }
}

/// SplitMix64: the same numbers on every run, so that a failure can be looked at again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
