package import Catalogue
package import Core

extension Form.Section {
    /// Reads a posted page: what can be read becomes values, the rest is kept as typed with a problem that names it.
    /// A question that another answer of the same page has put aside raises no problem; what was typed there is kept.
    /// - Parameter input: values by the name of the input; `date.day`, `place.ward`, `group.0.name` for the parts.
    package func read(_ input: [String: [String]]) -> (answers: Answers, problems: [FieldProblem]) {
        let ids = Set(fields.map(\.id))
        var asked: Set<String> = []
        var answers = Answers()
        var problems: [FieldProblem] = []
        for field in fields where field.kind != .file && field.kind.isAnswered {
            let reading = field.read(input)
            answers.values[field.id] = reading.value
            answers.raw.merge(reading.raw) { $1 }
            let isAsked = field.conditions.allSatisfy { condition in
                !ids.contains(condition.field)
                    || (asked.contains(condition.field) && condition.holds(for: answers.values[condition.field]))
            }
            guard isAsked else { continue }
            asked.insert(field.id)
            problems += reading.problems
        }
        return (answers, problems)
    }
}

extension Answers {
    /// What was typed and couldn't be read, with the problem it had, for each field that is asked.
    package func unreadable(in form: Form) -> [FieldProblem] {
        guard !raw.isEmpty else { return [] }
        return visible(in: form).flatMap(unreadable)
    }

