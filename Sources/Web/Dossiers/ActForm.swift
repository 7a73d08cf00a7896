import Accounts
import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Pages
import Server

/// An act as its page asks for it: fields with what was typed, and the act that they make.
struct ActForm {
    let kind: OfficerAct.Kind
    /// As typed; empty when the page is opened.
    let input: FormFields
    let file: DossierFile
    let form: Form?
    let officer: Officer
    let colleagues: [Colleague]
    /// The open units of the agency.
    let units: [AgencyUnit]
    let now: Date
    /// What the procedure leads to, by its revision.
    let resultName: String?

    /// Whether the portal is to make the result's document.
    var isFromTemplate: Bool { kind == .decide && line("source") == "template" }

    /// What that document says beside the decision.
    var resultWords: ResultWords { ResultWords(text: text("text"), position: line("position")) }

    private func text(_ name: String) -> String { (input[name] ?? "").cleanedLines }
    private func line(_ name: String) -> String { (input[name] ?? "").cleaned }

    private func day(_ name: String) -> Day? {
        let parts = ["day", "month", "year"].map { Int((input["\(name).\($0)"] ?? "").trimmed) }
        guard let day = parts[0], let month = parts[1], let year = parts[2] else { return nil }
        return Day(year: year, month: month, day: day)
    }

    private func isTyped(_ name: String) -> Bool {
        ["day", "month", "year"].contains { !(input["\(name).\($0)"] ?? "").trimmed.isEmpty }
    }

    /// What can't be read at all, before the act is judged.
    var unread: [FieldProblem] {
        ["due", "day", "answer_by"].filter { isTyped($0) && day($0) == nil }.map {
            FieldProblem(field: $0, code: "invalid_date")
        }
            + (kind == .requestPayment && !line("amount").isEmpty && amount == nil
                ? [FieldProblem(field: "amount", code: "invalid_money")] : [])
            + (kind == .consult && day("due") == nil && !isTyped("due")
                ? [FieldProblem(field: "due", code: "required")] : [])
            + unchosen
    }

    private var unchosen: [FieldProblem] {
        let isMissing: String? =
            switch kind {
            case .refuse: RefusalReason(rawValue: line("reason")) == nil ? "reason" : nil
            case .settlePayment: PaymentOutcome(rawValue: line("outcome")) == nil ? "outcome" : nil
            case .giveBack: ReturnWay(rawValue: line("way")) == nil ? "way" : nil
            case .decide: ["yes", "no"].contains(line("granted")) ? nil : "granted"
            case .receive, .askSupplement, .assign, .handOver, .consult, .requestPayment, .stop, .resume, .extend: nil
            }
        return isMissing.map { [FieldProblem(field: $0, code: "choose")] } ?? []
    }

    private var amount: Int? {
        Int(String(line("amount").unicodeScalars.filter { !"., ".unicodeScalars.contains($0) && $0 != "đ" }))
    }

    /// The act that was asked for; what couldn't be read is nothing in it.
    var act: OfficerAct {
        switch kind {
        case .receive: .receive(note: text("note"))
        case .refuse: .refuse(RefusalReason(rawValue: line("reason")) ?? .other, note: text("note"))
        case .askSupplement: .askSupplement(request)
        case .assign: .assign(Account.ID(line("officer")))
        case .handOver:
            .handOver(
                unit: UUID(uuidString: line("unit")), to: Account.ID(line("officer")),
                due: day("due").map { ($0 + 1).instant() }, note: text("note"))
        case .consult:
            .consult(
                agency: line("agency").uppercased(), question: text("question"),
                due: ((day("due") ?? Day(of: now)) + 1).instant())
        case .requestPayment: .requestPayment(amount: amount ?? 0, reason: text("reason"))
        case .settlePayment: .settlePayment(PaymentOutcome(rawValue: line("outcome")) ?? .paid, note: text("note"))
        case .stop: .stop(reason: text("reason"))
        case .resume: .resume(note: text("note"))
        case .extend: .extend(to: day("day"), reason: text("reason"))
        case .decide:
            .decide(
                Decision(
                    isGranted: line("granted") == "yes", title: line("title"), number: line("number"),
                    note: text("note")))
        case .giveBack: .giveBack(ReturnWay(rawValue: line("way")) ?? .counter, note: text("note"))
        }
    }

