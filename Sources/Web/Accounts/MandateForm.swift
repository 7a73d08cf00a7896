import Accounts
import Core
import Files
import FoundationEssentials
import Server

/// What somebody typed to let another act for them, and what it means.
struct MandateForm {
    let post: UploadPost
    let giver: Account.Kind
    private(set) var problems: [FieldProblem]
    private(set) var offer: MandateOffer?

    /// - Parameter login: of the account that gives it.
    init(_ post: UploadPost, givenBy giver: Account.Kind, login: String, on today: Day) {
        self.post = post
        self.giver = giver
        problems = post.refused
        let fields = post.fields
        let basis = giver == .business ? Mandate.Basis(rawValue: post["basis"]) : .authorisation
        let agent = PersonalNumber(post["agent"])
        let (first, last) = (fields.day("valid_from").day, fields.day("valid_until").day)
        let limit = Money(typed: post["amount"])
        if basis == nil { refuse("basis", "required") }
        if agent == nil { refuse("agent", post["agent"].cleaned.isEmpty ? "required" : "invalid_personal_number") }
        if first == nil { refuse("valid_from", "invalid_date") }
        if last == nil { refuse("valid_until", "invalid_date") }
        if limit == nil, !post["amount"].cleaned.isEmpty { refuse("amount", "invalid_money") }
        if !["all", "some"].contains(post["scope"]) { refuse("scope", "required") }
        let codes = Self.codes(post["procedures"])
        if post["scope"] == "some", codes.isEmpty { refuse("procedures", "required") }
        guard let first, let last else { return }
        let terms = MandateTerms(
            procedures: post["scope"] == "some" ? codes : [], amountLimit: limit, validFrom: first, validUntil: last)
        guard let basis, let agent else {
            problems += terms.problems(on: today)
            return
        }
        let offer = MandateOffer(basis: basis, agent: agent, terms: terms, document: post.files.last?.file)
        problems += offer.problems(givenBy: giver, login: login, on: today)
        if problems.isEmpty { self.offer = offer }
    }

    private mutating func refuse(_ field: String, _ code: String) {
        problems.append(FieldProblem(field: field, code: code))
    }

    /// One to a line, or with commas between; written as procedures are.
    private static func codes(_ text: String) -> [String] {
        text.split { $0 == "," || $0 == ";" || $0.isWhitespace }.map { ProcedureCode(String($0))?.base ?? String($0) }
    }

    func views(_ words: Words, isSent: Bool) -> [FieldView] {
        func label(_ name: String) -> String { words("accounts.mandate.field.\(name)") }
        func hint(_ name: String) -> String { words("accounts.mandate.field.\(name).hint") }
        let builder = FieldBuilder(
            words: words,
            messages: !isSent
                ? [:]
                : Dictionary(problems.map { ($0.field, words.message($0, label: label($0.field))) }) { first, _ in first
                })
        let fields = post.fields
        let basis = builder.choice(
            "basis", label: label("basis"),
            options: [Mandate.Basis.employment, .representation, .authorisation].map {
                ($0.rawValue, words("accounts.mandate.basis.\($0.rawValue)"))
            }, chosen: post["basis"])
        var procedures = builder.area(
            "procedures", label: label("procedures"), hint: hint("procedures"), value: post["procedures"])
        procedures.condition = FieldView.ConditionView(
            field: "scope", values: "some", text: words("accounts.mandate.scope.some.only"))
        return (giver == .business ? [basis] : []) + [
            builder.input(
                "agent", label: label("agent"), hint: hint("agent"), value: post["agent"], mode: "numeric"),
            builder.choice(
                "scope", label: label("scope"),
                options: ["all", "some"].map { ($0, words("accounts.mandate.scope.\($0)")) }, chosen: post["scope"]),
            procedures,
            builder.input(
                "amount", label: label("amount"), hint: hint("amount"), value: post["amount"], mode: "numeric",
                isOptional: true),
            builder.date("valid_from", label: label("valid_from"), parts: fields.day("valid_from").parts),
            builder.date(
                "valid_until", label: label("valid_until"), hint: hint("valid_until"),
                parts: fields.day("valid_until").parts),
            builder.file(
                UploadPost.field, label: label("files"), hint: hint(giver == .business ? "files.business" : "files"),
                files: post.files.map {
                    FieldView.UploadedView(
                        id: $0.file.digest, name: $0.name, size: words.formats.size(bytes: $0.file.size))
                }, most: 1, isOptional: giver == .business),
        ]
    }
}

extension Money {
    /// Whole đồng as people write them, `1.500.000`; nil for nothing and for anything else.
    fileprivate init?(typed text: String) {
        let digits = text.cleaned.filter { !". ,đ₫".contains($0) }
        guard !digits.isEmpty, digits.utf8.count <= 15, let dong = Int(digits) else { return nil }
        self.init(dong: dong)
    }
}
