import Catalogue
import Core
import Dossiers
import Testing

@Suite("What is typed into a form")
struct AnswersReadTests {
    @Test(
        "is forgiven what doesn't matter",
        arguments: [
            ("text", " Nguyễn\u{A0}Thị\u{200B}  Ưởng ", "Nguyễn Thị Ưởng" as JSON),
            ("text", "Hoa\u{300}", "Ho\u{E0}"),
            ("text", "D’Arc-Lê", "D’Arc-Lê"),
            ("text", "a\u{0}b\tc\nd", "ab c d"),
            ("long_text", " một\r\n\r\nhai\rba \u{FEFF}", "một\n\nhai\nba"),
            ("integer", "1.250.000", 1_250_000),
            ("integer", " 1 250 000 ", 1_250_000),
            ("integer", "1,250,000", 1_250_000),
            ("integer", "0", 0),
            ("integer", "-5", -5),
            ("integer", "007", 7),
            ("money", "1.250.000 đ", 1_250_000),
            ("money", "1.250.000\u{A0}₫", 1_250_000),
            ("money", "1.250.000đồng", 1_250_000),
            ("money", "VND 1,250,000", 1_250_000),
            ("money", "2000000 VNĐ", 2_000_000),
            ("yes_no", "yes", true),
            ("yes_no", "no", false),
            ("choice", "y", "y"),
            ("personal_number", "001 194 990 127", "001194990127"),
            ("personal_number", "001.194.990-127", "001194990127"),
            ("tax_code", "0100 109 106", "0100109106"),
            ("phone", "+84 (91) 234-56.78", "0912345678"),
            ("phone", "0912 345 678", "0912345678"),
            ("email", " lan@example.vn ", "lan@example.vn"),
        ])
    func forgiven(_ field: String, _ typed: String, _ value: JSON) throws {
        let (answers, problems) = try section().read([field: [typed]])
        #expect(answers.values == [field: value])
        #expect(answers.raw == [:])
        #expect(problems == [])
        // Texts are equal in Swift in any normal form; the database compares bytes.
        #expect(answers.values[field]?.string.map { Array($0.utf8) } == value.string.map { Array($0.utf8) })
    }

    @Test(
        "is kept as it is when it can't be read, and named",
        arguments: [
            ("integer", "hai", "not_a_number"),
            ("integer", "2,5", "not_a_number"),
            ("integer", "2.50", "not_a_number"),
            ("integer", "1.2500", "not_a_number"),
            ("integer", "1.250,000", "not_a_number"),
            ("integer", "1..250", "not_a_number"),
            ("integer", "-", "not_a_number"),
            ("integer", "--5", "not_a_number"),
            ("integer", "5 đ", "not_a_number"),
            ("integer", "٣", "not_a_number"),
            ("integer", "1234567890123456", "not_a_number"),
            ("money", "đ", "not_a_number"),
            ("money", "1 triệu", "not_a_number"),
            ("yes_no", "maybe", "invalid_choice"),
            ("choice", "w", "invalid_choice"),
            ("choices", "w", "invalid_choice"),
            ("personal_number", "00119499012", "invalid_personal_number"),
            ("personal_number", "00119499O127", "invalid_personal_number"),
            ("tax_code", "0100109107", "invalid_tax_code"),
            ("phone", "12345", "invalid_phone"),
            ("email", "lan.example.vn", "invalid_email"),
        ])
    func kept(_ field: String, _ typed: String, _ code: String) throws {
        let (answers, problems) = try section().read([field: [typed]])
        #expect(answers.values == [:])
        #expect(answers.raw == [field: typed])
        #expect(problems == [FieldProblem(field: field, code: code)])
        // In a draft it lives on, and still has its error, though nobody has to answer the question.
        let stored = try Answers(stored: answers.stored)
        #expect(stored == answers)
        #expect(stored.unreadable(in: try Forms.kinds()) == problems)
        #expect(try Forms.kinds().validate(stored) == ["\(field) \(code)"])
    }

    @Test(
        "a date has three parts and must be real",
        arguments: [
            (["27", "3", "1990"], "1990-03-27"), (["01", "01", "2000"], "2000-01-01"),
            ([" 29 ", "02", "2024"], "2024-02-29"),
            (["29", "2", "2023"], nil), (["31", "4", "2020"], nil), (["1", "1", "90"], nil), (["", "3", "1990"], nil),
            (["27", "13", "1990"], nil), (["a", "b", "c"], nil), (["+7", "3", "1990"], nil),
            (["1", "1", "19900"], nil),
            (["99999999999999999999", "1", "1990"], nil),
        ] as [([String], String?)])
    func date(_ parts: [String], _ day: String?) throws {
        let input = ["date.day": [parts[0]], "date.month": [parts[1]], "date.year": [parts[2]]]
        let (answers, problems) = try section().read(input)
        #expect(answers.values["date"] == day.map(JSON.string))
        #expect(problems == (day == nil ? [FieldProblem(field: "date", code: "invalid_date")] : []))
        if day == nil { #expect(answers.raw == input.mapValues { $0[0] }) }
        #expect(answers.unreadable(in: try Forms.kinds()) == problems)
    }

    @Test("a place needs its ward")
    func place() throws {
        #expect(
            try section().read(["place.province": ["01"], "place.ward": ["00004"]]).answers.values
                == ["place": ["province": "01", "ward": "00004"]])
        let half = try section().read(["place.province": ["01"], "place.ward": [""]])
        #expect(half.answers.raw["place.province"] == "01")
        #expect(half.problems == [FieldProblem(field: "place", code: "invalid_place")])
        #expect(try Forms.kinds().validate(half.answers) == ["place invalid_place"])
    }

