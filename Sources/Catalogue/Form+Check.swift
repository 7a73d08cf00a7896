import Core

extension Form {
    /// What keeps the form from being published, a sentence each: for whoever writes forms. Empty when all is well.
    package func check() -> [String] {
        var problems: [String] = []
        var seen: [String: FormField] = [:]
        for section in sections {
            problems += section.check()
            for field in section.fields {
                if seen[field.id] != nil { problems.append("field \(field.id) stands twice") }
                if field.conditions.contains(where: { $0.field == field.id }) {
                    problems.append("field \(field.id) depends on itself")
                }
                for condition in field.conditions { problems += condition.check(at: field, earlier: seen) }
                problems += field.check()
                seen[field.id] = field
            }
        }
        if sections.isEmpty { problems.append("the form asks nothing") }
        problems += Set(sections.map(\.id).repeated).sorted().map { "section \($0) stands twice" }
        problems += Set(eligibility.map(\.id).repeated).sorted().map { "eligibility \($0) stands twice" }
        problems += eligibility.filter { !$0.id.isIdentifier }.map { question in
            "eligibility “\(question.id)”: \(String.identifierRule)"
        }
        if subjects.isEmpty || !Set(subjects).isSubset(of: ["citizen", "business"]) {
            problems.append("subjects are citizen, business or both")
        }
        return problems
    }
}

extension Form.Section {
    /// Inputs of one page, at most: a form is posted with at most 500 names (`FormFields.most`), some of them its own.
    private static let mostInputs = 480

    /// Parts of a draft's address that stand where a section's id does.
    private static let reserved: Set<String> = ["nop", "xoa"]

    fileprivate func check() -> [String] {
        var problems: [String] = []
        if fields.isEmpty { problems.append("section \(id) asks nothing") }
        if !id.isIdentifier { problems.append("section “\(id)”: \(String.identifierRule)") }
        if Self.reserved.contains(id) { problems.append("section \(id): the portal uses this id itself") }
        let inputs = fields.reduce(0) { $0 + $1.inputs }
        if inputs > Self.mostInputs {
            problems.append("section \(id) may have \(inputs) inputs, at most \(Self.mostInputs) fit on a page")
        }
        return problems
    }
}

extension FormField.Condition {
    fileprivate func check(at asked: FormField, earlier: [String: FormField]) -> [String] {
        guard let deciding = earlier[field] else {
            return ["field \(asked.id) depends on \(field), which isn't asked before it"]
        }
        if values.isEmpty { return ["field \(asked.id) depends on \(field) being nothing"] }
        let possible: [String]
        switch deciding.kind {
        case .yesNo: possible = ["yes", "no"]
        case .choice, .choices: possible = deciding.options.map(\.value)
        case .text, .longText, .integer, .money, .date, .personalNumber, .taxCode, .phone, .email, .place, .group,
            .file:
            return ["field \(asked.id) depends on \(field), which isn't a choice"]
        }
        return values.filter { !possible.contains($0) }.map {
            "field \(asked.id) depends on \(field) being \($0), which it can't be"
        }
    }
}

extension FormField {
    /// Names of inputs that the pages have beside the form's own.
    private static let reserved: Set<String> = ["action", "change", "csrf", "declaration"]

    fileprivate func check() -> [String] {
        var problems: [String] = []
        if !id.isIdentifier { problems.append("field “\(id)”: \(String.identifierRule)") }
        if Self.reserved.contains(id) { problems.append("field \(id): the portal uses this id itself") }
        if !(1...20_000).contains(maxLength) { problems.append("field \(id): max_length lies between 1 and 20000") }
        if let minimum, let maximum, minimum > maximum { problems.append("field \(id): its least is above its most") }
        if let prefill, !Self.prefills(kind).contains(prefill) {
            problems.append("field \(id) can't be filled in from \(prefill)")
        }
        switch kind {
        case .choice, .choices: problems += checkOptions()
        case .group: problems += checkGroup()
        case .file:
            if !(1...20).contains(maximum ?? 1) { problems.append("field \(id) takes 1 to 20 files") }
        case .text, .longText, .integer, .money, .date, .yesNo, .personalNumber, .taxCode, .phone, .email, .place: break
        }
        return problems
    }

    private func checkOptions() -> [String] {
        var problems = Set(options.map(\.value).repeated).sorted().map { "field \(id) has the option \($0) twice" }
        if options.isEmpty { problems.append("field \(id) has no options") }
        // A page lists values with spaces between them.
        for option in options where option.value.utf8.count > 100 || option.value.utf8.contains(where: { $0 <= 0x20 }) {
            problems.append("field \(id): the option “\(option.value)” has a space or is too long")
        }
        return problems
    }

    private func checkGroup() -> [String] {
        var problems = Set(fields.map(\.id).repeated).sorted().map { "field \(id).\($0) stands twice" }
        if fields.isEmpty { problems.append("group \(id) asks nothing") }
        if !(1...50).contains(maximum ?? 50) || !(0...50).contains(minimum ?? 0) {
            problems.append("group \(id) has 1 to 50 items")
        }
        for field in fields {
            if field.kind == .group || field.kind == .file {
                problems.append("field \(id).\(field.id): no \(field.kind.rawValue) in a group")
            }
            if !field.conditions.isEmpty { problems.append("field \(id).\(field.id): no conditions in a group") }
            if field.prefill != nil { problems.append("field \(id).\(field.id): nothing is filled in in a group") }
            problems += field.check()
        }
        return problems
    }

    /// How many names the page's form may have for this question.
    fileprivate var inputs: Int {
        switch kind {
        case .date: 3
        case .place: 2
        case .choices: options.count
        case .group: (maximum ?? 50) * fields.reduce(0) { $0 + $1.inputs }
        case .text, .longText, .integer, .money, .yesNo, .choice, .personalNumber, .taxCode, .phone, .email, .file: 1
        }
    }

    /// What of an account can answer a question of this kind.
    static func prefills(_ kind: Kind) -> Set<String> {
        switch kind {
        case .text: ["name", "address", "business_name", "representative_name"]
        case .personalNumber: ["personal_number", "representative_number"]
        case .date: ["date_of_birth"]
        case .choice: ["sex"]
        case .phone: ["phone"]
        case .email: ["email"]
        case .taxCode: ["tax_code"]
        case .longText, .integer, .money, .yesNo, .choices, .place, .group, .file: []
        }
    }
}

extension String {
    fileprivate static let identifierRule = "an id begins with a letter and has lower-case letters, digits and _"

    /// Safe as the name of an input, a part of an address and a key of the answers.
    fileprivate var isIdentifier: Bool {
        guard let first = utf8.first, (97...122).contains(first), utf8.count <= 60 else { return false }
        return utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }
}

extension [String] {
    /// The elements that stand more than once.
    fileprivate var repeated: [String] {
        Dictionary(grouping: self, by: \.self).values.filter { $0.count > 1 }.compactMap(\.first)
    }
}
