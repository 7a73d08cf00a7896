/// A dossier's national code: agency, day of submission, running number (TT 01/2018/TT-VPCP Đ.19, with the identifiers of
/// QĐ 20/2020/QĐ-TTg): `H26.00070-261123-0001`.
package struct DossierCode: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter number: at least four digits are written; more when the day needs them.
    package init(agency: String, day: Day, number: Int) {
        let (year, month, date) = day.components
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        description = "\(agency)-\(padded(year % 100, 2))\(padded(month, 2))\(padded(date, 2))-\(padded(number, 4))"
    }

    /// Reads a code made here or elsewhere: forgives case and spaces, takes six or eight digits of a date.
    package init?(_ text: String) {
        guard text.utf8.count <= 80 else { return nil }
        let code = text.cleaned.uppercased().replacing(" ", with: "")
        let parts = code.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        func isUpper(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
        guard parts.count == 3, (3...35).contains(parts[0].count), (4...10).contains(parts[2].count),
            parts[0].allSatisfy({ isDigit($0) || isUpper($0) || $0 == 46 }),
            parts[1].count == 6 || parts[1].count == 8, parts[1].allSatisfy(isDigit),
            parts[2].allSatisfy({ isDigit($0) || isUpper($0) })
        else { return nil }
        description = code
    }
}
