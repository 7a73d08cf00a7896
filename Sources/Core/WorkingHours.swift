/// When an agency works: ranges of minutes on each day of the week, and days of its own.
///
/// Dated data, not code: an agency's rows say from when hours hold. Announced holidays and swapped days are the calendar's.
package struct WorkingHours: Sendable, Hashable {
    /// Minutes of a day in Vietnam, the closing one not included: 450…690 is 07:30 to 11:30.
    package struct Span: Sendable, Hashable {
        package let opens: Int
        package let closes: Int
        package var minutes: Int { closes - opens }

        /// Nil unless 0 ≤ opens < closes ≤ 1440.
        package init?(opens: Int, closes: Int) {
            guard opens >= 0, opens < closes, closes <= 1440 else { return nil }
            self.opens = opens
            self.closes = closes
        }
    }

    /// Monday first. Spans of a day are in order and apart.
    private let week: [[Span]]
    /// Days with hours of their own; no spans: closed.
    package let days: [Day: [Span]]
    /// The hours of the longest day of the week: those of a Saturday worked in exchange.
    package let fullDay: [Span]

    /// Nil when there aren't seven days, when no day of the week is worked, or when ranges of a day overlap: hours that
    /// never come would have no due date.
    package init?(week: [[Span]], days: [Day: [Span]] = [:]) {
        func isOrdered(_ spans: [Span]) -> Bool { zip(spans, spans.dropFirst()).allSatisfy { $0.closes <= $1.opens } }
        guard week.count == 7, week.allSatisfy(isOrdered), days.values.allSatisfy(isOrdered) else { return nil }
        // The first of the longest, so that the same hours always say the same.
        guard let most = week.map(Self.minutes).max(), most > 0,
            let longest = week.first(where: { Self.minutes($0) == most })
        else { return nil }
        self.week = week
        self.days = days
        fullDay = longest
    }

    /// Reads `07:30-11:30,13:00-17:00;…`: seven days from Monday, separated by semicolons, a day off left empty.
    package init?(_ text: String, days: [Day: [Span]] = [:]) {
        var week: [[Span]] = []
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
            guard let spans = Self.spans(String(part)) else { return nil }
            week.append(spans)
        }
        self.init(week: week, days: days)
    }

    /// The same week with days of its own instead of those it had; nil when ranges of a day overlap.
    package func with(days: [Day: [Span]]) -> WorkingHours? { WorkingHours(week: week, days: days) }

    /// Reads the ranges of one day, `07:30-11:30,13:00-17:00`; none when empty, nil when unreadable.
    package static func spans(_ text: String) -> [Span]? {
        var spans: [Span] = []
        for range in text.split(separator: ",") {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { minute(String($0)) }
            guard ends.count == 2, let opens = ends[0], let closes = ends[1],
                let span = Span(opens: opens, closes: closes)
            else { return nil }
            spans.append(span)
        }
        return spans
    }

    /// As `init(_:)` reads it; the days of its own aren't in it.
    package var description: String { week.map(Self.text).joined(separator: ";") }

    package static func text(_ spans: [Span]) -> String {
        spans.map { "\(clock($0.opens))-\(clock($0.closes))" }.joined(separator: ",")
    }

    /// Half past seven to half past eleven and one to five, Monday to Friday: what most offices keep. A default of this
    /// installation, not a rule of law.
    package static let usual: WorkingHours = {
        let day = [Span(opens: 450, closes: 690), Span(opens: 780, closes: 1020)].compactMap(\.self)
        guard let hours = WorkingHours(week: Array(repeating: day, count: 5) + [[], []]) else {
            preconditionFailure("the usual hours are well formed")
        }
        return hours
    }()

    /// Minutes of a full day: what "a working day" means where it is counted to the minute.
    package var dayLength: Int { Self.minutes(fullDay) }

    /// What is worked on a day of the week, 1 = Monday.
    package func spans(onWeekday weekday: Int) -> [Span] { week[weekday - 1] }

    private static func minutes(_ spans: [Span]) -> Int { spans.reduce(0) { $0 + $1.minutes } }

    private static func minute(_ text: String) -> Int? {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard text.utf8.count == 5, parts.count == 2, parts.allSatisfy({ $0.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(Substring(parts[0])), let minute = Int(Substring(parts[1])), minute < 60, hour <= 24
        else { return nil }
        let total = hour * 60 + minute
        return total <= 1440 ? total : nil
    }

    private static func clock(_ minute: Int) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }
}
