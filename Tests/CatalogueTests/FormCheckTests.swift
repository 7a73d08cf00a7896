import Catalogue
import Core
import Testing

@Suite("What keeps a form from being published")
struct FormCheckTests {
    @Test("a sound form has no problems")
    func sound() throws {
        #expect(try form(fields: [choice, question("text", "b", showIf: ["field": "a", "in": ["x"]])]).check() == [])
    }

    @Test("each mistake is named", arguments: Mistake.all)
    func mistake(_ mistake: Mistake) throws {
        let problems = try form(fields: mistake.fields).check().map(\.description)
        #expect(problems.contains { $0.contains(mistake.named) }, "\(problems)")
    }

    @Test("sections have ids of their own that no address uses")
    func sections() throws {
        func check(_ ids: [String]) throws -> [String] {
            try Form(
                json: json(
                    sections: ids.enumerated().map { index, id in
                        section(id, [question("text", "field_\(index)")])
                    })
            ).check().map(\.description)
        }
        #expect(try check(["one", "two"]) == [])
        #expect(try check(["one", "one"]) == ["section one stands twice"])
        #expect(try check(["nop"]).count == 1)
        #expect(try check(["kiem-tra"]).count == 1)
        #expect(try check([]) == ["the form asks nothing"])
        #expect(
            try Form(json: json(sections: [section("one", [])])).check().map(\.description) == [
                "section one asks nothing"
            ])
    }

    @Test("a page whose form couldn't be posted is refused")
    func tooManyInputs() throws {
        let item: [JSON] = (0..<10).map { question("date", "part_\($0)") }
        let group = question("group", "rows", ["fields": .array(item), "max_items": 20])
        #expect(try form(fields: [group]).check().contains { $0.description.contains("600 inputs") })
    }

    @Test("conditions hold across sections, in the order of the form")
    func order() throws {
        let dependent = question("text", "b", showIf: ["field": "a", "in": ["x"]])
        func check(_ first: JSON, _ second: JSON) throws -> [String] {
            try Form(json: json(sections: [section("one", [first]), section("two", [second])])).check().map(
                \.description)
        }
        #expect(try check(choice, dependent) == [])
        #expect(try check(dependent, choice) == ["field b depends on a, which isn't asked before it"])
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fields: [JSON]
        let named: String

        init(_ description: String, _ fields: [JSON], _ named: String) {
            testDescription = description
            self.fields = fields
            self.named = named
        }

        static let all = [
            Mistake("twice", [question("text", "a"), question("date", "a")], "field a stands twice"),
            Mistake(
                "later", [question("text", "b", showIf: ["field": "a", "in": ["x"]]), choice], "isn't asked before"),
            Mistake("itself", [question("yes_no", "a", showIf: ["field": "a", "in": ["yes"]])], "depends on itself"),
            Mistake("unknown", [question("text", "b", showIf: ["field": "z", "in": ["x"]])], "isn't asked before"),
            Mistake(
                "not a choice", [question("text", "a"), question("text", "b", showIf: ["field": "a", "in": ["x"]])],
                "isn't a choice"),
            Mistake("impossible", [choice, question("text", "b", showIf: ["field": "a", "in": ["z"]])], "can't be"),
            Mistake("never", [choice, question("text", "b", showIf: ["field": "a", "in": []])], "being nothing"),
            Mistake("no options", [question("choice", "a", ["options": []])], "has no options"),
            Mistake("unresolved options", [question("choices", "a")], "has no options"),
            Mistake("option twice", [question("choice", "a", ["options": options("x", "x")])], "the option x twice"),
            Mistake("option with a space", [question("choice", "a", ["options": options("x y")])], "has a space"),
            Mistake("capital id", [question("text", "Name")], "an id begins"),
            Mistake("id with a dot", [question("text", "a.b")], "an id begins"),
            Mistake("the page's own name", [question("text", "csrf")], "uses this id itself"),
            Mistake("length", [question("text", "a", ["max_length": 0])], "max_length"),
            Mistake("bounds", [question("integer", "a", ["min": 5, "max": 4])], "above its most"),
            Mistake("files", [question("file", "a", ["max_files": 0])], "1 to 20 files"),
            Mistake("prefill unknown", [question("text", "a", ["prefill": "password"])], "filled in from password"),
            Mistake("prefill of another kind", [question("date", "a", ["prefill": "sex"])], "filled in from sex"),
            Mistake("empty group", [question("group", "a", ["fields": []])], "asks nothing"),
            Mistake(
                "group in a group", [group([question("group", "b", ["fields": [question("text", "c")]])])], "no group"),
            Mistake("file in a group", [group([question("file", "b")])], "no file in a group"),
            Mistake(
                "condition in a group", [choice, group([question("text", "b", showIf: ["field": "a", "in": ["x"]])])],
                "no conditions in a group"),
            Mistake(
                "twice in a group", [group([question("text", "b"), question("date", "b")])], "rows.b stands twice"),
            Mistake(
                "too many items", [question("group", "a", ["fields": [question("text", "b")], "max_items": 51])],
                "1 to 50"),
        ]
    }
}

private let choice = question("choice", "a", ["options": options("x", "y")])

private func group(_ fields: [JSON]) -> JSON { question("group", "rows", ["fields": .array(fields)]) }

private func options(_ values: String...) -> JSON {
    .array(values.map { ["value": .string($0), "label": ["vi": "Có", "en": "Yes"]] })
}

private func question(_ kind: String, _ id: String, _ more: [String: JSON] = [:], showIf: JSON? = nil) -> JSON {
    var members: [String: JSON] = [
        "id": .string(id), "kind": .string(kind), "label": ["vi": "Tên", "en": "Name"], "required": true,
    ]
    members["show_if"] = showIf.map { [$0] }
    return .object(members.merging(more) { $1 })
}

private func section(_ id: String, _ fields: [JSON]) -> JSON {
    ["id": .string(id), "title": ["vi": "Phần", "en": "Part"], "fields": .array(fields)]
}

private func json(sections: [JSON]) -> JSON {
    [
        "code": "1.000001", "title": ["vi": "Thử", "en": "Trial"], "paper_form": "Tờ khai", "subjects": ["citizen"],
        "receiving": "commune_committee", "limit": .null, "eligibility": [], "sections": .array(sections),
    ]
}

private func form(fields: [JSON]) throws -> Form { try Form(json: json(sections: [section("one", fields)])) }
