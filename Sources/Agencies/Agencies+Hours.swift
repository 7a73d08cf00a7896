package import Core
package import FoundationEssentials
import Journal
import Postgres

/// One edit of an agency's hours.
package enum HoursChange: Sendable, Hashable {
    case addWeek(OwnHours.Week)
    case addDay(OwnHours.SingleDay)
    /// The week that holds from this day on.
    case removeWeek(Day, reason: String)
    case removeDay(Day, reason: String)

    /// Nothing that is due before it can move.
    package var day: Day {
        switch self {
        case .addWeek(let week): week.validFrom
        case .addDay(let day): day.day
        case .removeWeek(let day, _), .removeDay(let day, _): day
        }
    }
}

extension OwnHours {
    package func applying(_ change: HoursChange) -> OwnHours {
        switch change {
        case .addWeek(let week): OwnHours(weeks: weeks + [week], days: days)
        case .addDay(let day): OwnHours(weeks: weeks, days: days + [day])
        case .removeWeek(let day, _): OwnHours(weeks: weeks.filter { $0.validFrom != day }, days: days)
        case .removeDay(let day, _): OwnHours(weeks: weeks, days: days.filter { $0.day != day })
        }
    }

    /// Everything that keeps a change from being made, by the names of the desk's inputs.
    package func problems(with change: HoursChange, today: Day) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        func add(_ field: String, _ code: String, _ arguments: [String: String] = [:]) {
            problems.append(FieldProblem(field: field, code: code, arguments: arguments))
        }
        func require(_ text: String, as field: String) {
            if text.isEmpty { add(field, "required") }
            if text.utf8.count > Self.longest { add(field, "too_long", ["max": String(Self.longest)]) }
        }
        switch change {
        case .addWeek(let week):
            if weeks.contains(where: { $0.validFrom == week.validFrom }) { add("from", "hours_taken") }
            if abs(week.validFrom.number - today.number) > Self.farthest { add("from", "day_too_far") }
            require(week.source, as: "week_source")
        case .addDay(let day):
            if days.contains(where: { $0.day == day.day }) { add("day", "hours_taken") }
            if abs(day.day.number - today.number) > Self.farthest { add("day", "day_too_far") }
            require(day.source, as: "day_source")
        case .removeWeek(let day, let reason):
            if !weeks.contains(where: { $0.validFrom == day }) { add("from", "no_such_hours") }
            require(reason, as: "reason")
        case .removeDay(let day, let reason):
            if !days.contains(where: { $0.day == day }) { add("day", "no_such_hours") }
            require(reason, as: "reason")
        }
        return problems
    }

    /// Bytes of a source or a reason.
    private static let longest = 400
    /// Days before and after today: ten years.
    private static let farthest = 3653
}

extension Agencies {
    /// An agency's own hours, with where they are from.
    package func ownHours(of code: String) async throws -> OwnHours {
        async let weeks = database.all(AgencyQueries.ownWeeks, code)
        async let days = database.all(AgencyQueries.ownDays, code)
        return try await OwnHours(weeks: weeks, days: days)
    }

    /// Changes an agency's hours. What is received from now on is counted by them, and a job counts what is open again.
    /// - Parameter version: of the hours that the editor saw the effects on; another's edit since then is told.
    /// - Throws: `AgencyEditError`, `ValidationFailure`.
    package func change(
        _ change: HoursChange, of code: String, seen version: String, by editor: AgencyEditor, at now: Date
    ) async throws {
        _ = try await record(code, for: editor)
        try await database.transaction { transaction in
            // Whoever counts a due date holds this lock too: by the old hours before, by the new ones after.
            _ = try await transaction.first(AgencyQueries.lockCalendar, ())
            let own = OwnHours(
                weeks: try await transaction.all(AgencyQueries.ownWeeks, code),
                days: try await transaction.all(AgencyQueries.ownDays, code))
            guard own.version == version else { throw AgencyEditError.editedMeanwhile }
            let problems = own.problems(with: change, today: Day(of: now))
            guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
            switch change {
            case .addWeek(let week):
                try await transaction.run(
                    AgencyQueries.addWeek, (code, week.validFrom, week.hours.description, week.source))
            case .addDay(let day):
                try await transaction.run(
                    AgencyQueries.addOwnDay, (code, day.day, WorkingHours.text(day.spans), day.source))
            case .removeWeek(let day, _): try await transaction.run(AgencyQueries.removeWeek, (code, day))
            case .removeDay(let day, _): try await transaction.run(AgencyQueries.removeOwnDay, (code, day))
            }
            try await transaction.run(AgencyQueries.requestRecount, (change.day, now, code))
            var content = change.journalled(of: own)
            content["hours"] = .string(own.applying(change).version)
            content["previous_hours"] = .string(version)
            _ = try await transaction.append(
                JournalEntry(
                    kind: change.journalKind, subject: "agency:\(code)", agencyCode: code, actor: editor.actor, at: now,
                    content: .object(content)))
        }
    }
}

extension HoursChange {
    fileprivate var journalKind: String {
        switch self {
        case .addWeek: "agency.week_added"
        case .addDay: "agency.day_added"
        case .removeWeek: "agency.week_removed"
        case .removeDay: "agency.day_removed"
        }
    }

    fileprivate func journalled(of own: OwnHours) -> [String: JSON] {
        func week(_ week: OwnHours.Week) -> [String: JSON] {
            [
                "valid_from": .string(week.validFrom.description), "week": .string(week.hours.description),
                "source": .string(week.source),
            ]
        }
        func day(_ day: OwnHours.SingleDay) -> [String: JSON] {
            [
                "day": .string(day.day.description), "ranges": .string(WorkingHours.text(day.spans)),
                "source": .string(day.source),
            ]
        }
        switch self {
        case .addWeek(let added): return week(added)
        case .addDay(let added): return day(added)
        case .removeWeek(let from, let reason):
            let removed = own.weeks.first { $0.validFrom == from }.map(week) ?? [:]
            return removed.merging(["reason": .string(reason)]) { $1 }
        case .removeDay(let removed, let reason):
            let removed = own.days.first { $0.day == removed }.map(day) ?? [:]
            return removed.merging(["reason": .string(reason)]) { $1 }
        }
    }
}
