package import Agencies
package import Core
package import FoundationEssentials
import Postgres

/// What a changed calendar will mean for the due dates that were promised: what the recount does afterwards.
package struct CalendarPreview: Sendable, Hashable {
    package struct Move: Sendable, Hashable {
        package let code: String
        package let procedure: String
        package let agency: String
        package let from: Day
        package let to: Day
        /// Days later; negative when earlier.
        package var shift: Int { to.number - from.number }
    }

    package struct AgencyShift: Sendable, Hashable {
        package let agency: String
        package let moved: Int
        /// In days, the least and the greatest.
        package let earliest: Int
        package let latest: Int
    }

    /// How many open dossiers were counted again, and whether there may be older ones.
    package let examined: Int
    package let isPartial: Bool
    package let moved: Int
    /// How many agencies' dossiers would move, and those with the most first.
    package let agenciesMoved: Int
    package let agencies: [AgencyShift]
    /// The newest of those that would move.
    package let moves: [Move]

    init(examined: Int, isPartial: Bool, moves: [Move], shown: Int) {
        self.examined = examined
        self.isPartial = isPartial
        moved = moves.count
        let shifts = Dictionary(grouping: moves, by: \.agency).map { agency, moves in
            let shifts = moves.map(\.shift)
            return AgencyShift(
                agency: agency, moved: moves.count, earliest: shifts.min() ?? 0, latest: shifts.max() ?? 0)
        }
        agenciesMoved = shifts.count
        agencies = Array(shifts.sorted { ($1.moved, $0.agency) < ($0.moved, $1.agency) }.prefix(shown))
        self.moves = Array(moves.prefix(shown))
    }
}

extension Dossiers {
    /// Counts the newest open dossiers again on a calendar that differs from today's by one day; as `portal_worker`.
    ///
    /// A due date that lies before that day can't move; those that an agency stated itself aren't counted by us.
    package func previewCalendar(
        _ calendar: WorkingCalendar, changing day: Day, limit: Int = 5000, shown: Int = 50
    ) async throws -> CalendarPreview {
        let open = try await database.all(DossierQueries.openDue, ((day - 1).instant(), limit))
        return try await preview(open, limit: limit, shown: shown) { agency, received in
            let usual = try await agencies.workingTime(of: agency, on: received)
            return WorkingTime(calendar: calendar, hours: usual.hours, closes: usual.closes)
        }
    }

    /// Counts an agency's open dossiers again by other hours of its own; as `portal_worker`.
    /// - Parameter day: what is due before it can't move.
    package func previewHours(
        _ own: OwnHours, of agency: String, changing day: Day, limit: Int = 5000, shown: Int = 50
    ) async throws -> CalendarPreview {
        let open = try await database.all(DossierQueries.openDueAt, ((day - 1).instant(), limit, agency))
        return try await preview(open, limit: limit, shown: shown) { _, received in
            try own.time(on: received, national: try await agencies.workingTime(of: nil, on: received))
        }
    }

    /// - Parameter time: an agency's, for what was received on a day; asked for once.
    private func preview(
        _ open: [OpenDeadline], limit: Int, shown: Int, time: (String, Day) async throws -> WorkingTime
    ) async throws -> CalendarPreview {
        var times: [String: WorkingTime] = [:]
        var moves: [CalendarPreview.Move] = []
        var examined = 0
        for dossier in open {
            guard let promised = dossier.deadline.flatMap(DossierDeadline.init(stored:)), let limit = promised.limit
            else { continue }
            examined += 1
            let received = Day(of: promised.receivedAt)
            let key = "\(dossier.agencyCode) \(received)"
            if times[key] == nil { times[key] = try await time(dossier.agencyCode, received) }
            guard let time = times[key] else { continue }
            let pauses = try await database.all(ClockQueries.pauses, dossier.id).map(\.pause)
            let counted = DossierClock(.counted(from: promised.receivedAt, limit), pauses: pauses).deadline(on: time)
            let from = Day(of: dossier.dueAt)
            guard counted.dueDay != from else { continue }
            moves.append(
                CalendarPreview.Move(
                    code: dossier.code, procedure: dossier.procedure, agency: dossier.agency, from: from,
                    to: counted.dueDay))
        }
        return CalendarPreview(examined: examined, isPartial: open.count == limit, moves: moves, shown: shown)
    }
}

/// An open dossier with how its due date was counted; nil when the agency stated it.
struct OpenDeadline: PostgresRow {
    let id: Dossier.ID
    let code: String
    let dueAt: Date
    let deadline: JSONText?
    let procedure: String
    let agency: String
    let agencyCode: String

    init(_ row: inout Row) throws {
        id = try row("id")
        agencyCode = try row("agency_code")
        code = try row("code")
        dueAt = try row("due_at")
        deadline = try row("deadline")
        procedure = try row("procedure_name")
        agency = try row("agency_name")
    }
}
