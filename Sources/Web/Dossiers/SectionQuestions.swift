import Agencies
import Catalogue
import Core
import Dossiers
import Pages

/// The questions of a form's section as controls, with what was answered and what is wrong.
struct SectionQuestions {
    let form: Form
    let section: Form.Section
    let answers: Answers
    let attachments: [Attachment]
    let builder: FieldBuilder
    let provinces: [AdministrativeUnit]
    /// The wards of each province that is chosen somewhere on the page.
    let wards: [String: [AdministrativeUnit]]
    /// Papers that the applicant filed before.
    var stored: [Attachment] = []
    /// Whether the order of a group's items means something.
    var canMove = false

    private var language: Language { builder.words.language }

    var questions: [QuestionView] { answers.page(of: section, in: form).map(question) }

    /// Those too that only other answers bring in, for a preview.
    var everything: [QuestionView] { section.fields.map(question) }

    /// Messages by field name, with the label of each field in its words.
    static func messages(_ problems: [FieldProblem], in form: Form, _ words: Words) -> [String: String] {
        Dictionary(
            problems.map { problem in
                (problem.field, words.message(problem, label: form.label(of: problem.field)?[words.language] ?? ""))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The provinces whose wards the page needs.
    static func provincesChosen(_ section: Form.Section, _ answers: Answers) -> Set<String> {
        var chosen: Set<String> = []
        for field in section.fields where field.kind == .place {
            let province = answers.values[field.id]?["province"]?.string ?? answers.raw["\(field.id).province"]
            if let province, !province.isEmpty { chosen.insert(province) }
        }
        return chosen
    }

    private func question(_ field: FormField) -> QuestionView {
        guard field.kind == .group else {
            var view = view(of: field, named: field.id, value: answers.values[field.id])
            view.condition = condition(of: field)
            return QuestionView(field: view, group: nil)
        }
        let items = answers.values[field.id]?.array ?? []
        // A required group begins with one empty item: there is something to answer before anything is clicked.
        let shown = items.isEmpty && field.isRequired ? [JSON.object([:])] : items
        let label = field.itemLabel?[language] ?? field.label[language]
        return QuestionView(
            field: nil,
            group: QuestionView.GroupView(
                id: FieldBuilder.id(field.id), name: field.id, label: field.label[language],
                hint: hint(of: field, named: field.id), error: builder.messages[field.id],
                condition: condition(of: field),
                items: shown.enumerated().map { index, item in
                    QuestionView.ItemView(
                        title: "\(label) \(index + 1)",
                        fields: field.fields.map { part in
                            view(of: part, named: "\(field.id).\(index).\(part.id)", value: item[part.id])
                        },
                        canRemove: shown.count > (field.minimum ?? 0),
                        removeAction: "remove:\(field.id).\(index)",
                        upAction: canMove && index > 0 ? "up:\(field.id).\(index)" : nil,
                        downAction: canMove && index < shown.count - 1 ? "down:\(field.id).\(index)" : nil)
                },
                canAdd: shown.count < (field.maximum ?? 50), addAction: "add:\(field.id)"))
    }

    private func view(of field: FormField, named name: String, value: JSON?) -> FieldView {
        let (label, hint, optional) = (field.label[language], hint(of: field, named: name), !field.isRequired)
        let typed = answers.raw[name]
        func line(_ mode: String, _ width: String, type: String = "text") -> FieldView {
            builder.input(
                name, label: label, hint: hint, value: typed ?? value.map(Self.text) ?? "", type: type, mode: mode,
                width: width, isOptional: optional)
        }
        switch field.kind {
        case .text: return line("text", "wide")
        case .longText:
            return builder.area(
                name, label: label, hint: hint, value: typed ?? value?.string ?? "", isOptional: optional)
        case .integer: return line("numeric", "narrow")
        case .money: return line("numeric", "medium")
        case .personalNumber, .taxCode: return line("numeric", "medium")
        case .phone: return line("tel", "medium", type: "tel")
        case .email: return line("email", "wide", type: "email")
        case .date:
            let day = value?.string.flatMap(Day.init)?.components
            let parts = day.map { [String($0.day), String($0.month), String($0.year)] } ?? ["", "", ""]
            return builder.date(
                name, label: label, hint: hint,
                parts: zip(["day", "month", "year"], parts).map { answers.raw["\(name).\($0)"] ?? $1 },
                isOptional: optional)
        case .yesNo:
            return builder.yesNo(
                name, label: label, hint: hint, chosen: value?.bool.map { $0 ? "yes" : "no" }, isOptional: optional)
        case .choice:
            return builder.choice(
                name, label: label, hint: hint, options: options(of: field), chosen: value?.string, isOptional: optional
            )
        case .choices:
            return builder.boxes(
                name, label: label, hint: hint, options: options(of: field),
                chosen: value?.array?.compactMap(\.string) ?? [], isOptional: optional)
        case .place:
            let province = answers.raw["\(name).province"] ?? value?["province"]?.string ?? ""
            return builder.place(
                name, label: label, hint: hint, provinces: provinces.map { ($0.code, $0.name) },
                wards: (wards[province] ?? []).map { ($0.code, $0.name) }, province: province,
                ward: answers.raw["\(name).ward"] ?? value?["ward"]?.string ?? "", isOptional: optional)
        case .file:
            var view = builder.file(
                name, label: label, hint: hint,
                files: attachments.filter { $0.fieldID == field.id }.map { file in
                    FieldView.UploadedView(
                        id: file.id.description, name: file.name, size: builder.words.formats.size(bytes: file.size),
                        origin: file.origin)
                }, most: field.maximum ?? 1, isOptional: optional)
            view.file?.hasStored = !stored.isEmpty
            view.file?.stored = stored.map { file in
                FieldView.OptionView(
                    id: "", name: "stored-\(field.id)", value: file.id.description,
                    label: "\(file.name) (\(file.origin ?? ""))", isChosen: false)
            }
            return view
        case .guidance:
            var view = builder.frame(name, label: label, hint: nil, isOptional: false)
            view.words = FieldView.WordsView(id: view.id, label: label, text: hint ?? "")
            return view
        case .computed:
            var view = builder.frame(name, label: label, hint: hint, isOptional: false)
            view.output = FieldView.WordsView(
                id: view.id, label: label,
                text: value?.int.map(builder.words.formats.number) ?? builder.words("layout.field.computed.later"))
            return view
        case .group: return builder.frame(name, label: label, hint: hint, isOptional: optional)
        }
    }

    /// What helps to answer, and where the answer that stands there was taken from.
    private func hint(of field: FormField, named name: String) -> String? {
        let origin = answers.origins[name].map { builder.words("dossiers.answer.origin_hint", ["code": $0]) }
        let lines = [field.hint?[language], origin].compactMap(\.self)
        return lines.isEmpty ? nil : lines.joined(separator: " ")
    }

    private func options(of field: FormField) -> [(value: String, label: String)] {
        field.options.map { ($0.value, $0.label[language]) }
    }

    /// The last condition decides on the page; those before it were decided with the question it depends on.
    private func condition(of field: FormField) -> FieldView.ConditionView? {
        guard
            let condition = field.conditions.last(where: { condition in
                section.fields.contains { $0.id == condition.field }
            }), let deciding = form.field(condition.field)
        else { return nil }
        let answers = condition.values.map { value in
            switch value {
            case "yes": builder.words("dossiers.answer.yes")
            case "no": builder.words("dossiers.answer.no")
            default: deciding.options.first { $0.value == value }?.label[language] ?? value
            }
        }
        return FieldView.ConditionView(
            field: condition.field, values: condition.values.joined(separator: " "),
            text: builder.words(
                "dossiers.condition",
                ["question": deciding.label[language], "answers": answers.joined(separator: ", ")]))
    }

    private static func text(_ value: JSON) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .null, .bool, .double, .array, .object: ""
        }
    }
}
