package import Core
package import Files

/// What a principal writes to let somebody act for them.
package struct MandateOffer: Sendable {
    package let basis: Mandate.Basis
    package let agent: PersonalNumber
    package let terms: MandateTerms
    /// The mandate on paper.
    package let document: StoredFile?

    package init(basis: Mandate.Basis, agent: PersonalNumber, terms: MandateTerms, document: StoredFile?) {
        self.basis = basis
        self.agent = agent
        self.terms = terms
        self.document = document
    }

    /// Everything that is wrong with it, by field.
    /// - Parameters:
    ///   - kind: of the account that gives it; staff give none.
    ///   - login: of the same account.
    package func problems(givenBy kind: Account.Kind, login: String, on day: Day) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        func add(_ field: String, _ code: String) { problems.append(FieldProblem(field: field, code: code)) }
        if !kind.files { add("basis", "mandate_by_staff") }
        if kind == .citizen && basis != .authorisation { add("basis", "mandate_only_of_businesses") }
        if agent.digits == login { add("agent", "mandate_to_oneself") }
        if basis == .authorisation && document == nil { add("files", "mandate_on_paper") }
        return problems + terms.problems(on: day)
    }
}

extension MandateTerms {
    /// What is wrong with them when they are agreed, by field.
    package func problems(on day: Day) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        func add(_ field: String, _ code: String) { problems.append(FieldProblem(field: field, code: code)) }
        if validUntil < validFrom { add("valid_until", "mandate_ends_before_it_begins") }
        if validUntil < day { add("valid_until", "mandate_already_ended") }
        if let amountLimit, amountLimit.dong < 0 { add("amount", "mandate_amount_negative") }
        if procedures.count > Self.proceduresAllowed { add("procedures", "mandate_too_many_procedures") }
        if !procedures.allSatisfy({ ProcedureCode($0)?.base == $0 }) { add("procedures", "mandate_procedure_code") }
        return problems
    }

    static let proceduresAllowed = 50
}
