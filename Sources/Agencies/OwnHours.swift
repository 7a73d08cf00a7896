package import Core
import Cryptography
import FoundationEssentials
package import Postgres

/// What an agency works otherwise than the country: weeks of its own, each from a day on, and single days.
package struct OwnHours: Sendable, Hashable {
    /// Hours of a week that hold from a day on, until those of a later one.
    package struct Week: PostgresRow, Hashable {
        package let validFrom: Day
        package let hours: WorkingHours
        /// The decision or notice that says so.
        package let source: String

        package init(validFrom: Day, hours: WorkingHours, source: String) {
            self.validFrom = validFrom
            self.hours = hours
            self.source = source
        }

        package init(_ row: inout Row) throws {
            validFrom = try row("valid_from")
            let text: String = try row("week")
            guard let hours = WorkingHours(text) else { throw MalformedHours(text: text) }
            self.hours = hours
            source = try row("source")
        }
    }

    /// A day that is worked otherwise than its week says; no ranges: closed.
    package struct SingleDay: PostgresRow, Hashable {
        package let day: Day
        package let spans: [WorkingHours.Span]
        package let source: String

        package init(day: Day, spans: [WorkingHours.Span], source: String) {
            self.day = day
            self.spans = spans
            self.source = source
        }

        package init(_ row: inout Row) throws {
            day = try row("day")
            let text: String = try row("hours")
            guard let spans = WorkingHours.spans(text) else { throw MalformedHours(text: text) }
            self.spans = spans
            source = try row("source")
        }
    }

    package let weeks: [Week]
    package let days: [SingleDay]

    package init(weeks: [Week], days: [SingleDay]) {
        self.weeks = weeks.sorted { $0.validFrom < $1.validFrom }
        self.days = days.sorted { $0.day < $1.day }
    }

    /// The week of its own that is in force on a day.
    package func week(on day: Day) -> Week? { weeks.last { $0.validFrom <= day } }

    /// Which minutes are worked, for what was received on a day. The calendar's version says which hours these are, so that
    /// a change of them is counted again.
    /// - Parameter national: what holds where the agency says nothing.
    package func time(on received: Day, national: WorkingTime) throws -> WorkingTime {
        let week = week(on: received)
        let own = days.filter { $0.day.number >= received.number - Self.reach }
        guard week != nil || !own.isEmpty else { return national }
        let spans = Dictionary(own.map { ($0.day, $0.spans) }) { first, _ in first }
        guard let hours = (week?.hours ?? national.hours).with(days: spans) else {
            throw MalformedHours(text: own.map { WorkingHours.text($0.spans) }.joined(separator: ";"))
        }
        return WorkingTime(
            calendar: national.calendar.named(national.calendar.version + "+" + Self.digest(of: hours, own)),
            hours: hours, closes: national.closes)
    }

    /// All of it, by its digest: what an editor saw, or saw not.
    package var version: String {
        let lines = weeks.map { "\($0.validFrom)=\($0.hours.description)\n" } + days.map(Self.line)
        return Hex.encode(Array(SHA256.hash(Array(lines.joined().utf8)).prefix(8)))
    }

    private static func digest(of hours: WorkingHours, _ days: [SingleDay]) -> String {
        let text = hours.description + "\n" + days.map(line).joined()
        return Hex.encode(Array(SHA256.hash(Array(text.utf8)).prefix(4)))
    }

    private static func line(_ day: SingleDay) -> String { "\(day.day)=\(WorkingHours.text(day.spans))\n" }

    /// Days before the reception that still matter: a year, as the query reads them.
    private static let reach = 366
}

struct MalformedHours: Error {
    let text: String
}
