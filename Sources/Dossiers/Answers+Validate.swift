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
        answers.visible(in: self).flatMap { field in
            field.kind == .file
                ? field.problems(files: attachments[field.id] ?? 0)
                : field.problems(with: answers.values[field.id], named: field.id, today: today, placeExists: placeExists)
                    + answers.unread(field)
        }
    }

    /// The same for one section, as it is saved: `given` are its answers, `answers` all of them.
    package func validate(
        _ section: Section, of answers: Answers, attachments: [String: Int], today: Day,
        placeExists: (PlaceAnswer) -> Bool
    ) -> [FieldProblem] {
        let ids = Set(section.fields.map(\.id))
        return validate(answers, attachments: attachments, today: today, placeExists: placeExists).filter { problem in
            ids.contains(String(problem.field.prefix { $0 != "." }))
        }
    }
}

extension Answers {
    /// What was typed into a field and couldn't be read, named once.
    fileprivate func unread(_ field: FormField) -> [FieldProblem] {
        raw.keys.filter { $0 == field.id || $0.hasPrefix(field.id + ".") }.isEmpty || values[field.id] == nil
            ? [] : [FieldProblem(field: field.id, code: "unreadable")]
    }
}

extension FormField {
    fileprivate func problems(files count: Int) -> [FieldProblem] {
        if isRequired, count == 0 { return [FieldProblem(field: id, code: "file_required")] }
        if count > (maximum ?? 1) { return [problem(id, "too_many_files", ["max": String(maximum ?? 1)])] }
        return []
    }

    fileprivate func problems(
        with value: JSON?, named name: String, today: Day, placeExists: (PlaceAnswer) -> Bool
    ) -> [FieldProblem] {
        guard let value, value != .null else { return isRequired ? [problem(name, "required")] : [] }
        switch kind {
        case .text, .longText:
            guard let text = value.string else { return [problem(name, "not_text")] }
            return text.utf8.count > maxLength ? [problem(name, "too_long", ["max": String(maxLength)])] : []
        case .integer, .money:
            guard let number = value.int else { return [problem(name, "not_a_number")] }
            return outOfRange(number).map { [problem(name, $0.code, $0.arguments)] } ?? []
        case .date: return problems(withDate: value, named: name, today: today)
        case .yesNo: return value.bool == nil ? [problem(name, "invalid_choice")] : []
        case .choice:
            return options.contains { $0.value == value.string } ? [] : [problem(name, "invalid_choice")]
        case .choices:
            let chosen = value.array ?? []
            let known = Set(options.map(\.value))
            return !chosen.isEmpty && chosen.allSatisfy({ $0.string.map(known.contains) ?? false })
                ? [] : [problem(name, "invalid_choice")]
        case .personalNumber:
            return value.string.flatMap(PersonalNumber.init) == nil ? [problem(name, "invalid_personal_number")] : []
        case .taxCode: return value.string.flatMap(TaxCode.init) == nil ? [problem(name, "invalid_tax_code")] : []
        case .phone: return value.string.flatMap(PhoneNumber.init) == nil ? [problem(name, "invalid_phone")] : []
        case .email: return value.string.flatMap(EmailAddress.init) == nil ? [problem(name, "invalid_email")] : []
        case .place: return PlaceAnswer(value).map(placeExists) == true ? [] : [problem(name, "invalid_place")]
        case .group: return problems(withItems: value, named: name, today: today, placeExists: placeExists)
        case .file: return []
        }
    }

    private func problems(withDate value: JSON, named name: String, today: Day) -> [FieldProblem] {
        guard let day = value.string.flatMap(Day.init) else { return [problem(name, "invalid_date")] }
        if isNotAfterToday, day > today { return [problem(name, "date_in_future")] }
        if let notBefore, day < notBefore {
            return [problem(name, "date_too_early", ["min": Formats(.vi).date(notBefore)])]
        }
        return []
    }

    private func problems(
        withItems value: JSON, named name: String, today: Day, placeExists: (PlaceAnswer) -> Bool
    ) -> [FieldProblem] {
        guard let items = value.array else { return [problem(name, "required")] }
        if items.count < (minimum ?? 0) { return [problem(name, "too_few_items", ["min": String(minimum ?? 0)])] }
        if items.count > (maximum ?? 50) { return [problem(name, "too_many_items", ["max": String(maximum ?? 50)])] }
        return items.enumerated().flatMap { index, item in
            fields.flatMap { field in
                field.problems(
                    with: item[field.id], named: "\(name).\(index).\(field.id)", today: today, placeExists: placeExists)
            }
        }
    }

    private func outOfRange(_ number: Int) -> FieldProblem? {
        let (low, high) = (minimum ?? .min, maximum ?? .max)
        guard number < low || number > high else { return nil }
        switch (minimum, maximum) {
        case (let low?, let high?):
            return FieldProblem(field: id, code: "out_of_range", arguments: ["min": String(low), "max": String(high)])
        case (let low?, nil): return FieldProblem(field: id, code: "too_small", arguments: ["min": String(low)])
        case (nil, let high?): return FieldProblem(field: id, code: "too_large", arguments: ["max": String(high)])
        case (nil, nil): return nil
        }
    }

    private func problem(_ name: String, _ code: String, _ arguments: [String: String] = [:]) -> FieldProblem {
        FieldProblem(field: name, code: code, arguments: arguments)
    }
}
