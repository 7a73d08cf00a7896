/// A dossier's national code: agency, day of submission, running number (TT 01/2018/TT-VPCP Đ.19, with the identifiers
/// of QĐ 20/2020/QĐ-TTg): `H26.00070-261123-0001`.
package struct DossierCode: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter number: at least four digits are written; more when the day needs them.
    package init(agency: String, day: Day, number: Int) {
        description = "\(agency)-\(RunningCode.tail(day: day, number: number))"
    }

    /// Reads a code made here or elsewhere: forgives case, spaces and the dashes that word processors put for a hyphen;
    /// takes six or eight digits of a date.
    package init?(_ text: String) {
        guard let parts = RunningCode.parts(of: text), (3...35).contains(parts[0].utf8.count) else { return nil }
        description = parts.joined(separator: "-")
    }
}

/// What codes of a day's running number have in common, whatever stands before.
package enum RunningCode {
    /// The day and the number: `261123-0001`.
    package static func tail(day: Day, number: Int) -> String {
        let (year, month, date) = day.components
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year % 100, 2))\(padded(month, 2))\(padded(date, 2))-\(padded(number, 4))"
    }

    /// The three parts of a code as people write it: what stands before, the date, the number. Nil for what is none.
    package static func parts(of text: String) -> [String]? {
        guard text.utf8.count <= 120 else { return nil }
        var code: [UInt8] = []
        for scalar in text.cleaned.unicodeScalars where scalar != " " {
            switch scalar {
            case "\u{2010}"..."\u{2015}", "\u{2212}": code.append(UInt8(ascii: "-"))
            case "a"..."z": code.append(UInt8(scalar.value) - 32)
            case "A"..."Z", "0"..."9", ".", "-": code.append(UInt8(scalar.value))
            default: return nil
            }
        }
        let parts = code.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        guard parts.count == 3, (4...10).contains(parts[2].count), parts[1].count == 6 || parts[1].count == 8,
            parts[1].allSatisfy(isDigit), !parts[2].contains(UInt8(ascii: "."))
        else { return nil }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }
}
