import Accounts
import Agencies
import Catalogue
import Core
import Cryptography
import FoundationEssentials
import Journal
import Postgres

/// A dossier while a transaction holds it: steps change it in memory, one after the other, and what they changed is written
/// for any number of dossiers together (`Dossiers.write`).
struct HeldDossier: Sendable {
    private(set) var dossier: LockedDossier
    var time: HeldTime
    var reports = HeldReports()
    /// The agency's working time as it was read, by the day on which it holds.
    var workingTimes: [Day: WorkingTime] = [:]
    private(set) var steps: [WrittenStep] = []

    init(_ dossier: LockedDossier, time: HeldTime) {
        self.dossier = dossier
        self.time = time
    }

    mutating func take(_ written: WrittenStep, leaving dossier: LockedDossier) {
        self.dossier = dossier
        steps.append(written)
    }
}

/// A step with what it led to.
struct WrittenStep: Sendable {
    let step: DossierStep
    let version: Int32
    /// Nil for the first of a dossier.
    let previousStatus: DossierStatus?
    var detail: String?
    let entry: JournalEntry

    var isMove: Bool { step.kind == .status }
}

/// What a dossier's due date is made from, and what of it has still to be written.
struct HeldTime: Sendable {
    private(set) var clock: StoredClock?
    /// In their order; the first has number 1.
    private(set) var pauses: [DossierClock.Pause] = []
    /// How the due date was counted; nil when nobody counted it.
    private(set) var counted: JSONText?
    /// How often a supplement was asked for.
    var asked: Int32 = 0
    private(set) var figures: (index: IndexFigures, finishedAt: Date)?

    private(set) var isClockChanged = false
    private(set) var isCountedChanged = false
    private(set) var changedPauses: Set<Int> = []

    init() {}

    init(_ beside: BesideDossier, pauses: [DossierClock.Pause]) {
        clock = beside.clock
        counted = beside.deadline
        asked = beside.asked
        self.pauses = pauses
    }

    mutating func set(_ basis: StoredClock.Basis, since: Date, given: Date?, received: Date? = nil) {
        clock = StoredClock(
            firstReceivedAt: clock?.firstReceivedAt ?? received, basis: basis, since: since, givenDueAt: given)
        isClockChanged = true
    }

    mutating func explain(_ counted: JSONText?) {
        self.counted = counted
        isCountedChanged = true
    }

    mutating func pause(_ kind: DossierClock.Pause.Kind, from: Date) {
        pauses.append(DossierClock.Pause(kind, from: max(from, pauses.compactMap(\.to).max() ?? from), to: nil))
        changedPauses.insert(pauses.count - 1)
    }

    mutating func resume(at end: Date) {
        for (index, pause) in pauses.enumerated() where pause.to == nil {
            pauses[index] = DossierClock.Pause(pause.kind, from: pause.from, to: end)
            changedPauses.insert(index)
        }
    }

    mutating func keep(_ index: IndexFigures, finishedAt: Date) {
        figures = (index, finishedAt)
        isClockChanged = true
    }
}

extension Dossiers {
    /// Takes dossiers of one agency that are locked in hand, with all that their time is made from and the reports that wait.
    /// Due dates may be counted from here on: the calendar stays as it is until the transaction ends.
    /// - Parameter day: on which working time will be asked for, where that is known, so that it is read with the rest.
    func hold(
        _ locked: [LockedDossier], countingOn day: Day? = nil, in transaction: Transaction
    ) async throws -> [HeldDossier] {
        guard let agency = locked.first?.agencyCode else { return [] }
        let ids = locked.map(\.id)
        let reads = ((ClockQueries.lock, ()), (ClockQueries.pausesOf, ids), (ReportQueries.parked, (ids, agency)))
        let (pauses, parked): ([PauseOfDossier], [ParkedReport])
        var workingTimes: [Day: WorkingTime] = [:]
        if let day {
            let (_, halts, waiting, days, hours) = try await transaction.together(
                reads.0, reads.1, reads.2, (AgencyQueries.calendar, ()), (AgencyQueries.hours, (agency, day)))
            (pauses, parked) = (halts, waiting)
            workingTimes[day] = try WorkingTime(days, hours, on: day)
        } else {
            let (_, halts, waiting) = try await transaction.together(reads.0, reads.1, reads.2)
            (pauses, parked) = (halts, waiting)
        }
        let pausesByDossier = Dictionary(grouping: pauses, by: \.dossierID).mapValues { $0.map(\.pause) }
        let parkedByDossier = Dictionary(grouping: parked, by: \.dossierID)
        return locked.map { dossier in
            var held = HeldDossier(
                dossier, time: HeldTime(dossier.beside, pauses: pausesByDossier[dossier.id] ?? []))
            held.reports = HeldReports(
                applied: dossier.beside.applied, waiting: parkedByDossier[dossier.id] ?? [])
            held.workingTimes = workingTimes
            return held
        }
    }

