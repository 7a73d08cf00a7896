package import Core
package import Postgres

/// How many dossiers of an agency are in a status.
package struct StatusCount: PostgresRow, Hashable {
    package let status: DossierStatus
    package let count: Int

    package init(_ row: inout Row) throws {
        status = try row("status")
        count = try row("count")
    }
}

/// How many dossiers were submitted to an agency on a day in Vietnam.
package struct DayCount: PostgresRow, Hashable {
    package let day: Day
    package let count: Int

    package init(_ row: inout Row) throws {
        day = try row("day")
        count = try row("count")
    }
}

extension Dossiers {
    /// Where an agency's dossiers stand, from counters that every change keeps: as true as the dossiers themselves, whatever
    /// their number. A status without any is left out.
    package func standing(at agency: String) async throws -> [StatusCount] {
        try await database.all(CountQueries.standing, agency, as: .agency(agency))
    }

    /// How many dossiers were submitted to an agency on each day of a span, from the same counters; wherever they stand now.
    package func received(at agency: String, from first: Day, to last: Day) async throws -> [DayCount] {
        try await database.all(CountQueries.received, (agency, first, last), as: .agency(agency))
    }

    /// Where the counters say something else than a recount, a sentence each; for verification, as `portal_worker`.
    package static func disagreeingCounts(on database: Database) async throws -> [String] {
        try await database.all(CountQueries.disagreeing, 100).map { count in
            "agency \(count.agency), status \(count.status.rawValue), day \(count.day): the counter says "
                + "\(count.kept), there are \(count.found)"
        }
    }

    /// Puts changes into the counts, so that those who read them add up few; a job's, as `portal_worker`.
    /// - Returns: how many were there; call again while it isn't 0.
    package static func foldCounts(in database: Database) async throws -> Int {
        try await database.one(CountQueries.fold, 5000)
    }
}

struct DisagreeingCount: PostgresRow {
    let agency: String
    let status: DossierStatus
    let day: Day
    let kept: Int
    let found: Int

    init(_ row: inout Row) throws {
        agency = try row("agency_code")
        status = try row("status")
        day = try row("day")
        kept = try row("kept")
        found = try row("found")
    }
}
