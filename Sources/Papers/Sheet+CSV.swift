import Core

/// CSV by RFC 4180 in UTF-8 with a byte order mark, without which Excel takes it for another encoding.
extension Sheet {
    package var csvHead: [UInt8] { [0xEF, 0xBB, 0xBF] + csvLine(columns.map { .text($0.title) }) }

    /// A row with its line end.
    package func csvLine(_ cells: [Cell]) -> [UInt8] {
        Array((cells.map(\.csv).joined(separator: ",") + "\r\n").utf8)
    }
}

extension Sheet.Cell {
    fileprivate var csv: String {
        switch self {
        case .empty: ""
        case .text(let text): text.defused.quoted
        case .number(let value): String(value)
        case .money(let money): String(money.dong)
        case .date(let day): day.description
        case .dateTime(let instant): "\(Day(of: instant)) \(Formats(.vi).time(instant))"
        }
    }
}

extension String {
    /// Spreadsheet programs take what begins with one of these for a formula, spaces before it or not, and some carry out
    /// what it says (OWASP, “CSV Injection”). An apostrophe before it makes it text.
    fileprivate var defused: String {
        guard unicodeScalars.first(where: { $0 != " " && $0 != "\u{A0}" })?.beginsFormula ?? false else { return self }
        return "'" + self
    }

    fileprivate var quoted: String {
        guard utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D || $0 == 0x3B }) else {
            return self
        }
        return "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension Unicode.Scalar {
    fileprivate var beginsFormula: Bool {
        switch self {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "|", "%": true
        default: false
        }
    }
}