    /// The agency's working time on a day, read once.
    func workingTime(of held: inout HeldDossier, on day: Day) async throws -> WorkingTime {
        if let known = held.workingTimes[day] { return known }
        let time = try await agencies.workingTime(of: held.dossier.agencyCode, on: day)
        held.workingTimes[day] = time
        return time
    }

    /// Writes all that steps changed: the dossiers, their time, their events, their journal entries and, where a status
    /// changed, the letters to the applicants.
    func write(_ held: [HeldDossier], at now: Date, in transaction: Transaction) throws {
        try transaction.writeReports(of: held, at: now)
        let changed = held.filter { !$0.steps.isEmpty }
        guard !changed.isEmpty else { return }
        let rows = changed.map(\.dossier)
        try transaction.later(
            DossierQueries.change,
            (
                rows.map(\.id), rows.map { Int16($0.status.rawValue) }, rows.map(\.receivedAt), rows.map(\.dueAt),
                rows.map(\.finishedAt), rows.map(\.version), rows.map(\.waitsFor.rawValue), rows.map(\.assignedTo),
                rows.map(\.unitID), rows.map(\.stepDueAt)
            ))
        try transaction.writeTimes(of: changed)
        let moved = changed.filter { held in
            held.steps.contains { $0.isMove && $0.previousStatus != nil && $0.step.status != .supplementRequested }
                && !held.dossier.isFiledElsewhere
        }
        // Whoever moved it on, what was asked of the applicant is asked no more.
        if !moved.isEmpty { try transaction.later(WorkQueries.closeSupplements, (moved.map(\.dossier.id), now)) }
        try transaction.write(
            changed.flatMap { held in held.steps.map { (held.dossier.id, held.dossier.agencyCode, $0) } }, at: now)
        try transaction.tellApplicants(of: changed, at: now)
        try transaction.countFlags(of: changed, at: now)
    }
}

extension Transaction {
    fileprivate func writeReports(of held: [HeldDossier], at now: Date) throws {
        let agency = held.first?.dossier.agencyCode ?? ""
        let parked = held.flatMap { held in held.reports.parked.map { (held.dossier.id, $0) } }
        if !parked.isEmpty {
            let reports = parked.map(\.1.report)
            let changes = reports.map(\.change)
            try later(
                ReportQueries.park,
                (
                    parked.map(\.1.id), parked.map(\.0), agency, changes.map { Int32($0.sequence ?? 0) },
                    changes.map { Int16($0.status.rawValue) }, changes.map(\.occurredAt), changes.map(\.eventID),
                    changes.map(\.note), changes.map(\.officerName), changes.map(\.officerTitle), changes.map(\.dueAt),
                    reports.map(\.message), reports.map(\.actor), now
                ))
        }
        let settled = held.flatMap(\.reports.settled)
        if !settled.isEmpty {
            try later(
                ReportQueries.settle,
                (settled.map(\.report), settled.map(\.outcome.rawValue), settled.map(\.reason), now))
        }
        let advanced = held.filter(\.reports.isAdvanced)
        if !advanced.isEmpty {
            try later(
                ReportQueries.advance,
                (advanced.map(\.dossier.id), agency, advanced.map { Int32($0.reports.applied) }, now))
        }
    }

