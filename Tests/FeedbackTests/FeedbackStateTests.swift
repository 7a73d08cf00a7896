import Core
import Feedback
import Foundation
import Testing

@Suite("States and clocks of feedback")
struct FeedbackStateTests {
    /// What may be done in each state and where it leads; written apart from the product's table on purpose.
    static let edges: [FeedbackState: [FeedbackAct: FeedbackState]] = [
        .new: [
            .accept: .accepted, .refuse: .refused, .ask: .asked, .forward: .forwarded, .sendBack: .forwarded,
            .withdraw: .withdrawn,
        ],
        .forwarded: [
            .accept: .accepted, .refuse: .refused, .ask: .asked, .forward: .forwarded, .sendBack: .forwarded,
            .withdraw: .withdrawn,
        ],
        .accepted: [.ask: .asked, .forward: .forwarded, .answer: .answered, .withdraw: .withdrawn],
        .asked: [.supplement: .supplemented, .refuse: .refused, .withdraw: .withdrawn],
        .supplemented: [
            .refuse: .refused, .ask: .asked, .forward: .forwarded, .answer: .answered, .withdraw: .withdrawn,
        ],
        .answered: [.publish: .published, .withhold: .withheld],
    ]

    @Test("of all moves there are, exactly those of the table are made", arguments: FeedbackState.allCases)
    func table(_ from: FeedbackState) throws {
        for act in FeedbackAct.allCases {
            if let to = Self.edges[from]?[act] {
                #expect(try from.after(act) == to)
                #expect(from.acts.contains(act))
            } else {
                #expect(throws: FeedbackState.IllegalMove(from: from, act: act)) { try from.after(act) }
            }
        }
        #expect(from.isOpen == !from.acts.isEmpty)
    }

    static let rules = FeedbackRules(
        validFrom: Day(number: 0), office: "G15", refuse: 2, ask: 5, forward: 5, answer: 15, publish: 2, source: "test")

    /// Tết of 2027 as in the reference data: 4 to 10 February off, the first day on Saturday the 6th.
    static let calendar = WorkingCalendar(
        version: "test",
        off: Set((4...10).compactMap { Day("2027-02-\($0 < 10 ? "0" : "")\($0)") }), workingDays: [])

    @Test(
        "last days are working days after the clock started, over Tết and weekends as well",
        arguments: [
            ("2027-01-11", FeedbackState.new, FeedbackAct.refuse, "2027-01-13"),
            ("2027-01-11", .new, .sendBack, "2027-01-13"),
            ("2027-01-11", .new, .ask, "2027-01-18"),
            ("2027-01-11", .new, .forward, "2027-01-18"),
            ("2027-01-11", .new, .answer, "2027-02-01"),
            ("2027-02-02", .forwarded, .refuse, "2027-02-11"),
            ("2027-02-03", .forwarded, .refuse, "2027-02-12"),
            ("2027-02-03", .forwarded, .forward, "2027-02-17"),
            ("2027-02-06", .forwarded, .refuse, "2027-02-12"),
            ("2027-01-29", .accepted, .answer, "2027-02-26"),
            ("2027-01-15", .supplemented, .answer, "2027-02-12"),
            ("2027-01-17", .new, .refuse, "2027-01-19"),
        ])
    func lastDays(from: String, state: FeedbackState, act: FeedbackAct, expected: String) throws {
        let clock = FeedbackClock(rules: Self.rules, calendar: Self.calendar)
        let start = try #require(Day(from)).instant(minute: 23 * 60 + 59)
        let times = FeedbackTimes(state: state, clockFrom: start, answeredAt: nil, wasAsked: false)
        #expect(clock.lastDay(for: act, times) == Day(expected))
    }

