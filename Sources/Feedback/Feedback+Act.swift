import Accounts
import Agencies
import Core
package import FoundationEssentials
import Postgres

extension Feedback {
    /// Does something to feedback. The only place where its state changes: one event, one journal entry, the figures of the
    /// agencies, the message to its author and what is published, in one transaction.
    ///
    /// Repeatable: what was just done, done again from the same version by the same party, is done once.
    /// - Parameters:
    ///   - version: that the caller saw; with another's act in between nothing is done.
    ///   - party: an officer of the agency that has it, with a duty for this act, or its author.
    /// - Throws: `FeedbackError`, `ValidationFailure`.
    @discardableResult
    package func act(
        _ deed: FeedbackDeed, on code: String, seen version: Int, by party: FeedbackParty, at now: Date
    ) async throws -> FeedbackState {
        guard party.may(deed.act) else { throw FeedbackError.notFound }
        return try await database.transaction(as: party.scope) { transaction in
            guard
                let item = try await transaction.first(
                    FeedbackQueries.lock, (code, party.agency, party.account, party.digest))
            else {
                // What was just transferred is gone from here: for who transferred it, a repetition.
                if deed.act.transfers, let last = try await lastEvent(of: code, in: transaction),
                    last.repeats(deed, from: version), last.agencyCode == party.agency
                {
                    return last.state
                }
                throw FeedbackError.notFound
            }
            guard Int(item.version) == version else {
                if let last = try await lastEvent(of: code, in: transaction), last.repeats(deed, from: version) {
                    return last.state
                }
                throw FeedbackError.changedMeanwhile
            }
            return try await make(deed, on: item, by: party, at: now, in: transaction)
        }
    }

    private func make(
        _ deed: FeedbackDeed, on item: FeedbackItem, by party: FeedbackParty, at now: Date, in transaction: Transaction
    ) async throws -> FeedbackState {
        let today = Day(of: now)
        let clock = try await clock(from: item.clockFrom)
        let change: FeedbackChange
        do {
            change = try FeedbackChange(deed.act, item.times, isLate: item.isLate, clock: clock, today: today)
        } catch { throw FeedbackError.illegalMove(item.state) }
        var problems = deed.problems(author: item.author)
        let target = try await target(of: deed, item, office: clock.rules.office, on: today, &problems)
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
        let restarts = deed.act.transfers || deed.act == .supplement
        let times = FeedbackTimes(
            state: change.state, clockFrom: restarts ? now : item.clockFrom,
            answeredAt: deed.act == .answer ? now : item.answeredAt,
            wasAsked: !deed.act.transfers && (item.wasAsked || deed.act == .ask))
        let next = restarts ? try await self.clock(from: now) : clock
        let version = item.version + 1
        try await transaction.run(
            FeedbackQueries.move,
            (
                item.id, change.state, change.state.isOpen, target ?? item.agencyCode,
                target == nil ? item.fromAgency : item.agencyCode, times.clockFrom, next.lastDay(times), times.wasAsked,
                target == nil && change.isLate, times.answeredAt, version
            ))
        try await transaction.write(
            deed, of: item.id, code: item.code, at: item.agencyCode, state: change.state, version: version,
            target: target, lastDay: change.lastDay, actor: party.actor, now: now)
        // In one order everywhere: two agencies that pass things to each other at once must not wait for each other.
        if let target, target < item.agencyCode { try await transaction.count(.received, of: target, in: today) }
        try await transaction.count(
            change.figures, of: item.agencyCode, in: change.countedOn, known: !deed.act.handles)
        if let target, target > item.agencyCode { try await transaction.count(.received, of: target, in: today) }
        if deed.act == .publish, let wording = deed.wording, let answeredAt = item.answeredAt {
            try await transaction.run(
                FeedbackQueries.publish,
                (
                    item.id, item.code, item.agencyCode, item.kind, item.subject, item.topic, item.procedureCode,
                    wording.question, wording.answer, item.sentAt, answeredAt, now, change.isLate
                ))
        }
        var agency = item.agencyName
        if let target { agency = try await agencies.agency(target)?.name ?? target }
        if let author = item.accountID {
            try await transaction.tell(author, deed.act, code: item.code, agency: agency, at: now)
        } else if item.author.email != nil {
            try await transaction.tellAuthor(of: item.id, deed.act, code: item.code, agency: agency, at: now)
        }
        return change.state
    }

    /// Where it goes: the named agency; back to who transferred it, or else to the office that passes things on. Nil for an
    /// act that leaves it where it is.
    private func target(
        of deed: FeedbackDeed, _ item: FeedbackItem, office: String, on today: Day, _ problems: inout [FieldProblem]
    ) async throws -> String? {
        guard deed.act.transfers else { return nil }
        let named = deed.act == .sendBack ? item.fromAgency ?? office : deed.target ?? ""
        guard !named.isEmpty else { return nil }
        guard named != item.agencyCode else {
            problems.append(FieldProblem(field: "target", code: "own_agency"))
            return nil
        }
        if try await agencies.record(named)?.summary.exists(on: today) == true { return named }
        // Who transferred it was merged into another meanwhile: the office knows where it belongs.
        if deed.act == .sendBack, office != item.agencyCode { return office }
        problems.append(FieldProblem(field: "target", code: "unknown_agency"))
        return nil
    }

    private func lastEvent(of code: String, in transaction: Transaction) async throws -> FeedbackEvent? {
        try await transaction.all(FeedbackQueries.events, code).last
    }
}

extension FeedbackEvent {
    /// Whether this is just what was asked for by whoever saw `version`.
    fileprivate func repeats(_ deed: FeedbackDeed, from version: Int) -> Bool {
        Int(sequence) == version + 1 && act == deed.act && (note ?? "") == deed.note
            && (deed.target == nil || targetAgency == deed.target)
    }
}
