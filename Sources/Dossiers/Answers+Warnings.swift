package import Catalogue
package import Core

extension Form {
    /// What looks odd without being wrong, to be looked at again and never to refuse: a personal number whose digits
    /// tell another year of birth or sex than the answers of the same person.
    ///
    /// The answers of one person share what stands before `personal_number`, `date_of_birth` and `sex` in their ids.
    package func warnings(_ answers: Answers) -> [FieldProblem] {
        answers.visible(in: self).flatMap { field in
            guard field.kind == .group else {
                return Self.warnings(field, named: field.id, among: answers.values)
            }
            return (answers.values[field.id]?.array ?? []).enumerated().flatMap { index, item in
                field.fields.flatMap { part in
                    Self.warnings(part, named: "\(field.id).\(index).\(part.id)", among: item.object ?? [:])
                }
            }
        }
    }

    private static func warnings(
        _ field: FormField, named name: String, among values: [String: JSON]
    ) -> [FieldProblem] {
        let ending = "personal_number"
        guard field.kind == .personalNumber, field.id.hasSuffix(ending),
            let number = values[field.id]?.string.flatMap(PersonalNumber.init)
        else { return [] }
        let person = field.id.dropLast(ending.count)
        let warnings = number.warnings(
            dateOfBirth: values["\(person)date_of_birth"]?.string.flatMap(Day.init),
            sex: values["\(person)sex"]?.string.flatMap(Sex.init(rawValue:)))
        return warnings.map { FieldProblem(field: name, code: $0.code, arguments: $0.arguments) }
    }
}