    fileprivate func writeTimes(of held: [HeldDossier]) throws {
        let clocks = held.filter(\.time.isClockChanged).compactMap { held in
            held.time.clock.map { (held.dossier, $0, held.time.figures) }
        }
        if !clocks.isEmpty {
            try later(
                ClockQueries.set,
                (
                    clocks.map(\.0.id), clocks.map(\.1.firstReceivedAt), clocks.map(\.1.basis.rawValue),
                    clocks.map(\.1.since), clocks.map(\.1.givenDueAt),
                    clocks.map { $0.2.map { Int32(clamping: $0.index.elapsed) } },
                    clocks.map { $0.2.map { Int32(clamping: $0.index.net) } },
                    clocks.map { $0.2.map { Int32(clamping: $0.index.supplements) } },
                    clocks.map { $0.2.flatMap(\.index.isOnTime) }, clocks.map(\.0.agencyCode),
                    clocks.map { $0.2?.finishedAt }
                ))
        }
        let pauses = held.flatMap { held in
            held.time.changedPauses.sorted().map { (held.dossier.id, Int32($0 + 1), held.time.pauses[$0]) }
        }
        if !pauses.isEmpty {
            try later(
                ClockQueries.keepPauses,
                (
                    pauses.map(\.0), pauses.map(\.1), pauses.map(\.2.kind.rawValue), pauses.map(\.2.from),
                    pauses.map(\.2.to)
                ))
        }
        let explained = held.filter { $0.time.isCountedChanged && !$0.dossier.isFiledElsewhere }
        if !explained.isEmpty {
            try later(DossierQueries.explain, (explained.map(\.dossier.id), explained.map(\.time.counted?.text)))
        }
    }

    /// Writes events with their journal entries, in this order.
    func write(_ events: [(dossier: Dossier.ID, agency: String, written: WrittenStep)], at now: Date) throws {
        try append(events.map(\.written.entry))
        // By kinds of columns, so that the compiler can follow.
        let steps = events.map(\.written.step)
        let previous: [Int16?] = events.map { $0.written.previousStatus.map { Int16($0.rawValue) } }
        let agencies: [String?] = events.map { $0.written.step.isOfAgency ? $0.agency : nil }
        let digests: [[UInt8]?] = steps.map { $0.message.map { SHA256.hash($0) } }
        let flags: [String?] = steps.map { step in
            step.flags.isEmpty ? nil : step.flags.map(\.rawValue).sorted().joined(separator: " ")
        }
        try later(
            DossierQueries.record,
            (
                events.map(\.dossier), events.map(\.written.version), steps.map { Int16($0.status.rawValue) }, previous,
                steps.map(\.occurredAt), now, agencies, steps.map(\.eventID), steps.map(\.officerName),
                steps.map(\.officerTitle), steps.map(\.note), steps.map(\.message), digests,
                events.map(\.written.entry.id), steps.map(\.kind.rawValue), steps.map(\.account),
                events.map(\.written.detail), flags
            ))
    }

    fileprivate func tellApplicants(of held: [HeldDossier], at now: Date) throws {
        let letters = held.flatMap { held in
            held.steps.filter(\.isMove).compactMap { written in
                held.dossier.accountID.map { applicant -> JSON in
                    [
                        "account": .string(applicant.description), "code": .string(held.dossier.code),
                        "status": .integer(written.step.status.rawValue),
                    ]
                }
            }
        }
        if !letters.isEmpty { try enqueue(topic: "dossier.status", payloads: letters, at: now) }
    }

    fileprivate func countFlags(of held: [HeldDossier], at now: Date) throws {
        let flags = held.flatMap { held in
            held.steps.flatMap { $0.step.flags.map { (held.dossier.agencyCode, $0.rawValue) } }
        }
        if !flags.isEmpty { try later(SyncQueries.countFlags, (flags.map(\.0), flags.map(\.1), Day(of: now))) }
    }
}
