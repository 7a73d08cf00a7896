import Accounts
import Catalogue
import Core
import Dossiers
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Portal

@Suite("Trying a form out before it is published")
struct FormTrialTests {
    @Test("after any sequence of edits, the preview says of any answers what the citizen's own pages say")
    func agreement() async throws {
        try await Demonstration.with { demonstration async throws in
            let publisher = try await demonstration.browser("publisher")
            let citizen = try await demonstration.browser("citizen")
            var (compared, refused) = (0, 0)
            for seed in 0..<12 {
                var random = Dice(state: UInt64(seed) &* 7_919 &+ 3)
                let form = RandomForm.make(edits: 60, &random)
                guard let parsed = try? Form(json: form), Finding.problems(of: form).isEmpty else {
                    Issue.record("the edits of seed \(seed) left no form")
                    continue
                }
                let place = try await Self.publish(form, on: demonstration)
                var carried = ""
                for section in parsed.sections {
                    let input = section.fields.flatMap { RandomForm.input(for: $0, &random) }
                    let mine = try await citizen.post(
                        "/ho-so-nhap/\(place.draft)/\(section.id)",
                        form: [("csrf", try await citizen.get("/tai-khoan").text.formToken)] + input + [
                            ("action", "continue")
                        ])
                    let tried = try await publisher.post(
                        "/bien-tap/ban/\(place.revision)/xem-truoc/\(section.id)",
                        form: [
                            ("csrf", try await publisher.get("/bien-tap/thu-tuc-moi").text.formToken),
                            ("carried", carried),
                        ]
                            + input + [("action", "continue")])
                    #expect([.seeOther, .unprocessableContent].contains(mine.status), "\(mine.status)")
                    #expect(tried.text.errors == mine.text.errors, "seed \(seed), \(section.id): \(input)")
                    carried = tried.text.value(of: "carried")
                    compared += 1
                    refused += mine.text.errors.isEmpty ? 0 : 1
                }
            }
            // A test that sees only one kind of answer could not fail.
            #expect(compared > 20 && refused > 5 && refused < compared)
        }
    }

    @Test(
        "nothing that a page sends back as carried answers breaks the preview",
        arguments: [
            "", "{", "[]", "null", #"{"answers": 3, "files": []}"#,
            #"{"answers": {"values": {"x": {}}}, "files": {"a": -1}}"#,
            String(repeating: "[", count: 5_000),
        ])
    func nonsense(_ carried: String) async throws {
        try await Demonstration.with { demonstration async throws in
            var random = Dice(state: 5)
            let form = RandomForm.make(edits: 40, &random)
            let place = try await Self.publish(form, on: demonstration)
            let publisher = try await demonstration.browser("publisher")
            let section = try #require(try Form(json: form).sections.first)
            let answer = try await publisher.post(
                "/bien-tap/ban/\(place.revision)/xem-truoc/\(section.id)",
                form: [
                    ("csrf", try await publisher.get("/bien-tap/thu-tuc-moi").text.formToken), ("carried", carried),
                    ("action", "continue"),
                ])
            #expect([.ok, .unprocessableContent].contains(answer.status))
        }
    }

    @Test(
        "what a publisher sends after their session ended goes through the sign-in page and is saved when they say so")
    func lapsed() async throws {
        try await Demonstration.with { demonstration async throws in
            var random = Dice(state: 9)
            let place = try await Self.publish(RandomForm.make(edits: 40, &random), on: demonstration)
            let publisher = try await demonstration.browser("publisher")
            let token = try await publisher.get("/bien-tap/thu-tuc").text.formToken
            let begun = try await publisher.post(
                "/bien-tap/thu-tuc/1.001193/ban-moi", form: [("csrf", token), ("revision", place.revision)])
            let revision = try #require(begun.location)
            try await demonstration.test.sql("delete from sessions")
            let sent = try await publisher.post(
                revision + "/phan/general",
                form: [
                    ("csrf", token), ("version", "1"), ("name", "Tên <vừa> gõ"), ("field_name", "Hộ tịch"),
                    ("action", "continue"),
                ])
            #expect(sent.status == .ok && sent.text.contains("Nội dung vừa gửi vẫn còn"))
            let forged = try await publisher.post(revision + "/phan/general", form: [("csrf", "x"), ("name", "Kẻ lạ")])
            #expect(forged.status == .seeOther && !forged.text.contains("Kẻ lạ"))
            let account = try #require(demonstration.facts.accounts.first { $0.role == "publisher" })
            let carried = sent.text.hidden
            #expect(carried["kept-name"] == "Tên <vừa> gõ")
            let again = try await publisher.post(
                "/dang-nhap",
                form: carried.map { ($0.key, $0.value) } + [("login", account.user), ("password", account.password)])
            #expect(again.text.contains("action=\"\(revision)/phan/general\""))
            let saved = try await publisher.post(
                revision + "/phan/general", form: again.text.hidden.map { ($0.key, $0.value) })
            #expect(saved.status == .seeOther)
            #expect(try await publisher.get(revision).text.contains("Tên &lt;vừa&gt; gõ"))
        }
    }