    @Test("publication is counted from the answer, and nothing is owed while the author is asked or all is done")
    func owed() throws {
        let clock = FeedbackClock(rules: Self.rules, calendar: Self.calendar)
        let (sent, answered) = (try #require(Day("2027-01-11")), try #require(Day("2027-02-03")))
        for state in FeedbackState.allCases {
            let times = FeedbackTimes(
                state: state, clockFrom: sent.instant(), answeredAt: answered.instant(), wasAsked: true)
            let expected: Day? =
                switch state {
                case .new, .forwarded, .accepted, .supplemented: Day("2027-02-01")
                case .answered: Day("2027-02-12")
                case .asked, .refused, .published, .withheld, .withdrawn: nil
                }
            #expect(clock.lastDay(times) == expected, "\(state)")
            #expect(clock.lastDay(for: .ask, times) == nil)
            #expect(Set(clock.lastDays(times).map(\.act)).isSubset(of: Set(state.acts)))
        }
        let asked = FeedbackTimes(state: .asked, clockFrom: sent.instant(), answeredAt: nil, wasAsked: true)
        #expect(clock.lastDay(for: .refuse, asked) == nil)
    }

    @Test(
        "a late act makes the handling late once, a late publication makes an answer in time late after all",
        arguments: [
            // act, state, was late, day, handled, late, answered, unsatisfied
            (FeedbackAct.answer, FeedbackState.accepted, false, "2027-02-01", 1, 0, 1, 0),
            (.answer, .accepted, false, "2027-02-02", 1, 1, 1, 1), (.answer, .accepted, true, "2027-01-12", 1, 1, 1, 1),
            (.refuse, .new, false, "2027-01-13", 1, 0, 0, 0), (.refuse, .new, false, "2027-01-14", 1, 1, 0, 0),
            (.forward, .new, false, "2027-01-18", 1, 0, 0, 0), (.forward, .new, false, "2027-01-19", 1, 1, 0, 0),
            (.ask, .new, false, "2027-01-25", 0, 0, 0, 0), (.accept, .new, false, "2027-03-01", 0, 0, 0, 0),
            (.publish, .answered, false, "2027-01-14", 0, 0, 0, 0),
            (.publish, .answered, false, "2027-01-15", 0, 1, 0, 1),
            (.publish, .answered, true, "2027-01-15", 0, 0, 0, 0),
            (.withhold, .answered, false, "2027-01-15", 0, 1, 0, 1), (.withdraw, .new, false, "2027-03-01", 0, 0, 0, 0),
        ])
    func figures(
        act: FeedbackAct, state: FeedbackState, wasLate: Bool, day: String, handled: Int, late: Int, answered: Int,
        unsatisfied: Int
    ) throws {
        let clock = FeedbackClock(rules: Self.rules, calendar: Self.calendar)
        let start = try #require(Day("2027-01-11")).instant(minute: 600)
        let times = FeedbackTimes(
            state: state, clockFrom: start, answeredAt: try #require(Day("2027-01-12")).instant(), wasAsked: false)
        let change = try FeedbackChange(
            act, times, isLate: wasLate, clock: clock, today: try #require(Day(day)))
        let figures = change.figures
        let expected: [Int] = [handled, late, answered, unsatisfied]
        #expect([figures.handled, figures.late, figures.answered, figures.unsatisfied] == expected)
    }

    @Test(
        "the indicators are shares of what was handled and answered; nothing is no zero",
        arguments: [
            // handled, late, answered, unsatisfied: 5.2, 5.3 (hundredths of a percent, hundredths of a point), criterion 8
            (0, 0, 0, 0, nil, nil, 2), (10, 0, 8, 0, [10_000, 600], [10_000, 600], 2),
            (10, 1, 8, 1, [9_000, 540], [8_750, 525], 1), (9, 1, 3, 1, [8_889, 533], [6_667, 400], 0),
            (3, 3, 3, 3, [0, 0], [0, 0], 0), (1, 0, 0, 0, [10_000, 600], nil, 2),
        ] as [(Int, Int, Int, Int, [Int]?, [Int]?, Int)])
    func index(
        handled: Int, late: Int, answered: Int, unsatisfied: Int, onTime: [Int]?, satisfaction: [Int]?, criterion: Int
    ) {
        var figures = FeedbackFigures()
        (figures.handled, figures.late, figures.answered, figures.unsatisfied) = (handled, late, answered, unsatisfied)
        func numbers(_ score: FeedbackIndex.Score?) -> [Int]? { score.map { [$0.perTenThousand, $0.hundredths] } }
        #expect(numbers(FeedbackIndex.onTime(figures)) == onTime)
        #expect(numbers(FeedbackIndex.satisfaction(figures)) == satisfaction)
        #expect(FeedbackIndex.criterion(figures) == criterion)
    }

    @Test(
        "an answer counts against its agency when it was late or more people dislike it than like it",
        arguments: [(false, 0, 0, false), (false, 1, 1, false), (false, 1, 2, true), (true, 9, 0, true)])
    func unsatisfied(isLate: Bool, likes: Int, dislikes: Int, expected: Bool) {
        #expect(FeedbackIndex.isUnsatisfied(isLate: isLate, likes: likes, dislikes: dislikes) == expected)
    }
}
