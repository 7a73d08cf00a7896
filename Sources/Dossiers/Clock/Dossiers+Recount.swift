import Accounts
import Agencies
import Core
package import FoundationEssentials
import Journal
package import Postgres

extension Dossiers {
    /// Counts open dossiers again after a change of the calendar, or of an agency's hours, some at a time; a job's, as `portal_worker`.
    ///
    /// Only dates that the portal counted can move. Each that does is an event of its dossier, an entry in the journal and a
    /// letter to the applicant, in one transaction with the cursor: killed at any moment, it goes on where it was, and
    /// nobody is told twice. What is received meanwhile is counted by the new calendar already (`ClockQueries.lock`).
    /// - Returns: nil when nothing waits to be recounted, or another process is at it; else how many were looked at.
    package func recount(at now: Date, limit: Int = 100) async throws -> Int? {
        try await database.transaction { transaction in
            guard let pending = try await transaction.first(ClockQueries.pendingRecount, ()) else { return nil }
            let (from, after) = (pending.day.instant(), pending.afterID ?? Dossier.ID.placeholder)
            let open =
                if let agency = pending.agencyCode {
                    try await transaction.all(
                        ClockQueries.toRecountOfAgency, (from, pending.afterDue ?? from, after, limit, agency))
                } else {
                    try await transaction.all(ClockQueries.toRecount, (from, pending.afterDue ?? from, after, limit))
                }
            var times: [String: WorkingTime] = [:]
            var moved: Int32 = 0
            for candidate in open {
                guard let kept = candidate.deadline.flatMap(DossierDeadline.init(stored:)), kept.limit != nil else {
                    continue
                }
                let day = Day(of: kept.receivedAt)
                let key = "\(candidate.agencyCode) \(day)"
                if times[key] == nil {
                    times[key] = try await agencies.workingTime(of: candidate.agencyCode, on: day)
                }
                guard let time = times[key], kept.calendar != time.calendar.version else { continue }
                if try await move(candidate.id, on: time, at: now, in: transaction) { moved += 1 }
            }
            let isDone = open.count < limit
            try await transaction.run(
                ClockQueries.advanceRecount,
                (
                    pending.id, open.last?.dueAt ?? pending.afterDue, open.last?.id ?? pending.afterID, moved,
                    isDone ? now : nil
                ))
            return open.count
        }
    }

    /// Whether a dossier's date is another one by this calendar; then it is written and the applicant told.
    private func move(
        _ id: Dossier.ID, on time: WorkingTime, at now: Date, in transaction: Transaction
    ) async throws -> Bool {
        guard let dossier = try await transaction.lockOpen(id), let before = dossier.dueAt,
            let clock = try await hold([dossier], in: transaction)[0].clock
        else { return false }
        let counted = clock.deadline(on: time).due
        guard case .counted = clock.basis, counted != before else { return false }
        let recorded = try await record(
            DossierStep(
                actor: "job:recount", kind: .recounted, status: dossier.status, occurredAt: now, isOfAgency: false,
                detail: [
                    "from": .integer(Int(before.timeIntervalSince1970)),
                    "to": .integer(Int(counted.timeIntervalSince1970)), "calendar": .string(time.calendar.version),
                ]),
            of: dossier, at: now, in: transaction)
        guard let due = recorded.dueAt, let applicant = dossier.accountID, Day(of: due) != Day(of: before) else {
            return true
        }
        let formats = Formats(.vi)
        try await transaction.enqueue(
            topic: "dossier.due_moved",
            payload: [
                "account": .string(applicant.description), "path": .string("/ho-so/\(dossier.code)"),
                "code": .string(dossier.code), "from": .string(formats.date(before)), "to": .string(formats.date(due)),
            ], at: now)
        return true
    }
}

/// A change of the calendar, or of one agency's hours, that open dossiers have still to be counted by.
struct PendingRecount: PostgresRow {
    let id: Int
    let day: Day
    let agencyCode: String?
    let afterDue: Date?
    let afterID: Dossier.ID?

    init(_ row: inout Row) throws {
        id = try row("id")
        day = try row("day")
        agencyCode = try row("agency_code")
        afterDue = try row("after_due")
        afterID = try row("after_id")
    }
}

struct DossierToRecount: PostgresRow {
    let id: Dossier.ID
    let dueAt: Date
    let deadline: JSONText?
    let agencyCode: String

    init(_ row: inout Row) throws {
        id = try row("id")
        dueAt = try row("due_at")
        deadline = try row("deadline")
        agencyCode = try row("agency_code")
    }
}
