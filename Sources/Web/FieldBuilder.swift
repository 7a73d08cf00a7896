import Core
import Pages

/// Makes the controls of a page: one language, one set of errors, the same rules for ids everywhere.
struct FieldBuilder {
    let words: Words
    /// Messages by the name of the field.
    let messages: [String: String]

    init(words: Words, messages: [String: String] = [:]) {
        self.words = words
        self.messages = messages
    }

    /// A line of text.
    func input(
        _ name: String, label: String, hint: String? = nil, value: String = "", type: String = "text",
        mode: String = "text", autocomplete: String? = nil, width: String = "medium", isOptional: Bool = false
    ) -> FieldView {
        var view = frame(name, label: label, hint: hint, isOptional: isOptional)
        view.input = FieldView.InputView(
            id: view.id, name: name, type: type, mode: mode, autocomplete: autocomplete,
            value: type == "password" ? "" : value, describedBy: view.describedBy, isWrong: view.error != nil,
            isPassword: type == "password", width: width)
        return view
    }

    func area(
        _ name: String, label: String, hint: String? = nil, value: String = "", isOptional: Bool = false
    ) -> FieldView {
        var view = frame(name, label: label, hint: hint, isOptional: isOptional)
        view.area = FieldView.AreaView(
            id: view.id, name: name, value: value, describedBy: view.describedBy, isWrong: view.error != nil)
        return view
    }

    /// - Parameter parts: day, month and year as typed.
    func date(
        _ name: String, label: String, hint: String? = nil, parts: [String], isOptional: Bool = false,
        isBirthday: Bool = false
    ) -> FieldView {
        var view = frame(name, label: label, hint: hint, isOptional: isOptional)
        view.isGroup = true
        view.date = FieldView.DateView(
            id: view.id, name: name, day: parts[0], month: parts[1], year: parts[2], isWrong: view.error != nil,
            isBirthday: isBirthday)
        return view
    }

    /// Radios for up to six options, a select above.
    func choice(
        _ name: String, label: String, hint: String? = nil, options: [(value: String, label: String)],
        chosen: String?, isOptional: Bool = false
    ) -> FieldView {
        var view = frame(name, label: label, hint: hint, isOptional: isOptional)
        let choice = choiceView(view, options: options, chosen: chosen.map { [$0] } ?? [])
        if options.count <= 6 {
            view.isGroup = true
            // A radio that was once chosen can't be let go again: where nothing is an answer too, it has one of its own.
            view.radios =
                isOptional
                ? choiceView(view, options: options + [("", words("layout.field.none"))], chosen: [chosen ?? ""])
                : choice
        } else {
            view.select = choice
        }
        return view
    }

    /// A list to choose one from, for names that are no short words.
    func select(
        _ name: String, label: String, hint: String? = nil, options: [(value: String, label: String)],
        chosen: String?, isOptional: Bool = false
    ) -> FieldView {
        var view = frame(name, label: label, hint: hint, isOptional: isOptional)
        view.select = choiceView(view, options: options, chosen: chosen.map { [$0] } ?? [])
        return view
    }

    func boxes(
        _ name: String, label: String, hint: String? = nil, options: [(value: String, label: String)],
        chosen: [String], isOptional: Bool = false
    ) -> FieldView {
        var view = frame(name, label: label, hint: hint, isOptional: isOptional)
        view.isGroup = true
        view.boxes = choiceView(view, options: options, chosen: chosen)
        return view
    }

    func yesNo(_ name: String, label: String, hint: String? = nil, chosen: String?, isOptional: Bool = false)
        -> FieldView
    {
        choice(
            name, label: label, hint: hint,
            options: [("yes", words("dossiers.answer.yes")), ("no", words("dossiers.answer.no"))], chosen: chosen,
            isOptional: isOptional)
    }

    func place(
        _ name: String, label: String, hint: String? = nil, provinces: [(value: String, label: String)],
        wards: [(value: String, label: String)], province: String, ward: String, isOptional: Bool = false
    ) -> FieldView {
        var view = frame(name, label: label, hint: hint, isOptional: isOptional)
        view.isGroup = true
        func options(_ list: [(value: String, label: String)], chosen: String) -> [FieldView.OptionView] {
            list.map { item in
                FieldView.OptionView(
                    id: "\(view.id)-\(item.value)", name: name, value: item.value, label: item.label,
                    isChosen: item.value == chosen)
            }
        }
        view.place = FieldView.PlaceView(
            id: view.id, name: name, provinces: options(provinces, chosen: province),
            wards: options(wards, chosen: ward), hasProvince: !province.isEmpty, isWrong: view.error != nil)
        return view
    }

    func file(
        _ name: String, label: String, hint: String? = nil, files: [FieldView.UploadedView], most: Int,
        isOptional: Bool = false
    ) -> FieldView {
        var view = frame(name, label: label, hint: hint, isOptional: isOptional)
        view.file = FieldView.FileView(
            id: view.id, name: name, files: files, canAdd: files.count < most, isMultiple: most > 1,
            describedBy: view.describedBy, isWrong: view.error != nil)
        return view
    }

    /// The summary of errors, in the order of the fields on the page.
    static func summary(_ fields: [FieldView]) -> [ErrorLine] {
        fields.compactMap { field in
            field.error.map { ErrorLine(link: Link("#\(field.id)") ?? Link(.vi, path: []), message: $0) }
        }
    }

    func frame(_ name: String, label: String, hint: String?, isOptional: Bool) -> FieldView {
        let id = Self.id(name)
        let error = messages[name]
        let described = [hint.map { _ in "\(id)-hint" }, error.map { _ in "\(id)-error" }].compactMap(\.self)
        return FieldView(
            id: id, name: name, label: label, hint: hint, error: error, isOptional: isOptional,
            describedBy: described.isEmpty ? nil : described.joined(separator: " "))
    }

    /// The DOM id of a field: names have dots, which ids in selectors would have to escape.
    static func id(_ name: String) -> String { "f-" + name.replacing(".", with: "-").replacing("_", with: "-") }

    private func choiceView(
        _ view: FieldView, options: [(value: String, label: String)], chosen: [String]
    ) -> FieldView.ChoiceView {
        FieldView.ChoiceView(
            id: view.id, name: view.name,
            options: options.enumerated().map { index, option in
                FieldView.OptionView(
                    id: index == 0 ? view.id : "\(view.id)-\(index)", name: view.name, value: option.value,
                    label: option.label, isChosen: chosen.contains(option.value))
            },
            describedBy: view.describedBy, isWrong: view.error != nil)
    }
}
