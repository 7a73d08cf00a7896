import Core

extension Form {
    /// One thing that keeps a form from being published.
    package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// Stable; the words for it are the texts `desk.problem.…`.
        package let code: String
        /// Where it stands in the form's JSON: members by their names, elements by their ids.
        package let path: [String]
        package let arguments: [String: String]
        /// In English, for those who write seed files.
        package let description: String

        /// Every code there is.
        package static let codes = [
            "malformed", "twice", "own_condition", "no_sections", "bad_id", "subjects", "empty_section", "reserved_id",
            "too_many_inputs", "condition_later", "condition_empty", "condition_not_choice", "condition_impossible",
            "length", "bounds", "prefill", "file_count", "option_twice", "no_options", "option_value", "empty_group",
            "item_count", "required_words", "no_computation", "bad_source", "kind_in_group", "condition_in_group",
            "prefill_in_group",
        ]

        init(_ code: String, at path: [String], _ description: String) {
            self.init(code, at: path, [:], description)
        }

        init(_ code: String, at path: [String], _ arguments: [String: String], _ description: String) {
            self.code = code
            self.path = path
            self.arguments = arguments.merging(["at": path.last ?? ""]) { own, _ in own }
            self.description = description
        }
    }

    /// Everything that keeps the form from being published. Empty when all is well.
    package func check() -> [Problem] {
        var problems: [Problem] = []
        var seen: [String: FormField] = [:]
        for section in sections {
            let path = ["sections", section.id]
            problems += section.check(at: path)
            for field in section.fields {
                let path = path + ["fields", field.id]
                if seen[field.id] != nil {
                    problems.append(Problem("twice", at: path, "field \(field.id) stands twice"))
                }
                if field.conditions.contains(where: { $0.field == field.id }) {
                    problems.append(Problem("own_condition", at: path, "field \(field.id) depends on itself"))
                }
                for condition in field.conditions { problems += condition.check(of: field, earlier: seen, at: path) }
                problems += field.check(at: path) + field.checkComputation(earlier: seen, at: path)
                seen[field.id] = field
            }
        }
        if sections.isEmpty { problems.append(Problem("no_sections", at: ["sections"], "the form asks nothing")) }
        problems += Set(sections.map(\.id).repeated).sorted().map { id in
            Problem("twice", at: ["sections", id], "section \(id) stands twice")
        }
        problems += Set(eligibility.map(\.id).repeated).sorted().map { id in
            Problem("twice", at: ["eligibility", id], "eligibility \(id) stands twice")
        }
        problems += eligibility.filter { !$0.id.isIdentifier }.map { question in
            Problem(
                "bad_id", at: ["eligibility", question.id], "eligibility “\(question.id)”: \(String.identifierRule)")
        }
        if subjects.isEmpty || !Set(subjects).isSubset(of: ["citizen", "business"]) {
            problems.append(Problem("subjects", at: ["subjects"], "subjects are citizen, business or both"))
        }
        return problems
    }
}

extension Form.Section {
    /// Inputs of one page, at most: a form is posted with at most 500 names (`FormFields.most`), some of them its own.
    private static let mostInputs = 480

    /// Parts of a draft's address that stand where a section's id does.
    private static let reserved: Set<String> = ["nop", "xoa"]

    fileprivate func check(at path: [String]) -> [Form.Problem] {
        var problems: [Form.Problem] = []
        if !fields.contains(where: { $0.kind.isAnswered }) {
            problems.append(Form.Problem("empty_section", at: path, "section \(id) asks nothing"))
        }
        if !id.isIdentifier {
            problems.append(Form.Problem("bad_id", at: path, "section “\(id)”: \(String.identifierRule)"))
        }
        if Self.reserved.contains(id) {
            problems.append(Form.Problem("reserved_id", at: path, "section \(id): the portal uses this id itself"))
        }
        let inputs = fields.reduce(0) { $0 + $1.inputs }
        if inputs > Self.mostInputs {
            problems.append(
                Form.Problem(
                    "too_many_inputs", at: path, ["count": String(inputs), "most": String(Self.mostInputs)],
                    "section \(id) may have \(inputs) inputs, at most \(Self.mostInputs) fit on a page"))
        }
        return problems
    }
}

extension FormField.Condition {
    fileprivate func check(of asked: FormField, earlier: [String: FormField], at path: [String]) -> [Form.Problem] {
        let path = path + ["show_if"]
        func problem(_ code: String, _ value: String, _ description: String) -> Form.Problem {
            Form.Problem(code, at: path, ["at": asked.id, "field": field, "value": value], description)
        }
        guard let deciding = earlier[field] else {
            return [
                problem("condition_later", "", "field \(asked.id) depends on \(field), which isn't asked before it")
            ]
        }
        if values.isEmpty {
            return [problem("condition_empty", "", "field \(asked.id) depends on \(field) being nothing")]
        }
        let possible: [String]
        switch deciding.kind {
        case .yesNo: possible = ["yes", "no"]
        case .choice, .choices: possible = deciding.options.map(\.value)
        case .text, .longText, .integer, .money, .date, .personalNumber, .taxCode, .phone, .email, .place, .group,
            .file, .guidance, .computed:
            return [problem("condition_not_choice", "", "field \(asked.id) depends on \(field), which isn't a choice")]
        }
        return values.filter { !possible.contains($0) }.map { value in
            problem(
                "condition_impossible", value, "field \(asked.id) depends on \(field) being \(value), which it can't be"
            )
        }
    }
}

