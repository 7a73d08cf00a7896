package import Accounts
package import Core
package import FoundationEssentials
package import Journal
package import Postgres

extension Dossiers {
    /// Takes a report as an agency's system sent it. What a rule refuses is kept, with the reason, and thrown.
    /// - Parameters:
    ///   - message: the bytes as they came, whose they are, and the key under which they may be repeated.
    ///   - version: the dossier as the agency saw it; nil when it doesn't say.
    /// - Throws: `ReportUnreadable`, `ValidationFailure`, and what `changeStatus` throws.
    package func report(
        _ message: IdempotentMessage, of code: String, at agency: String, expecting version: Int? = nil, now: Date,
        answer: @Sendable (ReportAnswer) -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        do {
            return try await read(message, of: code, at: agency, expecting: version, now: now, answer: answer)
        } catch {
            if let refusal = Refusal(error) {
                try await keepRefused(
                    message: message.body, code: code, eventID: Self.eventID(in: message.body),
                    problem: refusal.problem,
                    fields: refusal.fields, by: message.scope, of: agency, at: now)
            }
            throw error
        }
    }

    /// Keeps a report that a rule refused. The same one again is counted, with its newest reason.
    /// - Parameters:
    ///   - message: the bytes as they came. More than 64 KiB are no report, and aren't kept.
    ///   - code: the dossier's, as it was addressed.
    ///   - problem: why, as the name of a problem: `illegal-move`.
    ///   - fields: what was wrong with which member.
    ///   - actor: which system: `client:…`.
    package func keepRefused(
        message: [UInt8], code: String?, eventID: String?, problem: String, fields: [FieldProblem] = [],
        by actor: String, of agency: String, at now: Date
    ) async throws {
        guard message.count <= 65_536 else { return }
        try await database.run(
            ReportQueries.keepRefused,
            (
                .make(at: now), agency, actor, code.map(Self.cut), eventID.map(Self.cut), message, problem,
                Self.kept(fields), now
            ), as: .agency(agency))
    }

    /// What of a system's reports was refused and didn't come in some other way since, the newest first.
    package func refusedReports(of actor: String, at agency: String, limit: Int) async throws -> [RefusedReport] {
        try await database.all(ReportQueries.refused, (agency, actor, limit), as: .agency(agency))
    }

    /// Plays a refused report again, as if its system had sent it just now. Played twice it is taken once.
    /// - Returns: what became of it, and what it is refused for now when it wasn't taken.
    /// - Throws: `DossierError.notFound` when the keeper's agency has no such report.
    package func replay(
        _ id: RefusedReport.ID, by keeper: ClientKeeper, at now: Date
    ) async throws -> RefusedReport {
        guard let agency = keeper.agency,
            let report = try await database.first(ReportQueries.findRefused, (id, agency), as: .agency(agency))
        else { throw DossierError.notFound }
        guard report.outcome == nil else { return report }
        var outcome: RefusedReport.Outcome?
        var refusal: Refusal?
        do {
            let message = IdempotentMessage(scope: report.actor, key: "replay \(id)", body: report.message)
            let answer = try await read(message, of: report.code ?? "", at: agency, expecting: nil, now: now) {
                answer in
                (200, Array(RefusedReport.Outcome(answer.outcome).rawValue.utf8))
            }
            outcome = RefusedReport.Outcome(rawValue: String(decoding: answer.body, as: UTF8.self))
        } catch {
            refusal = Refusal(error)
            guard refusal != nil else { throw error }
        }
        return try await settle(report, as: outcome, refusal, of: agency, by: keeper, at: now)
    }

    private func settle(
        _ report: RefusedReport, as outcome: RefusedReport.Outcome?, _ refusal: Refusal?, of agency: String,
        by keeper: ClientKeeper, at now: Date
    ) async throws -> RefusedReport {
        try await database.transaction(as: .agency(agency)) { transaction in
            let settled = try await transaction.first(
                ReportQueries.settleRefused,
                (
                    report.id, outcome, outcome == nil ? nil : keeper.actor, refusal?.problem ?? report.problem,
                    Self.kept(refusal?.fields ?? report.fields), now
                ))
            // Somebody else was faster: it is theirs.
            guard let settled else {
                guard let present = try await transaction.first(ReportQueries.findRefused, (report.id, agency)) else {
                    throw DossierError.notFound
                }
                return present
            }
            _ = try await transaction.append(
                JournalEntry(
                    kind: "report.replayed", subject: report.actor, agencyCode: agency, actor: keeper.actor, at: now,
                    content: [
                        "report": .string(report.id.description),
                        "outcome": .string(outcome?.rawValue ?? "refused"),
                        "problem": refusal.map { .string($0.problem) } ?? .null,
                    ]))
            return settled
        }
    }

    /// Removes refused reports that nobody looked at for so long; a job's, as `portal_worker`.
    package static func forgetRefused(before date: Date, in database: Database) async throws {
        try await database.run(ReportQueries.forgetRefused, date)
    }

    private func read(
        _ message: IdempotentMessage, of code: String, at agency: String, expecting version: Int?, now: Date,
        answer: @Sendable (ReportAnswer) -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        let json: JSON
        do { json = try JSON(parsing: message.body) } catch { throw ReportUnreadable(error) }
        var change = try StatusChange(json: json, now: now)
        change.files = try await files(named: try StatusChange.files(in: json), of: agency)
        return try await changeStatus(
            of: code, at: agency, to: change, expecting: version, message: message, now: now, answer: answer)
    }

    private static func eventID(in message: [UInt8]) -> String? {
        (try? JSON(parsing: message))?["event_id"]?.string.flatMap { $0.utf8.contains(0) ? nil : $0 }
    }

    private static func kept(_ fields: [FieldProblem]) -> JSONText {
        JSONText(String(decoding: JSON.array(fields.prefix(20).map(\.kept)).canonical(), as: UTF8.self))
    }

    /// As much of what a system calls its things as a page can show.
    private static func cut(_ text: String) -> String {
        text.utf8.count <= 200 ? text : String(text.unicodeScalars.prefix(50).map(Character.init))
    }
}

extension RefusedReport.Outcome {
    fileprivate init(_ outcome: ReportAnswer.Outcome) {
        switch outcome {
        case .applied: self = .applied
        case .parked: self = .parked
        case .kept: self = .kept
        }
    }
}