    private var request: SupplementRequest {
        let chosen = Set(input.all("items"))
        var items = askable.filter { chosen.contains("what-\($0.id)") }.map {
            SupplementRequest.Item(field: $0.id, what: line("what-\($0.id)"))
        }
        if !line("other").isEmpty { items.append(SupplementRequest.Item(field: nil, what: line("other"))) }
        return SupplementRequest(
            items: items, note: text("note"), reason: text("reason"), answerBy: day("answer_by"))
    }

    /// The questions that may be asked again.
    var askable: [FormField] { form?.sections.flatMap(\.fields).filter(\.kind.isAnswered) ?? [] }

    func fields(_ builder: FieldBuilder) -> [FieldView] {
        let words = builder.words
        func label(_ name: String) -> String { words("dossiers.act.field.\(kind.rawValue).\(name)") }
        func hint(_ name: String) -> String? { words.optional("dossiers.act.hint.\(kind.rawValue).\(name)") }
        func area(_ name: String, isOptional: Bool = false) -> FieldView {
            builder.area(name, label: label(name), hint: hint(name), value: input[name] ?? "", isOptional: isOptional)
        }
        func line(_ name: String, isOptional: Bool = false, width: String = "medium") -> FieldView {
            builder.input(
                name, label: label(name), hint: hint(name), value: input[name] ?? "", width: width,
                isOptional: isOptional)
        }
        func date(_ name: String, isOptional: Bool = false) -> FieldView {
            builder.date(
                name, label: label(name), hint: hint(name),
                parts: ["day", "month", "year"].map { input["\(name).\($0)"] ?? "" }, isOptional: isOptional)
        }
        func choice(_ name: String, _ options: [String]) -> FieldView {
            builder.choice(
                name, label: label(name), hint: hint(name),
                options: options.map { ($0, words("dossiers.act.option.\(kind.rawValue).\(name).\($0)")) },
                chosen: input[name])
        }
        func person(isOptional: Bool) -> FieldView {
            let options = colleagues.map {
                ($0.id.description, $0.id == officer.id ? words("dossiers.act.me", ["name": $0.name]) : $0.name)
            }
            var view = builder.frame("officer", label: label("officer"), hint: hint("officer"), isOptional: isOptional)
            view.select = FieldView.ChoiceView(
                id: view.id, name: "officer",
                options: options.map { value, text in
                    FieldView.OptionView(
                        id: "", name: "officer", value: value, label: text, isChosen: input["officer"] == value)
                }, describedBy: view.describedBy, isWrong: view.error != nil)
            return view
        }
        let unit =
            units.isEmpty
            ? []
            : [
                builder.select(
                    "unit", label: label("unit"), hint: hint("unit"),
                    options: units.map { ($0.id.uuidString.lowercased(), $0.name) },
                    chosen: input["unit"]?.lowercased(),
                    isOptional: true)
            ]
        return switch kind {
        case .receive, .resume: [area("note", isOptional: true)]
        case .refuse: [choice("reason", RefusalReason.allCases.map(\.rawValue)), area("note", isOptional: true)]
        case .askSupplement:
            [area("note", isOptional: true), date("answer_by", isOptional: true)]
                + (file.supplements.isEmpty ? [] : [area("reason")])
        case .assign: [person(isOptional: true)]
        case .handOver:
            unit + [person(isOptional: !units.isEmpty), date("due", isOptional: true), area("note", isOptional: true)]
        case .consult: [line("agency"), area("question"), date("due")]
        case .requestPayment: [line("amount", width: "narrow"), area("reason")]
        case .settlePayment:
            [choice("outcome", PaymentOutcome.allCases.map(\.rawValue)), area("note", isOptional: true)]
        case .stop: [area("reason")]
        case .extend: [date("day"), area("reason")]
        case .decide:
            [
                choice("granted", ["yes", "no"]),
                builder.input(
                    "title", label: label("title"), hint: hint("title"), value: input["title"] ?? resultName ?? "",
                    width: "wide"), line("number"), area("note", isOptional: true),
                choice("source", ["template", "upload"]), area("text", isOptional: true),
                line("position", isOptional: true),
                builder.file(
                    "document", label: label("document"), hint: hint("document"), files: [], most: 1, isOptional: true),
            ]
        case .giveBack: [choice("way", ReturnWay.allCases.map(\.rawValue)), area("note", isOptional: true)]
        }
    }

