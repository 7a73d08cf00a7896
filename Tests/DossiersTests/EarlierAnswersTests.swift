import Catalogue
import Core
import FoundationEssentials
import Testing

@testable import Dossiers

@Suite("Answers of an earlier dossier")
struct EarlierAnswersTests {
    /// The same person as in `earlier`, with nothing else answered.
    static let person: [String: JSON] = ["applicant_name": "Lê Thị Lan", "applicant_personal_number": "001194990127"]

    @Test(
        "are offered by what a question is",
        arguments: [
            ("text", "một", true), ("long_text", "một\nhai", true), ("integer", 3, true), ("money", 5000, true),
            ("choice", "x", true), ("choices", ["x", "z"], true), ("personal_number", "001194990127", true),
            ("tax_code", "0100109106", true), ("phone", "0912345678", true), ("email", "lan@example.vn", true),
            ("place", ["province": "01", "ward": "00004"], true),
            // Declared anew each time, or when something happened.
            ("yes_no", true, false), ("date", "2024-02-29", false),
            // What the question wouldn't take any more.
            ("text", "dài hơn mười hai byte", false), ("integer", 2_000_001, false), ("choice", "w", false),
            ("choices", ["x", "w"], false), ("personal_number", "00119499012", false),
        ] as [(String, JSON, Bool)])
    func kinds(_ field: String, _ value: JSON, _ isOffered: Bool) throws {
        let form = try Forms.kinds()
        #expect(
            form.takenOver(
                in: form.sections[0], over: Answers(), from: Answers(values: [field: value]), under: form,
                on: Forms.today) == (isOffered ? [field: value] : [:]))
    }

    @Test("a group's items come without the dates in them, and not at all when nothing else is left")
    func group() throws {
        let form = try Forms.kinds()
        func taken(_ items: JSON) -> [String: JSON] {
            form.takenOver(
                in: form.sections[0], over: Answers(values: ["group": [[:]]]),
                from: Answers(values: ["group": items]), under: form, on: Forms.today)
        }
        #expect(
            taken([["name": "Lê An", "born": "2001-02-03"], ["born": "2002-03-04"]])
                == ["group": [["name": "Lê An"], [:]]])
        #expect(taken([["born": "2001-02-03"]]) == [:])
    }

    @Test(
        "what was typed stays, nonsense too",
        arguments: [
            Answers(values: ["phone": "0987654321"]), Answers(raw: ["phone": "không có"]),
        ])
    func typed(_ answers: Answers) throws {
        let form = try Forms.kinds()
        let earlier = Answers(values: ["phone": "0912345678", "text": "một"])
        #expect(
            form.takenOver(in: form.sections[0], over: answers, from: earlier, under: form, on: Forms.today)
                == ["text": "một"])
    }

    @Test(
        "cross from one procedure to another only where both forms ask the account's owner",
        arguments: [
            // A licence is changed by whoever married before: their own telephone goes along, the partner's doesn't.
            ("3.000347", "applicant", ["applicant_phone": "0912345678", "applicant_sex": "female"]),
            // In a death registration nothing about the deceased comes from the person who reports it.
            ("1.000656", "deceased", [:]),
            ("1.000656", "applicant", ["applicant_phone": "0912345678"]),
            // The participant's address has a name of its own and is the applicant's all the same.
            ("1.002179", "address", ["contact_address": "Số 12 Khâm Thiên"]),
            ("1.002179", "family", [:]),
        ] as [(String, String, [String: JSON])])
    func across(_ procedure: String, _ section: String, _ expected: [String: JSON]) throws {
        let marriage = try Forms.seeded("1.000894")
        let form = try Forms.seeded(procedure)
        let earlier = Answers(
            values: Self.person.merging([
                "applicant_phone": "0912345678", "applicant_sex": "female", "applicant_address": "Số 12 Khâm Thiên",
                "applicant_ethnicity": "01", "partner_name": "Trần Văn Bình", "partner_phone": "0987654321",
            ]) { $1 })
        let owner = form.filledIn(["name": "LÊ THỊ LAN", "personal_number": "001194990127"])
        var typed = owner
        typed.values["applicant_address"] = "Nhà mới"
        #expect(
            form.takenOver(
                in: try #require(form.section(section)), over: typed, from: earlier, under: marriage, on: Forms.today)
                == expected)
        // Filed for another person, it says nothing of this one.
        let another = form.filledIn(["name": "Lê Thị Hoa", "personal_number": "001194990127"])
        #expect(
            form.takenOver(
                in: try #require(form.section(section)), over: another, from: earlier, under: marriage, on: Forms.today)
                == [:])
        // Nor does it where nobody is named.
        #expect(
            form.takenOver(
                in: try #require(form.section(section)), over: Answers(), from: earlier, under: marriage,
                on: Forms.today) == [:])
    }

    @Test("a second child's registration takes over the parents and not the child")
    func secondChild() throws {
        let form = try Forms.seeded("1.001193")
        let earlier = Answers(
            values: Self.person.merging([
                "birth_case": "ordinary", "child_name": "Trần Lê An", "child_ethnicity": "01",
                "mother_name": "Lê Thị Lan", "mother_date_of_birth": "1994-05-06", "father_recorded": true,
                "father_name": "Trần Văn Bình",
            ]) { $1 })
        let birthCase = try #require(
            form.field("mother_name")?.conditions.first { $0.field == "birth_case" }?.values.first)
        var answers = Answers(values: Self.person)
        answers.values["birth_case"] = .string(birthCase)
        var given = earlier
        given.values["birth_case"] = .string(birthCase)
        func taken(_ section: String) throws -> [String: JSON] {
            form.takenOver(
                in: try #require(form.section(section)), over: answers, from: given, under: form, on: Forms.today)
        }
        #expect(try taken("child") == [:])
        #expect(try taken("mother") == ["mother_name": "Lê Thị Lan"])
        // Whether a father is recorded is declared anew, and until it is he isn't asked about.
        #expect(try taken("father") == [:])
        answers.values["father_recorded"] = true
        #expect(try taken("father") == ["father_name": "Trần Văn Bình"])
    }

    @Test("keep their origin until they are changed, through the draft's storage")
    func origin() throws {
        let form = try Forms.kinds()
        var answers = Answers(values: ["phone": "0912345678"])
        answers.takeOver(EarlierAnswers(code: "H1", filedAt: .init(timeIntervalSince1970: 0), values: ["text": "một"]))
        var draft = Answers()
        draft.replace(form.sections[0], with: answers)
        draft = try Answers(stored: draft.stored)
        #expect(draft.origins == ["text": "H1"])
        // The page posts all of it back.
        draft.replace(form.sections[0], with: Answers(values: ["phone": "0987654321", "text": "một"]))
        #expect(draft.origins == ["text": "H1"])
        draft.replace(form.sections[0], with: Answers(values: ["phone": "0987654321", "text": "hai"]))
        #expect(draft.origins == [:])
    }

    @Test("never overwrite what was typed, whatever was typed and answered before", arguments: 0..<200)
    func property(_ seed: Int) throws {
        var random = Chance(state: UInt64(seed))
        let form = try Forms.seeded(["1.001193", "1.000894", "3.000333", "2.000033"][seed % 4])
        let old = try Forms.seeded(["1.001193", "3.000347"][seed / 4 % 2])
        let answers = random.answers(to: form)
        let earlier = random.answers(to: old)
        for section in form.sections {
            let taken = form.takenOver(in: section, over: answers, from: earlier, under: old, on: Forms.today)
            var filled = answers
            filled.takeOver(EarlierAnswers(code: "H1", filedAt: .init(timeIntervalSince1970: 0), values: taken))
            #expect(filled.raw == answers.raw)
            for (field, value) in answers.values { #expect(filled.values[field] == value, "\(field)") }
            for field in taken.keys {
                let question = try #require(section.fields.first { $0.id == field })
                #expect(answers.raw[field] == nil && question.kind != .yesNo && question.kind != .computed)
                #expect(question.kind != .date || question.prefill == "date_of_birth")
                #expect(form.code == old.code || question.prefill != nil)
            }
        }
    }
}