    /// The form as the birth registration's next revision, with a draft of the demonstration's citizen under it.
    private static func publish(_ form: JSON, on demonstration: Demonstration) async throws -> (
        revision: String, draft: String
    ) {
        let (revision, draft) = (UUID().uuidString.lowercased(), UUID().uuidString.lowercased())
        let text = String(decoding: form.serialized(), as: UTF8.self).replacing("'", with: "''")
        try await demonstration.test.sql(
            """
            begin;
            update procedure_revisions set state = 'retired' where procedure_code = '1.001193' and state = 'published';
            insert into procedure_revisions (id, procedure_code, number, state, facts, form, origin, published_at, created_at)
            select '\(revision)', procedure_code, number + 1, 'published', facts, '\(text)', 'seed', now(), now()
            from procedure_revisions where procedure_code = '1.001193' order by number desc limit 1;
            update procedures set published_revision = '\(revision)' where code = '1.001193';
            commit;
            select set_config('portal.account', (select id::text from accounts where login = '001194990127'), false);
            set role portal_app;
            insert into drafts (id, account_id, procedure_code, revision_id, agency_code, answers, saved_sections, created_at,
                updated_at)
            select '\(draft)', acting_account(), '1.001193', '\(revision)', 'G15', '{"values": {}, "raw": {}}', '{}', now(), now();
            """)
        return (revision, draft)
    }
}

/// Forms as publishers might leave them: edited at random through the desk's own edits.
private enum RandomForm {
    static func make(edits: Int, _ random: inout Dice) -> JSON {
        var form: JSON = [
            "code": "1.001193", "title": ["vi": "Thử", "en": "Trial"], "paper_form": "Mẫu", "subjects": ["citizen"],
            "receiving": "commune_committee", "eligibility": [], "sections": [],
        ]
        for number in 0..<edits { form = edit(form, number, &random) }
        // What a publisher would have to mend is taken out instead, until nothing is wrong.
        for _ in 0..<200 {
            guard let path = Finding.problems(of: form).first?.path else { break }
            let steps = path.enumerated().filter { $0.offset % 2 == 1 && $0.offset < 6 }.map(\.element)
            let place = FormPath(
                path.contains("show_if") || path.contains("options") || path.contains("compute")
                    ? Array(steps.prefix(path.prefix { !["show_if", "options", "compute"].contains($0) }.count / 2))
                    : steps)
            form = form.element(at: place) == nil ? form : form.removing(place)
            if path == ["sections"] { form = edit(edit(form, 900, &random), 901, &random) }
        }
        return form
    }

    private static func edit(_ form: JSON, _ number: Int, _ random: inout Dice) -> JSON {
        let sections = (form["sections"]?.array ?? []).compactMap { $0["id"]?.string }
        let fields = (form["sections"]?.array ?? []).flatMap { section in
            (section["fields"]?.array ?? []).compactMap { field in
                field["id"]?.string.map { FormPath([section["id"]?.string ?? "", $0]) }
            }
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0 where sections.count < 4, _ where sections.isEmpty:
            return form.adding(
                ["id": .string("s\(number)"), "title": ["vi": "Phần", "en": "Part"], "fields": []], to: nil)
        case 1 where !fields.isEmpty:
            return form.moving(
                fields.randomElement(using: &random) ?? fields[0], by: Bool.random(using: &random) ? 1 : -1)
        case 2 where fields.count > 12:
            return form.removing(fields.randomElement(using: &random) ?? fields[0])
        case 3, 4, 5:
            guard let path = fields.randomElement(using: &random), let piece = form.element(at: path) else {
                return form
            }
            return form.replacing(path, with: changed(piece, in: form, &random))
        default:
            let kind = FormField.Kind.allCases.randomElement(using: &random) ?? .text
            let parent = FormPath([sections.randomElement(using: &random) ?? sections[0]])
            var field = kind.newField(id: "q\(number)", vi: "Câu \(number)", en: "Question \(number)")
            if kind == .group {
                field = FormPiece.field.piece(
                    field, with: ["label_vi": "Bảng", "required": true, "min_items": 1, "max_items": 2])
            }
            let added = form.adding(field, to: parent)
            guard kind == .group else { return added }
            let group = FormPath(parent.steps + ["q\(number)"])
            return [FormField.Kind.text, .integer, .date, .phone].enumerated().reduce(added) { form, part in
                form.adding(part.element.newField(id: "p\(part.offset)", vi: "Cột", en: "Column"), to: group)
            }
        }
    }

