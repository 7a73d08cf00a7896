package import FoundationEssentials

/// A dossier's time, derived from what happened to it: where its due date comes from, and when its clock stood still.
///
/// Two counts are kept apart, since the law and the national index differ. By law the limit begins anew once a supplement
/// made the dossier complete (NĐ 61/2018/NĐ-CP Đ.19.4); the index keeps the first reception and takes the time of the
/// supplement off (QĐ 766/QĐ-TTg, 2.1). Waiting for a payment or a stop only halts: afterwards the clock goes on.
package struct DossierClock: Sendable, Hashable {
    /// What the due date is made from, before pauses.
    package enum Basis: Sendable, Hashable {
        /// A limit, from the moment the dossier was received complete: by the agency that is competent, wherever else it was
        /// handed in before (NĐ 118/2025/NĐ-CP Đ.17.3).
        case counted(from: Date, TimeLimit)
        /// A date that somebody set, and when: the agency's own, or the one of an extension.
        case given(Date, at: Date)

        /// Since when pauses are added to it.
        package var since: Date {
            switch self {
            case .counted(let from, _): from
            case .given(_, let at): at
            }
        }
    }

    package struct Pause: Sendable, Hashable {
        package enum Kind: String, Sendable, CaseIterable {
            case supplement
            case payment
            case stop

            /// The kind of pause that a status is, nil for those in which the clock runs.
            package init?(_ status: DossierStatus) {
                switch status {
                case .supplementRequested: self = .supplement
                case .paymentRequested: self = .payment
                case .stopped: self = .stop
                case .registered, .received, .refusedAtReception, .processing, .withdrawn, .decided, .returned:
                    return nil
                }
            }
        }

        package let kind: Kind
        package let from: Date
        /// Nil while it lasts.
        package let to: Date?

        package init(_ kind: Kind, from: Date, to: Date?) {
            self.kind = kind
            self.from = from
            self.to = to.map { max($0, from) }
        }
    }

    package let basis: Basis
    /// In their order, apart from each other.
    package let pauses: [Pause]

    package init(_ basis: Basis, pauses: [Pause]) {
        self.basis = basis
        self.pauses = pauses
    }

    /// When the answer is due by law: the basis, moved on by the work that ended pauses kept from being done.
    ///
    /// Whole days move by whole days, a begun one counted; calendar days by calendar days; what is counted to the minute by
    /// minutes. Pauses from before the basis are in it already, and one that lasts moves nothing yet. A supplement moves
    /// nothing either: after it there is another basis. Whatever the rounding, nothing is due before a pause that began in
    /// time has ended.
    package func deadline(on time: WorkingTime) -> Deadline {
        let base: Deadline
        switch basis {
        case .counted(let from, let limit): base = time.deadline(receivedAt: from, limit: limit)
        case .given(let due, _):
            let day = Day(of: due)
            base = Deadline(due: due, startDay: day, dueDay: day, steps: [.given(day)])
        }
        let ended = pauses.filter { $0.kind != .supplement && $0.from >= basis.since && $0.to != nil }
        let begins = countingBegins(base)
        let isExact = if case .dueAt = base.steps.last { true } else { false }
        var work = 0
        var onTheClock = 0.0
        var due = base.due
        for pause in ended {
            guard let to = pause.to else { continue }
            // What stood still before anything was counted kept nothing from being done.
            let from = max(pause.from, begins)
            if from < to {
                work += time.elapsed(from: from, to: to)
                onTheClock += to.timeIntervalSince(from)
            }
            let isInTime = pause.from <= due
            due = max(due, moved(base, byWork: work, byClock: onTheClock, on: time) ?? base.due)
            // Nothing can be due before the clock goes on.
            if isInTime, !isExact, due < to { due = time.closing(notBefore: to) }
        }
        guard due != base.due else { return base }
        let paused = ended.map { pause in
            Deadline.Step.paused(
                pause.kind, from: pause.from, to: pause.to ?? pause.from,
                minutes: time.elapsed(from: pause.from, to: pause.to ?? pause.from))
        }
        let reasons = base.steps.filter { $0 != .due(base.dueDay) && $0 != .dueAt(base.due) }
        let end: Deadline.Step = isExact ? .dueAt(due) : .due(Day(of: due))
        return Deadline(due: due, startDay: base.startDay, dueDay: Day(of: due), steps: reasons + paused + [end])
    }

    /// Since when pauses keep work from being done: for what counts as received on a later day, from the first counted day on.
    private func countingBegins(_ base: Deadline) -> Date {
        guard case .counted(let from, let limit) = basis, limit.unit == .workingDay, !limit.isExact,
            base.startDay > Day(of: from)
        else { return basis.since }
        return (base.startDay + 1).instant()
    }

    /// Nil when nothing moves.
    private func moved(_ base: Deadline, byWork work: Int, byClock seconds: Double, on time: WorkingTime) -> Date? {
        func wholeDays() -> Date? {
            let days = (work + time.hours.dayLength - 1) / time.hours.dayLength
            guard days > 0 else { return nil }
            let minute = Int(base.due.timeIntervalSince(base.dueDay.instant()) / 60)
            return time.calendar.adding(days, to: base.dueDay).instant(minute: minute)
        }
        switch basis {
        case .given: return wholeDays()
        case .counted(_, let limit):
            switch limit.unit {
            case .workingDay where !limit.isExact: return wholeDays()
            case .workingDay,
                .hour where limit.isExact:
                return work > 0 ? time.adding(work, to: base.due) : nil
            case .hour:
                guard seconds > 0 else { return nil }
                return time.calendar.opening(
                    onOrAfter: base.due.addingTimeInterval(seconds), opens: TimeLimit.officeOpens, closes: time.closes)
            case .day, .month:
                let days = Int((seconds / 86_400).rounded(.up))
                guard days > 0 else { return nil }
                return time.calendar.next(onOrAfter: base.dueDay + days).instant(minute: time.closes)
            }
        }
    }
}

