package import Core

extension Form {
    /// What in a form's JSON isn't as it should be, by its path.
    package struct Malformed: Error, CustomStringConvertible {
        let path: String
        package var description: String { "form: \(path) is missing or not as it should be" }
    }

    /// Reads a form with its options written out.
    package init(json: JSON) throws {
        code = try json.text("code")
        title = try json.localized("title")
        paperForm = try json.text("paper_form")
        subjects = try json.list("subjects").compactMap(\.string)
        receiving = try json.text("receiving")
        limit = try json["limit"].flatMap { $0 == .null ? nil : try Limit($0) }
        eligibility = try json.list("eligibility").map { item in
            guard let refuses = item["refuse"]?.bool else { throw Malformed(path: "eligibility.refuse") }
            return Eligibility(
                id: try item.text("id"), question: try item.localized("question"), refuses: refuses,
                explanation: try item.localized("explanation"))
        }
        sections = try json.list("sections").map { item in
            Section(
                id: try item.text("id"), title: try item.localized("title"),
                guidance: item["guidance"] == nil ? nil : try item.localized("guidance"),
                fields: try item.list("fields").map(FormField.init(json:)))
        }
    }

    /// A form's JSON with `options_from` replaced by the shared list of that name.
    package static func resolving(_ json: JSON, optionSets: JSON) -> JSON {
        switch json {
        case .object(var members):
            if let name = members.removeValue(forKey: "options_from")?.string {
                members["options"] = optionSets[name] ?? .null
            }
            return .object(members.mapValues { resolving($0, optionSets: optionSets) })
        case .array(let elements): return .array(elements.map { resolving($0, optionSets: optionSets) })
        case .null, .bool, .integer, .double, .string: return json
        }
    }

    /// What keeps the form from being published, a sentence each: for whoever writes forms.
    package func check() -> [String] {
        var problems: [String] = []
        var seen: [String: FormField] = [:]
        for section in sections {
            if section.fields.isEmpty { problems.append("section \(section.id) asks nothing") }
            for field in section.fields {
                if seen[field.id] != nil { problems.append("field \(field.id) stands twice") }
                for condition in field.conditions { problems += Self.problems(of: condition, at: field, earlier: seen) }
                problems += field.check()
                seen[field.id] = field
            }
        }
        if Set(sections.map(\.id)).count != sections.count { problems.append("a section stands twice") }
        return problems
    }

    private static func problems(
        of condition: FormField.Condition, at field: FormField, earlier: [String: FormField]
    ) -> [String] {
        guard let deciding = earlier[condition.field] else {
            return ["field \(field.id) depends on \(condition.field), which isn't asked before it"]
        }
        let possible: [String]
        switch deciding.kind {
        case .yesNo: possible = ["yes", "no"]
        case .choice, .choices: possible = deciding.options.map(\.value)
        case .text, .longText, .integer, .money, .date, .personalNumber, .taxCode, .phone, .email, .place, .group, .file:
            return ["field \(field.id) depends on \(condition.field), which isn't a choice"]
        }
        return condition.values.filter { !possible.contains($0) }.map {
            "field \(field.id) depends on \(condition.field) being \($0), which it can't be"
        }
    }
}

extension Form.Limit {
    fileprivate init(_ json: JSON) throws {
        guard let quantity = json["quantity"]?.int, quantity > 0,
            let unit = json["unit"]?.string.flatMap(TimeLimit.Unit.init(rawValue:)),
            let cutOff = json["cut_off"]?.string?.minuteOfDay
        else { throw Form.Malformed(path: "limit") }
        timeLimit = TimeLimit(quantity: quantity, unit: unit, cutOff: cutOff)
        basis = try json.localized("basis")
    }
}

extension FormField {
    fileprivate init(json: JSON) throws {
        id = try json.text("id")
        guard let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)), let required = json["required"]?.bool else {
            throw Form.Malformed(path: "\(id).kind or .required")
        }
        self.kind = kind
        label = try json.localized("label")
        hint = json["hint"] == nil ? nil : try json.localized("hint")
        isRequired = required
        conditions = try json.optionalList("show_if").map { condition in
            Condition(field: try condition.text("field"), values: try condition.list("in").compactMap(\.string))
        }
        maxLength = json["max_length"]?.int ?? (kind == .longText ? 4000 : 400)
        minimum = json["min"]?.int ?? json["min_items"]?.int
        maximum = json["max"]?.int ?? json["max_items"]?.int ?? json["max_files"]?.int
        notBefore = json["not_before"]?.string.flatMap(Day.init)
        isNotAfterToday = json["not_after"]?.string == "today"
        options = try json.optionalList("options").map { option in
            Option(value: try option.text("value"), label: try option.localized("label"))
        }
        fields = try json.optionalList("fields").map(FormField.init(json:))
        itemLabel = json["item_label"] == nil ? nil : try json.localized("item_label")
        prefill = json["prefill"]?.string
        documentCode = json["document_code"]?.string
    }

    fileprivate func check() -> [String] {
        var problems: [String] = []
        switch kind {
        case .choice, .choices:
            if options.isEmpty { problems.append("field \(id) has no options") }
            if Set(options.map(\.value)).count != options.count { problems.append("field \(id) has an option twice") }
        case .group:
            if fields.isEmpty { problems.append("group \(id) asks nothing") }
            for field in fields {
                if field.kind == .group || field.kind == .file { problems.append("\(id).\(field.id): no \(field.kind) in a group") }
                if !field.conditions.isEmpty { problems.append("\(id).\(field.id): no conditions in a group") }
                problems += field.check()
            }
        case .text, .longText, .integer, .money, .date, .yesNo, .personalNumber, .taxCode, .phone, .email, .place, .file:
            break
        }
        if id.isEmpty || !id.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }) {
            problems.append("field “\(id)”: an id has lower-case letters, digits and _")
        }
        return problems
    }
}

extension JSON {
    fileprivate func text(_ member: String) throws -> String {
        guard let text = self[member]?.string?.nfc, !text.isEmpty else { throw Form.Malformed(path: member) }
        return text
    }

    fileprivate func localized(_ member: String) throws -> LocalizedText {
        guard let text = self[member] else { throw Form.Malformed(path: member) }
        return LocalizedText(vi: try text.text("vi"), en: try text.text("en"))
    }

    fileprivate func list(_ member: String) throws -> [JSON] {
        guard let list = self[member]?.array else { throw Form.Malformed(path: member) }
        return list
    }

    fileprivate func optionalList(_ member: String) throws -> [JSON] {
        self[member] == nil || self[member] == .null ? [] : try list(member)
    }
}

extension String {
    /// `15:00` as 900.
    fileprivate var minuteOfDay: Int? {
        let parts = split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, (0..<24).contains(parts[0]), (0..<60).contains(parts[1]) else { return nil }
        return parts[0] * 60 + parts[1]
    }
}
