import Catalogue
import Core
import Dossiers

/// A procedure as one JSON document, `{"format": 1, "procedure": {…}, "form": {…} | null}`: what an agency keeps in its
/// own repository and takes back and forth.
struct ProcedureDocument {
    let facts: JSON
    let form: JSON?

    /// Something wrong with a document, and on which line.
    struct Problem: Error {
        enum Kind {
            /// Not JSON at all.
            case syntax(String)
            case unknownMember(String)
            case missingMember(String)
            /// The document is about another procedure.
            case otherProcedure(String)
            /// What a page of the desk would have said.
            case field(FieldProblem, LocalizedText)
            case form(Form.Problem)
        }

        let line: Int
        let kind: Kind
    }

    struct Problems: Error {
        let all: [Problem]
    }

    private static let limits = JSON.Limits(bytes: 2_000_000, depth: 32, elements: 100_000)

    init(facts: JSON, form: JSON?) {
        self.facts = facts
        self.form = form
    }

    /// Reads a document about a procedure, or throws everything that is wrong with it.
    /// - Parameter parts: the desk's questions, by whose rules the facts are checked.
    init(parsing bytes: [UInt8], about code: String, parts: Form, today: Day) throws(Problems) {
        let (json, lines): (JSON, JSON.Lines)
        do {
            (json, lines) = try JSON.withLines(parsing: bytes, limits: Self.limits)
        } catch {
            throw Problems(all: [Problem(line: error.line, kind: .syntax("\(error.column): \(error.reason)"))])
        }
        var problems: [Problem] = []
        func add(_ kind: Problem.Kind, at path: [String]) {
            problems.append(Problem(line: lines.line(of: path, in: json), kind: kind))
        }
        let known: Set<String> = ["format", "procedure", "form"]
        for name in (json.object ?? [:]).keys.sorted() where !known.contains(name) {
            add(.unknownMember(name), at: [name])
        }
        if json["format"] != 1 { add(.missingMember("format"), at: ["format"]) }
        let facts = json["procedure"] ?? .null
        if facts.object == nil { add(.missingMember("procedure"), at: ["procedure"]) }
        if let other = facts["code"]?.string, other != code { add(.otherProcedure(other), at: ["procedure", "code"]) }
        for part in FactsPart.allCases {
            for problem in Self.check(part, of: facts, parts: parts, today: today) {
                let path = ["procedure"] + part.path(of: problem.field)
                add(
                    .field(
                        problem, parts.label(of: problem.field) ?? LocalizedText(vi: problem.field, en: problem.field)),
                    at: path)
            }
        }
        let form = json["form"].flatMap { $0 == .null ? nil : $0 }
        for problem in form.map(Finding.problems) ?? [] { add(.form(problem), at: ["form"] + problem.path) }
        guard problems.isEmpty else { throw Problems(all: problems.sorted { $0.line < $1.line }) }
        self.facts = facts
        self.form = form
    }

    private static func check(_ part: FactsPart, of facts: JSON, parts: Form, today: Day) -> [FieldProblem] {
        guard let section = parts.section(part.rawValue) else { return [] }
        let answers = Answers(values: part.answers(facts))
        // What is merely missing is said before it is submitted, as it is for what is written at the desk.
        return parts.validate(section, of: answers, attachments: [:], today: today, placeExists: { _ in true })
            .filter { $0.code != "required" }
    }

    /// As it is kept in files: indented, members in the order of their names.
    var text: [UInt8] {
        var members: [String: JSON] = ["format": 1, "procedure": facts]
        members["form"] = form ?? .null
        return JSON.object(members).indented()
    }
}

extension FactsPart {
    /// Where in the facts the answer to a question of this part stands, as far as it can be told.
    fileprivate func path(of field: String) -> [String] {
        let steps = field.split(separator: ".").map(String.init)
        switch (self, steps.first) {
        case (.general, "field_name"): return ["field", "name"]
        case (.general, "field_code"): return ["field", "code"]
        case (.conditions, "decision_number"): return ["decision", "number"]
        case (.conditions, "decision_date"): return ["decision", "date"]
        case (.fees, _): return ["channels"]
        case (.documents, _): return ["documents"]
        case (.steps, _): return steps.filter { $0 != "text" }
        default: return steps
        }
    }
}

extension JSON {
    /// Readable text: two spaces a level, a member a line.
    fileprivate func indented() -> [UInt8] {
        var writer = JSONWriter()
        writer.writeIndented(self, level: 0)
        return writer.bytes + [0x0A]
    }
}
