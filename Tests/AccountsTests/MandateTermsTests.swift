import Accounts
import Core
import Files
import Testing

@Suite("What a mandate allows")
struct MandateTermsTests {
    @Test(
        "it is in force from its first day to the end of its last, once accepted and until revoked",
        arguments: [
            ("2026-11-24", false, false, .offered), ("2026-11-24", true, false, .inForce),
            ("2026-11-23", true, false, .upcoming), ("2026-11-23", false, false, .offered),
            ("2027-11-23", true, false, .inForce), ("2027-11-24", true, false, .expired),
            ("2027-11-24", false, false, .expired), ("2026-11-24", true, true, .revoked),
            ("2026-11-24", false, true, .revoked), ("2027-11-24", true, true, .revoked),
        ] as [(String, Bool, Bool, MandateState)])
    func states(_ day: String, isAccepted: Bool, isRevoked: Bool, _ expected: MandateState) throws {
        let state = try agreed().state(isAccepted: isAccepted, isRevoked: isRevoked, on: #require(Day(day)))
        #expect(state == expected)
    }

    @Test("in any state but in force it allows nothing", arguments: MandateState.allCases)
    func onlyInForce(_ state: MandateState) throws {
        let refusal = try agreed().refusal(of: .file(code("1.001193")), in: state)
        #expect(refusal == (state == .inForce ? nil : .notInForce(state)))
    }

    @Test(
        "it covers the procedures it names with their cases and local variants, all when it names none",
        arguments: [
            ([], "1.001193", nil), (["1.001193"], "1.001193", nil), (["1.001193"], "1.001193.01", nil),
            (["1.001193"], "1.001193.H26", nil), (["1.001193", "2.000033"], "2.000033", nil),
            (["1.001193"], "1.001194", .procedureNotCovered), (["2.000033"], "1.001193", .procedureNotCovered),
        ] as [([String], String, MandateRefusal?)])
    func procedures(_ named: [String], _ wanted: String, _ expected: MandateRefusal?) throws {
        #expect(try agreed(procedures: named).refusal(of: .file(code(wanted)), in: .inForce) == expected)
    }

    @Test(
        "a payment may reach its limit and not a đồng more, for procedures it covers",
        arguments: [
            (nil, "1.001193", 1_000_000_000, nil), (200_000, "1.001193", 200_000, nil),
            (200_000, "1.001193", 200_001, .amountAbove(Money(dong: 200_000))),
            (0, "1.001193", 1, .amountAbove(Money(dong: 0))), (200_000, "1.001194", 1, .procedureNotCovered),
        ] as [(Int?, String, Int, MandateRefusal?)])
    func amounts(_ limit: Int?, _ wanted: String, _ amount: Int, _ expected: MandateRefusal?) throws {
        let terms = try agreed(procedures: ["1.001193"], limit: limit)
        #expect(try terms.refusal(of: .pay(code(wanted), Money(dong: amount)), in: .inForce) == expected)
    }

    @Test(
        "where no last day was agreed it lasts a year",
        arguments: [
            ("2026-11-24", "2027-11-23"), ("2027-03-01", "2028-02-29"), ("2028-02-29", "2029-02-28"),
            ("2027-01-01", "2027-12-31"),
        ])
    func aYear(_ first: String, _ last: String) throws {
        #expect(try MandateTerms.lastDay(from: #require(Day(first))).description == last)
    }

    @Test(
        "an offer is refused with everything that is wrong with it",
        arguments: [
            (.citizen, .authorisation, "001094000002", true, []),
            (.business, .employment, "001094000002", false, []),
            (.business, .representation, "001094000002", false, []),
            (.citizen, .authorisation, "001094000002", false, ["mandate_on_paper"]),
            (.citizen, .employment, "001094000002", true, ["mandate_only_of_businesses"]),
            (.citizen, .authorisation, "001094000001", true, ["mandate_to_oneself"]),
            (.officer, .authorisation, "001094000002", false, ["mandate_by_staff", "mandate_on_paper"]),
        ] as [(Account.Kind, Mandate.Basis, String, Bool, [String])])
    func offers(_ kind: Account.Kind, _ basis: Mandate.Basis, _ agent: String, hasPaper: Bool, _ codes: [String]) throws
    {
        let offer = MandateOffer(
            basis: basis, agent: try #require(PersonalNumber(agent)), terms: try agreed(),
            document: hasPaper ? StoredFile(kept: [UInt8](repeating: 1, count: 32), size: 1, type: .pdf) : nil)
        let problems = try offer.problems(
            givenBy: kind, login: "001094000001", on: #require(Day("2026-11-24")))
        #expect(problems.map(\.code) == codes)
    }

    @Test(
        "terms that can't be meant are refused",
        arguments: [
            ([], nil, "2026-11-24", "2026-11-24", []),
            ([], nil, "2026-11-24", "2026-11-23", ["mandate_ends_before_it_begins", "mandate_already_ended"]),
            ([], nil, "2026-11-01", "2026-11-23", ["mandate_already_ended"]),
            ([], -1, "2026-11-24", "2026-12-24", ["mandate_amount_negative"]),
            (["1.001193.01"], nil, "2026-11-24", "2026-12-24", ["mandate_procedure_code"]),
            (["khai sinh"], nil, "2026-11-24", "2026-12-24", ["mandate_procedure_code"]),
            (
                [String](repeating: "1.001193", count: 51), nil, "2026-11-24", "2026-12-24",
                ["mandate_too_many_procedures"]
            ),
        ] as [([String], Int?, String, String, [String])])
    func unmeant(_ procedures: [String], _ limit: Int?, _ first: String, _ last: String, _ codes: [String]) throws {
        let terms = MandateTerms(
            procedures: procedures, amountLimit: limit.map(Money.init(dong:)), validFrom: try #require(Day(first)),
            validUntil: try #require(Day(last)))
        let offer = MandateOffer(
            basis: .employment, agent: try #require(PersonalNumber("001094000002")), terms: terms, document: nil)
        let problems = try offer.problems(givenBy: .business, login: "0101234567", on: #require(Day("2026-11-24")))
        #expect(problems.map(\.code) == codes)
    }
}

private func agreed(procedures: [String] = [], limit: Int? = nil) throws -> MandateTerms {
    MandateTerms(
        procedures: procedures, amountLimit: limit.map(Money.init(dong:)),
        validFrom: try #require(Day("2026-11-24")), validUntil: try #require(Day("2027-11-23")))
}

private func code(_ text: String) throws -> ProcedureCode { try #require(ProcedureCode(text)) }
