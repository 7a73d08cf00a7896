import Catalogue
import Core
import FoundationEssentials
import Testing

@Suite("Forms as they stand in SQL/seed")
struct FormReadingTests {
    @Test("the seeded forms are found")
    func found() { #expect(Seed.codes.contains("1.001193")) }

    @Test("every seeded form can be published", arguments: Seed.codes)
    func seeded(_ code: String) throws {
        let form = try Form(json: Seed.form(code))
        #expect(form.check() == [])
        #expect(form.code == code)
    }

    @Test("a stored form can be read within the bounds of any document", arguments: Seed.codes)
    func bounds(_ code: String) throws {
        let stored = try Seed.form(code).serialized()
        #expect(try JSON(parsing: stored) == Seed.form(code))
    }

    @Test("a form is received by a kind of agency that there is", arguments: Seed.codes)
    func receiving(_ code: String) throws {
        let form = try Form(json: Seed.form(code))
        let listed = String(decoding: try Seed.bytes("agencies.csv"), as: UTF8.self)
        let derived = String(decoding: try Seed.bytes("../queries/agencies.sql"), as: UTF8.self)
        #expect(listed.contains(",\(form.receiving),") || derived.contains("'\(form.receiving)'"))
    }

    @Test("shared options are written out, and a list that isn't known is missed")
    func options() throws {
        let birth = try Form(json: Seed.form("1.001193"))
        #expect(birth.field("child_sex")?.options.map(\.value).count == 2)
        let unresolved = Form.resolving(
            try Seed.json("forms/1.001193.json"), optionSets: ["sex": [], "ethnicity": [], "nationality": []])
        #expect(try Form(json: unresolved).check().map(\.description).contains("field child_sex has no options"))
        #expect(throws: Form.Malformed.self) { try Form(json: Seed.json("forms/1.001193.json")) }
    }

    @Test("the birth form says what it is")
    func birth() throws {
        let form = try Form(json: Seed.form("1.001193"))
        #expect(form.title[.en] == "Birth registration")
        #expect(form.title[.vi] == "Đăng ký khai sinh")
        #expect(form.limit?.timeLimit.quantity == 1)
        #expect(form.limit?.timeLimit.cutOff == 15 * 60)
        #expect(form.eligibility.map(\.id) == ["already_registered", "foreign_parent"])
        #expect(form.section("documents")?.hasFiles == true)
        #expect(form.section("child")?.hasFiles == false)
        #expect(form.section("nothing") == nil)
        #expect(form.field("father_name")?.conditions.count == 2)
        #expect(form.field("copies_requested")?.maximum == 20)
    }

    @Test("what isn't as it should be is named by its path", arguments: slips)
    func malformed(_ change: JSON, _ path: String) throws {
        let whole = try #require(try Seed.form("1.001193").object)
        let error = #expect(throws: Form.Malformed.self) {
            try Form(json: .object(whole.merging(change.object ?? [:]) { $1 }))
        }
        #expect(error?.description.contains(path) == true, "\(error?.description ?? "")")
    }

    /// Members put in the place of the birth form's, and the path of what is wrong then.
    static let slips: [(JSON, String)] = [
        (["title": ["vi": "Chỉ tiếng Việt"]], "title.en"),
        (["title": ["vi": "Có", "en": ""]], "title.en"),
        (["colour": "red"], "colour"),
        (["subjects": [1]], "subjects.0.a text"),
        (
            ["limit": ["quantity": 1, "unit": "FORTNIGHT", "cut_off": "15:00", "basis": ["vi": "a", "en": "a"]]], "unit"
        ),
        (["limit": ["quantity": 1, "unit": "DAY", "cut_off": "25:00", "basis": ["vi": "a", "en": "a"]]], "cut_off"),
        (
            [
                "sections": [
                    ["id": "one", "title": ["vi": "a", "en": "a"], "fields": [["id": "x", "kind": "colour"]]]
                ]
            ],
            "sections.one.fields.x.kind"
        ),
        (field(["required": "yes"]), "sections.one.fields.x.required"),
        (field(["requried": true]), "sections.one.fields.x.requried"),
        (field(["max": 3]), "sections.one.fields.x.max"),
        (field(["max_length": "100"]), "sections.one.fields.x.max_length"),
        (field(["show_if": [["field": "y", "in": [true]]]]), "sections.one.fields.x.show_if.0.in.0.a text"),
        (field(["hint": "no languages"]), "hint"),
        (field(["kind": "date", "not_after": "tomorrow"]), "not_after"),
        (field(["kind": "date", "not_before": "1900-02-30"]), "not_before"),
    ]

    private static func field(_ change: [String: JSON]) -> JSON {
        let field: [String: JSON] = [
            "id": "x", "kind": "text", "label": ["vi": "Tên", "en": "Name"], "required": true,
        ]
        let changed = JSON.object(field.merging(change) { $1 })
        return ["sections": [["id": "one", "title": ["vi": "Phần", "en": "Part"], "fields": [changed]]]]
    }
}

/// The files of `SQL/seed`.
enum Seed {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "SQL/seed")

    /// Of every form there is; none when the folder can't be read.
    static let codes = ((try? FileManager.default.contentsOfDirectory(atPath: directory.path + "/forms")) ?? [])
        .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()

    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: directory.appending(path: path))) }

    static func json(_ path: String) throws -> JSON { try JSON(parsing: bytes(path)) }

    static func form(_ code: String) throws -> JSON {
        Form.resolving(try json("forms/\(code).json"), optionSets: try json("option_sets.json"))
    }
}
