import Catalogue
import Core
import Dossiers
import Postgres
import Testing

@Suite("Input that nobody types")
struct AnswersHostileTests {
    @Test("is never lost, never accepted unread, and a draft of it can be read again", arguments: 0..<20)
    func random(_ seed: Int) throws {
        var random = Noise(state: UInt64(seed) + 1)
        let forms = try [Forms.kinds(), Forms.conditions(), Forms.seeded("1.001193"), Forms.seeded("2.000033")]
        for _ in 0..<40 {
            let form = forms[Int.random(in: 0..<forms.count, using: &random)]
            var answers = Answers()
            for section in form.sections {
                let input = Self.input(for: section, &random)
                let (given, problems) = section.read(input)
                #expect(Set(given.raw.keys).isDisjoint(with: given.values.keys.filter { $0 != "choices" }))
                for (name, values) in input where values[0].contains(where: { $0.isLetter || $0.isNumber }) {
                    #expect(Self.isKept(name, given, section), "\(name): \(values)")
                }
                answers.replace(section, with: given)
                for problem in problems { #expect(section.holds(problem.field)) }
            }
            let stored = try Answers(stored: answers.stored)
            #expect(stored == answers)
            let problems = form.validate(stored)
            for problem in stored.unreadable(in: form) {
                #expect(problems.contains("\(problem.field) \(problem.code)"))
            }
            // What passes is made of what its questions ask for, so that it passes again without the draft around it.
            if problems.allSatisfy({ $0.hasSuffix("file_required") }) {
                #expect(form.validate(stored.pruned(by: form)) == problems)
            }
        }
    }

    @Test("a hundred thousand fields are read as fast as they come, and only our own are kept")
    func manyFields() throws {
        var input: [String: [String]] = [:]
        for number in 0..<100_000 { input["group.\(number).name.\(number)"] = ["x"] }
        input["text"] = ["Lan"]
        let form = try Forms.kinds()
        let clock = ContinuousClock()
        var answers = Answers()
        let time = clock.measure { answers = form.sections[0].read(input).answers }
        #expect(time < .seconds(2))
        #expect(answers.values["text"] == "Lan")
        #expect(answers.values["group"]?.array?.count ?? 0 <= 200)
        #expect(form.validate(answers).contains("group too_many_items"))
    }

    @Test(
        "a text of megabytes is refused as too long, and the draft stays readable",
        arguments: ["text", "long_text", "phone"])
    func hugeText(_ field: String) throws {
        let form = try Forms.kinds()
        let huge = String(repeating: "ễ\"\\ ", count: 1_000_000)
        let (answers, _) = form.sections[0].read([field: [huge]])
        #expect(answers.stored.text.utf8.count < 100_000)
        let stored = try Answers(stored: answers.stored)
        #expect(form.validate(stored) == ["\(field) \(field == "phone" ? "invalid_phone" : "too_long")"])
    }

    @Test(
        "no sign that PostgreSQL can't store survives",
        arguments: ["text", "long_text", "integer", "choice", "choices", "email"])
    func noNUL(_ field: String) throws {
        let (answers, _) = try Forms.kinds().sections[0].read([field: ["\u{0}a\u{0}"], "date.day": ["\u{0}x"]])
        #expect(!answers.stored.text.utf8.contains(0))
        #expect(!answers.stored.text.contains("\\u0000"))
    }

    @Test("of a name that comes twice, the first counts")
    func twice() throws {
        let (answers, _) = try Forms.kinds().sections[0].read(["text": ["Lan", "Hòa"], "integer": ["1", "x"]])
        #expect(answers == Answers(values: ["text": "Lan", "integer": 1]))
    }

    /// Whether a typed value lives on: as the answer, as raw text, or in an item of a group.
    private static func isKept(_ name: String, _ given: Answers, _ section: Form.Section) -> Bool {
        let parts = name.split(separator: ".").map(String.init)
        guard let field = section.fields.first(where: { $0.id == parts[0] }) else { return true }
        if field.kind == .group { return given.values[field.id]?.array?.isEmpty == false }
        return given.values[field.id] != nil
            || given.raw.keys.contains { $0 == field.id || $0.hasPrefix(field.id + ".") }
    }

    private static func input(for section: Form.Section, _ random: inout Noise) -> [String: [String]] {
        var input: [String: [String]] = [:]
        func add(_ field: FormField, _ name: String) {
            switch field.kind {
            case .date: for part in ["day", "month", "year"] { input["\(name).\(part)"] = [random.pick(Self.days)] }
            case .place:
                for part in ["province", "ward"] {
                    input["\(name).\(part)"] = [random.pick(["01", "02", "", "00004"])]
                }
            case .group:
                for index in 0..<Int.random(in: 0..<5, using: &random) {
                    for part in field.fields { add(part, "\(name).\(index).\(part.id)") }
                }
            case .choice, .choices, .yesNo:
                input[name] = [random.pick(field.options.map(\.value) + ["yes", "no", "", "nonsense"])]
            case .file, .guidance, .computed: break
            case .text, .longText, .integer, .money, .personalNumber, .taxCode, .phone, .email:
                input[name] = [random.pick(Self.texts)]
            }
        }
        for field in section.fields where random.chance(80) { add(field, field.id) }
        return input
    }

    private static let days = ["", "1", "12", "31", "1990", "2026", "x", "02", "99", "-1"]
    private static let texts = [
        "", " ", "Lan", "1.250.000", "1,5", "0912345678", "+84 912 345 678", "001194990127", "0100109106",
        "lan@example.vn", "\u{0}", "\u{202E}Lan", "{\"raw\":1}", "</script>", "'; drop", "🇻🇳", "e\u{301}\u{323}",
        "9999999999999999999999", "\r\n",
    ]
}

/// Repeatable randomness (SplitMix64).
private struct Noise: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func pick(_ choices: [String]) -> String { choices[Int.random(in: 0..<choices.count, using: &self)] }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