    /// What the act will do, and to whom, before it does it.
    func effects(_ words: Words, expected: DossierDeadline?) -> [String] {
        let rule = ActRule.of(kind)
        let summary = file.dossier.summary
        var effects: [String] = []
        func add(_ key: String, _ arguments: [String: String] = [:]) {
            effects.append(words("dossiers.act.effect.\(key)", arguments))
        }
        if let to = rule.to, to != summary.status {
            add(
                "status",
                [
                    "from": words("dossiers.status.\(summary.status.rawValue).name"),
                    "to": words("dossiers.status.\(to.rawValue).name"),
                ])
            add("letter", ["name": summary.applicantName])
        } else if [.askSupplement, .extend].contains(kind) {
            add("letter", ["name": summary.applicantName])
        } else {
            add("silent", ["name": summary.applicantName])
        }
        switch kind {
        case .receive:
            if let expected { add("due", ["due": words.formats.dateTime(expected.due)]) } else { add("no_due") }
            add("slip", ["number": "01"])
        case .refuse: add("slip", ["number": "03"])
        case .askSupplement:
            add("slip", ["number": "02"])
            add("once")
            if !file.supplements.isEmpty { add("second") }
        case .extend: add("slip", ["number": "04"])
        case .stop:
            add("slip", ["number": "05"])
            add("pause")
        case .requestPayment: add("waits")
        case .consult: add("consult")
        case .decide: add("finish")
        case .giveBack: add("end")
        case .assign, .handOver, .settlePayment, .resume: break
        }
        return effects
    }
}

extension OfficerAct.Kind {
    /// In addresses.
    var slug: String {
        switch self {
        case .receive: "tiep-nhan"
        case .refuse: "tu-choi"
        case .askSupplement: "yeu-cau-bo-sung"
        case .assign: "phan-cong"
        case .handOver: "chuyen-xu-ly"
        case .consult: "xin-y-kien"
        case .requestPayment: "nghia-vu-tai-chinh"
        case .settlePayment: "da-nop-tien"
        case .stop: "dung"
        case .resume: "tiep-tuc"
        case .extend: "gia-han"
        case .decide: "quyet-dinh"
        case .giveBack: "tra-ket-qua"
        }
    }

    init?(slug: String) {
        guard let kind = Self.allCases.first(where: { $0.slug == slug }) else { return nil }
        self = kind
    }
}

/// What can be done with many dossiers at once.
enum BatchAct: String, CaseIterable {
    case receive
    case take
    case assign
    case handOver = "hand_over"
    case giveBack = "give_back"

    var kind: OfficerAct.Kind {
        switch self {
        case .receive: .receive
        case .take, .assign: .assign
        case .handOver: .handOver
        case .giveBack: .giveBack
        }
    }

    /// - Parameter colleague: whom the officer chose.
    func act(by officer: Officer, colleague: Account.ID?) -> OfficerAct {
        switch self {
        case .receive: .receive(note: "")
        case .take: .assign(officer.id)
        case .assign: .assign(colleague)
        case .handOver: .handOver(unit: nil, to: colleague, due: nil, note: "")
        case .giveBack: .giveBack(.online, note: "")
        }
    }
}
