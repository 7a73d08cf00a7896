import Catalogue
import Core
import Dossiers
import Foundation
import Testing

@Suite("A procedure as a document")
struct ProcedureDocumentTests {
    /// What stands on line 5 of a document that is right otherwise, and what is said of it.
    private static let facts: [(line: String, path: String, code: String)] = [
        (#""unknown": 1,"#, "procedure.unknown", "unknown_field"),
        (#""steps": "Nộp hồ sơ.","#, "procedure.steps", "wrong_type"),
        (#""steps": ["Nộp hồ sơ.", 2],"#, "procedure.steps.1", "wrong_type"),
        (#""steps": [null],"#, "procedure.steps.0", "wrong_type"),
        (#""time_conflict": "no","#, "procedure.time_conflict", "wrong_type"),
        (#""decision": {"numbers": "1"},"#, "procedure.decision.numbers", "unknown_field"),
        (#""decision": {"date": "2026-02-30"},"#, "procedure.decision.date", "invalid_date"),
        (#""levels": ["village"],"#, "procedure.levels", "invalid_choice"),
        (#""cases": [{"code": "1", "quantity": 1, "unit": "FORTNIGHT"}],"#, "procedure.cases.0.unit", "invalid_choice"),
        (#""cases": [{"code": "1", "quantity": "5", "unit": "DAY"}],"#, "procedure.cases.0.quantity", "wrong_type"),
        (#""cases": [{"code": "1", "quantity": -5, "unit": "DAY"}],"#, "procedure.cases.0.quantity", "out_of_range"),
        (#""results": [{"code": "KQ"}],"#, "procedure.results.0", "required"),
        (#""channels": [{"method": "PIGEON", "fees": []}],"#, "procedure.channels.0.method", "invalid_choice"),
        (
            #""channels": [{"method": "ONLINE", "fees": [{"type": "FEE", "amount": 1}, {"type": "GIFT", "amount": 1}]}],"#,
            "procedure.channels.0.fees.1.type", "invalid_choice"
        ),
        (
            #""channels": [{"method": "ONLINE"}, {"method": "DIRECT", "fees": [{"type": "FEE", "amount": -1}]}],"#,
            "procedure.channels.1.fees.0.amount", "out_of_range"
        ),
        (
            #""documents": [{"group": "", "items": []}, {"group": "A", "items": [{"name": "B", "copies": 100}]}],"#,
            "procedure.documents.1.items.0.copies", "out_of_range"
        ),
        (
            #""documents": [{"items": [{"name": "A", "templates": [{"name": "a.pdf", "sha256": "00"}]}]}],"#,
            "procedure.documents.0.items.0.templates.0.sha256", "unknown_file"
        ),
    ]

    @Test("a slip in the facts is said with its line, its place and a stable code", arguments: facts.indices)
    func factsByLine(_ index: Int) async throws {
        let (line, path, code) = Self.facts[index]
        let text = """
            {"format": 1, "form": null,
             "procedure":
             {"code": "1.001193",
              "name": "Khai sinh", "field": {"name": "Hộ tịch"},
              \(line)
              "source": "Bộ Tư pháp"}}
            """
        let problems = try await Self.problems(text)
        #expect(problems.map(\.line) == [5])
        #expect(problems.map { $0.path.joined(separator: ".") } == [path])
        #expect(problems.map(\.code) == [code])
    }

    private static let frames: [(text: String, line: Int, path: String, code: String)] = [
        ("{\n\"format\": 1,\n\"procedure\": {\n", 4, "", "not_json"),
        ("{\"format\": 1,\n\"format\": 1}", 2, "", "not_json"),
        (
            "{\"format\": 1, \"procedure\": {\"code\": \"1.001193\", \"name\": \"A\", \"field\": {\"name\": \"B\"}},\n\"x\": 1}",
            2, "x", "unknown_field"
        ),
        (
            "{\"procedure\": {\"code\": \"1.001193\",\n\"name\": \"A\", \"field\": {\"name\": \"B\"}}}", 1, "",
            "required"
        ),
        ("{\"format\": 1,\n\"procedure\": []}", 2, "procedure", "required"),
        (
            "{\"format\": 1, \"procedure\":\n{\"code\": \"1.000656\", \"name\": \"A\",\n\"field\": {\"name\": \"B\"}}}",
            2, "procedure.code", "other_procedure"
        ),
        ("{\"format\": 1, \"procedure\":\n{\"code\": \"1.001193\", \"name\": \"A\"}}", 2, "procedure", "required"),
    ]

    @Test("and so is one in what is around them", arguments: frames.indices)
    func framesByLine(_ index: Int) async throws {
        let (text, line, path, code) = Self.frames[index]
        let problem = try #require(try await Self.problems(text).first)
        #expect(
            problem.line == line && problem.path.joined(separator: ".") == path && problem.code == code, "\(problem)")
    }

    private static let slips: [(from: String, to: String, path: String, code: String)] = [
        (#""kind": "yes_no""#, #""kind": "yes_or_no""#, "form.sections.0.fields.0.kind", "malformed"),
        (#""id": "b""#, #""id": "a""#, "form.sections.0.fields.1", "twice"),
        (#""unit": "DAY""#, #""unit": "FORTNIGHT""#, "form.limit.unit", "malformed"),
        (#""required": false"#, #""required": "no""#, "form.sections.0.fields.1.required", "malformed"),
        (#""hint": null"#, #""hints": null"#, "form.sections.0.fields.1.hints", "malformed"),
        (#""value": "y""#, #""value": "x""#, "form.sections.0.fields.1.options.1", "option_twice"),
    ]

    @Test("a slip in the form is said with its line; of two of one name it is the second", arguments: slips.indices)
    func formByLine(_ index: Int) async throws {
        let (from, to, path, code) = Self.slips[index]
        let text = """
            {"format": 1, "procedure": {"code": "1.001193", "name": "A", "field": {"name": "B"}}, "form": {
              "code": "f", "title": {"vi": "A", "en": "A"}, "paper_form": "x", "subjects": ["citizen"], "receiving": "ward",
              "limit": {"quantity": 1, "cut_off": "15:00", "basis": {"vi": "A", "en": "A"},
                "unit": "DAY"},
              "eligibility": [], "sections": [{"id": "s", "title": {"vi": "A", "en": "A"}, "fields": [
                {"id": "a", "label": {"vi": "A", "en": "A"}, "required": true,
                 "kind": "yes_no"},
                {"label": {"vi": "B", "en": "B"}, "kind": "choice",
                 "id": "b",
                 "hint": null,
                 "options": [{"label": {"vi": "X", "en": "X"}, "value": "x"}, {"label": {"vi": "Y", "en": "Y"},
                   "value": "y"}],
                 "required": false}]}]}}
            """
        #expect(try await Self.problems(text).isEmpty)
        let broken = text.replacing(from, with: to)
        let problem = try #require(try await Self.problems(broken).first)
        #expect(problem.path.joined(separator: ".") == path && problem.code == code, "\(problem)")
        // Elements begin on the line of their brace, members on their own.
        let lines = broken.split(separator: "\n", omittingEmptySubsequences: false)
        let written = try #require(lines.firstIndex { $0.contains(to) && !$0.contains("\"id\": \"a\", \"label\"") }) + 1
        #expect((written - 1...written).contains(problem.line), "\(problem)")
    }

    @Test(
        "a template is one that the portal has, of its size and type",
        arguments: [
            ("a1", 7, "docx", [Int](), [String]()), ("b2", 7, "docx", [3], ["unknown_file"]),
            ("A1", 7, "docx", [3], ["unknown_file"]),
            ("a1", 8, "docx", [4], ["other_file"]), ("a1", 7, "pdf", [5], ["other_file"]),
        ])
    func templates(digest: String, size: Int, type: String, lines: [Int], codes: [String]) async throws {
        let text = """
            {"format": 1, "procedure": {"code": "1.001193", "name": "A", "field": {"name": "B"}, "documents": [{"items": [
              {"name": "Tờ khai", "templates": [
                {"name": "to-khai.docx", "sha256": "\(String(repeating: digest, count: 32))",
                 "size": \(size),
                 "type": "\(type)"}]}]}]}}
            """
        let known = TemplateFile(sha256: String(repeating: "a1", count: 32), size: 7, type: "docx")
        let problems = try await Self.problems(text, known: [known])
        #expect(problems.map(\.line) == lines && problems.map(\.code) == codes)
    }

    @Test("the document of every procedure of the seed is read back as it was")
    func roundtrip() async throws {
        let procedures = try Forms.seed("procedures.json").array ?? []
        let options = try Forms.seed("option_sets.json")
        for facts in procedures {
            let code = facts["code"]?.string ?? ""
            let form = (try? Forms.seed("forms/\(code).json")).map { Form.resolving($0, optionSets: options) }
            let document = ProcedureDocument(facts: facts, form: form)
            let read = try await Self.read(document.text, about: code)
            #expect(RevisionChange.all(from: document.json, to: read.json) == [], "\(code)")
        }
    }

    private static func problems(
        _ text: String, known: [TemplateFile] = []
    ) async throws -> [ProcedureDocument.Problem] {
        do {
            _ = try await read(Array(text.utf8), about: "1.001193", known: known)
            return []
        } catch let error as ProcedureDocument.Problems { return error.all }
    }

    private static func read(
        _ bytes: [UInt8], about code: String, known: [TemplateFile] = []
    ) async throws -> ProcedureDocument {
        try await ProcedureDocument(
            parsing: bytes, about: code, parts: try Forms.parts(), today: Forms.today, files: { _ in known })
    }
}
