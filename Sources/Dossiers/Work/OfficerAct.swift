package import Accounts
package import Core
package import FoundationEssentials

/// What an officer does with a dossier, with what it takes.
package enum OfficerAct: Sendable, Hashable {
    /// Accepts it as complete; the clock starts (NĐ 118/2025/NĐ-CP Đ.17.3).
    case receive(note: String)
    case refuse(RefusalReason, note: String)
    case askSupplement(SupplementRequest)
    case assign(Account.ID?)
    /// To a unit, or to somebody and with them to their unit; the step is due as NĐ 118/2025/NĐ-CP Đ.18.2 says unless told.
    case handOver(unit: UUID?, to: Account.ID?, due: Date?, note: String)
    case consult(agency: String, question: String, due: Date)
    case requestPayment(amount: Int, reason: String)
    case settlePayment(PaymentOutcome, note: String)
    case stop(reason: String)
    case resume(note: String)
    case extend(to: Day?, reason: String)
    case decide(Decision)
    case giveBack(ReturnWay, note: String)

    package enum Kind: String, Sendable, CaseIterable {
        case receive
        case refuse
        case askSupplement = "ask_supplement"
        case assign
        case handOver = "hand_over"
        case consult
        case requestPayment = "request_payment"
        case settlePayment = "settle_payment"
        case stop
        case resume
        case extend
        case decide
        case giveBack = "give_back"
    }

    package var kind: Kind {
        switch self {
        case .receive: .receive
        case .refuse: .refuse
        case .askSupplement: .askSupplement
        case .assign: .assign
        case .handOver: .handOver
        case .consult: .consult
        case .requestPayment: .requestPayment
        case .settlePayment: .settlePayment
        case .stop: .stop
        case .resume: .resume
        case .extend: .extend
        case .decide: .decide
        case .giveBack: .giveBack
        }
    }
}

/// Why a dossier isn't received; the applicant reads it on slip 03.
package enum RefusalReason: String, Sendable, CaseIterable {
    case incomplete
    case wrongAgency = "wrong_agency"
    case notEligible = "not_eligible"
    case dataMismatch = "data_mismatch"
    case duplicate
    case other
}

package enum PaymentOutcome: String, Sendable, CaseIterable {
    case paid
    case waived
}

package enum ReturnWay: String, Sendable, CaseIterable {
    case online
    case counter
    case post
}

/// What is asked of the applicant: once, in full (NĐ 118/2025/NĐ-CP Đ.17.2a).
package struct SupplementRequest: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        /// The question of the form that is to be answered again; nil for what has none.
        package let field: String?
        /// What is missing or wrong, in the officer's words.
        package let what: String

        package init(field: String?, what: String) {
            self.field = field
            self.what = what
        }
    }

    package var items: [Item]
    package var note: String
    /// Why a second time.
    package var reason: String
    /// Until the end of this day.
    package var answerBy: Day?

    package init(items: [Item], note: String, reason: String, answerBy: Day?) {
        self.items = items
        self.note = note
        self.reason = reason
        self.answerBy = answerBy
    }
}

/// What the agency decided.
package struct Decision: Sendable, Hashable {
    package var isGranted: Bool
    /// What the paper is called, and its number.
    package var title: String
    package var number: String
    /// The reason of a refusal; a remark otherwise.
    package var note: String

    package init(isGranted: Bool, title: String, number: String, note: String) {
        self.isGranted = isGranted
        self.title = title
        self.number = number
        self.note = note
    }
}

/// Who may do what, from where, and where it leads. One line an act.
package struct ActRule: Sendable {
    package let kind: OfficerAct.Kind
    /// One of these is enough.
    package let duties: [Duty]
    package let from: [DossierStatus]
    /// Nil: the status stays.
    package let to: DossierStatus?
    /// Done over the counter, for whichever unit holds the dossier (NĐ 61/2018/NĐ-CP Đ.17, Đ.20); all else is done by the unit
    /// that holds it.
    package let isOfCounter: Bool

    package static let all: [ActRule] = [
        ActRule(
            .receive, [.receive], from: [.registered, .supplementRequested], to: .received, isOfCounter: true),
        ActRule(
            .askSupplement, [.receive, .process], from: [.registered, .received, .processing, .supplementRequested],
            to: .supplementRequested),
        ActRule(
            .refuse, [.receive], from: [.registered, .supplementRequested], to: .refusedAtReception,
            isOfCounter: true),
        ActRule(.handOver, [.receive, .process, .supervise], from: [.received, .processing], to: .processing),
        ActRule(.consult, [.process], from: [.received, .processing], to: nil),
        ActRule(.requestPayment, [.receive, .process], from: [.received, .processing], to: .paymentRequested),
        ActRule(.settlePayment, [.receive, .process], from: [.paymentRequested], to: .processing),
        ActRule(.extend, [.decide], from: [.received, .processing], to: nil),
        ActRule(
            .stop, [.decide], from: [.received, .processing, .supplementRequested, .paymentRequested], to: .stopped),
        ActRule(.resume, [.decide], from: [.stopped], to: .processing),
        ActRule(.decide, [.decide], from: [.received, .processing], to: .decided),
        ActRule(.giveBack, [.receive], from: [.decided], to: .returned, isOfCounter: true),
        ActRule(
            .assign, [.receive, .process, .supervise],
            from: [.registered, .received, .processing, .supplementRequested, .paymentRequested, .stopped, .decided],
            to: nil),
    ]

    private init(
        _ kind: OfficerAct.Kind, _ duties: [Duty], from: [DossierStatus], to: DossierStatus?, isOfCounter: Bool = false
    ) {
        self.kind = kind
        self.duties = duties
        self.from = from
        self.to = to
        self.isOfCounter = isOfCounter
    }

    package static func of(_ kind: OfficerAct.Kind) -> ActRule {
        // Every kind has its line: a test counts them.
        all.first { $0.kind == kind } ?? all[0]
    }

    /// What an officer may do with a dossier as it stands, in the order of the work.
    /// - Parameters:
    ///   - isReceived: whether the agency has accepted it as complete before.
    ///   - isExtended: whether its date was moved once already.
    ///   - holder: the unit that holds it.
    ///   - assignee: whom it was given to.
    package static func allowed(
        in status: DossierStatus, isReceived: Bool, isExtended: Bool, heldBy holder: UUID?,
        assignedTo assignee: Account.ID?, to officer: Officer
    ) -> [ActRule] {
        all.filter { rule in
            rule.from.contains(status) && !officer.duties.isDisjoint(with: rule.duties)
                && !(rule.kind == .refuse && isReceived) && !(rule.kind == .extend && isExtended)
                && rule.isOpen(to: officer, heldBy: holder, assignedTo: assignee)
        }
    }

    /// Whether an officer may do this to a dossier of that unit and colleague, duties aside.
    package func isOpen(to officer: Officer, heldBy holder: UUID?, assignedTo assignee: Account.ID?) -> Bool {
        isOfCounter || officer.has(heldBy: holder, assignedTo: assignee)
    }
}
