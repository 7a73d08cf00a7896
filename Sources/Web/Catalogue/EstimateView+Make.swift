import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Pages
import Server

extension Web {
    /// Fee and due date for the way and the case that a visitor chose, or for the only ones that there are.
    func estimate(
        of revision: Revision, code: String, query: FormFields, at now: Date, _ words: Words
    ) async throws -> ProcedurePage.EstimateView? {
        let (methods, cases) = (revision.methods, revision.cases)
        guard let first = methods.first else { return nil }
        let method = methods.first { $0 == query["method"] } ?? (methods.contains("ONLINE") ? "ONLINE" : first)
        let caseCode = (cases.first { $0.code == query["case"] } ?? (cases.count == 1 ? cases.first : nil))?.code
        var result: ProcedurePage.ResultView?
        if cases.isEmpty || caseCode != nil {
            let estimate = revision.estimate(method: method, caseCode: caseCode)
            let deadline =
                if let limit = estimate.limit { try await dossiers.deadline(for: limit, receivedAt: now) } else {
                    nil as DossierDeadline?
                }
            result = ProcedurePage.ResultView(estimate, deadline, revision, at: now, words)
        }
        return ProcedurePage.EstimateView(
            code: code,
            methods: methods.map { each in
                FieldView.OptionView(
                    id: "", name: "method", value: each, label: words("catalogue.method.\(each)"),
                    isChosen: each == method)
            },
            hasCases: !cases.isEmpty,
            cases: cases.map { each in
                FieldView.OptionView(
                    id: "", name: "case", value: each.code, label: each.name ?? words.unnamedCase(each.code, revision),
                    isChosen: each.code == caseCode)
            }, result: result)
    }
}

extension ProcedurePage.ResultView {
    init(_ estimate: Estimate, _ deadline: DossierDeadline?, _ revision: Revision, at now: Date, _ words: Words) {
        let today = Day(of: now)
        let basis: String? =
            switch estimate.basis {
            case nil: nil
            case .portal?: revision.form?.limit?.basis[words.language]
            case let basis?: words("catalogue.estimate.basis.\(basis.rawValue)")
            }
        self.init(
            hasFees: !estimate.fees.isEmpty, fees: estimate.fees.map { ProcedurePage.FeeView($0, words) },
            hasSeveralFees: estimate.fees.count > 1,
            due: deadline.map { deadline in
                DueView(
                    date: words.formats.dateTime(deadline.due), isLate: false, steps: words.steps(of: deadline),
                    limit: deadline.limit.map(words.limit), line: words.line(of: deadline), isStated: false)
            },
            when: deadline.map { _ in
                words(
                    "catalogue.estimate.due.when",
                    ["today": "\(words.formats.weekday(today)), \(words.formats.date(today))"])
            }, basis: basis,
            contradiction: estimate.contradiction.map(words.time))
    }
}

extension Words {
    /// A case without a name is told by its code and its limit.
    fileprivate func unnamedCase(_ code: String, _ revision: Revision) -> String {
        let time = revision.facts.cases?.first { $0.code == code }?.time
        return time.map { "\(code) (\(self.time($0)))" } ?? code
    }
}

extension Date {
    /// When the minute of this instant is over: what is said of the time of day is true until then.
    var nextMinute: Date { Date(timeIntervalSince1970: (timeIntervalSince1970 / 60).rounded(.down) * 60 + 60) }
}
