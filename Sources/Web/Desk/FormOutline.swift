import Catalogue
import Core
import Pages

/// A form's sections and questions as lines with buttons.
struct FormOutline {
    let form: JSON?
    let revision: String
    let version: String
    /// For the forms within lists, where the page's own isn't seen.
    let token: String
    let words: Words

    var eligibility: [DeskFormPage.PieceView] {
        (form?["eligibility"]?.array ?? []).map { question in
            DeskFormPage.PieceView(
                revision: revision, path: "-\(question["id"]?.string ?? "")", label: text(question["question"]),
                kind: nil,
                conditions: nil, isRequired: true, parts: [], isGroup: false)
        }
    }

    var sections: [DeskFormPage.SectionView] {
        (form?["sections"]?.array ?? []).map { section in
            let id = section["id"]?.string ?? ""
            return DeskFormPage.SectionView(
                revision: revision, path: id, label: text(section["title"]), version: version, token: token,
                fields: (section["fields"]?.array ?? []).map { field($0, in: id) }, kinds: kinds)
        }
    }

    var groups: [DeskFormPage.GroupView] {
        (form?["sections"]?.array ?? []).flatMap { section in
            (section["fields"]?.array ?? []).filter { $0["kind"] == "group" }.map { group in
                DeskFormPage.GroupView(
                    revision: revision, path: "\(section["id"]?.string ?? "").\(group["id"]?.string ?? "")",
                    title: text(group["label"]), version: version, token: token,
                    kinds: kinds(FormField.Kind.allCases.filter { $0 != .group && $0 != .file }))
            }
        }
    }

    /// Every kind of question, to choose from when one is added.
    private var kinds: [FieldView.OptionView] { kinds(FormField.Kind.allCases) }

    private func kinds(_ kinds: [FormField.Kind]) -> [FieldView.OptionView] {
        kinds.map { kind in
            FieldView.OptionView(
                id: "", name: "kind", value: kind.rawValue, label: words("desk.kind.\(kind.rawValue)"),
                isChosen: kind == .text)
        }
    }

    private func field(_ field: JSON, in section: String) -> DeskFormPage.PieceView {
        let path = "\(section).\(field["id"]?.string ?? "")"
        let isGroup = field["kind"] == "group"
        let conditions = (field["show_if"]?.array ?? []).map(condition)
        return DeskFormPage.PieceView(
            revision: revision, path: path, label: text(field["label"]), kind: kind(field),
            conditions: conditions.isEmpty ? nil : conditions.joined(separator: "; "),
            isRequired: field["required"] == true,
            parts: (field["fields"]?.array ?? []).map { part in
                DeskFormPage.PartView(
                    revision: revision, path: "\(path).\(part["id"]?.string ?? "")", label: text(part["label"]),
                    kind: kind(part))
            },
            isGroup: isGroup)
    }

    /// “Trường hợp khai sinh: Sinh ra do mang thai hộ, Trẻ em bị bỏ rơi”.
    private func condition(_ condition: JSON) -> String {
        let id = condition["field"]?.string ?? ""
        let sections = form?["sections"]?.array ?? []
        let deciding = sections.flatMap { $0["fields"]?.array ?? [] }.first { $0["id"]?.string == id }
        let answers = (condition["in"]?.array ?? []).compactMap(\.string).map { value in
            switch value {
            case "yes" where deciding?["kind"] == "yes_no": words("dossiers.answer.yes")
            case "no" where deciding?["kind"] == "yes_no": words("dossiers.answer.no")
            default:
                deciding?["options"]?.array?.first { $0["value"]?.string == value }.map { text($0["label"]) } ?? value
            }
        }
        return "\(deciding.map { text($0["label"]) } ?? id): \(answers.joined(separator: ", "))"
    }

    private func kind(_ field: JSON) -> String? { field["kind"]?.string.map { words("desk.kind.\($0)") } }

    private func text(_ json: JSON?) -> String { json?[words.language.rawValue]?.string ?? json?["vi"]?.string ?? "" }
}
