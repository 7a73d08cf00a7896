package import Catalogue
package import Core

/// A procedure as one JSON document, `{"format": 1, "procedure": {…}, "form": {…} | null}`: what an agency keeps in its
/// own repository and takes back and forth, at the desk and through the API.
package struct ProcedureDocument: Sendable {
    package let facts: JSON
    package let form: JSON?

    /// Bytes of a document, at most.
    package static let largest = 3_000_000
    private static let limits = JSON.Limits(bytes: largest, depth: 32, elements: 100_000)

    package init(facts: JSON, form: JSON?) {
        self.facts = facts
        self.form = form
    }

    /// Reads a document about a procedure, or throws everything that is wrong with it.
    /// - Parameters:
    ///   - parts: the desk's questions, by whose rules the facts are checked.
    ///   - files: gives those of some files, by SHA-256, that documents may name as templates.
    /// - Throws: `Problems`, and what `files` throws.
    package init(
        parsing bytes: [UInt8], about code: String, parts: Form, today: Day,
        files: ([String]) async throws -> [TemplateFile]
    ) async throws {
        let (json, lines): (JSON, JSON.Lines)
        do {
            (json, lines) = try JSON.withLines(parsing: bytes, limits: Self.limits)
        } catch {
            let problem = Problem(line: error.line, path: [], kind: .syntax("\(error.column): \(error.reason)"))
            throw Problems(all: [problem])
        }
        let facts = json["procedure"] ?? .null
        let form = json["form"].flatMap { $0 == .null ? nil : $0 }
        var check = DocumentCheck(json: json, lines: lines)
        check.checkFrame(about: code)
        check.checkFacts(facts, parts: parts, today: today)
        let named = check.templates(of: facts)
        check.checkTemplates(named, known: try await files(named.compactMap { $0.template["sha256"]?.string }))
        for problem in form.map(Finding.problems) ?? [] { check.add(problem) }
        guard check.problems.isEmpty else { throw Problems(all: check.problems.sorted { $0.line < $1.line }) }
        self.facts = facts
        self.form = form
    }

    /// As it is kept in files: indented, members in the order of their names.
    package var text: [UInt8] {
        var writer = JSONWriter()
        writer.writeIndented(json, level: 0)
        return writer.bytes + [0x0A]
    }

    package var json: JSON { ["format": 1, "procedure": facts, "form": form ?? .null] }
}

extension ProcedureDocument {
    /// Something wrong with a document, on which line, and where in its structure.
    package struct Problem: Error, Sendable {
        package enum Kind: Sendable {
            /// Not JSON at all.
            case syntax(String)
            case unknownMember(String)
            case missingMember(String)
            case wrongType(String)
            /// The document is about another procedure.
            case otherProcedure(String)
            /// A template that was never uploaded at the desk.
            case unknownFile(String)
            /// A template's size or type isn't the file's.
            case otherFile(String)
            /// What a page of the desk would have said.
            case field(FieldProblem, LocalizedText)
            case form(Form.Problem)
        }

        package let line: Int
        package let path: [String]
        package let kind: Kind

        /// Stable, for programs.
        package var code: String {
            switch kind {
            case .syntax: "not_json"
            case .unknownMember: "unknown_field"
            case .missingMember: "required"
            case .wrongType: "wrong_type"
            case .otherProcedure: "other_procedure"
            case .unknownFile: "unknown_file"
            case .otherFile: "other_file"
            case .field(let problem, _): problem.code
            case .form(let problem): problem.code
            }
        }

        /// What is wrong in words.
        /// - Parameter words: the text of a key among `Templates/*/texts.json`.
        package func sentence(
            _ language: Language, _ words: (_ key: String, _ arguments: [String: String]) -> String
        ) -> String {
            switch kind {
            case .syntax(let reason): words("desk.document.syntax", ["reason": reason])
            case .unknownMember(let name): words("desk.document.unknown", ["name": name])
            case .missingMember(let name): words("desk.document.missing", ["name": name])
            case .wrongType(let type): words("desk.document.type.\(type)", ["name": path.last ?? ""])
            case .otherProcedure(let code): words("desk.document.other", ["code": code])
            case .unknownFile(let name): words("desk.document.unknown_file", ["name": name])
            case .otherFile(let name): words("desk.document.other_file", ["name": name])
            case .field(let problem, let label):
                words("errors.\(problem.code)", problem.arguments.merging(["label": label[language]]) { $1 })
            case .form(let problem): words("desk.problem.\(problem.code)", problem.arguments)
            }
        }
    }

    package struct Problems: Error {
        package let all: [Problem]
    }
}

/// Gathers what is wrong with a document.
private struct DocumentCheck {
    let json: JSON
    let lines: JSON.Lines
    var problems: [ProcedureDocument.Problem] = []

    mutating func add(_ kind: ProcedureDocument.Problem.Kind, at path: [String], takesLast: Bool = false) {
        let place = lines.place(of: path, in: json, takesLast: takesLast)
        problems.append(ProcedureDocument.Problem(line: place.line, path: place.path, kind: kind))
    }

