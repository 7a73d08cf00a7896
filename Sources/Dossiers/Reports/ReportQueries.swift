import Core
import Cryptography
package import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/reports.sql`, one typed line each.
package enum ReportQueries {
    static let advance = Query("reports.advance", [Dossier.ID].self, String.self, [Int32].self, Date.self)
    static let park = Query(
        "reports.park", [OpenReport.ID].self, [Dossier.ID].self, String.self, [Int32].self, [Int16].self, [Date].self,
        [String].self, [String?].self, [String].self, [String?].self, [Date?].self, [[UInt8]].self, [String].self,
        Date.self)
    static let parked = Query("reports.parked", [Dossier.ID].self, String.self, returns: ParkedReport.self)
    static let settle = Query("reports.settle", [OpenReport.ID].self, [String].self, [String?].self, Date.self)
    static let recorded = Query(
        "reports.recorded", String.self, String.self, String.self, returns: ReportedBefore.self)
    static let waiting = Query("reports.waiting", String.self, String.self, String.self, returns: WaitingBefore.self)
    static let open = Query("reports.open", String.self, OpenReport.ID.self, Int.self, returns: OpenReport.self)
    static let openOfDossier = Query(
        "reports.open_of_dossier", String.self, String.self, Int.self, returns: OpenReport.self)
    static let alarm = Query("reports.alarm", Date.self, Date.self, Int.self, returns: OpenReport.ID.self)
    static let gaps = Query("reports.gaps", returns: ReportGaps.self)
    static let lag = Query("reports.lag", String.self, Date.self, returns: ReportLag.self)
    static let keepRefused = Query(
        "reports.keep_refused", RefusedReport.ID.self, String.self, String.self, String?.self, String?.self,
        [UInt8].self, String.self, JSONText.self, Date.self)
    static let refused = Query(
        "reports.refused", String.self, String.self, Int.self, returns: RefusedReport.self)
    static let findRefused = Query(
        "reports.find_refused", RefusedReport.ID.self, String.self, returns: RefusedReport.self)
    static let settleRefused = Query(
        "reports.settle_refused", RefusedReport.ID.self, RefusedReport.Outcome?.self, String?.self, String.self,
        JSONText.self, Date.self, returns: RefusedReport.self)
    static let forgetRefused = Query("reports.forget_refused", Date.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        advance, park, parked, settle, recorded, waiting, open, openOfDossier, alarm, gaps, lag,
        keepRefused, refused, findRefused, settleRefused, forgetRefused,
    ]
}

/// A report whose turn has come.
struct ParkedReport: PostgresRow {
    let id: OpenReport.ID
    let dossierID: Dossier.ID
    let change: StatusChange
    let message: [UInt8]
    let actor: String
    /// Its event was applied meanwhile, under no number or another one.
    let isRepeated: Bool

    init(id: OpenReport.ID, of dossier: Dossier.ID, report: Report) {
        self.id = id
        dossierID = dossier
        change = report.change
        message = report.message
        actor = report.actor
        isRepeated = false
    }

    init(_ row: inout Row) throws {
        id = try row("id")
        dossierID = try row("dossier_id")
        let sequence: Int32 = try row("sequence")
        change = StatusChange(
            status: try row("status"), occurredAt: try row("occurred_at"), eventID: try row("event_id"),
            note: try row("note"), officerName: try row("officer_name"), officerTitle: try row("officer_title"),
            dueAt: try row("due_at"), sequence: Int(sequence))
        message = try row("message")
        actor = try row("actor")
        isRepeated = try row("repeated")
    }
}

/// An event as it was recorded when it was first reported.
struct ReportedBefore: PostgresRow {
    let sequence: Int32
    let previousStatus: DossierStatus?
    let recordedAt: Date
    let kind: DossierEvent.Kind
    let messageDigest: [UInt8]?
    let status: DossierStatus
    let version: Int32
    let dueAt: Date?

    init(_ row: inout Row) throws {
        sequence = try row("sequence")
        previousStatus = try row("previous_status")
        recordedAt = try row("recorded_at")
        kind = try row("kind")
        messageDigest = try row("message_sha256")
        status = try row("status")
        version = try row("version")
        dueAt = try row("due_at")
    }
}

/// A report that waits since it was first sent.
struct WaitingBefore: PostgresRow {
    let messageDigest: [UInt8]
    let applied: Int32
    let status: DossierStatus
    let version: Int32
    let dueAt: Date?

    init(_ row: inout Row) throws {
        messageDigest = try row("message_sha256")
        applied = try row("applied")
        status = try row("status")
        version = try row("version")
        dueAt = try row("due_at")
    }
}

/// How many reports wait for one before them, in all agencies.
package struct ReportGaps: PostgresRow {
    package let waiting: Int
    /// Of these, for longer than they should.
    package let overdue: Int

    package init(_ row: inout Row) throws {
        waiting = try row("waiting")
        overdue = try row("overdue")
    }
}
