import Catalogue
import Core
import Dossiers
import Testing

@Suite("Answers before they are submitted")
struct AnswersValidateTests {
    @Test(
        "a value must be what its question asks for",
        arguments: [
            ("text", "Lan" as JSON, nil), ("text", 5, "not_text"),
            ("text", .string(String(repeating: "ễ", count: 4)), nil),
            ("text", .string(String(repeating: "ễ", count: 5)), "too_long"),
            ("integer", 2_000_000, nil), ("integer", 2_000_001, "out_of_range"), ("integer", -1, "out_of_range"),
            ("integer", "5", "not_a_number"), ("integer", .double(1.5), "not_a_number"),
            ("money", 1000, nil), ("money", 999, "too_small"),
            ("date", "2026-11-23", nil), ("date", "2026-11-24", "date_in_future"),
            ("date", "1899-12-31", "date_too_early"),
            ("date", "2026-02-30", "invalid_date"), ("date", "23/11/2026", "invalid_date"),
            ("yes_no", true, nil), ("yes_no", "yes", "invalid_choice"),
            ("choice", "x", nil), ("choice", "w", "invalid_choice"), ("choice", ["x"], "invalid_choice"),
            ("choices", ["x", "z"], nil), ("choices", ["x", "x"], "invalid_choice"),
            ("choices", ["w"], "invalid_choice"),
            ("choices", "x", "invalid_choice"), ("choices", [1], "invalid_choice"),
            ("personal_number", "001194990127", nil), ("personal_number", "001 194 990 127", "invalid_personal_number"),
            ("tax_code", "0100109106", nil), ("tax_code", "0100109105", "invalid_tax_code"),
            ("phone", "0912345678", nil), ("phone", "+84912345678", "invalid_phone"),
            ("email", "lan@example.vn", nil), ("email", " lan@example.vn", "invalid_email"),
            ("place", ["province": "01", "ward": "00004"], nil),
            ("place", ["province": "02", "ward": "00004"], "invalid_place"),
            ("place", ["province": "01"], "invalid_place"), ("place", "01", "invalid_place"),
            ("group", [["name": "Lan"]], nil), ("group", [["name": "Lan"], ["name": ""]], "required"),
            ("group", .array(Array(repeating: ["name": "Lan"], count: 4)), "too_many_items"),
            ("group", "Lan", "required"),
            ("group", [5], "required"),
            ("group", [["name": "Lan", "home": ["province": "02", "ward": "1"]]], "invalid_place"),
        ] as [(String, JSON, String?)])
    func value(_ field: String, _ value: JSON, _ code: String?) throws {
        let problems = try Forms.kinds().validate(
            Answers(values: [field: value]), attachments: [:], today: Forms.today, placeExists: { $0.province == "01" })
        #expect(problems.map(\.code) == [code].compactMap(\.self))
        #expect(problems.allSatisfy { $0.field.prefix { $0 != "." } == field })
    }

    @Test("every required question must be answered, an empty text or list being no answer")
    func required() throws {
        let form = try Forms.requiredKinds()
        let names = form.sections[0].fields.map(\.id)
        let empty = Answers(values: ["text": "", "choices": [], "group": [], "phone": .null])
        for answers in [Answers(), empty] {
            #expect(form.validate(answers) == names.map { $0 == "file" ? "file file_required" : "\($0) required" })
        }
        #expect(try Forms.kinds().validate(empty) == [])
    }

    @Test(
        "files are counted",
        arguments: [(0, "file_required"), (1, nil), (2, nil), (3, "too_many_files")] as [(Int, String?)])
    func files(_ count: Int, _ code: String?) throws {
        let problems = try Forms.requiredKinds().validate(Answers(), files: ["file": count])
        #expect(problems.filter { $0.hasPrefix("file ") } == [code].compactMap(\.self).map { "file \($0)" })
    }