extension FormField {
    /// Names of inputs that the pages have beside the form's own.
    private static let reserved: Set<String> = ["action", "change", "csrf", "declaration"]

    fileprivate func check(at path: [String]) -> [Form.Problem] {
        var problems: [Form.Problem] = []
        func add(_ code: String, _ description: String) { problems.append(Form.Problem(code, at: path, description)) }
        if !id.isIdentifier { add("bad_id", "field “\(id)”: \(String.identifierRule)") }
        if Self.reserved.contains(id) { add("reserved_id", "field \(id): the portal uses this id itself") }
        if !(1...20_000).contains(maxLength) { add("length", "field \(id): max_length lies between 1 and 20000") }
        if let minimum, let maximum, minimum > maximum { add("bounds", "field \(id): its least is above its most") }
        if let prefill, !Self.prefills(kind).contains(prefill) {
            problems.append(
                Form.Problem("prefill", at: path, ["value": prefill], "field \(id) can't be filled in from \(prefill)"))
        }
        switch kind {
        case .choice, .choices: problems += checkOptions(at: path)
        case .group: problems += checkGroup(at: path)
        case .file:
            if !(1...20).contains(maximum ?? 1) { add("file_count", "field \(id) takes 1 to 20 files") }
        case .guidance, .computed:
            if isRequired { add("required_words", "field \(id): nobody answers it, so it can't be required") }
        case .text, .longText, .integer, .money, .date, .yesNo, .personalNumber, .taxCode, .phone, .email, .place: break
        }
        return problems
    }

    /// A value is worked out from questions of the right kind that are asked before it.
    fileprivate func checkComputation(earlier: [String: FormField], at path: [String]) -> [Form.Problem] {
        guard kind == .computed else { return [] }
        let path = path + ["compute"]
        guard let computation, !computation.sources.isEmpty else {
            return [Form.Problem("no_computation", at: path, ["at": id], "field \(id) isn't worked out from anything")]
        }
        return computation.sources.compactMap { source in
            let isFit: Bool
            switch (computation, earlier[source]?.kind) {
            case (.sum, .integer?), (.sum, .money?), (.sum, .computed?), (.days, .date?), (.byAnswer, .choice?),
                (.byAnswer, .choices?), (.byAnswer, .yesNo?):
                isFit = true
            default: isFit = false
            }
            guard !isFit else { return nil }
            return Form.Problem(
                "bad_source", at: path, ["at": id, "field": source],
                "field \(id) is worked out from \(source), which isn't asked before it or is of another kind")
        }
    }

    private func checkOptions(at path: [String]) -> [Form.Problem] {
        let path = path + ["options"]
        var problems = Set(options.map(\.value).repeated).sorted().map { value in
            Form.Problem(
                "option_twice", at: path + [value], ["at": id, "value": value],
                "field \(id) has the option \(value) twice")
        }
        if options.isEmpty {
            problems.append(Form.Problem("no_options", at: path, ["at": id], "field \(id) has no options"))
        }
        // A page lists values with spaces between them.
        for option in options where option.value.utf8.count > 100 || option.value.utf8.contains(where: { $0 <= 0x20 }) {
            problems.append(
                Form.Problem(
                    "option_value", at: path + [option.value], ["at": id, "value": option.value],
                    "field \(id): the option “\(option.value)” has a space or is too long"))
        }
        return problems
    }

    private func checkGroup(at path: [String]) -> [Form.Problem] {
        var problems = Set(fields.map(\.id).repeated).sorted().map { part in
            Form.Problem("twice", at: path + ["fields", part], "field \(id).\(part) stands twice")
        }
        if fields.isEmpty { problems.append(Form.Problem("empty_group", at: path, "group \(id) asks nothing")) }
        if !(1...50).contains(maximum ?? 50) || !(0...50).contains(minimum ?? 0) {
            problems.append(Form.Problem("item_count", at: path, "group \(id) has 1 to 50 items"))
        }
        for field in fields {
            let path = path + ["fields", field.id]
            if [.group, .file, .guidance, .computed].contains(field.kind) {
                problems.append(
                    Form.Problem(
                        "kind_in_group", at: path, "field \(id).\(field.id): no \(field.kind.rawValue) in a group"))
            }
            if !field.conditions.isEmpty {
                problems.append(
                    Form.Problem("condition_in_group", at: path, "field \(id).\(field.id): no conditions in a group"))
            }
            if field.prefill != nil {
                problems.append(
                    Form.Problem(
                        "prefill_in_group", at: path, "field \(id).\(field.id): nothing is filled in in a group"))
            }
            problems += field.check(at: path)
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
        case .guidance, .computed: 0
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
        case .longText, .integer, .money, .yesNo, .choices, .place, .group, .file, .guidance, .computed: []
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
