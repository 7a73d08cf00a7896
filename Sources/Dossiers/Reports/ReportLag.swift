package import FoundationEssentials
package import Postgres

/// How long after they happened an agency's events are reported.
package struct ReportLag: PostgresRow, Hashable {
    /// How many it is told of: those of a day, and no more than the last ten thousand.
    package let reports: Int
    /// Seconds, for one half of them.
    package let median: Double
    /// Seconds, for 95 of 100.
    package let most: Double

    package init(_ row: inout Row) throws {
        reports = try row("reports")
        median = try row("median")
        most = try row("most")
    }
}

extension Dossiers {
    /// The lag of the last day's reports.
    package func reportLag(at agency: String, now: Date) async throws -> ReportLag {
        try await database.one(
            ReportQueries.lag, (agency, now.addingTimeInterval(-86_400)), as: .agency(agency))
    }
}
