package import Accounts
import Postgres

/// Where feedback stands.
package enum FeedbackState: String, Sendable, Hashable, CaseIterable, PostgresValue {
    case new
    /// Passed on by another agency; the one that has it now hasn't said anything yet.
    case forwarded
    case accepted
    /// Waits for its author.
    case asked
    case supplemented
    /// The author knows the answer; everybody else doesn't yet.
    case answered
    case refused
    case published
    /// Answered, and for a reason not published.
    case withheld
    case withdrawn

    /// Whether something may still follow.
    package var isOpen: Bool {
        switch self {
        case .new, .forwarded, .accepted, .asked, .supplemented, .answered: true
        case .refused, .published, .withheld, .withdrawn: false
        }
    }
}

/// What is done to feedback, by its author or by the agency that has it.
package enum FeedbackAct: String, Sendable, Hashable, CaseIterable, PostgresValue {
    case send
    case accept
    case refuse
    case ask
    case supplement
    case forward
    case sendBack = "send_back"
    case answer
    case publish
    case withhold
    case withdraw

    package var isAuthors: Bool {
        switch self {
        case .send, .supplement, .withdraw: true
        case .accept, .refuse, .ask, .forward, .sendBack, .answer, .publish, .withhold: false
        }
    }

    /// The duties of which an officer needs one; none for what is the author's.
    package var duties: Set<Duty> {
        switch self {
        case .send, .supplement, .withdraw: []
        case .accept, .refuse, .ask, .forward, .sendBack: [.receive, .process, .decide]
        case .answer, .publish, .withhold: [.process, .decide]
        }
    }

    /// Whether another agency has it afterwards.
    package var transfers: Bool { self == .forward || self == .sendBack }

    /// Whether the agency that did it is done with it, publication apart.
    package var handles: Bool {
        switch self {
        case .refuse, .forward, .sendBack, .answer: true
        case .send, .accept, .ask, .supplement, .publish, .withhold, .withdraw: false
        }
    }

    /// Bytes of the words that go with it; nil for an act without words.
    package var longestNote: Int? {
        switch self {
        case .send, .accept, .publish, .withdraw: nil
        case .refuse, .ask, .forward, .sendBack, .withhold: 2_000
        case .supplement: 5_000
        case .answer: 10_000
        }
    }

    /// Whether files may go with it.
    package var takesFiles: Bool { self == .send || self == .supplement || self == .answer }
}

extension FeedbackState {
    package struct Move: Sendable, Hashable {
        package let from: FeedbackState
        package let act: FeedbackAct
        package let to: FeedbackState

        init(_ from: FeedbackState, _ act: FeedbackAct, _ to: FeedbackState) {
            self.from = from
            self.act = act
            self.to = to
        }
    }

    /// One line an edge.
    package static let moves: [Move] = [
        Move(.new, .accept, .accepted),
        Move(.new, .refuse, .refused),
        Move(.new, .ask, .asked),
        Move(.new, .forward, .forwarded),
        Move(.new, .sendBack, .forwarded),
        Move(.new, .withdraw, .withdrawn),
        Move(.forwarded, .accept, .accepted),
        Move(.forwarded, .refuse, .refused),
        Move(.forwarded, .ask, .asked),
        Move(.forwarded, .forward, .forwarded),
        Move(.forwarded, .sendBack, .forwarded),
        Move(.forwarded, .withdraw, .withdrawn),
        Move(.accepted, .ask, .asked),
        Move(.accepted, .forward, .forwarded),
        Move(.accepted, .answer, .answered),
        Move(.accepted, .withdraw, .withdrawn),
        Move(.asked, .supplement, .supplemented),
        Move(.asked, .refuse, .refused),
        Move(.asked, .withdraw, .withdrawn),
        Move(.supplemented, .refuse, .refused),
        Move(.supplemented, .ask, .asked),
        Move(.supplemented, .forward, .forwarded),
        Move(.supplemented, .answer, .answered),
        Move(.supplemented, .withdraw, .withdrawn),
        Move(.answered, .publish, .published),
        Move(.answered, .withhold, .withheld),
    ]

    /// A move that the table doesn't have.
    package struct IllegalMove: Error, Hashable {
        package let from: FeedbackState
        package let act: FeedbackAct

        package init(from: FeedbackState, act: FeedbackAct) {
            self.from = from
            self.act = act
        }
    }

    /// What may be done here, in the order of the table.
    package var acts: [FeedbackAct] { Self.moves.filter { $0.from == self }.map(\.act) }

    package func after(_ act: FeedbackAct) throws(IllegalMove) -> FeedbackState {
        guard let move = Self.moves.first(where: { $0.from == self && $0.act == act }) else {
            throw IllegalMove(from: self, act: act)
        }
        return move.to
    }
}