    /// A question edited as its page at the desk would: optional or not, bounds, options, patterns, conditions, sums.
    private static func changed(_ piece: JSON, in form: JSON, _ random: inout Dice) -> JSON {
        var answers = FormPiece.field.answers(piece)
        let kind = piece["kind"]?.string.flatMap(FormField.Kind.init(rawValue:)) ?? .text
        if kind.isAnswered { answers["required"] = .bool(Bool.random(using: &random)) }
        switch kind {
        case .text:
            answers["pattern"] = TextPattern.allCases.randomElement(using: &random).map { .string($0.rawValue) }
            answers["max_length"] = .integer(Int.random(in: 3...40, using: &random))
        case .integer, .money: (answers["min"], answers["max"]) = (10, 5_000)
        case .date: (answers["not_after_today"], answers["not_before"]) = (true, "2000-01-01")
        case .choice, .choices:
            answers["options"] = .array(["Một", "Hai", "Ba"].map { ["label_vi": .string($0)] })
        default: break
        }
        let deciding = (form["sections"]?.array ?? []).flatMap { $0["fields"]?.array ?? [] }
        if let choice = deciding.filter({ $0["kind"] == "yes_no" || $0["kind"] == "choice" }).randomElement(
            using: &random),
            let id = choice["id"]?.string, id != piece["id"]?.string
        {
            let values =
                choice["kind"] == "yes_no"
                ? ["yes", "no"] : (choice["options"]?.array ?? []).compactMap { $0["value"]?.string }
            answers["show_if"] = values.randomElement(using: &random).map { [.string("\(id)=\($0)")] }
        }
        if kind == .computed {
            answers["rule"] = "sum"
            answers["sum_of"] = .array(
                deciding.filter { $0["kind"] == "integer" }.compactMap { $0["id"] }.prefix(2).map(\.self))
        }
        return FormPiece.field.piece(piece, with: answers)
    }

    /// What somebody might send for a question: right, wrong, or nothing.
    static func input(for field: FormField, named name: String? = nil, _ random: inout Dice) -> [(String, String)] {
        let name = name ?? field.id
        func one(_ values: String...) -> [(String, String)] {
            Int.random(in: 0..<5, using: &random) == 0 ? [] : [(name, values.randomElement(using: &random) ?? "")]
        }
        switch field.kind {
        case .text: return one("abc", "Nguyễn Thị Ưởng", "29A-123.45", "B1234567", "2020", "08:30", "AB12", "123", " ")
        case .longText: return one("một\r\nhai", "x", "")
        case .integer, .money: return one("15", "5", "1.250", "hai", "999999", "")
        case .date:
            let day = [("1", "2", "2020"), ("31", "2", "2020"), ("1", "1", "2999"), ("", "", "")].randomElement(
                using: &random)
            return day.map { [("\(name).day", $0.0), ("\(name).month", $0.1), ("\(name).year", $0.2)] } ?? []
        case .yesNo: return one("yes", "no", "maybe")
        case .choice, .choices: return one(field.options.randomElement(using: &random)?.value ?? "", "none")
        case .personalNumber: return one("001194990127", "1", "")
        case .taxCode: return one("0100109106", "123", "")
        case .phone: return one("0912345678", "12", "")
        case .email: return one("lan@example.vn", "x", "")
        case .place:
            let place = [("01", "00070"), ("01", "99999"), ("", "")].randomElement(using: &random)
            return place.map { [("\(name).province", $0.0), ("\(name).ward", $0.1)] } ?? []
        case .group:
            return (0..<Int.random(in: 0...2, using: &random)).flatMap { item in
                field.fields.flatMap { input(for: $0, named: "\(name).\(item).\($0.id)", &random) }
            }
        case .file, .guidance, .computed: return []
        }
    }
}

private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

extension String {
    /// Which fields a page's summary of errors names, with what it says of each.
    fileprivate var errors: [String] {
        guard let start = range(of: "class=\"error-summary\""), let end = self[start.upperBound...].range(of: "</div>")
        else {
            return []
        }
        return self[start.upperBound..<end.lowerBound].split(separator: "<li>").dropFirst().map(String.init)
    }

    /// The hidden fields of a page's main part.
    fileprivate var hidden: [String: String] {
        let main = String(range(of: "<main").map { self[$0.lowerBound...] } ?? self[...])
        return Dictionary(
            main.split(separator: "type=\"hidden\" name=\"").dropFirst().map { part in
                let name = String(part.prefix { $0 != "\"" })
                return (name, main.value(of: name))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The value of a hidden field, unescaped.
    fileprivate func value(of name: String) -> String {
        guard let range = range(of: "name=\"\(name)\" value=\"") else { return "" }
        return String(self[range.upperBound...].prefix { $0 != "\"" })
            .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}
