import Accounts
import Core
import Foundation
import Testing

@testable import Dossiers

@Suite("What officers may do, and from where")
struct ActRuleTests {
    @Test("every act has one line")
    func lines() {
        #expect(
            ActRule.all.map(\.kind).sorted { $0.rawValue < $1.rawValue }
                == OfficerAct.Kind.allCases.sorted { $0.rawValue < $1.rawValue })
    }

    @Test("an act that changes the status goes along the national table", arguments: OfficerAct.Kind.allCases)
    func edges(_ kind: OfficerAct.Kind) {
        let rule = ActRule.of(kind)
        guard let to = rule.to else { return }
        for from in rule.from where from != to {
            #expect(from.allowed(received: false).contains(to), "\(kind): \(from) → \(to)")
        }
    }

    @Test("who only reads is let do nothing, and nothing is done with what has ended")
    func nothing() {
        for status in DossierStatus.allCases {
            let reading = Self.allowed(in: status, duties: [.read])
            #expect(reading.isEmpty)
            guard status.isFinal else { continue }
            let all = Self.allowed(in: status, duties: Set(Duty.allCases))
            #expect(all.isEmpty)
        }
    }

    @Test(
        "each duty has its acts",
        arguments: [
            (Duty.receive, DossierStatus.registered, [OfficerAct.Kind.receive, .askSupplement, .refuse, .assign]),
            (.process, .registered, [.askSupplement, .assign]),
            (.decide, .registered, []),
            (.process, .processing, [.askSupplement, .handOver, .consult, .requestPayment, .assign]),
            (.decide, .processing, [.extend, .stop, .decide]),
            (.supervise, .processing, [.handOver, .assign]),
            (.receive, .decided, [.giveBack, .assign]),
            (.decide, .stopped, [.resume]),
        ])
    func duties(_ duty: Duty, _ status: DossierStatus, _ acts: [OfficerAct.Kind]) {
        let allowed = Self.allowed(in: status, isReceived: status != .registered, duties: [duty])
        #expect(allowed.map(\.kind) == acts)
    }

    @Test("a dossier is refused only before it was received, and its date is moved only once")
    func once() {
        func kinds(_ status: DossierStatus, received: Bool, extended: Bool) -> [OfficerAct.Kind] {
            Self.allowed(in: status, isReceived: received, isExtended: extended, duties: Set(Duty.allCases))
                .map(\.kind)
        }
        #expect(kinds(.supplementRequested, received: false, extended: false).contains(.refuse))
        #expect(!kinds(.supplementRequested, received: true, extended: false).contains(.refuse))
        #expect(kinds(.processing, received: true, extended: false).contains(.extend))
        #expect(!kinds(.processing, received: true, extended: true).contains(.extend))
    }

    private static let (desk, office) = (UUID(), UUID())

    /// Who has a dossier, as seen by an officer of the office.
    enum Holder: CaseIterable {
        case nobody, office, desk, officerAtDesk

        var unit: UUID? {
            switch self {
            case .nobody: nil
            case .office: ActRuleTests.office
            case .desk, .officerAtDesk: ActRuleTests.desk
            }
        }
    }

    private static func allowed(
        in status: DossierStatus, isReceived: Bool = true, isExtended: Bool = false, duties: Set<Duty>,
        unit: UUID? = nil, holder: Holder = .nobody
    ) -> [ActRule] {
        let officer = Officer(id: .make(at: Date()), name: "A", agency: "G", unit: unit, duties: duties)
        return ActRule.allowed(
            in: status, isReceived: isReceived, isExtended: isExtended, heldBy: holder.unit,
            assignedTo: holder == .officerAtDesk ? officer.id : nil, to: officer)
    }

    /// Status, duties of an officer of the office, who has the dossier, and whether there is something to do.
    private static let reach: [(DossierStatus, [Duty], Holder, Bool)] = [
        (.processing, [.process], .nobody, true), (.processing, [.process], .office, true),
        (.processing, [.process], .desk, false), (.processing, [.process], .officerAtDesk, true),
        (.processing, [.decide], .desk, false), (.processing, [.receive], .desk, false),
        (.processing, [.process, .supervise], .desk, true), (.stopped, [.decide], .desk, false),
        (.registered, [.receive], .desk, true), (.supplementRequested, [.receive], .desk, true),
        (.decided, [.receive], .desk, true), (.paymentRequested, [.receive], .desk, false),
    ]

    @Test(
        "an officer of a unit acts on what it holds, on what nobody holds and on what they were given; over the counter, on all",
        arguments: reach)
    func units(_ status: DossierStatus, _ duties: [Duty], _ holder: Holder, _ isAllowed: Bool) {
        let acts = Self.allowed(
            in: status, isReceived: status != .registered, duties: Set(duties), unit: Self.office, holder: holder)
        #expect(acts.isEmpty != isAllowed)
        // Of the whole agency: everything, whoever has it.
        let all = Self.allowed(in: status, isReceived: status != .registered, duties: Set(duties), holder: holder)
        #expect(!all.isEmpty)
    }

    @Test("nothing but reception is done over the counter")
    func counter() {
        #expect(ActRule.all.filter(\.isOfCounter).map(\.kind) == [.receive, .refuse, .giveBack])
        #expect(ActRule.all.filter(\.isOfCounter).allSatisfy { $0.duties == [.receive] })
    }

    static let today = Day(year: 2026, month: 11, day: 24)!

    @Test(
        "an act names each input that is missing",
        arguments: [
            (OfficerAct.refuse(.other, note: ""), ["note"]), (.refuse(.duplicate, note: ""), []),
            (.stop(reason: ""), ["reason"]), (.requestPayment(amount: 0, reason: ""), ["amount", "reason"]),
            (.settlePayment(.waived, note: ""), ["note"]), (.settlePayment(.paid, note: ""), []),
            (.extend(to: nil, reason: ""), ["day", "reason"]),
            (.decide(Decision(isGranted: false, title: "Công văn", number: "", note: "")), ["note"]),
            (.decide(Decision(isGranted: true, title: "", number: "", note: "")), ["title", "number"]),
            (.handOver(unit: nil, to: nil, due: nil, note: ""), ["officer"]),
            (.askSupplement(SupplementRequest(items: [], note: "", reason: "", answerBy: nil)), ["items"]),
            (
                .askSupplement(
                    SupplementRequest(
                        items: [SupplementRequest.Item(field: "child_name", what: "")], note: "", reason: "",
                        answerBy: today)), ["what-child_name", "answer_by"]
            ),
            (.stop(reason: String(repeating: "ộ", count: 1400)), ["reason"]),
        ])
    func inputs(_ act: OfficerAct, _ fields: [String]) {
        #expect(act.problems(on: Self.today).map(\.field) == fields)
    }
}
