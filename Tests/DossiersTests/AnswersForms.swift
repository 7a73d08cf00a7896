import Catalogue
import Core
import Dossiers
import FoundationEssentials

/// Forms to try answers on.
enum Forms {
    /// One question of each kind, all optional, in one section.
    static func kinds() throws -> Form { try Form(json: form([section("kinds", allKinds)])) }

    /// The same, all required.
    static func requiredKinds() throws -> Form {
        try Form(json: form([section("kinds", allKinds.map { $0.with(["required": true]) })]))
    }

    /// `a` decides whether `b` is asked, `b` whether `c`; `d` and the whole of `other` hang on these too.
    static func conditions() throws -> Form {
        try Form(
            json: form([
                section(
                    "first",
                    [
                        question("yes_no", "a"),
                        question("choice", "b", ["options": options, "show_if": showIf("a", "yes")]),
                        question("phone", "c", ["show_if": showIf("b", "x")]),
                        question("choices", "d", ["options": options, "show_if": showIf("a", "no")]),
                    ]),
                section(
                    "other",
                    [
                        question("text", "e", ["required": true, "show_if": showIf("a", "yes")]),
                        question("text", "f", ["show_if": showIf("d", "y")]),
                        question("file", "g", ["required": true, "show_if": showIf("d", "y")]),
                        question("text", "h", ["show_if": showIf("b", "x")]),
                        question("yes_no", "i", ["show_if": showIf("a", "yes")]),
                        question("text", "j", ["show_if": showIf("i", "yes")]),
                    ]),
            ]))
    }

    /// A form of `SQL/seed` with its options written out.
    static func seeded(_ code: String) throws -> Form {
        try Form(json: Form.resolving(try seed("forms/\(code).json"), optionSets: try seed("option_sets.json")))
    }

    /// What the desk asks about a procedure.
    static func parts() throws -> Form { try Form(json: try file("Templates/desk/parts.json")) }

    static func seed(_ path: String) throws -> JSON { try file("SQL/seed/\(path)") }

    private static func file(_ path: String) throws -> JSON {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: path)
        let limits = JSON.Limits(bytes: 8_000_000, elements: 100_000)
        return try JSON(parsing: Array(try Data(contentsOf: url)), limits: limits)
    }

    static let today = Day(number: 20_780)  // 23 November 2026

    private static let options: JSON = .array(
        ["x", "y", "z"].map { ["value": .string($0), "label": ["vi": "Chọn", "en": "Choose"]] })

    private static let allKinds: [JSON] = [
        question("text", "text", ["max_length": 12]),
        question("long_text", "long_text", ["max_length": 40]),
        question("integer", "integer", ["min": 0, "max": 2_000_000]),
        question("money", "money", ["min": 1000]),
        question("date", "date", ["not_before": "1900-01-01", "not_after": "today"]),
        question("yes_no", "yes_no"),
        question("choice", "choice", ["options": options]),
        question("choices", "choices", ["options": options]),
        question("personal_number", "personal_number"),
        question("tax_code", "tax_code"),
        question("phone", "phone"),
        question("email", "email"),
        question("place", "place"),
        question(
            "group", "group",
            [
                "min_items": 1, "max_items": 3,
                "fields": [
                    question("text", "name", ["required": true, "max_length": 12]), question("date", "born"),
                    question("personal_number", "number"), question("place", "home"),
                ],
            ]),
        question("file", "file", ["max_files": 2]),
    ]

    private static func question(_ kind: String, _ id: String, _ more: [String: JSON] = [:]) -> JSON {
        JSON.object([
            "id": .string(id), "kind": .string(kind), "label": ["vi": "Câu hỏi", "en": "Question"], "required": false,
        ]).with(more)
    }

    private static func showIf(_ field: String, _ value: String) -> JSON {
        [["field": .string(field), "in": [.string(value)]]]
    }

    private static func section(_ id: String, _ fields: [JSON]) -> JSON {
        ["id": .string(id), "title": ["vi": "Phần", "en": "Part"], "fields": .array(fields)]
    }

    private static func form(_ sections: [JSON]) -> JSON {
        [
            "code": "1.000001", "title": ["vi": "Thử", "en": "Trial"], "paper_form": "Tờ khai", "subjects": ["citizen"],
            "receiving": "commune_committee", "limit": .null, "eligibility": [], "sections": .array(sections),
        ]
    }
}

extension JSON {
    func with(_ members: [String: JSON]) -> JSON { .object((object ?? [:]).merging(members) { $1 }) }
}

extension Form {
    /// Reads input for the whole form as if each section had been posted.
    func read(_ input: [String: String]) -> Answers {
        var answers = Answers()
        for section in sections { answers.replace(section, with: section.read(input.mapValues { [$0] }).answers) }
        return answers
    }

    /// Problems as `field code`, with places of province 01 alone known.
    func validate(_ answers: Answers, files: [String: Int] = [:]) -> [String] {
        validate(answers, attachments: files, today: Forms.today, placeExists: { $0.province == "01" })
            .map { "\($0.field) \($0.code)" }
    }
}
