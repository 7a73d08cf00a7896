package import Catalogue
import Core

extension Answers {
    /// With every value that the form works out from the others; what can't be worked out yet isn't there.
    package func computed(by form: Form) -> Answers {
        var answers = self
        for field in form.sections.flatMap(\.fields) {
            guard let computation = field.computation else { continue }
            answers.values[field.id] = answers.value(of: computation).map(JSON.integer)
        }
        return answers
    }

    private func value(of computation: FormField.Computation) -> Int? {
        switch computation {
        case .sum(let fields):
            let given = fields.compactMap { values[$0]?.int }
            guard !given.isEmpty else { return nil }
            var sum = 0
            for number in given {
                let (next, isTooMuch) = sum.addingReportingOverflow(number)
                guard !isTooMuch else { return nil }
                sum = next
            }
            return sum
        case .days(let from, let to):
            guard let first = values[from]?.string.flatMap(Day.init), let last = values[to]?.string.flatMap(Day.init)
            else {
                return nil
            }
            return last.number - first.number
        case .byAnswer(let field, let amounts):
            let chosen: [String]
            switch values[field] {
            case .string(let value): chosen = [value]
            case .bool(let value): chosen = [value ? "yes" : "no"]
            case .array(let list): chosen = list.compactMap(\.string)
            default: return nil
            }
            return chosen.reduce(0) { $0 + (amounts[$1] ?? 0) }
        }
    }
}
