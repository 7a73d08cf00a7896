package import Core

extension Form {
    /// What in a form's JSON isn't as it should be, by its path.
    package struct Malformed: Error, CustomStringConvertible {
        /// Members by their names and elements by their ids, with dots between them.
        let path: String
        package var description: String { "form: \(path) is missing or not as it should be" }

        var problem: Form.Problem {
            Form.Problem("malformed", at: path.split(separator: ".").map(String.init), ["at": path], description)
        }
    }

    /// Reads a form with its options written out. Strict: a member that isn't known here is an error too, since a
    /// condition with a slip in its name would otherwise ask everybody.
    /// - Throws: `Malformed`.
    package init(json: JSON) throws {
        try json.check(
            ["code", "title", "paper_form", "subjects", "receiving", "limit", "eligibility", "sections"])
        code = try json.text("code")
        title = try json.localized("title")
        paperForm = try json.text("paper_form")
        subjects = try json.texts("subjects")
        receiving = try json.text("receiving")
        limit = try json.optional("limit") { try Limit(json: $0) }
        eligibility = try json.each("eligibility") { try Eligibility(json: $0) }
        sections = try json.each("sections") { try Section(json: $0) }
    }

    /// A form's JSON with `options_from` replaced by the shared list of that name. A name that isn't known leaves the
    /// field without options, which `check` finds.
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
}

extension Form.Limit {
    fileprivate init(json: JSON) throws {
        try json.check(["quantity", "unit", "cut_off", "exact", "basis"])
        guard let quantity = json["quantity"]?.int, quantity > 0 else { throw Form.Malformed(path: "quantity") }
        guard let unit = json["unit"]?.string.flatMap(TimeLimit.Unit.init(rawValue:)) else {
            throw Form.Malformed(path: "unit")
        }
        guard let cutOff = json["cut_off"]?.string?.minuteOfDay else { throw Form.Malformed(path: "cut_off") }
        timeLimit = TimeLimit(
            quantity: quantity, unit: unit, cutOff: cutOff, isExact: json["exact"]?.bool ?? false)
        basis = try json.localized("basis")
    }
}

extension Form.Eligibility {
    fileprivate init(json: JSON) throws {
        try json.check(["id", "question", "refuse", "explanation"])
        guard let refuses = json["refuse"]?.bool else { throw Form.Malformed(path: "refuse") }
        id = try json.text("id")
        question = try json.localized("question")
        self.refuses = refuses
        explanation = try json.localized("explanation")
    }
}

extension Form.Section {
    fileprivate init(json: JSON) throws {
        try json.check(["id", "title", "guidance", "once", "fields"])
        id = try json.text("id")
        title = try json.localized("title")
        guidance = try json.optionalLocalized("guidance")
        isOnce =
            try json.optional("once").map { once in
                guard let once = once.bool else { throw Form.Malformed(path: "once") }
                return once
            } ?? false
        fields = try json.each("fields") { try FormField(json: $0) }
    }
}

/// Reads members of a form's JSON or throws `Form.Malformed`.
extension JSON {
    /// An object with no other members than these.
    func check(_ known: [String]) throws {
        guard let members = object else { throw Form.Malformed(path: "an object") }
        guard let stranger = members.keys.filter({ !known.contains($0) }).min() else { return }
        throw Form.Malformed(path: stranger)
    }

    /// The value of a member that may be left out or null.
    func optional(_ member: String) -> JSON? {
        self[member].flatMap { $0 == .null ? nil : $0 }
    }

    /// What `read` makes of such a member; what is wrong in it is said with its name.
    func optional<Value>(_ member: String, _ read: (JSON) throws -> Value) throws -> Value? {
        guard let value = optional(member) else { return nil }
        do { return try read(value) } catch let error as Form.Malformed {
            throw Form.Malformed(path: "\(member).\(error.path)")
        }
    }

    func text(_ member: String) throws -> String {
        guard let text = self[member]?.string?.nfc, !text.isEmpty else { throw Form.Malformed(path: member) }
        return text
    }

    func texts(_ member: String) throws -> [String] {
        try each(member) { element in
            guard let text = element.string?.nfc, !text.isEmpty else { throw Form.Malformed(path: "a text") }
            return text
        }
    }

    func number(_ member: String) throws -> Int? {
        guard let value = optional(member) else { return nil }
        guard let number = value.int else { throw Form.Malformed(path: member) }
        return number
    }

    func localized(_ member: String) throws -> LocalizedText {
        guard let text = self[member] else { throw Form.Malformed(path: member) }
        do {
            try text.check(["vi", "en"])
            return LocalizedText(vi: try text.text("vi"), en: try text.text("en"))
        } catch let error as Form.Malformed {
            throw Form.Malformed(path: "\(member).\(error.path)")
        }
    }

    func optionalLocalized(_ member: String) throws -> LocalizedText? {
        try optional(member).map { _ in try localized(member) }
    }

    /// The elements of a list, each read; what is wrong with one is said with its id, or its place from 0.
    func each<Element>(_ member: String, _ read: (JSON) throws -> Element) throws -> [Element] {
        guard let list = self[member]?.array else { throw Form.Malformed(path: member) }
        return try list.enumerated().map { index, element in
            do { return try read(element) } catch let error as Form.Malformed {
                throw Form.Malformed(path: "\(member).\(element["id"]?.string ?? String(index)).\(error.path)")
            }
        }
    }

    func optionalEach<Element>(_ member: String, _ read: (JSON) throws -> Element) throws -> [Element] {
        optional(member) == nil ? [] : try each(member, read)
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
