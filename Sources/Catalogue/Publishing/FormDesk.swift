package import Core

/// The desk's own questions about a form: sections of `Templates/desk/form.json`, and their answers to and from the
/// form's JSON. What a publisher is asked about a question is what its kind has.
package struct FormDesk: Sendable {
    private let template: JSON

    /// - Parameter template: `Templates/desk/form.json`.
    package init(template: JSON) throws {
        self.template = template
        for kind in FormField.Kind.allCases { _ = try questions("field", kind: kind, form: .object([:]), at: nil) }
    }

    /// The questions about the form itself, a section, a question before filing, or a question of a kind.
    /// - Parameters:
    ///   - kind: of the question that is edited; nil for the others.
    ///   - path: of the question that is edited: its conditions may only look at what is asked before it.
    package func questions(_ part: String, kind: FormField.Kind?, form: JSON, at path: FormPath?) throws -> Form {
        let answers = form.conditionAnswers(before: path, yesNo: yesNo)
        let sets: JSON = [
            "answers": .array(answers), "numbers": .array(form.earlier(than: path, [.integer, .money, .computed])),
            "dates": .array(form.earlier(than: path, [.date])),
        ]
        let isInGroup = path?.steps.count == 3
        guard case .object(var members) = Form.resolving(template, optionSets: sets),
            var section = members["sections"]?.array?.first(where: { $0["id"]?.string == part })?.object
        else { throw Form.Malformed(path: part) }
        if let kind {
            let prefills = FormField.prefills(kind)
            section["fields"] = .array(
                (section["fields"]?.array ?? []).compactMap { field in
                    switch field["id"]?.string ?? "" {
                    case "show_if": return answers.isEmpty || isInGroup ? nil : field
                    case "prefill": return prefills.isEmpty || isInGroup ? nil : field.offering(prefills)
                    case "required": return kind.isAnswered ? field : nil
                    // What has nothing to choose from isn't asked.
                    case let id
                    where ["sum_of", "days_from", "days_to"].contains(id) && field["options"]?.array?.isEmpty != false:
                        return nil
                    case "amounts" where answers.isEmpty: return nil
                    case let id: return Self.common.contains(id) || kind.questions.contains(id) ? field : nil
                    }
                })
        }
        members["sections"] = [.object(section)]
        return try Form(json: .object(members))
    }

    /// Yes and no in words, as the template's own question of that kind has them.
    private var yesNo: [JSON] {
        template.element(at: FormPath(["eligibility", "refuse"]))?["options"]?.array ?? []
    }

    private static let common: Set<String> = ["label_vi", "label_en", "hint_vi", "hint_en", "required"]
}

extension FormField.Kind {
    /// What the desk asks about questions of this kind, beside what it asks about all.
    fileprivate var questions: Set<String> {
        switch self {
        case .text: ["max_length", "pattern"]
        case .longText: ["max_length"]
        case .computed: ["rule", "sum_of", "days_from", "days_to", "amounts"]
        case .integer, .money: ["min", "max"]
        case .date: ["not_before", "not_after_today"]
        case .choice, .choices: ["options"]
        case .group: ["min_items", "max_items", "item_label_vi", "item_label_en"]
        case .file: ["max_files", "document_code"]
        case .yesNo, .personalNumber, .taxCode, .phone, .email, .place, .guidance: []
        }
    }
}

extension JSON {
    /// A question with only some of its options.
    fileprivate func offering(_ values: Set<String>) -> JSON {
        var members = object ?? [:]
        members["options"] = .array(
            (self["options"]?.array ?? []).filter { values.contains($0["value"]?.string ?? "") })
        return .object(members)
    }

    /// The questions of some kinds that are asked before another, as options.
    fileprivate func earlier(than path: FormPath?, _ kinds: Set<FormField.Kind>) -> [JSON] {
        var found: [JSON] = []
        for section in self["sections"]?.array ?? [] {
            for field in section["fields"]?.array ?? [] {
                if section["id"]?.string == path?.steps.first, field["id"]?.string == path?.steps.dropFirst().first {
                    return found
                }
                guard let kind = field["kind"]?.string.flatMap(FormField.Kind.init(rawValue:)), kinds.contains(kind)
                else {
                    continue
                }
                found.append(["value": field["id"] ?? "", "label": field["label"] ?? .null])
            }
        }
        return found
    }

    /// Every answer that a condition may wait for, as options `question=answer`: those to the choices that are asked
    /// before a question.
    fileprivate func conditionAnswers(before path: FormPath?, yesNo: [JSON]) -> [JSON] {
        var found: [JSON] = []
        for section in self["sections"]?.array ?? [] {
            for field in section["fields"]?.array ?? [] {
                if section["id"]?.string == path?.steps.first, field["id"]?.string == path?.steps.dropFirst().first {
                    return found
                }
                let kind = field["kind"]?.string.flatMap(FormField.Kind.init(rawValue:))
                for option in kind == .yesNo ? yesNo : field["options"]?.array ?? [] {
                    func label(_ language: String) -> JSON {
                        .string(
                            "\(field["label"]?[language]?.string ?? ""): \(option["label"]?[language]?.string ?? "")")
                    }
                    found.append([
                        "value": .string("\(field["id"]?.string ?? "")=\(option["value"]?.string ?? "")"),
                        "label": ["vi": label("vi"), "en": label("en")],
                    ])
                }
            }
        }
        return found
    }
}