/// How the national index counts one dossier (QĐ 766/QĐ-TTg, indicator 2.1).
///
/// By law the limit begins anew after a supplement; the index takes the time of the supplement off the end instead. It
/// therefore compares with the date as it was before any supplement: counted from the first reception, and moved by payments
/// and stops, which the index doesn't take off. Compared with the date that began anew, one supplement would count twice, and
/// for the agency. A date that somebody set stands as they set it, and what was supplemented by then is in it.
package struct IndexFigures: Sendable, Hashable {
    /// Minutes worked from the first reception to the end, all told.
    package let elapsed: Int
    /// The same without the time that supplements took.
    package let net: Int
    package let supplements: Int
    /// The date that the index compares with; nil where there is neither a date nor a limit.
    package let due: Date?
    /// More than one supplement is late whatever the date; nil where there is nothing to compare with.
    package let isOnTime: Bool?

    /// - Parameters:
    ///   - received: the first reception.
    ///   - end: when it was decided, returned, stopped, refused or withdrawn; the end of the period while it is open.
    ///   - basis: what the due date is made from by law; nil when there is none.
    ///   - asked: how often a supplement was asked for, where that is more often than the clock was halted for one.
    package init(
        received: Date, end: Date, basis: DossierClock.Basis?, pauses: [DossierClock.Pause], asked: Int = 0,
        on time: WorkingTime
    ) {
        let waits = pauses.filter { $0.kind == .supplement && $0.from <= end }
        supplements = max(waits.count, asked)
        // What the applicant never answered ends when it was asked.
        let last = waits.last.flatMap { $0.to == nil || ($0.to ?? end) > end ? $0.from : nil } ?? end
        let answered = waits.compactMap { pause in pause.to.flatMap { $0 <= last ? (pause.from, $0) : nil } }
            // Before the first reception nothing ran that could be taken off.
            .map { (max($0.0, received), $0.1) }.filter { $0.0 < $0.1 }
        elapsed = time.elapsed(from: received, to: last)
        net = elapsed - answered.reduce(0) { $0 + time.elapsed(from: $1.0, to: $1.1) }
        guard let basis else {
            (due, isOnTime) = (nil, nil)
            return
        }
        let first: DossierClock.Basis
        let isExact: Bool
        let taken: [(Date, Date)]
        switch basis {
        case .counted(_, let limit):
            (first, isExact, taken) = (.counted(from: received, limit), limit.isExact, answered)
        case .given(_, let set): (first, isExact, taken) = (basis, false, answered.filter { $0.1 > set })
        }
        let latest = DossierClock(first, pauses: pauses).deadline(on: time).due
        let credited = last.addingTimeInterval(-taken.reduce(0.0) { $0 + $1.1.timeIntervalSince($1.0) })
        due = latest
        isOnTime = supplements <= 1 && (isExact ? credited <= latest : Day(of: credited) <= Day(of: latest))
    }
}
