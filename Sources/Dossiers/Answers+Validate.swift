package import Catalogue
package import Core

extension Form {
    /// Everything that keeps the answers from being submitted, in the form's order.
    /// - Parameters:
    ///   - attachments: how many files hang on each field.
    ///   - placeExists: whether a ward belongs to its province today.
    package func validate(
        _ answers: Answers, attachments: [String: Int], today: Day, placeExists: (PlaceAnswer) -> Bool
    ) -> [FieldProblem] {
        answers.visible(in: self).filter(\.kind.isAnswered).flatMap { field in
            if field.kind == .file { return field.problems(files: attachments[field.id] ?? 0) }
            // What was typed and couldn't be read isn't missing: it is wrong, and the question must be answered anew.
            let unreadable = answers.unreadable(field)
            let names = Set(unreadable.map(\.field))
            let rest = field.problems(
                with: answers.values[field.id], named: field.id, today: today, placeExists: placeExists)
            return unreadable + rest.filter { !names.contains($0.field) }
        }
    }

    /// The same for one section, as it is saved.
    package func validate(
        _ section: Section, of answers: Answers, attachments: [String: Int], today: Day,
        placeExists: (PlaceAnswer) -> Bool
    ) -> [FieldProblem] {
        validate(answers, attachments: attachments, today: today, placeExists: placeExists)
            .filter { section.holds($0.field) }
    }
}

extension Form.Section {
    /// Whether an input of this name, `workers.0.name` for one, belongs to this section.
    package func holds(_ name: String) -> Bool {
        let id = name.prefix { $0 != "." }
        return fields.contains { $0.id == id }
    }
}

extension FormField {
    fileprivate func problems(files count: Int) -> [FieldProblem] {
        if isRequired, count == 0 { return [FieldProblem(field: id, code: "file_required")] }
        if count > (maximum ?? 1) { return [problem(id, "too_many_files", ["max": String(maximum ?? 1)])] }
        return []
    }

    func problems(
        with value: JSON?, named name: String, today: Day, placeExists: (PlaceAnswer) -> Bool
    ) -> [FieldProblem] {
        guard let value, !value.isNothing else { return isRequired ? [problem(name, "required")] : [] }
        switch kind {
        case .text, .longText:
            guard let text = value.string else { return [problem(name, "not_text")] }
            if let pattern, !pattern.matches(text) { return [problem(name, "pattern_\(pattern.rawValue)")] }
            return text.utf8.count > maxLength ? [problem(name, "too_long", ["max": String(maxLength)])] : []
        case .integer, .money: return problems(withNumber: value.int, named: name)
        case .date: return problems(withDate: value.string.flatMap(Day.init), named: name, today: today)
        case .yesNo: return value.bool == nil ? [problem(name, "invalid_choice")] : []
        case .choice: return isChoice([value]) ? [] : [problem(name, "invalid_choice")]
        case .choices: return isChoice(value.array) ? [] : [problem(name, "invalid_choice")]
        case .personalNumber: return expect(value, \.asPersonalNumber, else: "invalid_personal_number", at: name)
        case .taxCode: return expect(value, \.asTaxCode, else: "invalid_tax_code", at: name)
        case .phone: return expect(value, \.asPhoneNumber, else: "invalid_phone", at: name)
        case .email: return expect(value, \.asEmailAddress, else: "invalid_email", at: name)
        case .place: return PlaceAnswer(value).map(placeExists) == true ? [] : [problem(name, "invalid_place")]
        case .group: return problems(withItems: value.array, named: name, today: today, placeExists: placeExists)
        case .file, .guidance, .computed: return []
        }
    }

    /// The text must stand as it would be kept: one number, one spelling, whatever was typed.
    private func expect(
        _ value: JSON, _ normalized: KeyPath<String, String?>, else code: String, at name: String
    ) -> [FieldProblem] {
        guard let text = value.string, text[keyPath: normalized] == text else { return [problem(name, code)] }
        return []
    }

    private func isChoice(_ chosen: [JSON]?) -> Bool {
        guard let chosen, Set(chosen).count == chosen.count else { return false }
        let known = Set(options.map(\.value))
        return chosen.allSatisfy { $0.string.map(known.contains) ?? false }
    }

    private func problems(withDate day: Day?, named name: String, today: Day) -> [FieldProblem] {
        guard let day else { return [problem(name, "invalid_date")] }
        if isNotAfterToday, day > today { return [problem(name, "date_in_future")] }
        if let notBefore, day < notBefore {
            return [problem(name, "date_too_early", ["min": Formats(.vi).date(notBefore)])]
        }
        return []
    }

    private func problems(withNumber number: Int?, named name: String) -> [FieldProblem] {
        guard let number else { return [problem(name, "not_a_number")] }
        guard number < minimum ?? .min || number > maximum ?? .max else { return [] }
        switch (minimum, maximum) {
        case (let low?, let high?): return [problem(name, "out_of_range", ["min": String(low), "max": String(high)])]
        case (let low?, nil): return [problem(name, "too_small", ["min": String(low)])]
        case (nil, let high?): return [problem(name, "too_large", ["max": String(high)])]
        case (nil, nil): return []
        }
    }

    private func problems(
        withItems items: [JSON]?, named name: String, today: Day, placeExists: (PlaceAnswer) -> Bool
    ) -> [FieldProblem] {
        guard let items else { return [problem(name, "required")] }
        if items.count < (minimum ?? 0) { return [problem(name, "too_few_items", ["min": String(minimum ?? 0)])] }
        if items.count > (maximum ?? 50) { return [problem(name, "too_many_items", ["max": String(maximum ?? 50)])] }
        return items.enumerated().flatMap { index, item in
            fields.flatMap { field in
                field.problems(
                    with: item[field.id], named: "\(name).\(index).\(field.id)", today: today, placeExists: placeExists)
            }
        }
    }

    private func problem(_ name: String, _ code: String, _ arguments: [String: String] = [:]) -> FieldProblem {
        FieldProblem(field: name, code: code, arguments: arguments)
    }
}

extension JSON {
    /// No answer at all.
    fileprivate var isNothing: Bool { self == .null || self == .string("") || self == .array([]) }
}

extension String {
    fileprivate var asPersonalNumber: String? { PersonalNumber(self)?.digits }
    fileprivate var asTaxCode: String? { TaxCode(self)?.description }
    fileprivate var asPhoneNumber: String? { PhoneNumber(self)?.description }
    fileprivate var asEmailAddress: String? { EmailAddress(self)?.description }
}