    func unreadable(_ field: FormField) -> [FieldProblem] {
        guard raw.contains(where: { $0.key == field.id || $0.key.hasPrefix(field.id + ".") }) else { return [] }
        return field.read(raw.mapValues { [$0] }).problems
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
    fileprivate func read(_ input: [String: [String]]) -> Reading {
        kind == .group ? readGroup(input) : read(named: id, input)
    }

    private func readGroup(_ input: [String: [String]]) -> Reading {
        let prefix = id + "."
        let indices = Set(
            input.keys.compactMap { name in
                name.hasPrefix(prefix) ? Self.index(name.dropFirst(prefix.count).prefix { $0 != "." }) : nil
            })
        var items: [JSON] = []
        var reading = Reading()
        for index in indices.sorted() {
            var item: [String: JSON] = [:]
            for field in fields {
                // Items close up when one was left out: what was typed and what is wrong with it move along.
                let part = field.read(
                    named: "\(id).\(index).\(field.id)", as: "\(id).\(items.count).\(field.id)", input)
                item[field.id] = part.value
                reading.raw.merge(part.raw) { $1 }
                reading.problems += part.problems
            }
            items.append(.object(item))
        }
        if !items.isEmpty { reading.value = .array(items) }
        return reading
    }

    /// The place of an item as our own pages write it: 0…199, nothing before or behind.
    private static func index(_ text: Substring) -> Int? {
        guard let number = Int(text), (0..<200).contains(number), String(number) == text else { return nil }
        return number
    }

    /// - Parameters:
    ///   - name: of the input.
    ///   - kept: the name under which the answer lives on, if another.
    private func read(named name: String, as kept: String? = nil, _ input: [String: [String]]) -> Reading {
        let kept = kept ?? name
        let typed = input[name]?.first ?? ""
        switch kind {
        case .date: return readDate(named: name, as: kept, input)
        case .place: return readPlace(named: name, as: kept, input)
        case .choices: return readChoices(input[name] ?? [], as: kept)
        case .longText:
            let lines = typed.cleanedLines.cut(toBytes: mostKept)
            return Reading(value: lines.isEmpty ? nil : .string(lines))
        case .text:
            let line = typed.cleaned.cut(toBytes: mostKept)
            return Reading(value: line.isEmpty ? nil : .string(line))
        case .group, .file, .guidance, .computed: return Reading()
        case .integer, .money, .yesNo, .choice, .personalNumber, .taxCode, .phone, .email:
            let text = typed.cleaned
            if text.isEmpty { return Reading() }
            let (value, code) = readLine(text)
            return value.map { Reading(value: $0) } ?? .failure(kept, code, raw: [kept: text.cut(toBytes: 4000)])
        }
    }

    /// Bytes of a text that are kept: so far beyond what is accepted that the cut is never submitted, and a draft stays
    /// of a size that can be read again.
    private var mostKept: Int { max(2 * maxLength, 16 * 1024) }

    /// The value of one line, or nil, and the code of what is wrong with it then.
    private func readLine(_ text: String) -> (value: JSON?, code: String) {
        switch kind {
        case .integer: (Self.number(text).map(JSON.integer), "not_a_number")
        case .money: (Self.number(Self.withoutCurrency(text)).map(JSON.integer), "not_a_number")
        case .yesNo: (text == "yes" ? true : text == "no" ? false : nil, "invalid_choice")
        case .choice: (options.contains { $0.value == text } ? .string(text) : nil, "invalid_choice")
        case .personalNumber: (PersonalNumber(text).map { .string($0.digits) }, "invalid_personal_number")
        case .taxCode: (TaxCode(text).map { .string($0.description) }, "invalid_tax_code")
        case .phone: (PhoneNumber(text).map { .string($0.description) }, "invalid_phone")
        case .email: (EmailAddress(text).map { .string($0.description) }, "invalid_email")
        case .text, .longText, .date, .choices, .place, .group, .file, .guidance, .computed: (.string(text), "not_text")
        }
    }

    /// The known ones in the form's order; one that isn't known is kept as raw so that it can't slip through.
    private func readChoices(_ chosen: [String], as kept: String) -> Reading {
        let given = Set(chosen.prefix(500).map(\.cleaned).filter { !$0.isEmpty })
        let known = options.map(\.value).filter(given.contains)
        var reading = Reading(value: known.isEmpty ? nil : .array(known.map(JSON.string)))
        if let unknown = given.subtracting(known).min() {
            reading.raw = [kept: unknown.cut(toBytes: 200)]
            reading.problems = [FieldProblem(field: kept, code: "invalid_choice")]
        }
        return reading
    }

    private func readDate(named name: String, as kept: String, _ input: [String: [String]]) -> Reading {
        let parts = ["day", "month", "year"].map { ($0, (input["\(name).\($0)"]?.first ?? "").cleaned) }
        guard parts.contains(where: { !$0.1.isEmpty }) else { return Reading() }
        let numbers = parts.map { $0.1.utf8.allSatisfy { (48...57).contains($0) } ? Int($0.1) ?? 0 : 0 }
        // Two digits for a year could be either century.
        guard numbers[2] >= 1000, let day = Day(year: numbers[2], month: numbers[1], day: numbers[0]) else {
            let raw = parts.map { ("\(kept).\($0)", $1.cut(toBytes: 100)) }
            return .failure(kept, "invalid_date", raw: Dictionary(raw) { $1 })
        }
        return Reading(value: .string(day.description))
    }

    private func readPlace(named name: String, as kept: String, _ input: [String: [String]]) -> Reading {
        let province = (input["\(name).province"]?.first ?? "").cleaned.cut(toBytes: 20)
        let ward = (input["\(name).ward"]?.first ?? "").cleaned.cut(toBytes: 20)
        guard !province.isEmpty || !ward.isEmpty else { return Reading() }
        guard !province.isEmpty, !ward.isEmpty else {
            return .failure(
                kept, "invalid_place", raw: ["\(kept).province": province, "\(kept).ward": ward])
        }
        return Reading(value: ["province": .string(province), "ward": .string(ward)])
    }

    /// A whole number, with or without marks between its thousands: `1250000`, `1.250.000`, `1 250 000`, `1,250,000`.
    /// `2,5` is none: reading it as 25 would be a mistake of ten times.
    private static func number(_ text: String) -> Int? {
        var bare = Substring(text.replacing(" ", with: ""))
        let isNegative = bare.first == "-" || bare.first == "\u{2212}"
        if isNegative || bare.first == "+" { bare.removeFirst() }
        let groups = bare.split(separator: bare.contains(",") ? "," : ".", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let first = groups.first,
            groups.count == 1 || (1...3).contains(first.utf8.count),
            groups.dropFirst().allSatisfy({ $0.utf8.count == 3 })
        else { return nil }
        // Fifteen digits: what every reader of JSON keeps exactly.
        let digits = groups.joined()
        guard digits.utf8.count <= 15, let number = Int(digits) else { return nil }
        return isNegative ? -number : number
    }

    /// Without what people write behind a sum, or before it.
    private static func withoutCurrency(_ text: String) -> String {
        let text = text.lowercased()
        for word in ["việt nam đồng", "đồng", "vnđ", "vnd", "₫", "đ"] {
            if text.hasSuffix(word) { return String(text.dropLast(word.count)).trimmed }
            if text.hasPrefix(word) { return String(text.dropFirst(word.count)).trimmed }
        }
        return text
    }
}

extension String {
    /// At most so many bytes, never half a character.
    fileprivate func cut(toBytes most: Int) -> String {
        guard utf8.count > most else { return self }
        var kept = String.UnicodeScalarView()
        var count = 0
        for scalar in unicodeScalars {
            count += UTF8.width(scalar)
            if count > most { break }
            kept.append(scalar)
        }
        return String(kept)
    }
}
