package import Core

/// What a procedure costs and how long it may take for somebody's own case and way of filing, as its revision says.
package struct Estimate: Sendable, Hashable {
    /// Where the time limit that counts was found.
    package enum Basis: String, Sendable, CaseIterable {
        /// The portal's own, by which it counts what is filed here.
        case portal
        /// Given for this way and case, for the case, or for the way.
        case exact
        case ofCase = "case"
        case ofMethod = "method"
    }

    package let method: String
    package let caseCode: String?
    package let fees: [ProcedureFacts.Fee]
    /// Nil when the source gives none that can be counted.
    package let limit: TimeLimit?
    package let basis: Basis?
    /// What else the source says of the same: it contradicts the limit that counts.
    package let contradiction: ProcedureFacts.GivenTime?
}

extension Revision {
    /// The ways of filing that the source names, each once, in its order.
    package var methods: [String] { (facts.channels ?? []).map(\.method).uniqued }

    /// The cases that time limits or fees are given for, with a name where there is one.
    package var cases: [(code: String, name: String?)] {
        let named = Dictionary((facts.cases ?? []).map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
        let codes = (facts.cases ?? []).map(\.code) + (facts.channels ?? []).compactMap(\.caseCode)
        return codes.uniqued.map { ($0, named[$0] ?? nil) }
    }

    /// Limit and fee belong to the way and the case together; what is said of both goes before what is said of one
    /// (`OTHER` is a text and counts as nothing).
    package func estimate(method: String, caseCode: String?) -> Estimate {
        let rows = (facts.channels ?? []).filter { $0.method == method }
        let exact = rows.first { $0.caseCode != nil && $0.caseCode == caseCode }
        let general = rows.first { $0.caseCode == nil }
        let ofCase = (facts.cases ?? []).first { $0.code == caseCode }?.time
        var limits: [(Estimate.Basis, ProcedureFacts.GivenTime)] = []
        if let time = exact?.time { limits.append((.exact, time)) }
        if let ofCase { limits.append((.ofCase, ofCase)) }
        // A row for this very case replaces the way's general one and doesn't contradict it.
        if exact?.time == nil, let time = general?.time { limits.append((.ofMethod, time)) }
        limits = limits.filter { $0.1.limit != nil }
        let portal = method == "ONLINE" ? form?.limit?.timeLimit : nil
        let counted = portal ?? limits.first?.1.limit
        let contradiction = limits.map(\.1).first { time in
            counted.map { $0.quantity != time.quantity || $0.unit.rawValue != time.unit } ?? false
        }
        return Estimate(
            method: method, caseCode: caseCode,
            fees: exact?.fees.isEmpty == false ? exact?.fees ?? [] : general?.fees ?? [],
            limit: counted, basis: portal == nil ? limits.first?.0 : .portal, contradiction: contradiction)
    }
}

extension ProcedureFacts.GivenTime {
    /// Nil for the unit `OTHER`, whose number says nothing.
    var limit: TimeLimit? { TimeLimit.Unit(rawValue: unit).map { TimeLimit(quantity: quantity, unit: $0) } }
}

extension [String] {
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