    @Test("what a question needs to say is in its arguments")
    func arguments() throws {
        let answers = Answers(values: [
            "text": .string(String(repeating: "a", count: 13)), "integer": -1, "money": 1, "date": "1800-01-01",
        ])
        let problems = try Forms.kinds()
            .validate(answers, attachments: [:], today: Forms.today, placeExists: { _ in true })
        #expect(
            problems.map(\.arguments) == [
                ["max": "12"], ["min": "0", "max": "2000000"], ["min": "1000"], ["min": "01/01/1900"],
            ])
    }

    @Test("a question that isn't asked is neither required nor submitted, nor are those behind it")
    func conditions() throws {
        let form = try Forms.conditions()
        func asked(_ values: [String: JSON]) -> [String] { Answers(values: values).visible(in: form).map(\.id) }
        #expect(asked([:]) == ["a"])
        #expect(asked(["a": true]) == ["a", "b", "e", "i"])
        #expect(asked(["a": true, "b": "x", "d": ["y"]]) == ["a", "b", "c", "e", "h", "i"])
        #expect(asked(["a": true, "i": true]) == ["a", "b", "e", "i", "j"])
        #expect(asked(["a": false, "b": "x", "c": "0912345678", "d": ["x", "y"]]) == ["a", "d", "f", "g"])
        #expect(form.validate(Answers(values: ["a": true])) == ["e required"])
        #expect(form.validate(Answers(values: ["a": false, "d": ["y"]])) == ["g file_required"])
    }

    @Test("the places to be looked up are those of questions that are asked, in groups too")
    func places() throws {
        let place: JSON = ["province": "01", "ward": "00004"]
        let home: JSON = ["province": "79", "ward": "26740"]
        let answers = Answers(values: ["place": place, "group": [["name": "Lan", "home": home], ["name": "Hòa"]]])
        let found = try answers.places(in: Forms.kinds())
        #expect(found.map { "\($0.province)/\($0.ward)" } == ["01/00004", "79/26740"])
        #expect(try answers.places(in: Forms.conditions()).isEmpty)
    }

    @Test("a section's page has what is asked, and what its own answers may bring in")
    func page() throws {
        let form = try Forms.conditions()
        func page(_ values: [String: JSON], _ section: Int) -> [String] {
            Answers(values: values).page(of: form.sections[section], in: form).map(\.id)
        }
        #expect(page([:], 0) == ["a", "b", "c", "d"])
        #expect(page([:], 1) == [])
        #expect(page(["a": true], 1) == ["e", "i", "j"])
        #expect(page(["a": true, "b": "x"], 1) == ["e", "h", "i", "j"])
        #expect(page(["a": false, "b": "x", "d": ["y"], "i": true], 1) == ["f", "g"])
    }

    @Test("a part of the form is done, to do, not to be started yet, or not needed")
    func states() throws {
        let form = try Forms.conditions()
        func states(_ values: [String: JSON], saved: [String]) -> [SectionState] {
            let answers = Answers(values: values)
            let problems = form.validate(answers, attachments: [:], today: Forms.today, placeExists: { _ in true })
            return form.states(answers, saved: saved, problems: problems).map(\.state)
        }
        #expect(states([:], saved: []) == [.toDo, .cannotStart])
        #expect(states(["a": true], saved: ["first"]) == [.done, .toDo])
        #expect(states(["a": true], saved: ["first", "other"]) == [.done, .toDo])
        #expect(states(["a": true, "e": "E"], saved: ["first", "other"]) == [.done, .done])
        #expect(states(["a": true, "e": "E", "b": "w"], saved: ["first", "other"]) == [.toDo, .done])
        #expect(states(["a": false], saved: ["first"]) == [.done, .cannotStart])
        #expect(states(["a": false, "d": ["x"]], saved: ["first"]) == [.done, .notNeeded])
    }

    @Test("one section's problems are those of its own questions")
    func section() throws {
        let form = try Forms.conditions()
        let answers = Answers(values: ["a": true, "b": "w"])
        func problems(_ index: Int) -> [String] {
            form.validate(
                form.sections[index], of: answers, attachments: [:], today: Forms.today, placeExists: { _ in true }
            ).map(\.field)
        }
        #expect(problems(0) == ["b"])
        #expect(problems(1) == ["e"])
    }

    @Test("a personal number that tells another year or sex is worth a second look, not a refusal")
    func warnings() throws {
        let birth = try Forms.seeded("1.001193")
        var answers = Answers(values: [
            "applicant_personal_number": "001194990127", "applicant_date_of_birth": "1994-05-12",
        ])
        #expect(birth.warnings(answers) == [])
        answers.values["applicant_date_of_birth"] = "1995-05-12"
        #expect(
            birth.warnings(answers) == [
                FieldProblem(
                    field: "applicant_personal_number", code: "personal_number_birth_year_differs",
                    arguments: ["year": "1994"])
            ])
        let household = try Forms.seeded("1.004194")
        let member: JSON = [
            "member_personal_number": "001194990127", "member_sex": "male", "member_date_of_birth": "1994-01-01",
        ]
        #expect(
            household.warnings(Answers(values: ["members": [[:], member]])).map { "\($0.field) \($0.code)" }
                == ["members.1.member_personal_number personal_number_sex_differs"])
    }

    @Test("every demonstration dossier's answers can be submitted")
    func demonstration() throws {
        let dossiers = try Forms.seed("demo.json")["dossiers"]?.array ?? []
        #expect(!dossiers.isEmpty)
        for dossier in dossiers {
            guard let code = dossier["procedure"]?.string, let answers = dossier["answers"]?.object else { continue }
            let form = try Forms.seeded(code)
            let problems = form.validate(
                Answers(values: answers), attachments: [:], today: Forms.today, placeExists: { _ in true })
            #expect(problems.filter { $0.code != "file_required" } == [], "\(code)")
        }
    }
}
