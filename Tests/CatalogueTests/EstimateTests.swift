import Catalogue
import Core
import Foundation
import TestSupport
import Testing

@Suite("Fee and limit for one's own case")
struct EstimateTests {
    /// Two ways and three cases: what is said of both, of one, and of neither.
    private static let facts: JSON = [
        "code": "1.000001", "name": "Thủ tục", "source": "test",
        "channels": [
            [
                "method": "ONLINE", "quantity": 5, "unit": "WORKING_DAY",
                "fees": [["type": "FEE", "amount": 10_000, "note": ""]],
            ],
            [
                "method": "ONLINE", "case": "nhanh", "quantity": 8, "unit": "HOUR",
                "fees": [["type": "FEE", "amount": 50_000, "note": "nhanh"]],
            ],
            ["method": "DIRECT", "quantity": 1, "unit": "OTHER", "fees": []],
        ],
        "cases": [
            ["code": "thuong", "name": "Thông thường", "quantity": 5, "unit": "WORKING_DAY"],
            ["code": "xa", "quantity": 2, "unit": "MONTH"],
        ],
    ]

    @Test(
        "what is said of way and case together goes before the case, the case before the way, and a text is no limit",
        arguments: [
            ("ONLINE", "nhanh", "8 HOUR", "exact", 50_000, ""),
            ("ONLINE", "thuong", "5 WORKING_DAY", "case", 10_000, ""),
            ("ONLINE", "xa", "2 MONTH", "case", 10_000, "5 WORKING_DAY"),
            ("ONLINE", nil, "5 WORKING_DAY", "method", 10_000, ""),
            ("DIRECT", "xa", "2 MONTH", "case", nil, ""),
            ("DIRECT", nil, nil, nil, nil, ""),
            ("POSTAL", nil, nil, nil, nil, ""),
        ] as [(String, String?, String?, String?, Int?, String)])
    func rules(_ method: String, _ code: String?, _ limit: String?, _ basis: String?, _ fee: Int?, _ other: String)
        throws
    {
        let estimate = try Self.revision(form: nil).estimate(method: method, caseCode: code)
        #expect(estimate.limit.map { "\($0.quantity) \($0.unit.rawValue)" } == limit)
        #expect(estimate.basis?.rawValue == basis)
        #expect(estimate.fees.first?.amount.dong == fee)
        #expect((estimate.contradiction.map { "\($0.quantity) \($0.unit)" } ?? "") == other)
    }

    @Test("what is filed here is counted by the portal's own limit, and nothing else is")
    func portal() throws {
        let form = try SeedForms.form("1.001193")
        let revision = try Self.revision(form: form)
        let limit = try #require(revision.form?.limit?.timeLimit)
        #expect(revision.estimate(method: "ONLINE", caseCode: nil).limit == limit)
        #expect(revision.estimate(method: "ONLINE", caseCode: nil).basis == .portal)
        #expect(revision.estimate(method: "DIRECT", caseCode: "thuong").basis == .ofCase)
    }

    @Test("ways and cases are offered once each, with their names")
    func choices() throws {
        let revision = try Self.revision(form: nil)
        #expect(revision.methods == ["ONLINE", "DIRECT"])
        #expect(revision.cases.map(\.code) == ["thuong", "xa", "nhanh"])
        #expect(revision.cases.map(\.name) == ["Thông thường", nil, nil])
    }

    private static func revision(form: JSON?) throws -> Revision {
        try Revision(
            id: Revision.ID.make(at: .now), procedureCode: "1.000001", number: 1, name: "Thủ tục", nameEnglish: nil,
            facts: ProcedureFacts(json: facts), form: form.map { try Form(json: $0) })
    }
}
