import Core
import Cryptography

/// A procedure as the national list gives it, one JSON object a line.
package struct CatalogueLine: Sendable, Hashable {
    package let code: String
    let name: String
    let field: String
    let state: String
    let kind: String
    let promulgator: String
    let executing: [String]
    let subjects: [String]

    /// Why a line was left out.
    package enum Refusal: Error, Sendable, Hashable {
        case notJSON(String)
        case missing(String)
        case malformedCode(String)
        case tooLong(String)
        case repeated(firstLine: Int)
    }

    /// Reads a line of the export of the national list (`code`, `name`, `categories`, `departments`, …).
    init(line: some Collection<UInt8>) throws(Refusal) {
        let json: JSON
        do { json = try JSON(parsing: line) } catch { throw .notJSON("\(error)") }
        code = try json.text("code", most: 35)
        guard Self.isCode(code) else { throw .malformedCode(code) }
        name = try json.text("name", most: 4000)
        field = json["categories"]?.array?.first?.string?.nfc ?? ""
        state = try json.text("state", most: 40)
        kind = try json.text("type", most: 40)
        promulgator = try json.text("departmentPromulgate", most: 400)
        executing = json.strings("departments")
        subjects = json.strings("formalityTargetType")
    }

    /// Reads an entry of our own seed.
    init(seed json: JSON) throws(Refusal) {
        code = try json.text("code", most: 35)
        guard Self.isCode(code) else { throw .malformedCode(code) }
        name = try json.text("name", most: 4000)
        guard let field = json["field"]?["name"]?.string else { throw .missing("field.name") }
        self.field = field.nfc
        state = try json.text("state", most: 40)
        kind = try json.text("type", most: 40)
        promulgator = try json.text("promulgator", most: 400)
        executing = json.strings("executing")
        subjects = json.strings("subjects")
    }

    /// As the import statement takes it; the digest tells whether anything changed.
    var json: JSON {
        let facts: JSON = [
            "code": .string(code), "name": .string(name), "field_name": .string(field), "state": .string(state),
            "kind": .string(kind), "promulgator": .string(promulgator),
            "executing": .array(executing.map(JSON.string)), "subjects": .array(subjects.map(JSON.string)),
        ]
        guard case .object(var members) = facts else { return facts }
        members["digest"] = .string(Hex.encode(SHA256.hash(facts.canonical())))
        return .object(members)
    }

    /// A digit, a dot and six digits, with the suffixes of local variants: `1.000948.H38`. Wider than TT 01/2018, whose
    /// first digit ends at 3: the list of July 2026 has 5 and 6 as well.
    private static func isCode(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 8, (49...57).contains(bytes[0]), bytes[1] == 46 else { return false }
        return bytes[2..<8].allSatisfy { (48...57).contains($0) }
            && bytes[8...].allSatisfy { $0 == 46 || (48...57).contains($0) || (65...90).contains($0) }
    }
}

extension JSON {
    fileprivate func text(_ member: String, most bytes: Int) throws(CatalogueLine.Refusal) -> String {
        // The list of July 2026 has a code with a space before it.
        guard let text = self[member]?.string?.nfc.trimmed, !text.isEmpty else { throw .missing(member) }
        guard text.utf8.count <= bytes else { throw .tooLong(member) }
        return text
    }

    fileprivate func strings(_ member: String) -> [String] {
        // The list of July 2026 has agencies without a name.
        (self[member]?.array ?? []).compactMap { $0.string?.nfc.trimmed }.filter { !$0.isEmpty }
    }
}
