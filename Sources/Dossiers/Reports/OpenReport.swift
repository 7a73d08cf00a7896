package import Catalogue
package import Core
package import FoundationEssentials
package import Postgres

/// A report that an agency still has to look after: it waits for one before it, or was refused when its turn came.
package struct OpenReport: PostgresRow {
    package typealias ID = Identifier<OpenReport>

    package enum Outcome: String, Sendable, CaseIterable, PostgresValue {
        case applied
        /// Its event was applied already, under no number or another one.
        case repeated
        /// Not a move that the dossier could make then.
        case refused
        /// Refused, and another report has its number now.
        case replaced
    }

    package let id: ID
    /// The dossier.
    package let code: String
    package let sequence: Int
    /// The number that is missing.
    package let waitsFor: Int
    package let eventID: String
    package let status: DossierStatus
    package let occurredAt: Date
    package let parkedAt: Date
    /// When it had waited for too long.
    package let alarmedAt: Date?
    /// Nil while it waits.
    package let outcome: Outcome?
    /// Why it was refused, as the name of a problem: `illegal-move`.
    package let reason: String?

    package init(_ row: inout Row) throws {
        let (number, applied): (Int32, Int32) = (try row("sequence"), try row("applied"))
        id = try row("id")
        code = try row("code")
        sequence = Int(number)
        waitsFor = Int(applied) + 1
        eventID = try row("event_id")
        status = try row("status")
        occurredAt = try row("occurred_at")
        parkedAt = try row("parked_at")
        alarmedAt = try row("alarmed_at")
        outcome = try row("outcome")
        reason = try row("reason")
    }
}

extension Dossiers {
    /// What an agency's system still has to look after, the oldest first.
    /// - Parameter id: behind which to begin; nil for the first page.
    package func openReports(
        at agency: String, after id: OpenReport.ID?, limit: Int
    ) async throws -> Found<OpenReport> {
        let none = OpenReport.ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        let found = try await database.all(
            ReportQueries.open, (agency, id ?? none, limit + 1), as: .agency(agency))
        let page = Array(found.prefix(limit))
        return Found(items: page, next: found.count > limit ? page.last?.id.description : nil)
    }

    /// The same of one dossier, for its officers.
    package func openReports(of code: String, at agency: String) async throws -> [OpenReport] {
        try await database.all(ReportQueries.openOfDossier, (code, agency, 100), as: .agency(agency))
    }

    /// Marks reports whose predecessor is missing for longer than it may be; a job's, as `portal_worker`.
    /// - Returns: how many there were to mark; call again while it isn't 0.
    package func alarmGaps(openFor limit: TimeInterval, at now: Date) async throws -> Int {
        try await database.transaction { transaction in
            try await transaction.all(ReportQueries.alarm, (now.addingTimeInterval(-limit), now, 100)).count
        }
    }

    /// How many reports wait, in all agencies; as `portal_worker`.
    package func reportGaps() async throws -> ReportGaps { try await database.one(ReportQueries.gaps, ()) }
}
