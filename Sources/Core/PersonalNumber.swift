/// The sex recorded at birth, as identity papers have it.
package enum Sex: String, Sendable, Hashable, CaseIterable {
    case male
    case female
}

/// A citizen's personal number (số định danh cá nhân): twelve digits, of which the first six say something.
/// There is no check digit.
package struct PersonalNumber: Hashable, Sendable {
    package let digits: String

    /// Forgives spaces, dots, hyphens and invisible signs. Nil unless twelve digits remain; what they say is never a
    /// reason to refuse.
    package init?(_ text: String) {
        guard let digits = text.digits(groupedBy: ".-"), digits.utf8.count == 12 else { return nil }
        self.digits = digits
    }

    /// Two-digit code of the province of birth registration, of the list before 1 July 2025; not renumbered since. Nil
    /// when the first three digits name a country instead, as for people whose birth was registered abroad.
    package var provinceCode: String? { digit(0) == 0 ? String(digits.dropFirst().prefix(2)) : nil }

    /// Even is male, odd is female, in every century.
    package var sex: Sex { digit(3) % 2 == 0 ? .male : .female }

    /// 0 and 1 are the 1900s, 2 and 3 the 2000s, and so on.
    package var birthYear: Int { 1900 + digit(3) / 2 * 100 + digit(4) * 10 + digit(5) }

    /// What doesn't fit what else is known: a reason to look again, never to refuse.
    package func warnings(dateOfBirth: Day?, sex: Sex?) -> [FieldProblem] {
        var warnings: [FieldProblem] = []
        if let dateOfBirth, dateOfBirth.components.year != birthYear {
            warnings.append(
                FieldProblem(
                    field: "personal_number", code: "personal_number_birth_year_differs",
                    arguments: ["year": String(birthYear)]))
        }
        if let sex, sex != self.sex {
            warnings.append(FieldProblem(field: "personal_number", code: "personal_number_sex_differs"))
        }
        return warnings
    }

    package var lastFour: String { String(digits.suffix(4)) }

    /// As it is shown in lists: `001•••••1234`.
    package var masked: String { digits.prefix(3) + "•••••" + lastFour }

    private func digit(_ index: Int) -> Int { Int(Array(digits.utf8)[index]) - 48 }
}
