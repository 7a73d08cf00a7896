package import Core

/// What a mandate allows and for how long. Pure: every rule of it is a row in a test.
package struct MandateTerms: Hashable, Sendable {
    /// Codes without case and organisation, `1.001193`; none means every procedure.
    package let procedures: [String]
    /// The most for one payment; nil means no limit.
    package let amountLimit: Money?
    package let validFrom: Day
    /// The last day, to its end in Vietnam.
    package let validUntil: Day

    package init(procedures: [String], amountLimit: Money?, validFrom: Day, validUntil: Day) {
        self.procedures = procedures
        self.amountLimit = amountLimit
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    /// The last day where none was agreed: an authorisation is good for a year (BLDS 2015 Đ.563). One that begins on
    /// 29 February ends on the 28th.
    package static func lastDay(from first: Day) -> Day {
        let (year, month, day) = first.components
        let anniversary = Day(year: year + 1, month: month, day: day)
        return anniversary.map { $0 - 1 } ?? first + 365
    }

    package func state(isAccepted: Bool, isRevoked: Bool, on day: Day) -> MandateState {
        if isRevoked { return .revoked }
        if day > validUntil { return .expired }
        if !isAccepted { return .offered }
        return day < validFrom ? .upcoming : .inForce
    }

    package func refusal(of act: MandateAct, in state: MandateState) -> MandateRefusal? {
        guard state == .inForce else { return .notInForce(state) }
        switch act {
        case .file(let procedure):
            return procedures.isEmpty || procedures.contains(procedure.base) ? nil : .procedureNotCovered
        case .pay(let procedure, let amount):
            if let refusal = refusal(of: .file(procedure), in: state) { return refusal }
            guard let amountLimit, amount > amountLimit else { return nil }
            return .amountAbove(amountLimit)
        }
    }
}

/// What an agent wants to do for the principal.
package enum MandateAct: Hashable, Sendable {
    /// To write, file, see or answer a dossier of a procedure.
    case file(ProcedureCode)
    case pay(ProcedureCode, Money)
}

/// Why an agent may not.
package enum MandateRefusal: Hashable, Sendable {
    case notTheAgent
    case notInForce(MandateState)
    case procedureNotCovered
    case amountAbove(Money)
}
