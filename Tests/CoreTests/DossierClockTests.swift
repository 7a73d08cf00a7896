import Core
import FoundationEssentials
import Testing

@Suite("A dossier's clock")
struct DossierClockTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let limit: TimeLimit
        let pauses: [(DossierClock.Pause.Kind, String, String?)]
        let due: String

        var testDescription: String { name }
    }

    /// Received on Monday 1 June 2026 at 09:00; no holidays in sight.
    static let rows = [
        Row(name: "no pause", limit: days(5), pauses: [], due: "2026-06-08 17:00:00"),
        Row(
            name: "a payment of two and a half days moves whole days by three", limit: days(5),
            pauses: [(.payment, "2026-06-01 10:00:00", "2026-06-03 15:00:00")], due: "2026-06-11 17:00:00"),
        Row(
            name: "pauses are added before they are rounded", limit: days(5),
            pauses: [
                (.payment, "2026-06-01 10:00:00", "2026-06-01 14:00:00"),
                (.stop, "2026-06-02 10:00:00", "2026-06-02 14:00:00"),
            ], due: "2026-06-09 17:00:00"),
        Row(
            name: "a pause over a weekend costs no work", limit: days(5),
            pauses: [(.stop, "2026-06-06 10:00:00", "2026-06-07 14:00:00")], due: "2026-06-08 17:00:00"),
        Row(
            name: "a pause that lasts moves nothing yet", limit: days(5),
            pauses: [(.stop, "2026-06-02 10:00:00", nil)], due: "2026-06-08 17:00:00"),
        Row(
            name: "a pause before the reception is none of it", limit: days(5),
            pauses: [(.supplement, "2026-05-25 10:00:00", "2026-06-01 09:00:00")], due: "2026-06-08 17:00:00"),
        Row(
            name: "a pause that ends before it began is none", limit: days(5),
            pauses: [(.payment, "2026-06-03 10:00:00", "2026-06-02 10:00:00")], due: "2026-06-08 17:00:00"),
        Row(
            name: "to the minute", limit: TimeLimit(quantity: 3, unit: .workingDay, isExact: true),
            pauses: [(.payment, "2026-06-01 10:00:00", "2026-06-03 15:00:00")], due: "2026-06-08 14:00:00"),
        Row(
            name: "hours to the minute", limit: TimeLimit(quantity: 4, unit: .hour, isExact: true),
            pauses: [(.payment, "2026-06-01 10:00:00", "2026-06-01 11:00:00")], due: "2026-06-01 15:30:00"),
        Row(
            name: "hours on the clock", limit: TimeLimit(quantity: 4, unit: .hour),
            pauses: [(.payment, "2026-06-01 10:00:00", "2026-06-01 11:00:00")], due: "2026-06-01 14:00:00"),
        Row(
            name: "calendar days", limit: TimeLimit(quantity: 10, unit: .day),
            pauses: [(.stop, "2026-06-02 10:00:00", "2026-06-04 11:00:00")], due: "2026-06-15 17:00:00"),
    ]

    @Test("the due date is derived from the pauses", arguments: rows)
    func due(_ row: Row) throws {
        let deadline = try clock(row).deadline(on: WorkingTimeTests.time)
        #expect(try deadline.due == Samples.instant(row.due))
        #expect(deadline.dueDay == Day(of: deadline.due))
        #expect(deadline.steps.last == .due(deadline.dueDay) || deadline.steps.last == .dueAt(deadline.due))
    }

    @Test("a pause before the first counted day costs nothing, where that lies after the day of receipt")
    func beforeCounting() throws {
        let clock = try DossierClock(
            .counted(from: Samples.instant("2026-10-09 16:30:00"), Self.days(1)),
            pauses: [
                DossierClock.Pause(
                    .payment, from: Samples.instant("2026-10-09 16:40:00"), to: Samples.instant("2026-10-12 08:30:00"))
            ])
        let time = WorkingTime(calendar: try Samples.calendar(), closes: 17 * 60)
        #expect(try clock.deadline(on: time).due == Samples.instant("2026-10-13 17:00:00"))
    }

    @Test("nothing is due before a pause that began in time has ended, however pauses are rounded")
    func neverBeforeItGoesOn() throws {
        let time = WorkingTime(calendar: try Samples.calendar(), closes: 17 * 60)
        var random = SeededGenerator(seed: 12)
        for _ in 0..<3_000 {
            let start = time.calendar.next(
                onOrAfter: try Samples.day("2026-01-05") + Int.random(in: 0..<365, using: &random))
            let basis = DossierClock.Basis.counted(
                from: start.instant(minute: 600), Self.days(Int.random(in: 1...30, using: &random)))
            var pauses: [DossierClock.Pause] = []
            var from = start
            for _ in 0..<3 {
                let due = DossierClock(basis, pauses: pauses).deadline(on: time).due
                guard Day(of: due) > from else { break }
                let first = from + Int.random(in: 1...Day(of: due).number - from.number, using: &random)
                let last = first + Int.random(in: 0...12, using: &random)
                let begins = first.instant(minute: Int.random(in: 450...1_000, using: &random))
                let ends = max(
                    begins.addingTimeInterval(60), last.instant(minute: Int.random(in: 400...1_080, using: &random)))
                pauses.append(DossierClock.Pause(.payment, from: begins, to: ends))
                let after = DossierClock(basis, pauses: pauses).deadline(on: time).due
                #expect(begins > due || after >= ends, "\(basis) \(pauses)")
                from = last
            }
        }
    }

    @Test("a pause is told, with what it cost")
    func trace() throws {
        let deadline = try clock(Self.rows[1]).deadline(on: WorkingTimeTests.time)
        let pause = Deadline.Step.paused(
            .payment, from: try Samples.instant("2026-06-01 10:00:00"), to: try Samples.instant("2026-06-03 15:00:00"),
            minutes: 1170)
        #expect(deadline.steps.suffix(2) == [pause, .due(deadline.dueDay)])
        #expect(deadline.steps.count { if case .due = $0 { true } else { false } } == 1)
    }

    @Test("a date that was given is moved only by pauses that began after it was")
    func given() throws {
        let due = try Samples.instant("2026-06-10 16:00:00")
        let pauses = [
            DossierClock.Pause(
                .stop, from: try Samples.instant("2026-06-01 09:00:00"), to: try Samples.instant("2026-06-02 09:00:00")),
            DossierClock.Pause(
                .stop, from: try Samples.instant("2026-06-04 09:00:00"), to: try Samples.instant("2026-06-05 09:00:00")),
        ]
        let clock = DossierClock(.given(due, at: try Samples.instant("2026-06-03 09:00:00")), pauses: pauses)
        #expect(try clock.deadline(on: WorkingTimeTests.time).due == Samples.instant("2026-06-11 16:00:00"))
    }

    @Test("a longer pause never makes an earlier due date", arguments: TimeLimit.Unit.allCases)
    func monotone(_ unit: TimeLimit.Unit) throws {
        var random = SeededGenerator(seed: 11)
        let time = WorkingTime(calendar: try Samples.calendar(), closes: 1020)
        let start = try Samples.instant("2026-01-05 09:00:00")
        for _ in 0..<500 {
            let limit = TimeLimit(
                quantity: Int.random(in: 0...30, using: &random), unit: unit, isExact: Bool.random(using: &random))
            let from = start.addingTimeInterval(Double.random(in: 0...4e6, using: &random))
            let short = from.addingTimeInterval(Double.random(in: 0...2e6, using: &random))
            let long = short.addingTimeInterval(Double.random(in: 0...2e6, using: &random))
            let dues = [nil, short, long].map { end in
                DossierClock(.counted(from: start, limit), pauses: [DossierClock.Pause(.stop, from: from, to: end)])
                    .deadline(on: time).due
            }
            #expect(dues[0] <= dues[1] && dues[1] <= dues[2], "\(limit) \(from) \(short) \(long)")
        }
    }

    @Test(
        "the index takes the time of one supplement off, and calls two late",
        arguments: [
            ([], "2026-06-08 17:00:00", 2880 - 90, 2880 - 90, true),
            ([], "2026-06-09 08:00:00", 2880 - 60, 2880 - 60, false),
            // Finished two days late, of which two were the applicant's.
            ([("2026-06-02 09:00:00", "2026-06-04 09:00:00")], "2026-06-10 16:00:00", 3690, 2730, true),
            // Never answered: it ended when it was asked.
            ([("2026-06-02 09:00:00", nil)], "2026-07-10 16:00:00", 480, 480, true),
            (
                [("2026-06-02 09:00:00", "2026-06-02 10:00:00"), ("2026-06-03 09:00:00", "2026-06-03 10:00:00")],
                "2026-06-05 16:00:00", 1920 + 330, 1800 + 330, false
            ),
            // Asked before the reception: the index has nothing to take off.
            ([("2026-05-28 09:00:00", "2026-06-01 09:00:00")], "2026-06-08 10:00:00", 2460, 2460, true),
        ] as [([(String, String?)], String, Int, Int, Bool)])
    func index(supplements: [(String, String?)], end: String, elapsed: Int, net: Int, isOnTime: Bool) throws {
        let pauses = try supplements.map { from, to in
            DossierClock.Pause(.supplement, from: try Samples.instant(from), to: try to.map(Samples.instant))
        }
        let received = try Samples.instant("2026-06-01 09:00:00")
        let due = try Samples.instant("2026-06-08 17:00:00")
        let figures = IndexFigures(
            received: received, end: try Samples.instant(end), basis: .counted(from: received, Self.days(5)),
            pauses: pauses, on: WorkingTimeTests.time)
        #expect(figures.elapsed == elapsed && figures.net == net && figures.isOnTime == isOnTime)
        #expect(try figures.due == Samples.instant("2026-06-08 17:00:00"))
        #expect(figures.supplements == supplements.count)
        // The law begins the limit anew after each supplement; the index compares with the date before them all the same.
        if let restart = pauses.last?.to {
            let restarted = IndexFigures(
                received: received, end: try Samples.instant(end), basis: .counted(from: restart, Self.days(5)),
                pauses: pauses, on: WorkingTimeTests.time)
            #expect(restarted == figures)
        }
        // Without a date or a limit nothing is said.
        let silent = IndexFigures(received: received, end: received, basis: nil, pauses: [], on: WorkingTimeTests.time)
        #expect(silent.isOnTime == nil && silent.due == nil)
    }

    struct Counted: Sendable, CustomTestStringConvertible {
        let name: String
        /// Five days from Monday 1 June 09:00, unless a date was given, and when.
        var given: (String, String)?
        let pauses: [(DossierClock.Pause.Kind, String, String)]
        let end: String
        /// The due day by law, with the limit begun anew by the last supplement.
        let law: String
        let index: String
        let isOnTimeByLaw: Bool
        let isOnTimeByIndex: Bool

        var testDescription: String { name }
    }

    /// Worked examples: all of June 2026, Monday the 1st.
    static let counted = [
        Counted(
            name: "without a supplement both count alike", pauses: [], end: "2026-06-08 16:00:00", law: "2026-06-08",
            index: "2026-06-08", isOnTimeByLaw: true, isOnTimeByIndex: true),
        Counted(
            // Four days of the limit used, two waited, then a whole new limit: the index grants only the fifth day.
            name: "the law grants a whole limit after a supplement, the index the rest of the first one",
            pauses: [(.supplement, "2026-06-05 09:00:00", "2026-06-09 09:00:00")], end: "2026-06-16 16:00:00",
            law: "2026-06-16", index: "2026-06-08", isOnTimeByLaw: true, isOnTimeByIndex: false),
        Counted(
            // Against the 16th, less four days, this would be on time twice over.
            name: "what is late by law is not saved by taking the supplement off as well",
            pauses: [(.supplement, "2026-06-05 09:00:00", "2026-06-09 09:00:00")], end: "2026-06-18 16:00:00",
            law: "2026-06-16", index: "2026-06-08", isOnTimeByLaw: false, isOnTimeByIndex: false),
        Counted(
            name: "finished within the rest of the first limit it is on time by both",
            pauses: [(.supplement, "2026-06-05 09:00:00", "2026-06-09 09:00:00")], end: "2026-06-12 16:00:00",
            law: "2026-06-16", index: "2026-06-08", isOnTimeByLaw: true, isOnTimeByIndex: true),
        Counted(
            // Two days of waiting for the payment moved the date; the index doesn't take them off and needn't.
            name: "a payment moves the date of both",
            pauses: [(.payment, "2026-06-02 08:00:00", "2026-06-04 08:00:00")], end: "2026-06-10 16:00:00",
            law: "2026-06-10", index: "2026-06-10", isOnTimeByLaw: true, isOnTimeByIndex: true),
        Counted(
            name: "a payment before a supplement is in the index's date and not in the one begun anew",
            pauses: [
                (.payment, "2026-06-02 08:00:00", "2026-06-04 08:00:00"),
                (.supplement, "2026-06-05 08:00:00", "2026-06-08 08:00:00"),
            ], end: "2026-06-12 16:00:00", law: "2026-06-15", index: "2026-06-10", isOnTimeByLaw: true,
            isOnTimeByIndex: true),
        Counted(
            name: "a date given before the supplement stands, and the supplement is taken off",
            given: ("2026-06-08 17:00:00", "2026-06-01 09:00:00"),
            pauses: [(.supplement, "2026-06-02 09:00:00", "2026-06-04 09:00:00")], end: "2026-06-10 16:00:00",
            law: "2026-06-08", index: "2026-06-08", isOnTimeByLaw: false, isOnTimeByIndex: true),
        Counted(
            name: "a date given after the supplement has it in already",
            given: ("2026-06-12 17:00:00", "2026-06-04 09:00:00"),
            pauses: [(.supplement, "2026-06-02 09:00:00", "2026-06-04 09:00:00")], end: "2026-06-15 16:00:00",
            law: "2026-06-12", index: "2026-06-12", isOnTimeByLaw: false, isOnTimeByIndex: false),
    ]

    @Test("the law begins anew, the index subtracts, and no supplement counts twice", arguments: counted)
    func bothCounts(_ row: Counted) throws {
        let received = try Samples.instant("2026-06-01 09:00:00")
        let pauses = try row.pauses.map { kind, from, to in
            DossierClock.Pause(kind, from: try Samples.instant(from), to: try Samples.instant(to))
        }
        let basis: DossierClock.Basis =
            if let given = row.given {
                .given(try Samples.instant(given.0), at: try Samples.instant(given.1))
            } else {
                .counted(from: pauses.last { $0.kind == .supplement }?.to ?? received, Self.days(5))
            }
        let end = try Samples.instant(row.end)
        let law = DossierClock(basis, pauses: pauses).deadline(on: WorkingTimeTests.time)
        #expect(try law.dueDay == Samples.day(row.law))
        #expect((Day(of: end) <= law.dueDay) == row.isOnTimeByLaw)
        let figures = IndexFigures(
            received: received, end: end, basis: basis, pauses: pauses, on: WorkingTimeTests.time)
        #expect(try figures.due.map { Day(of: $0) } == Samples.day(row.index))
        #expect(figures.isOnTime == row.isOnTimeByIndex)
    }

    private static func days(_ count: Int) -> TimeLimit { TimeLimit(quantity: count, unit: .workingDay) }

    private func clock(_ row: Row) throws -> DossierClock {
        DossierClock(
            .counted(from: try Samples.instant("2026-06-01 09:00:00"), row.limit),
            pauses: try row.pauses.map { kind, from, to in
                DossierClock.Pause(kind, from: try Samples.instant(from), to: try to.map(Samples.instant))
            })
    }
}
