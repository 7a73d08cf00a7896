import Agencies
import Catalogue
import Core
import Dossiers

/// Answers as people read them: the check page, the dossier, the officer's view.
struct AnswerRows {
    let form: Form
    let answers: Answers
    let attachments: [Attachment]
    let words: Words
    /// The names of the places among the answers, by `province/ward`.
    let places: [String: Place]
    private let asked: Set<String>

    init(form: Form, answers: Answers, attachments: [Attachment], words: Words, places: [String: Place]) {
        self.form = form
        self.answers = answers
        self.attachments = attachments
        self.words = words
        self.places = places
        asked = Set(answers.visible(in: form).map(\.id))
    }

    /// The section's questions that are asked, each with its answer.
    /// - Parameter includesMissing: whether unanswered ones are shown too.
    func rows(_ section: Form.Section, includesMissing: Bool) -> [RowView] {
        section.fields.filter { asked.contains($0.id) && $0.kind != .guidance }.compactMap { field in
            let value = text(field)
            guard value != nil || includesMissing else { return nil }
            let missing = field.isRequired ? words("dossiers.answer.missing") : words("dossiers.answer.none")
            return RowView(
                label: field.label[words.language], value: value ?? missing,
                origin: answers.origins[field.id].map { words("dossiers.answer.origin", ["code": $0]) })
        }
    }

    /// The answer to one question, or that there is none.
    func answer(to field: FormField) -> String { text(field) ?? words("dossiers.answer.none") }

    private func text(_ field: FormField) -> String? {
        if field.kind == .file {
            let names = attachments.filter { $0.fieldID == field.id }.map(\.name)
            return names.isEmpty ? nil : names.joined(separator: ", ")
        }
        return answers.values[field.id].flatMap { text(field, $0) }
    }

    private func text(_ field: FormField, _ value: JSON) -> String? {
        func label(_ value: String) -> String {
            field.options.first { $0.value == value }?.label[words.language] ?? value
        }
        switch field.kind {
        case .text, .longText, .personalNumber, .taxCode, .phone, .email: return value.string
        case .integer: return value.int.map(words.formats.number)
        case .money: return value.int.map { words.formats.money(Money(dong: $0)) }
        case .date: return value.string.flatMap(Day.init).map(words.formats.date)
        case .yesNo: return value.bool.map { words($0 ? "dossiers.answer.yes" : "dossiers.answer.no") }
        case .choice: return value.string.map(label)
        case .choices: return value.array?.compactMap(\.string).map(label).joined(separator: "; ")
        case .place:
            let key = "\(value["province"]?.string ?? "")/\(value["ward"]?.string ?? "")"
            return places[key].map { words("dossiers.place", ["ward": $0.ward, "province": $0.province]) } ?? key
        case .group:
            let items = value.array ?? []
            return items.isEmpty
                ? nil
                : items.enumerated().map { index, item in
                    let parts = field.fields.compactMap { part in item[part.id].flatMap { text(part, $0) } }
                    return "\(index + 1). \(parts.joined(separator: ", "))"
                }.joined(separator: "; ")
        case .computed: return value.int.map(words.formats.number)
        case .file, .guidance: return nil
        }
    }
}

extension Web {
    /// The names of all places among the answers.
    func places(in answers: Answers, of form: Form, on day: Day) async throws -> [String: Place] {
        try await agencies.places(answers.places(in: form).map { ($0.province, $0.ward) }, on: day)
    }
}
