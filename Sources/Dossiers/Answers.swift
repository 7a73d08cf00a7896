package import Catalogue
package import Core
import Cryptography
package import Postgres

/// What an applicant answered so far: values by field id, and, as typed, whatever couldn't be read yet.
///
/// A value's shape follows its field: text, a whole number, `yyyy-MM-dd`, true or false, a list of options,
/// `{"province", "ward"}`, a list of objects for a group that repeats. Files are not among the answers.
package struct Answers: Sendable, Hashable {
    package var values: [String: JSON]
    /// By the name of the input: nothing typed is ever lost, not even nonsense.
    package var raw: [String: String]
    /// The code of the earlier dossier that an answer was taken from, by field id, until the answer is changed.
    package var origins: [String: String]

    package init(values: [String: JSON] = [:], raw: [String: String] = [:], origins: [String: String] = [:]) {
        self.values = values
        self.raw = raw
        self.origins = origins
    }

    /// Values alone, as the demonstration and other systems give them.
    package init(json: JSON) { self.init(values: json.object ?? [:]) }

    /// Reads what a draft or a dossier keeps.
    package init(stored: JSONText) throws {
        let json = try JSON(parsing: Array(stored.text.utf8), limits: Self.limits)
        values = json["values"]?.object ?? [:]
        raw = (json["raw"]?.object ?? [:]).compactMapValues(\.string)
        origins = (json["origins"]?.object ?? [:]).compactMapValues(\.string)
    }

    /// A draft may hold what is far too long to be submitted: it must be read again all the same.
    static let limits = JSON.Limits(bytes: 64 * 1024 * 1024, depth: 16, elements: 1_000_000)

    /// As a draft keeps them.
    package var stored: JSONText {
        JSONText(
            JSON.object([
                "values": .object(values), "raw": .object(raw.mapValues(JSON.string)),
                "origins": .object(origins.mapValues(JSON.string)),
            ]).serialized())
    }

    /// As a dossier keeps them: values alone.
    package var submitted: JSONText { JSONText(JSON.object(values).serialized()) }

    /// Where answers came from, as a dossier keeps it beside them; nil when none was taken over.
    var submittedOrigins: JSONText? {
        origins.isEmpty ? nil : JSONText(JSON.object(origins.mapValues(JSON.string)).serialized())
    }

    /// SHA-256 of the canonical values, in hex.
    package var digest: String { Hex.encode(SHA256.hash(JSON.object(values).canonical())) }

    /// Puts one section's answers in the place of what was there.
    package mutating func replace(_ section: Form.Section, with given: Answers) {
        for field in section.fields {
            if values[field.id] != given.values[field.id] { origins[field.id] = nil }
            values[field.id] = given.values[field.id]
            for name in raw.keys where name == field.id || name.hasPrefix(field.id + ".") { raw[name] = nil }
        }
        raw.merge(given.raw) { $1 }
        origins.merge(given.origins) { $1 }
    }

    /// Lays answers that were given later over these.
    mutating func lay(_ later: [String: JSON]) {
        for (field, value) in later where values[field] != value { origins[field] = nil }
        values.merge(later) { $1 }
    }

    /// The fields that are asked, given the answers to those before them, in the form's order. Whether a question is
    /// shown, has to be answered and is submitted is decided here alone.
    package func visible(in form: Form) -> [FormField] {
        var kept: [String: JSON] = [:]
        var visible: [FormField] = []
        for field in form.sections.flatMap(\.fields) {
            guard field.conditions.allSatisfy({ $0.holds(for: kept[$0.field]) }) else { continue }
            visible.append(field)
            kept[field.id] = values[field.id]
        }
        return visible
    }

    /// Without the answers to questions that aren't asked, and without what couldn't be read.
    package func pruned(by form: Form) -> Answers {
        let asked = Set(visible(in: form).map(\.id))
        return Answers(
            values: values.filter { asked.contains($0.key) }, origins: origins.filter { asked.contains($0.key) })
    }

    /// The places among the answers, to be looked up.
    package func places(in form: Form) -> [PlaceAnswer] {
        visible(in: form).flatMap { field -> [PlaceAnswer] in
            switch field.kind {
            case .place: return [PlaceAnswer(values[field.id])].compactMap(\.self)
            case .group:
                let parts = field.fields.filter { $0.kind == .place }
                let items = parts.isEmpty ? [] : values[field.id]?.array ?? []
                return items.flatMap { item in parts.compactMap { PlaceAnswer(item[$0.id]) } }
            case .text, .longText, .integer, .money, .date, .yesNo, .choice, .choices, .personalNumber, .taxCode,
                .phone, .email, .file, .guidance, .computed:
                return []
            }
        }
    }
}

/// A ward of a province, by their codes.
package struct PlaceAnswer: Sendable, Hashable {
    package let province: String
    package let ward: String

    init?(_ json: JSON?) {
        guard let province = json?["province"]?.string, let ward = json?["ward"]?.string, !ward.isEmpty else {
            return nil
        }
        self.province = province
        self.ward = ward
    }
}

extension FormField.Condition {
    func holds(for value: JSON?) -> Bool {
        switch value {
        case .bool(let answer): values.contains(answer ? "yes" : "no")
        case .string(let answer): values.contains(answer)
        case .array(let answers): answers.contains { $0.string.map(values.contains) ?? false }
        case nil, .null, .integer, .double, .object: false
        }
    }
}

extension JSONText {
    init(_ bytes: [UInt8]) { self.init(String(decoding: bytes, as: UTF8.self)) }
}
