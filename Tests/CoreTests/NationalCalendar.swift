import Core
import FoundationEssentials
import Testing

/// The calendar of `SQL/seed/holidays.csv`.
enum NationalCalendar {
    static func read() throws -> WorkingCalendar {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = String(decoding: try Data(contentsOf: root.appending(path: "SQL/seed/holidays.csv")), as: UTF8.self)
        var days: [String: Set<Day>] = [:]
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            days[String(fields[1]), default: []].insert(try #require(Day(String(fields[0]))))
        }
        return WorkingCalendar(
            version: "seed", off: days["off"] ?? [], workingDays: days["working_saturday"] ?? [])
    }
}

/// Reads `2026-11-20 16:20` or `2026-11-20 16:20:01` on the clock of Vietnam.
func instant(_ text: String) throws -> Date {
    let parts = text.split(separator: " ")
    let clock = parts[1].split(separator: ":").compactMap { Int($0) }
    return try #require(Day(String(parts[0]))).instant(minute: clock[0] * 60 + clock[1])
        .addingTimeInterval(clock.count > 2 ? Double(clock[2]) : 0)
}

/// The same numbers in each run (SplitMix64), so that a failure can be repeated.
struct Repeatable: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
