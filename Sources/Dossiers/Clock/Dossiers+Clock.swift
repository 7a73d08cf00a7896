import Agencies
import Catalogue
package import Core
package import FoundationEssentials
import Postgres

extension Dossiers {
    /// Writes what a step means for a dossier's clock, and gives the due date that follows.
    ///
    /// A date that whoever acts states counts from then on. A reception begins the limit anew, the first one and each that
    /// follows a supplement (NĐ 118/2025/NĐ-CP Đ.17.3, NĐ 61/2018/NĐ-CP Đ.19.4); so does work that goes on after a
    /// supplement without another reception. Statuses 5, 6 and 8 halt the clock, and leaving 6 or 8 moves the date on by the
    /// work that was kept from being done. A recount counts the same again by today's calendar.
    func dueDate(
        of dossier: LockedDossier, after step: DossierStep, in transaction: Transaction
    ) async throws -> Date? {
        let isMove = step.kind == .status
        if isMove { try halt(dossier, by: step, in: transaction) }
        if let stated = step.statedDue {
            try transaction.later(ClockQueries.set, (dossier.id, nil, .given, step.occurredAt, stated))
            try transaction.later(DossierQueries.explain, (dossier.id, nil))
            return stated
        }
        let isSupplemented = dossier.status == .supplementRequested && step.status == .processing
        if isMove, step.status == .received || isSupplemented {
            return try await restart(dossier, at: max(step.occurredAt, dossier.submittedAt), in: transaction)
        }
        let isResumed = isMove && DossierClock.Pause.Kind(dossier.status) != nil && step.status == .processing
        guard isResumed || step.kind == .recounted else { return dossier.dueAt }
        guard let basis = dossier.basis else { return dossier.dueAt }
        return try await explain(basis, of: dossier, in: transaction)
    }

    /// Keeps how the national index counts a dossier, once it is done; `dossiers` has by then what the law counts.
    func keepFigures(
        of dossier: LockedDossier, after step: DossierStep, finishedAt: Date, in transaction: Transaction
    ) async throws {
        guard let received = dossier.beside.clock?.firstReceivedAt else { return }
        let day = Day(of: received)
        let (pauses, asked, days, hours) = try await transaction.together(
            (ClockQueries.pauses, dossier.id), (ClockQueries.asked, dossier.id), (AgencyQueries.calendar, ()),
            (AgencyQueries.hours, (dossier.agencyCode, day)))
        let figures = IndexFigures(
            received: received, end: finishedAt,
            basis: step.statedDue.map { .given($0, at: step.occurredAt) } ?? dossier.basis,
            pauses: pauses.map(\.pause), asked: Int(asked.first ?? 0), on: try WorkingTime(days, hours, on: day))
        try transaction.later(
            ClockQueries.figures,
            (
                dossier.id, Int32(clamping: figures.elapsed), Int32(clamping: figures.net),
                Int32(clamping: figures.supplements), figures.isOnTime, dossier.agencyCode, finishedAt
            ))
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

    /// Opens and closes pauses. What ends in a supplement that was never answered leaves it open: the index counts up to the
    /// request then.
    private func halt(_ dossier: LockedDossier, by step: DossierStep, in transaction: Transaction) throws {
        let before = DossierClock.Pause.Kind(dossier.status)
        let after = DossierClock.Pause.Kind(step.status)
        if before != nil, !step.status.isFinal {
            try transaction.later(ClockQueries.resume, (dossier.id, step.occurredAt))
        }
        if let after { try transaction.later(ClockQueries.pause, (dossier.id, after, step.occurredAt)) }
    }

    private func restart(
        _ dossier: LockedDossier, at received: Date, in transaction: Transaction
    ) async throws -> Date? {
        // Without a limit there is nothing to count, but the index wants to know when it came.
        let limit = try await catalogue.revision(dossier.revisionID)?.form?.limit?.timeLimit
        guard let limit else {
            // A date that was given stands as it was, until another is.
            let clock = dossier.beside.clock
            let due = clock?.givenDueAt ?? dossier.dueAt
            let since = clock?.givenDueAt == nil ? received : clock?.since ?? received
            try transaction.later(
                ClockQueries.set, (dossier.id, received, due == nil ? .counted : .given, since, due))
            return dossier.dueAt
        }
        try transaction.later(ClockQueries.set, (dossier.id, received, .counted, received, nil))
        return try await explain(.counted(from: received, limit), isAnew: true, of: dossier, in: transaction)
    }

    /// Nil where there is no due date to move.
    func clock(of dossier: LockedDossier, in transaction: Transaction) async throws -> DossierClock? {
        guard let basis = dossier.basis else { return nil }
        return DossierClock(basis, pauses: try await transaction.all(ClockQueries.pauses, dossier.id).map(\.pause))
    }

    /// - Parameter isAnew: no pause before counts.
    private func explain(
        _ basis: DossierClock.Basis, isAnew: Bool = false, of dossier: LockedDossier, in transaction: Transaction
    ) async throws -> Date {
        let day = Day(of: basis.since)
        let (_, pauses, days, hours) = try await transaction.together(
            (ClockQueries.lock, ()), (ClockQueries.pauses, dossier.id), (AgencyQueries.calendar, ()),
            (AgencyQueries.hours, (dossier.agencyCode, day)))
        let clock = DossierClock(basis, pauses: isAnew ? [] : pauses.map(\.pause))
        let time = try WorkingTime(days, hours, on: day)
        let deadline = clock.deadline(on: time)
        let limit: TimeLimit? = if case .counted(_, let limit) = clock.basis { limit } else { nil }
        let kept = DossierDeadline(
            deadline, receivedAt: clock.basis.since, limit: limit, calendar: time.calendar.version)
        try transaction.later(DossierQueries.explain, (dossier.id, kept.stored))
        return deadline.due
    }
}

extension LockedDossier {
    /// What its due date is made from; nil where there is none to move.
    fileprivate var basis: DossierClock.Basis? {
        DossierClock.Basis(beside.clock, counted: beside.deadline, due: dueAt, at: receivedAt ?? submittedAt)
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
