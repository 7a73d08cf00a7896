package import Core
import Cryptography
package import FoundationEssentials
import Journal
package import Postgres

/// A day off, or a Saturday worked in exchange, as announced.
package struct CalendarDay: PostgresRow, Hashable {
    package enum Kind: String, Sendable, CaseIterable, PostgresValue {
        case off
        case workingSaturday = "working_saturday"
    }

    /// Where a day is known from: a letter that announces it, a rule of law by which it will be, a library of dates.
    package enum Status: String, Sendable, CaseIterable {
        case officialLetter = "official_letter"
        case ruleDerived = "rule_derived"
        case library = "package"
    }

    package let day: Day
    package let kind: Kind
    package let name: String
    /// One of `Status`, or what an installation's own list says.
    package let status: String
    package let source: String

    package init(day: Day, kind: Kind, name: String, status: Status, source: String) {
        self.day = day
        self.kind = kind
        self.name = name
        self.status = status.rawValue
        self.source = source
    }

    package init(_ row: inout Row) throws {
        day = try row("day")
        kind = try row("kind")
        name = try row("name")
        status = try row("status")
        source = try row("source")
    }
}

/// One edit of the calendar.
package enum CalendarChange: Sendable, Hashable {
    case add(CalendarDay)
    case remove(Day, reason: String)

    package var day: Day {
        switch self {
        case .add(let added): added.day
        case .remove(let day, _): day
        }
    }
}

/// All announced days, in their order.
package struct AnnouncedCalendar: Sendable, Hashable {
    package let days: [CalendarDay]

    package init(days: [CalendarDay]) { self.days = days.sorted { $0.day < $1.day } }

    package subscript(day: Day) -> CalendarDay? { days.first { $0.day == day } }

    /// The calendar that due dates are counted on. Its version is that of the days and their kinds, so that any edit of
    /// those makes another: how many, up to when, and the beginning of their digest.
    package var working: WorkingCalendar {
        let lines = days.map { "\($0.day) \($0.kind.rawValue)\n" }.joined()
        let digest = Hex.encode(Array(SHA256.hash(Array(lines.utf8)).prefix(4)))
        return WorkingCalendar(
            version: "\(days.count)@\(days.last?.day.description ?? "")#\(digest)",
            off: Set(days.filter { $0.kind == .off }.map(\.day)),
            workingDays: Set(days.filter { $0.kind == .workingSaturday }.map(\.day)))
    }

    package func applying(_ change: CalendarChange) -> AnnouncedCalendar {
        let others = days.filter { $0.day != change.day }
        switch change {
        case .add(let added): return AnnouncedCalendar(days: others + [added])
        case .remove: return AnnouncedCalendar(days: others)
        }
    }

    /// The first day that is worked where it wasn't, or the other way round; nil when due dates are the same by both, or
    /// when there was no calendar before.
    func firstChange(from before: AnnouncedCalendar) -> Day? {
        guard !before.days.isEmpty else { return nil }
        func kinds(_ calendar: AnnouncedCalendar) -> [Day: CalendarDay.Kind] {
            Dictionary(calendar.days.map { ($0.day, $0.kind) }) { first, _ in first }
        }
        let (old, new) = (kinds(before), kinds(self))
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.min()
    }

    /// Everything that keeps a change from being made, by the names of the desk's inputs.
    package func problems(with change: CalendarChange, today: Day) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        func add(_ field: String, _ code: String, _ arguments: [String: String] = [:]) {
            problems.append(FieldProblem(field: field, code: code, arguments: arguments))
        }
        func require(_ text: String, as field: String) {
            if text.isEmpty { add(field, "required") }
            if text.utf8.count > Self.longest { add(field, "too_long", ["max": String(Self.longest)]) }
        }
        switch change {
        case .add(let added):
            if self[added.day] != nil { add("day", "day_taken") }
            if added.kind == .workingSaturday, added.day.weekday != 6 { add("day", "not_a_saturday") }
            if abs(added.day.number - today.number) > Self.reach { add("day", "day_too_far") }
            require(added.name, as: "name")
            require(added.source, as: "source")
        case .remove(let day, let reason):
            if self[day] == nil { add("day", "no_such_day") }
            require(reason, as: "reason")
        }
        return problems
    }

    /// Bytes of a name, a source or a reason.
    private static let longest = 400
    /// Days before and after today: ten years.
    private static let reach = 3653
}

extension Agencies {
    /// The days as announced so far, with where they come from.
    package func announced() async throws -> AnnouncedCalendar {
        AnnouncedCalendar(days: try await database.all(AgencyQueries.calendar, ()))
    }

    /// Changes the calendar. What is received from now on is counted by it, and a job counts what is open again.
    /// - Parameter version: of the calendar that the editor saw the effects on; another's edit since then is told.
    /// - Throws: `AgencyEditError`, `ValidationFailure`.
    package func change(
        _ change: CalendarChange, seen version: String, by editor: AgencyEditor, at now: Date
    ) async throws {
        guard editor.isNational else { throw AgencyEditError.notFound }
        try await database.transaction { transaction in
            _ = try await transaction.first(AgencyQueries.lockCalendar, ())
            let calendar = AnnouncedCalendar(days: try await transaction.all(AgencyQueries.calendar, ()))
            guard calendar.working.version == version else { throw AgencyEditError.editedMeanwhile }
            let problems = calendar.problems(with: change, today: Day(of: now))
            guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
            switch change {
            case .add(let added):
                try await transaction.run(
                    AgencyQueries.addDay, (added.day, added.kind, added.name, added.status, added.source))
            case .remove(let day, _): try await transaction.run(AgencyQueries.removeDay, day)
            }
            try await transaction.run(AgencyQueries.requestRecount, (change.day, now, nil))
            let next = calendar.applying(change).working.version
            var content = change.journalled(of: calendar)
            content["calendar"] = .string(next)
            content["previous_calendar"] = .string(version)
            _ = try await transaction.append(
                JournalEntry(
                    kind: change.journalKind, subject: "calendar:\(change.day)", agencyCode: nil, actor: editor.actor,
                    at: now, content: .object(content)))
        }
    }
}

extension CalendarChange {
    fileprivate var journalKind: String {
        switch self {
        case .add: "calendar.day_added"
        case .remove: "calendar.day_removed"
        }
    }

    fileprivate func journalled(of calendar: AnnouncedCalendar) -> [String: JSON] {
        switch self {
        case .add(let added): added.members
        case .remove(let day, let reason): (calendar[day]?.members ?? [:]).merging(["reason": .string(reason)]) { $1 }
        }
    }
}

extension CalendarDay {
    fileprivate var members: [String: JSON] {
        [
            "kind": .string(kind.rawValue), "name": .string(name), "status": .string(status),
            "source": .string(source),
        ]
    }
}
