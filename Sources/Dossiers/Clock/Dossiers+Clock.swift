import Agencies
import Catalogue
package import Core
package import FoundationEssentials
import Postgres

extension Dossiers {
    /// What a step means for a dossier's clock, and the due date that follows.
    ///
    /// A date that whoever acts states counts from then on. A reception begins the limit anew, the first one and each that
    /// follows a supplement (NĐ 118/2025/NĐ-CP Đ.17.3, NĐ 61/2018/NĐ-CP Đ.19.4); so does work that goes on after a
    /// supplement without another reception. Statuses 5, 6 and 8 halt the clock, and leaving 6 or 8 moves the date on by the
    /// work that was kept from being done. A recount counts the same again by today's calendar.
    func dueDate(of held: inout HeldDossier, after step: DossierStep) async throws -> Date? {
        let dossier = held.dossier
        let isMove = step.kind == .status
        if isMove { held.time.halt(dossier.status, by: step) }
        if let stated = step.statedDue {
            // A reception that states the date is a reception all the same.
            let received = isMove && step.status == .received ? max(step.occurredAt, dossier.submittedAt) : nil
            held.time.set(.given, since: step.occurredAt, given: stated, received: received)
            held.time.explain(nil)
            return stated
        }
        let isSupplemented = dossier.status == .supplementRequested && step.status == .processing
        if isMove, step.status == .received || isSupplemented {
            return try await restart(&held, at: max(step.occurredAt, dossier.submittedAt))
        }
        let isResumed = isMove && DossierClock.Pause.Kind(dossier.status) != nil && step.status == .processing
        guard isResumed || step.kind == .recounted, let clock = held.clock else { return dossier.dueAt }
        return try await explain(clock, of: &held)
    }

    /// Keeps how the national index counts a dossier that is done.
    func keepFigures(of held: inout HeldDossier, finishedAt: Date) async throws {
        guard let received = held.time.clock?.firstReceivedAt else { return }
        let figures = IndexFigures(
            received: received, end: finishedAt, basis: held.clock?.basis, pauses: held.time.pauses,
            asked: Int(held.time.asked),
            on: try await workingTime(of: &held, on: Day(of: received)))
        held.time.keep(figures, finishedAt: finishedAt)
    }

    /// How the national index counts a dossier of the agency, up to its end or now. Nil before it was received first.
    package func indexFigures(of file: DossierFile, at now: Date) async throws -> IndexFigures? {
        let dossier = file.dossier.summary
        let found = try await database.together(
            (ClockQueries.find, dossier.id), (ClockQueries.pauses, dossier.id), as: .agency(dossier.agencyCode))
        guard let kept = found.0.first, let received = kept.firstReceivedAt else { return nil }
        let basis = DossierClock.Basis(
            kept, counted: file.dossier.deadline, due: dossier.dueAt, at: dossier.receivedAt ?? dossier.submittedAt)
        return IndexFigures(
            received: received, end: dossier.finishedAt ?? now, basis: basis, pauses: found.1.map(\.pause),
            asked: file.supplements.count,
            on: try await agencies.workingTime(of: dossier.agencyCode, on: Day(of: received)))
    }

    private func restart(_ held: inout HeldDossier, at received: Date) async throws -> Date? {
        // Without a limit there is nothing to count, but the index wants to know when it came. A dossier that was filed
        // elsewhere is due when its agency says.
        let limit =
            held.dossier.isFiledElsewhere
            ? nil : try await catalogue.revision(held.dossier.revisionID)?.form?.limit?.timeLimit
        guard let limit else {
            // A date that was given stands as it was, until another is.
            let given = held.time.clock.flatMap { clock in clock.givenDueAt.map { (due: $0, since: clock.since) } }
            let due = given?.due ?? held.dossier.dueAt
            held.time.set(
                due == nil ? .counted : .given, since: given?.since ?? received, given: due, received: received)
            return held.dossier.dueAt
        }
        held.time.set(.counted, since: received, given: nil, received: received)
        return try await explain(DossierClock(.counted(from: received, limit), pauses: []), of: &held)
    }

    private func explain(_ clock: DossierClock, of held: inout HeldDossier) async throws -> Date {
        let time = try await workingTime(of: &held, on: Day(of: clock.basis.since))
        let deadline = clock.deadline(on: time)
        let limit: TimeLimit? = if case .counted(_, let limit) = clock.basis { limit } else { nil }
        let kept = DossierDeadline(
            deadline, receivedAt: clock.basis.since, limit: limit, calendar: time.calendar.version)
        held.time.explain(kept.stored)
        return deadline.due
    }
}

extension LockedDossier {
    /// The day whose working time a step will be counted by, as far as that is seen beforehand; nil where nothing is counted.
    func countingDay(of status: DossierStatus, at occurred: Date, isRecount: Bool = false) -> Day? {
        let since = beside.clock?.since ?? receivedAt ?? submittedAt
        if isRecount { return Day(of: since) }
        if status == .decided || status.isFinal {
            return finishedAt == nil ? beside.clock?.firstReceivedAt.map { Day(of: $0) } : nil
        }
        let isSupplemented = self.status == .supplementRequested && status == .processing
        if status == .received || isSupplemented {
            return isFiledElsewhere ? nil : Day(of: max(occurred, submittedAt))
        }
        let isResumed = DossierClock.Pause.Kind(self.status) != nil && status == .processing
        return isResumed ? Day(of: since) : nil
    }
}

extension HeldDossier {
    /// Nil where there is no due date to move.
    var clock: DossierClock? {
        DossierClock.Basis(
            time.clock, counted: time.counted, due: dossier.dueAt, at: dossier.receivedAt ?? dossier.submittedAt
        ).map { DossierClock($0, pauses: time.pauses) }
    }
}

extension HeldTime {
    /// Opens and closes pauses. What ends in a supplement that was never answered leaves it open: the index counts up to the
    /// request then.
    fileprivate mutating func halt(_ before: DossierStatus, by step: DossierStep) {
        if DossierClock.Pause.Kind(before) != nil, !step.status.isFinal { resume(at: step.occurredAt) }
        if let after = DossierClock.Pause.Kind(step.status) { pause(after, from: step.occurredAt) }
    }
}

extension DossierClock.Basis {
    /// - Parameters:
    ///   - counted: how the portal counted the due date, if it did.
    ///   - due: the due date as it stands: filed before clocks were kept, or elsewhere, it was given then.
    fileprivate init?(_ kept: StoredClock?, counted: JSONText?, due: Date?, at received: Date) {
        if let kept, let given = kept.givenDueAt {
            self = .given(given, at: kept.since)
        } else if let counted = counted.flatMap(DossierDeadline.init(stored:)), let limit = counted.limit {
            self = .counted(from: counted.receivedAt, limit)
        } else if let due {
            self = .given(due, at: received)
        } else {
            return nil
        }
    }
}
