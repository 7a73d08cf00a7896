package import Core

/// A form's pieces as answers to the desk's questions (`Templates/desk/form.json`), and back.
package enum FormPiece: String, Sendable {
    case settings, section, eligibility, field

    package func answers(_ piece: JSON) -> [String: JSON] {
        var answers: [String: JSON] = [:]
        for text in texts {
            answers["\(text)_vi"] = piece[text]?["vi"]
            answers["\(text)_en"] = piece[text]?["en"]
        }
        for member in members { answers[member] = piece[member] }
        switch self {
        case .settings:
            let limit = piece["limit"] ?? .null
            for member in ["quantity", "unit", "cut_off", "exact"] { answers[member] = limit[member] }
            answers["basis_vi"] = limit["basis"]?["vi"]
            answers["basis_en"] = limit["basis"]?["en"]
        case .eligibility: answers["refuse"] = piece["refuse"]?.bool.map { $0 ? "yes" : "no" }
        case .field:
            answers["not_after_today"] = piece["kind"] == "date" ? .bool(piece["not_after"] == "today") : nil
            answers["options"] = (piece["options"]?.array).map { options in
                .array(
                    options.map {
                        [
                            "value": $0["value"] ?? "", "label_vi": $0["label"]?["vi"] ?? "",
                            "label_en": $0["label"]?["en"] ?? "",
                        ]
                    })
            }
            answers.merge(Self.computation(piece["compute"] ?? .null)) { $1 }
            let conditions = (piece["show_if"]?.array ?? []).flatMap { condition in
                (condition["in"]?.array ?? []).compactMap { value in
                    condition["field"]?.string.flatMap { field in value.string.map { JSON.string("\(field)=\($0)") } }
                }
            }
            answers["show_if"] = conditions.isEmpty ? nil : .array(conditions)
        case .section: break
        }
        return answers.filter { $0.value != .null }
    }

    /// The piece with the answers in the place of what was there.
    package func piece(_ piece: JSON, with answers: [String: JSON]) -> JSON {
        var members = piece.object ?? [:]
        for text in texts { members[text] = Self.localized(answers, text) }
        for member in self.members { members[member] = answers[member] }
        switch self {
        case .settings:
            members["limit"] = answers["quantity"].map { quantity in
                var limit: [String: JSON] = [
                    "quantity": quantity, "unit": answers["unit"] ?? "WORKING_DAY",
                    "cut_off": answers["cut_off"] ?? "15:00",
                    "basis": Self.localized(answers, "basis") ?? ["vi": "–", "en": "–"],
                ]
                if answers["exact"] == true { limit["exact"] = true }
                return .object(limit)
            }
        case .eligibility: members["refuse"] = .bool(answers["refuse"] == "yes")
        case .field:
            members["not_after"] = answers["not_after_today"] == true ? "today" : nil
            members["options"] = answers["options"]?.array.map { .array(Self.options($0)) }
            members["show_if"] = Self.conditions(answers["show_if"]?.array ?? [])
            members["compute"] = Self.compute(answers)
            if piece["kind"] == "guidance" || piece["kind"] == "computed" { members["required"] = false }
        case .section: break
        }
        return .object(members)
    }

    /// Texts in two languages.
    private var texts: [String] {
        switch self {
        case .settings: ["title"]
        case .section: ["title", "guidance"]
        case .eligibility: ["question", "explanation"]
        case .field: ["label", "hint", "item_label"]
        }
    }

    /// What is kept as it was answered.
    private var members: [String] {
        switch self {
        case .settings: ["paper_form", "subjects", "receiving"]
        case .section: ["once"]
        case .eligibility: []
        case .field:
            [
                "required", "max_length", "min", "max", "not_before", "min_items", "max_items", "max_files",
                "document_code",
                "prefill", "pattern",
            ]
        }
    }

    /// Nil when neither language has a text; what one lacks is shown in the other.
    private static func localized(_ answers: [String: JSON], _ text: String) -> JSON? {
        let (vi, en) = (answers["\(text)_vi"]?.string ?? "", answers["\(text)_en"]?.string ?? "")
        guard !vi.isEmpty || !en.isEmpty else { return nil }
        return ["vi": .string(vi.isEmpty ? en : vi), "en": .string(en.isEmpty ? vi : en)]
    }

    private static func options(_ rows: [JSON]) -> [JSON] {
        var taken = Set(rows.compactMap { $0["value"]?.string })
        return rows.map { row in
            let label = row["label_vi"]?.string ?? row["label_en"]?.string ?? ""
            let value = row["value"]?.string ?? JSON.formID(from: label, taken: taken)
            taken.insert(value)
            return [
                "value": .string(value),
                "label": localized(
                    ["label_vi": row["label_vi"] ?? .null, "label_en": row["label_en"] ?? .null], "label") ?? .null,
            ]
        }
    }

    private static func computation(_ json: JSON) -> [String: JSON] {
        var answers: [String: JSON] = [:]
        answers["rule"] = json["rule"]
        answers["sum_of"] = json["fields"]
        answers["days_from"] = json["from"]
        answers["days_to"] = json["to"]
        if let field = json["field"]?.string {
            answers["amounts"] = .array(
                (json["amounts"]?.array ?? []).map { row in
                    ["answer": .string("\(field)=\(row["value"]?.string ?? "")"), "amount": row["amount"] ?? .null]
                })
        }
        return answers
    }

    private static func compute(_ answers: [String: JSON]) -> JSON? {
        switch answers["rule"]?.string {
        case "sum": return ["rule": "sum", "fields": answers["sum_of"] ?? []]
        case "days": return ["rule": "days", "from": answers["days_from"] ?? "", "to": answers["days_to"] ?? ""]
        case "by_answer":
            let rows = (answers["amounts"]?.array ?? []).compactMap {
                row -> (field: String, value: String, amount: JSON)? in
                guard let pair = row["answer"]?.string, let mark = pair.firstIndex(of: "=") else { return nil }
                return (String(pair[..<mark]), String(pair[pair.index(after: mark)...]), row["amount"] ?? 0)
            }
            guard let field = rows.first?.field else { return nil }
            return [
                "rule": "by_answer", "field": .string(field),
                "amounts": .array(
                    rows.filter { $0.field == field }.map { ["value": .string($0.value), "amount": $0.amount] }),
            ]
        default: return nil
        }
    }

    /// `question=answer` of the same question are alternatives; different questions must all hold.
    private static func conditions(_ chosen: [JSON]) -> JSON? {
        var fields: [String] = []
        var values: [String: [JSON]] = [:]
        for pair in chosen.compactMap(\.string) {
            guard let mark = pair.firstIndex(of: "=") else { continue }
            let field = String(pair[..<mark])
            if values[field] == nil { fields.append(field) }
            values[field, default: []].append(.string(String(pair[pair.index(after: mark)...])))
        }
        return fields.isEmpty ? nil : .array(fields.map { ["field": .string($0), "in": .array(values[$0] ?? [])] })
    }
}

extension FormField.Kind {
    /// A new question of this kind, ready to be edited.
    package func newField(id: String, vi: String, en: String) -> JSON {
        var members: [String: JSON] = [
            "id": .string(id), "kind": .string(rawValue), "required": .bool(isAnswered),
            "label": ["vi": .string(vi), "en": .string(en.isEmpty ? vi : en)],
        ]
        switch self {
        case .choice, .choices: members["options"] = []
        case .group: members["fields"] = []
        default: break
        }
        return .object(members)
    }
}
