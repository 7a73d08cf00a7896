import Catalogue
import Core
import Dossiers
import Testing

@Suite("Values that the form works out, and texts of a form")
struct AnswersComputeTests {
    @Test("sums, days between dates and amounts by answer are worked out, and nothing out of nothing")
    func computed() throws {
        let form = try Self.form()
        #expect(form.check() == [])
        #expect(Answers().computed(by: form).values == [:])
        let answers = Answers(values: [
            "a": 1_000, "b": 250, "from": "2026-02-27", "to": "2026-03-02", "speed": "fast", "extras": ["x", "y"],
        ]).computed(by: form)
        #expect(answers.values["total"] == 1_250)
        #expect(answers.values["days"] == 3)
        #expect(answers.values["fee"] == 50_000)
        #expect(answers.values["more"] == 7_000)
        // What was worked out once is worked out anew, not believed.
        #expect(Answers(values: ["total": 5]).computed(by: form).values["total"] == nil)
        #expect(Answers(values: ["a": .integer(.max), "b": 1]).computed(by: form).values["total"] == nil)
    }

    @Test("what nobody answers is neither read, required nor missed")
    func unanswered() throws {
        let form = try Self.form()
        let section = try #require(form.section("one"))
        let read = section.read(["total": ["7"], "words": ["x"]])
        #expect(read.answers.values == [:])
        let problems = form.validate(
            Answers(), attachments: [:], today: try #require(Day("2026-11-23")), placeExists: { _ in true })
        #expect(problems == [])
    }

    @Test("a value can only be worked out from questions of the right kind that are asked before it")
    func sources() throws {
        func problems(_ compute: JSON) throws -> [String] {
            try Form(
                json: Self.json([
                    Self.question("integer", "a"), Self.question("text", "t"),
                    Self.question("computed", "c", ["compute": compute]),
                    Self.question("integer", "later"),
                ])
            ).check().map(\.code)
        }
        #expect(try problems(["rule": "sum", "fields": ["a"]]) == [])
        #expect(try problems(["rule": "sum", "fields": ["t"]]) == ["bad_source"])
        #expect(try problems(["rule": "sum", "fields": ["later"]]) == ["bad_source"])
        #expect(try problems(["rule": "sum", "fields": ["c"]]) == ["bad_source"])
        #expect(try problems(["rule": "sum", "fields": []]) == ["no_computation"])
        #expect(throws: Form.Malformed.self) { try problems(["rule": "eval"]) }
    }

    @Test(
        "a text of a named form is taken or refused",
        arguments: [
            ("digits", "0123", true), ("digits", "12a", false), ("code", "AB12", true), ("code", "ab", false),
            ("license_plate", "29A-123.45", true), ("license_plate", "29-B1 123.45", true),
            ("license_plate", "A29", false),
            ("passport", "C1234567", true), ("passport", "c1234567", false), ("year", "1994", true),
            ("year", "94", false),
            ("time", "08:30", true), ("time", "25:99", false), ("time", "-1:30", false),
        ])
    func patterns(_ pattern: String, _ text: String, _ isTaken: Bool) throws {
        let form = try Form(json: Self.json([Self.question("text", "t", ["pattern": .string(pattern)])]))
        let problems = form.validate(
            Answers(values: ["t": .string(text)]), attachments: [:], today: try #require(Day("2026-11-23")),
            placeExists: { _ in true })
        #expect(problems.map(\.code) == (isTaken ? [] : ["pattern_\(pattern)"]))
    }

    private static func form() throws -> Form {
        let options: JSON = [
            ["value": "fast", "label": ["vi": "Nhanh", "en": "Fast"]],
            ["value": "slow", "label": ["vi": "Chậm", "en": "Slow"]],
        ]
        let extras: JSON = [
            ["value": "x", "label": ["vi": "X", "en": "X"]], ["value": "y", "label": ["vi": "Y", "en": "Y"]],
        ]
        return try Form(
            json: json([
                question("guidance", "words"), question("integer", "a"), question("money", "b"),
                question("computed", "total", ["compute": ["rule": "sum", "fields": ["a", "b"]]]),
                question("date", "from"), question("date", "to"),
                question("computed", "days", ["compute": ["rule": "days", "from": "from", "to": "to"]]),
                question("choice", "speed", ["options": options]), question("choices", "extras", ["options": extras]),
                question(
                    "computed", "fee",
                    [
                        "compute": [
                            "rule": "by_answer", "field": "speed", "amounts": [["value": "fast", "amount": 50_000]],
                        ]
                    ]),
                question(
                    "computed", "more",
                    [
                        "compute": [
                            "rule": "by_answer", "field": "extras",
                            "amounts": [["value": "x", "amount": 3_000], ["value": "y", "amount": 4_000]],
                        ]
                    ]),
            ]))
    }

    private static func question(_ kind: String, _ id: String, _ more: [String: JSON] = [:]) -> JSON {
        let members: [String: JSON] = [
            "id": .string(id), "kind": .string(kind), "required": false,
            "label": ["vi": .string(id), "en": .string(id)],
        ]
        return .object(members.merging(more) { $1 })
    }

    private static func json(_ fields: [JSON]) -> JSON {
        [
            "code": "1.000001", "title": ["vi": "Thử", "en": "Trial"], "paper_form": "Tờ khai", "subjects": ["citizen"],
            "receiving": "commune_committee", "limit": .null, "eligibility": [],
            "sections": [["id": "one", "title": ["vi": "Một", "en": "One"], "fields": .array(fields)]],
        ]
    }
}
