package import Catalogue
package import Core

extension Form.Section {
    /// Reads a posted page: what can be read becomes values, the rest is kept as typed with a problem that names it.
    /// - Parameter input: values by the name of the input; `date.day`, `place.ward`, `group.0.name` for the parts.
    package func read(_ input: [String: [String]]) -> (answers: Answers, problems: [FieldProblem]) {
        var answers = Answers()
        var problems: [FieldProblem] = []
        for field in fields where field.kind != .file {
            let reading = field.kind == .group
                ? field.readGroup(input) : field.read(named: field.id, input)
            answers.values[field.id] = reading.value
            answers.raw.merge(reading.raw) { $1 }
            problems += reading.problems
        }
        return (answers, problems)
    }
}

/// What came of one field's input.
private struct Reading {
    var value: JSON?
    var raw: [String: String] = [:]
    var problems: [FieldProblem] = []

    static func failure(_ name: String, _ code: String, raw: [String: String]) -> Reading {
        Reading(value: nil, raw: raw, problems: [FieldProblem(field: name, code: code)])
    }
}

extension FormField {
    fileprivate func readGroup(_ input: [String: [String]]) -> Reading {
        let indices = Set(
            input.keys.compactMap { name -> Int? in
                guard name.hasPrefix(id + ".") else { return nil }
                return Int(name.dropFirst(id.count + 1).prefix { $0 != "." })
            }.filter { (0..<200).contains($0) })
        var items: [JSON] = []
        var reading = Reading()
        for index in indices.sorted() {
            var item: [String: JSON] = [:]
            for field in fields {
                let part = field.read(named: "\(id).\(index).\(field.id)", input)
                item[field.id] = part.value
                // Items close up when one was left out: what was typed moves along.
                for (name, text) in part.raw {
                    reading.raw["\(id).\(items.count)" + name.dropFirst("\(id).\(index)".count)] = text
                }
                reading.problems += part.problems
            }
            items.append(.object(item))
        }
        if !items.isEmpty { reading.value = .array(items) }
        return reading
    }

    fileprivate func read(named name: String, _ input: [String: [String]]) -> Reading {
        let typed = input[name]?.first ?? ""
        let text = typed.cleaned
        func kept(_ value: JSON?, else code: String) -> Reading {
            value.map { Reading(value: $0) } ?? .failure(name, code, raw: [name: String(typed.prefix(4000))])
        }
        switch kind {
        case .date: return readDate(named: name, input)
        case .place: return readPlace(named: name, input)
        case .choices:
            let chosen = (input[name] ?? []).filter { !$0.isEmpty }
            guard chosen.allSatisfy({ value in options.contains { $0.value == value } }) else {
                return Reading(problems: [FieldProblem(field: name, code: "invalid_choice")])
            }
            return Reading(value: chosen.isEmpty ? nil : .array(chosen.map(JSON.string)))
        case .longText:
            let lines = typed.cleanedLines
            return Reading(value: lines.isEmpty ? nil : .string(lines))
        case .text, .integer, .money, .yesNo, .choice, .personalNumber, .taxCode, .phone, .email, .group, .file:
            guard !text.isEmpty else { return Reading() }
        }
        switch kind {
        case .integer, .money: return kept(Self.number(text).map(JSON.integer), else: "not_a_number")
        case .yesNo: return kept(text == "yes" ? true : text == "no" ? false : nil, else: "invalid_choice")
        case .choice:
            return kept(options.contains { $0.value == text } ? .string(text) : nil, else: "invalid_choice")
        case .personalNumber:
            return kept(PersonalNumber(text).map { .string($0.digits) }, else: "invalid_personal_number")
        case .taxCode: return kept(TaxCode(text).map { .string($0.description) }, else: "invalid_tax_code")
        case .phone: return kept(PhoneNumber(text).map { .string($0.description) }, else: "invalid_phone")
        case .email: return kept(EmailAddress(text).map { .string($0.description) }, else: "invalid_email")
        case .text, .longText, .date, .choices, .place, .group, .file: return Reading(value: .string(text))
        }
    }

    private func readDate(named name: String, _ input: [String: [String]]) -> Reading {
        let names = ["day", "month", "year"].map { "\(name).\($0)" }
        let parts = names.map { (input[$0]?.first ?? "").cleaned }
        guard parts.contains(where: { !$0.isEmpty }) else { return Reading() }
        let numbers = parts.map { Int($0) ?? -1 }
        guard let day = Day(year: numbers[2], month: numbers[1], day: numbers[0]), numbers[2] >= 1000 else {
            return .failure(
                name, "invalid_date", raw: Dictionary(zip(names, parts.map { String($0.prefix(40)) })) { $1 })
        }
        return Reading(value: .string(day.description))
    }

    private func readPlace(named name: String, _ input: [String: [String]]) -> Reading {
        let province = (input["\(name).province"]?.first ?? "").cleaned
        let ward = (input["\(name).ward"]?.first ?? "").cleaned
        guard !province.isEmpty || !ward.isEmpty else { return Reading() }
        guard !province.isEmpty, !ward.isEmpty else {
            return .failure(
                name, "invalid_place",
                raw: ["\(name).province": String(province.prefix(10)), "\(name).ward": String(ward.prefix(10))])
        }
        return Reading(
            value: ["province": .string(String(province.prefix(10))), "ward": .string(String(ward.prefix(10)))])
    }

    /// Forgives what people put between and around digits: `1.250.000 đ`.
    private static func number(_ text: String) -> Int? {
        let kept = text.lowercased().replacing("vnd", with: "").replacing("đ", with: "")
            .filter { !" .,\u{A0}".contains($0) }
        return Int(kept)
    }
}