extension Form {
    /// With the questions answered that are filled in from the account.
    fileprivate func filledIn(_ known: [String: String]) -> Answers { prefilled { known[$0] } }
}

/// Random answers, the same for the same seed.
private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }

    /// About half of the questions, some with what can't be read.
    mutating func answers(to form: Form) -> Answers {
        var answers = Answers()
        for field in form.sections.flatMap(\.fields) where Bool.random(using: &self) {
            if Int.random(in: 0..<8, using: &self) == 0 {
                answers.raw[field.id] = "?"
                continue
            }
            let words = ["Lê Thị Lan", "Lê Thị Hoa"]
            switch field.kind {
            case .text, .longText: answers.values[field.id] = .string(words.randomElement(using: &self) ?? "")
            case .integer, .money: answers.values[field.id] = .integer(Int.random(in: 0..<9, using: &self))
            case .date: answers.values[field.id] = "1994-05-06"
            case .yesNo: answers.values[field.id] = .bool(Bool.random(using: &self))
            case .choice: answers.values[field.id] = field.options.randomElement(using: &self).map { .string($0.value) }
            case .choices: answers.values[field.id] = .array(field.options.prefix(2).map { .string($0.value) })
            case .personalNumber: answers.values[field.id] = "001194990127"
            case .taxCode: answers.values[field.id] = "0100109106"
            case .phone: answers.values[field.id] = "0912345678"
            case .email: answers.values[field.id] = "lan@example.vn"
            case .place: answers.values[field.id] = ["province": "01", "ward": "00004"]
            case .group, .file, .guidance, .computed: break
            }
        }
        return answers
    }
}
