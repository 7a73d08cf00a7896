package import Core
package import FoundationEssentials
package import Postgres

/// The limits by which handling is measured, in working days, and the agency that passes on what names none.
///
/// Dated data of the installation (`feedback_rules`): where they come from is unverified, so nothing shows them as law.
package struct FeedbackRules: PostgresRow, Hashable {
    package let validFrom: Day
    package let office: String
    package let refuse: Int
    package let ask: Int
    package let forward: Int
    package let answer: Int
    package let publish: Int
    package let source: String

    package init(
        validFrom: Day, office: String, refuse: Int, ask: Int, forward: Int, answer: Int, publish: Int, source: String
    ) {
        self.validFrom = validFrom
        self.office = office
        self.refuse = refuse
        self.ask = ask
        self.forward = forward
        self.answer = answer
        self.publish = publish
        self.source = source
    }

    package init(_ row: inout Row) throws {
        validFrom = try row("valid_from")
        office = try row("office")
        refuse = Int(try row("refuse_days") as Int32)
        ask = Int(try row("ask_days") as Int32)
        forward = Int(try row("forward_days") as Int32)
        answer = Int(try row("answer_days") as Int32)
        publish = Int(try row("publish_days") as Int32)
        source = try row("source")
    }
}

/// What a clock has to know of feedback.
package struct FeedbackTimes: Sendable, Hashable {
    package let state: FeedbackState
    /// When it was sent, transferred or supplemented last: a transfer restarts the clock of whoever gets it, and a
    /// supplement that of who asked. While its author is asked, no clock runs.
    package let clockFrom: Date
    package let answeredAt: Date?
    /// Whether the agency that has it asked for more before: only the first time has a limit.
    package let wasAsked: Bool

    package init(state: FeedbackState, clockFrom: Date, answeredAt: Date?, wasAsked: Bool) {
        self.state = state
        self.clockFrom = clockFrom
        self.answeredAt = answeredAt
        self.wasAsked = wasAsked
    }
}

/// Counts the last days of feedback: working days after the day on which its clock started, each to its end in Vietnam.
package struct FeedbackClock: Sendable {
    package let rules: FeedbackRules
    package let calendar: WorkingCalendar

    package init(rules: FeedbackRules, calendar: WorkingCalendar) {
        self.rules = rules
        self.calendar = calendar
    }

    /// The last day on which an act is in time; nil for an act that has no limit here.
    package func lastDay(for act: FeedbackAct, _ times: FeedbackTimes) -> Day? {
        switch (act, times.state) {
        // It was the author who didn't answer.
        case (.refuse, .asked): nil
        case (.refuse, _), (.sendBack, _): day(rules.refuse, after: times.clockFrom)
        case (.ask, _): times.wasAsked ? nil : day(rules.ask, after: times.clockFrom)
        case (.forward, _): day(rules.forward, after: times.clockFrom)
        case (.answer, _): day(rules.answer, after: times.clockFrom)
        case (.publish, _), (.withhold, _): times.answeredAt.map { day(rules.publish, after: $0) }
        case (.send, _), (.accept, _), (.supplement, _), (.withdraw, _): nil
        }
    }

    /// The last day for what the agency owes: the answer, then its publication; nil while it owes nothing.
    package func lastDay(_ times: FeedbackTimes) -> Day? {
        switch times.state {
        case .new, .forwarded, .accepted, .supplemented: lastDay(for: .answer, times)
        case .answered: lastDay(for: .publish, times)
        case .asked, .refused, .published, .withheld, .withdrawn: nil
        }
    }

    /// The last day of each act that has one here, in the order of the table of moves.
    package func lastDays(_ times: FeedbackTimes) -> [(act: FeedbackAct, day: Day)] {
        times.state.acts.compactMap { act in lastDay(for: act, times).map { (act, $0) } }
    }

    private func day(_ count: Int, after instant: Date) -> Day { calendar.adding(count, to: Day(of: instant)) }
}
