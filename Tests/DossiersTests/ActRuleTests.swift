import Accounts
import Core
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
            let reading = ActRule.allowed(in: status, isReceived: true, isExtended: false, duties: [.read])
            #expect(reading.isEmpty)
            guard status.isFinal else { continue }
            let all = ActRule.allowed(
                in: status, isReceived: true, isExtended: false, duties: Set(Duty.allCases))
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
        let allowed = ActRule.allowed(
            in: status, isReceived: status != .registered, isExtended: false, duties: [duty])
        #expect(allowed.map(\.kind) == acts)
    }

    @Test("a dossier is refused only before it was received, and its date is moved only once")
    func once() {
        func kinds(_ status: DossierStatus, received: Bool, extended: Bool) -> [OfficerAct.Kind] {
            ActRule.allowed(
                in: status, isReceived: received, isExtended: extended, duties: Set(Duty.allCases)
            ).map(\.kind)
        }
        #expect(kinds(.supplementRequested, received: false, extended: false).contains(.refuse))
        #expect(!kinds(.supplementRequested, received: true, extended: false).contains(.refuse))
        #expect(kinds(.processing, received: true, extended: false).contains(.extend))
        #expect(!kinds(.processing, received: true, extended: true).contains(.extend))
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