    /// Of two of the same name the second is one too many.
    mutating func add(_ problem: Form.Problem) {
        add(
            .form(problem), at: ["form"] + problem.path,
            takesLast: problem.code == "twice" || problem.code == "option_twice")
    }

    mutating func checkFrame(about code: String) {
        let known: Set<String> = ["format", "procedure", "form"]
        for name in (json.object ?? [:]).keys.sorted() where !known.contains(name) {
            add(.unknownMember(name), at: [name])
        }
        if json["format"] != 1 { add(.missingMember("format"), at: ["format"]) }
        let facts = json["procedure"]
        if facts?.object == nil { add(.missingMember("procedure"), at: ["procedure"]) }
        if let other = facts?["code"]?.string, other != code { add(.otherProcedure(other), at: ["procedure", "code"]) }
    }

    mutating func checkFacts(_ facts: JSON, parts: Form, today: Day) {
        guard facts.object != nil else { return }
        var broken: Set<String> = []
        for (path, mistake) in FactsShape.facts.mistakes(in: facts) {
            if let part = path.first { broken.insert(part) }
            switch mistake {
            case .unknownMember(let name): add(.unknownMember(name), at: ["procedure"] + path)
            case .wrongType(let type): add(.wrongType(type), at: ["procedure"] + path)
            }
        }
        for part in FactsPart.allCases {
            guard let section = parts.section(part.rawValue) else { continue }
            let answers = Answers(values: part.answers(facts))
            let found = parts.validate(section, of: answers, attachments: [:], today: today, placeExists: { _ in true })
            for problem in found where !part.isSaidLater(problem) {
                let path = part.path(of: problem.field, in: facts)
                // What is of another type was said already.
                guard !broken.contains(path.first ?? "") else { continue }
                let label = parts.label(of: problem.field) ?? LocalizedText(vi: problem.field, en: problem.field)
                add(.field(problem, label), at: ["procedure"] + path)
            }
        }
    }

    /// The template files that the documents name, and where.
    func templates(of facts: JSON) -> [(path: [String], template: JSON)] {
        (facts["documents"]?.array ?? []).enumerated().flatMap { group, documents in
            (documents["items"]?.array ?? []).enumerated().flatMap { item, document in
                (document["templates"]?.array ?? []).enumerated().map { index, template in
                    (["documents", group, "items", item, "templates", index].map { "\($0)" }, template)
                }
            }
        }
    }

    mutating func checkTemplates(_ named: [(path: [String], template: JSON)], known: [TemplateFile]) {
        for (path, template) in named where template.object != nil {
            let path = ["procedure"] + path
            let name = template["name"]?.string ?? ""
            if name.isEmpty { add(.missingMember("name"), at: path + ["name"]) }
            guard let file = known.first(where: { $0.sha256 == template["sha256"]?.string }) else {
                add(.unknownFile(name), at: path + ["sha256"])
                continue
            }
            if template["size"]?.int != file.size { add(.otherFile(name), at: path + ["size"]) }
            if template["type"]?.string != file.type { add(.otherFile(name), at: path + ["type"]) }
        }
    }
}

extension FactsPart {
    /// What is merely missing is said before a draft is submitted, as it is for what is written at the desk; but a row is
    /// whole, and a procedure has a name and a field, or nothing could be shown of it.
    fileprivate func isSaidLater(_ problem: FieldProblem) -> Bool {
        problem.code == "required" && !problem.field.contains(".") && !["name", "field_name"].contains(problem.field)
    }

    /// Where in the facts the answer to a question of this part stands.
    fileprivate func path(of field: String, in facts: JSON) -> [String] {
        let steps = field.split(separator: ".").map(String.init)
        switch (self, steps.first) {
        case (.general, "field_name"): return ["field", "name"]
        case (.general, "field_code"): return ["field", "code"]
        case (.conditions, "decision_number"): return ["decision", "number"]
        case (.conditions, "decision_date"): return ["decision", "date"]
        case (.fees, _): return nested(steps, in: facts, "channels", "fees", outer: ["method", "case"])
        case (.documents, _): return nested(steps, in: facts, "documents", "items", outer: ["group"])
        case (.steps, _): return steps.filter { $0 != "text" }
        default: return steps
        }
    }

    /// The place of a row that stands in a list of lists: the part counts all of them through.
    /// - Parameter outer: the members that stand with the outer element.
    private func nested(
        _ steps: [String], in facts: JSON, _ list: String, _ inner: String, outer: Set<String>
    ) -> [String] {
        guard steps.count > 2, var index = Int(steps[1]) else { return [list] }
        for (place, element) in (facts[list]?.array ?? []).enumerated() {
            let count = element[inner]?.array?.count ?? 0
            if index < count {
                let own = [list, String(place)]
                return outer.contains(steps[2]) ? own + [steps[2]] : own + [inner, String(index), steps[2]]
            }
            index -= count
        }
        return [list]
    }
}
