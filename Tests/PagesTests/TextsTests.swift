import Core
import Testing

@testable import Pages

@Suite("Texts in two languages")
struct TextsTests {
    static let files = [
        "layout/texts.json": #"{"skip": {"vi": "Bỏ qua", "en": "Skip"}, "save": {"vi": "Lưu", "en": "Save"}}"#,
        "dossiers/texts.json": """
        {
            "submit.button": {"vi": "Nộp <hồ sơ> & 'đi'", "en": "Submit \\"it\\""},
            "save": {"vi": "Lưu hồ sơ", "en": "Save the dossier"},
            "left": {"vi": "Còn {days} ngày, {applicant.name}", "en": "{applicant.name}, {days} days left"}
        }
        """,
    ]

    struct Show: Page {
        static let template = "dossiers/show"
        var days = 3
        var applicant = Sample.Person(name: "<An>")
    }

    @Test(
        "a label is the text of the folder, else of the layout, else of the whole key, escaped",
        arguments: [
            ("{{t submit.button}}", "Nộp &lt;hồ sơ&gt; &amp; &#39;đi&#39;", "Submit &quot;it&quot;"),
            ("{{t save}}", "Lưu hồ sơ", "Save the dossier"),
            ("{{t skip}}", "Bỏ qua", "Skip"),
            ("{{t layout.save}}", "Lưu", "Save"),
            ("{{t dossiers.save}}", "Lưu hồ sơ", "Save the dossier"),
            (#"<b title="{{t save}}">"#, #"<b title="Lưu hồ sơ">"#, #"<b title="Save the dossier">"#),
            ("{{t left}}", "Còn 3 ngày, &lt;An&gt;", "&lt;An&gt;, 3 days left"),
            (#"<html lang="{{t language}}">"#, #"<html lang="vi">"#, #"<html lang="en">"#),
            (#"<a href="{{t base}}/x/{{days}}">"#, #"<a href="/x/3">"#, #"<a href="/en/x/3">"#),
            ("{{>layout/button}}", "<b>Lưu</b>", "<b>Save</b>"),
        ]
    )
    func labels(template: String, vietnamese: String, english: String) throws {
        let templates = ["dossiers/show.mustache": template, "layout/button.mustache": "<b>{{t save}}</b>"]
        let site = try Site(TextsTests.files.merging(templates) { old, _ in old })
        #expect(try site.render(Show(), language: .vi) == vietnamese)
        #expect(try site.render(Show(), language: .en) == english)
    }

    @Test("a label's values obey the rules of the place where the label stands")
    func valuesInLabels() throws {
        let site = try Site(
            TextsTests.files.merging(["dossiers/show.mustache": "<a href='{{t left}}'>"]) { old, _ in old }
        )
        #expect(try site.problems(Show.self).contains { $0.contains("an address is a Link") })
        let unknown = [
            "sample.mustache": "\n{{t x}}", "texts.json": #"{"x": {"vi": "{nope}", "en": "{nope}"}}"#,
        ]
        #expect(
            try Site(unknown).problems(Sample.self).contains { $0.hasPrefix("sample.mustache:2: there is no 'nope'") })
    }

    @Test("code reads the same catalogue as plain text")
    func plain() throws {
        let texts = try Site(TextsTests.files).texts()
        #expect(texts.text("dossiers.submit.button", .vi) == "Nộp <hồ sơ> & 'đi'")
        #expect(texts.text("dossiers.left", .en, ["days": "2", "applicant.name": "An"]) == "An, 2 days left")
        #expect(texts.text("dossiers.left", .en, ["days": "2"]) == "{applicant.name}, 2 days left")
        #expect(texts.text("dossiers.nope", .vi) == "dossiers.nope")
        #expect(texts.has("layout.skip") && !texts.has("skip"))
        #expect(
            texts.keys == ["dossiers.left", "dossiers.save", "dossiers.submit.button", "layout.save", "layout.skip"]
        )
        try texts.require(["layout.skip"])
        #expect(throws: TemplateProblems.self) { try texts.require(["layout.skip", "layout.nope"]) }
    }

    @Test(
        "an entry that isn't whole is refused with its file, line and key",
        arguments: [
            (#"{"a": {"vi": "x"}}"#, "texts.json:1: a lacks en"),
            ("{\n\"b\": {\"vi\": \"x\", \"en\": \"x\"},\n\"a\": {\"en\": \"x\"}}", "texts.json:3: a lacks vi"),
            (#"{"a": {"vi": "x", "en": "x", "fr": "x"}}"#, "a has a text in fr"),
            (#"{"a": {"vi": "{x}", "en": "{y}"}}"#, "a names other values"),
            (#"{"a": {"vi": "{x}", "en": "none"}}"#, "a names other values"),
            (#"{"a": {"vi": "x {", "en": "x"}}"#, "a has a brace in vi"),
            (#"{"a": {"vi": "x", "en": "x }"}}"#, "a has a brace in en"),
            (#"{"a": {"vi": "{{x}}", "en": "x"}}"#, "a has a brace in vi"),
            (#"{"a": {"vi": "{x y}", "en": "x"}}"#, "a has a brace in vi"),
            (#"{"a": "x"}"#, "texts.json:1: isn't JSON of the shape"),
            (#"{"a": "#, "texts.json:1: isn't JSON of the shape"),
        ]
    )
    func refused(source: String, expected: String) throws {
        let site = try Site(["dossiers/texts.json": source])
        let error = try #require(throws: TemplateProblems.self) { try site.texts() }
        #expect(error.description.contains(expected), "\(error)")
        #expect(error.description.contains("dossiers/texts.json"))
    }
}
