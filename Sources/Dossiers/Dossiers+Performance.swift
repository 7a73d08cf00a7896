package import Core
package import FoundationEssentials
package import Postgres

/// How punctual an agency was of late: of the dossiers it finished that had a due date, how many by the end of that day. By
/// law that is the day which a supplement began anew; the national index counts otherwise (`IndexFigures`).
package struct AgencyPerformance: PostgresRow, Hashable {
    /// The first day that counts.
    package let since: Day
    /// Never 0: an agency that finished nothing has no row.
    package let finished: Int
    package let onTime: Int
    /// How many of them the index counts, and how many of these as on time; those from before clocks were kept it can't.
    package let indexed: Int
    package let indexOnTime: Int
    package let computedAt: Date

    package init(_ row: inout Row) throws {
        since = try row("since")
        finished = try row("finished")
        onTime = try row("on_time")
        indexed = try row("indexed")
        indexOnTime = try row("index_on_time")
        computedAt = try row("computed_at")
    }

    /// Tenths of a percent, rounded down: only all of them are 100 %.
    package var perMille: Int { onTime * 1000 / finished }

    /// The same by the index; nil where it counts none.
    package var indexPerMille: Int? { indexed > 0 ? indexOnTime * 1000 / indexed : nil }
}

extension Dossiers {
    /// As counted last; nil while there is nothing to say.
    package func performance(of agency: String) async throws -> AgencyPerformance? {
        try await database.first(DossierQueries.performance, agency)
    }

    /// Counts the dossiers that every agency finished in the last twelve months; a job's, as `portal_worker`. Does nothing
    /// while another process counts.
    ///
    /// Month by month, so that no statement takes long however many millions there are.
    package func measurePerformance(at now: Date) async throws {
        let today = Day(of: now)
        let months = (-12...1).map { today.adding(months: $0) }
        try await database.transaction { transaction in
            guard try await transaction.first(DossierQueries.performanceLock, ()) == true else { return }
            var counted: [String: (finished: Int, onTime: Int)] = [:]
            var indexed: [String: (finished: Int, onTime: Int)] = [:]
            for (from, next) in zip(months, months.dropFirst()) {
                let part = try await transaction.all(
                    DossierQueries.finishedBetween, (from.instant(), next.instant()))
                for agency in part {
                    counted[agency.code, default: (0, 0)].finished += agency.finished
                    counted[agency.code, default: (0, 0)].onTime += agency.onTime
                }
                let byIndex = try await transaction.all(
                    ClockQueries.finishedBetween, (from.instant(), next.instant()))
                for agency in byIndex {
                    indexed[agency.code, default: (0, 0)].finished += agency.finished
                    indexed[agency.code, default: (0, 0)].onTime += agency.onTime
                }
            }
            let codes = counted.keys.sorted()
            try await transaction.run(
                DossierQueries.recordPerformance,
                (
                    codes, codes.map { counted[$0]?.finished ?? 0 }, codes.map { counted[$0]?.onTime ?? 0 }, months[0],
                    now, codes.map { indexed[$0]?.finished ?? 0 }, codes.map { indexed[$0]?.onTime ?? 0 }
                ))
        }
    }
}

/// What an agency finished in a span of time.
struct FinishedCount: PostgresRow {
    let code: String
    let finished: Int
    let onTime: Int

    init(_ row: inout Row) throws {
        code = try row("agency_code")
        finished = try row("finished")
        onTime = try row("on_time")
    }
}