    @Test("options come in the form's order, each once, and one that isn't known hides nothing")
    func choices() throws {
        let good = try section().read(["choices": ["z", "x", "z", ""]])
        #expect(good.answers.values == ["choices": ["x", "z"]])
        #expect(good.problems == [])
        let mixed = try section().read(["choices": ["x", "w"]])
        #expect(mixed.answers.values == ["choices": ["x"]])
        #expect(mixed.problems == [FieldProblem(field: "choices", code: "invalid_choice")])
        #expect(try Forms.kinds().validate(mixed.answers) == ["choices invalid_choice"])
    }

    @Test("nothing is answered where nothing was typed", arguments: ["", "  ", "\u{200B}\u{A0}\n"])
    func nothing(_ blank: String) throws {
        let form = try Forms.kinds()
        let names = form.sections[0].fields.flatMap { field in
            [field.id] + ["day", "month", "year", "province", "ward"].map { "\(field.id).\($0)" }
        }
        let (answers, problems) = form.sections[0].read(Dictionary(names.map { ($0, [blank]) }) { $1 })
        #expect(answers == Answers())
        #expect(problems == [])
    }

    @Test("the items of a group close up when one was taken out, with their text and their errors")
    func group() throws {
        let (answers, problems) = try section().read([
            "group.1.name": ["Lan"], "group.1.number": ["12"], "group.1.born.day": ["31"], "group.1.born.month": ["2"],
            "group.1.born.year": ["2020"], "group.4.name": ["Hòa"], "group.4.number": ["001194990127"],
        ])
        #expect(answers.values == ["group": [["name": "Lan"], ["name": "Hòa", "number": "001194990127"]]])
        #expect(
            answers.raw == [
                "group.0.number": "12", "group.0.born.day": "31", "group.0.born.month": "2",
                "group.0.born.year": "2020",
            ])
        let named = ["group.0.born invalid_date", "group.0.number invalid_personal_number"]
        #expect(problems.map { "\($0.field) \($0.code)" } == named)
        #expect(try Set(Forms.kinds().validate(answers)) == Set(named))
    }

    @Test(
        "only our own spelling of an item's place counts",
        arguments: ["+1", "01", "-1", " 1", "1 ", "200", "x", "", "١"])
    func indices(_ index: String) throws {
        #expect(try section().read(["group.\(index).name": ["Lan"]]).answers == Answers())
    }

    @Test("what another answer on the page puts aside raises no problem, and comes back with it")
    func aside() throws {
        let form = try Forms.conditions()
        let first = form.sections[0]
        let wrong = ["a": ["yes"], "b": ["x"], "c": ["12"]]
        #expect(first.read(wrong).problems.map(\.field) == ["c"])
        let (answers, problems) = first.read(wrong.merging(["a": ["no"]]) { $1 })
        #expect(problems == [])
        #expect(answers.raw == ["c": "12"])
        #expect(answers.values["b"] == "x")
        #expect(form.validate(answers) == [])
        var again = answers
        again.values["a"] = true
        #expect(form.validate(again).contains("c invalid_phone"))
        #expect(answers.pruned(by: form) == Answers(values: ["a": false]))
    }

    @Test("one section's answers leave the others' alone and replace their own, blanks too")
    func replace() throws {
        let form = try Forms.conditions()
        var answers = Answers(values: ["a": true, "b": "x", "e": "E"], raw: ["c": "12", "f.x": "kept"])
        answers.replace(form.sections[0], with: form.sections[0].read(["a": ["yes"], "c": ["0912345678"]]).answers)
        #expect(answers == Answers(values: ["a": true, "c": "0912345678", "e": "E"], raw: ["f.x": "kept"]))
    }

    @Test("what the account knows is filled in, if the question can take it")
    func prefill() throws {
        let form = try Forms.seeded("1.001193")
        let known = [
            "name": "Nguyễn Thị Minh Lan", "personal_number": "001194990127", "date_of_birth": "1994-05-12",
            "phone": "0950123406", "email": "not an address", "address": String(repeating: "a", count: 301),
        ]
        #expect(
            form.prefilled { known[$0] }.values == [
                "applicant_name": "Nguyễn Thị Minh Lan", "applicant_personal_number": "001194990127",
                "applicant_date_of_birth": "1994-05-12", "applicant_phone": "0950123406",
            ])
    }

    private func section() throws -> Form.Section { try Forms.kinds().sections[0] }
}
