package import Core

/// One question. Shared by everyone who reads the form, hence a class: passing it on copies nothing.
package final class FormField: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case text
        case longText = "long_text"
        case integer
        case money
        case date
        case yesNo = "yes_no"
        case choice
        case choices
        case personalNumber = "personal_number"
        case taxCode = "tax_code"
        case phone
        case email
        case place
        case group
        case file
        /// Words between the questions; nothing is answered.
        case guidance
        /// Worked out from other answers.
        case computed
    }

    /// How a value is worked out.
    package enum Computation: Sendable, Hashable {
        /// Of whole numbers and sums of money; what isn't answered counts as nothing.
        case sum([String])
        /// Whole days from one date to another.
        case days(from: String, to: String)
        /// An amount for each answer to a choice, such as a fee; several answers add up.
        case byAnswer(String, [String: Int])
    }

    /// Holds when the answer to an earlier question is among the values; `yes` and `no` for yes-or-no questions.
    package struct Condition: Sendable, Hashable {
        package let field: String
        package let values: [String]
    }

    package struct Option: Sendable, Hashable {
        package let value: String
        package let label: LocalizedText
    }

    package let id: String
    package let kind: Kind
    package let label: LocalizedText
    package let hint: LocalizedText?
    package let isRequired: Bool
    /// All must hold, or the question isn't asked and its answer is dropped.
    package let conditions: [Condition]
    /// UTF-8 bytes of a text.
    package let maxLength: Int
    /// Bounds of a number, or of the count of a group's items or a field's files.
    package let minimum: Int?
    package let maximum: Int?
    package let notBefore: Day?
    package let isNotAfterToday: Bool
    package let options: [Option]
    /// The questions of each item of a group.
    package let fields: [FormField]
    package let itemLabel: LocalizedText?
    /// What a text has to look like, beside its length.
    package let pattern: TextPattern?
    package let computation: Computation?
    package let prefill: String?
    package let documentCode: String?

    /// - Throws: `Form.Malformed`.
    init(json: JSON) throws {
        guard let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)) else { throw Form.Malformed(path: "kind") }
        guard let required = json["required"]?.bool else { throw Form.Malformed(path: "required") }
        try json.check(["id", "kind", "label", "hint", "required", "show_if", "prefill"] + kind.members)
        id = try json.text("id")
        self.kind = kind
        label = try json.localized("label")
        hint = try json.optionalLocalized("hint")
        isRequired = required
        conditions = try json.optionalEach("show_if") { condition in
            try condition.check(["field", "in"])
            return Condition(field: try condition.text("field"), values: try condition.texts("in"))
        }
        maxLength = try json.number("max_length") ?? (kind == .longText ? 4000 : 400)
        minimum = try json.number("min") ?? json.number("min_items")
        maximum = try json.number("max") ?? json.number("max_items") ?? json.number("max_files")
        notBefore = try json.optional("not_before").map { day in
            guard let day = day.string.flatMap(Day.init) else { throw Form.Malformed(path: "not_before") }
            return day
        }
        isNotAfterToday =
            try json.optional("not_after").map { bound in
                guard bound == "today" else { throw Form.Malformed(path: "not_after") }
                return true
            } ?? false
        options = try json.optionalEach("options") { option in
            try option.check(["value", "label"])
            return Option(value: try option.text("value"), label: try option.localized("label"))
        }
        fields = try json.optionalEach("fields") { try FormField(json: $0) }
        itemLabel = try json.optionalLocalized("item_label")
        pattern = try json.optional("pattern").map { name in
            guard let pattern = name.string.flatMap(TextPattern.init(rawValue:)) else {
                throw Form.Malformed(path: "pattern")
            }
            return pattern
        }
        computation = try json.optional("compute") { try Computation(json: $0) }
        prefill = try json.optional("prefill").map { _ in try json.text("prefill") }
        documentCode = try json.optional("document_code").map { _ in try json.text("document_code") }
    }
}

extension FormField.Kind {
    /// The members that only questions of this kind have.
    fileprivate var members: [String] {
        switch self {
        case .text: ["max_length", "pattern"]
        case .longText: ["max_length"]
        case .integer, .money: ["min", "max"]
        case .date: ["not_before", "not_after"]
        case .choice, .choices: ["options"]
        case .group: ["fields", "min_items", "max_items", "item_label"]
        case .file: ["document_code", "max_files"]
        case .computed: ["compute"]
        case .yesNo, .personalNumber, .taxCode, .phone, .email, .place, .guidance: []
        }
    }

    /// Whether anything is typed, chosen or uploaded for it.
    package var isAnswered: Bool { self != .guidance && self != .computed }
}

extension FormField.Computation {
    fileprivate init(json: JSON) throws {
        switch json["rule"]?.string {
        case "sum":
            try json.check(["rule", "fields"])
            self = .sum(try json.texts("fields"))
        case "days":
            try json.check(["rule", "from", "to"])
            self = .days(from: try json.text("from"), to: try json.text("to"))
        case "by_answer":
            try json.check(["rule", "field", "amounts"])
            let rows = try json.each("amounts") { row in
                try row.check(["value", "amount"])
                guard let amount = try row.number("amount") else { throw Form.Malformed(path: "amount") }
                return (try row.text("value"), amount)
            }
            self = .byAnswer(try json.text("field"), Dictionary(rows, uniquingKeysWith: { $1 }))
        default: throw Form.Malformed(path: "rule")
        }
    }

    /// The questions that it is worked out from.
    package var sources: [String] {
        switch self {
        case .sum(let fields): fields
        case .days(let from, let to): [from, to]
        case .byAnswer(let field, _): [field]
        }
    }
}
