/// A tax code: ten digits with a check digit, or thirteen for a branch, written `NNNNNNNNNN-NNN` (TT 105/2020/TT-BTC).
package struct TaxCode: Hashable, Sendable, CustomStringConvertible {
    private let digits: String

    /// Forgives spaces, dots and hyphens. Nil when the count or the check digit is wrong.
    package init?(_ text: String) {
        guard let digits = text.digits(groupedBy: ".-") else { return nil }
        let numbers = digits.utf8.map { Int($0) - 48 }
        guard numbers.count == 10 || numbers.count == 13, numbers.count == 10 || digits.suffix(3) != "000" else {
            return nil
        }
        let sum = zip(numbers, [31, 29, 23, 19, 17, 13, 7, 5, 3]).reduce(0) { $0 + $1.0 * $1.1 }
        // A remainder of 0 would ask for the digit 10: no such code exists.
        guard sum % 11 != 0, numbers[9] == 10 - sum % 11 else { return nil }
        self.digits = digits
    }

    /// Whether it is one of thirteen digits.
    package var isBranch: Bool { digits.utf8.count == 13 }

    /// With the hyphen of a branch.
    package var description: String { isBranch ? digits.prefix(10) + "-" + digits.suffix(3) : digits }
}
