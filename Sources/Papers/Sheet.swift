package import Core
package import FoundationEssentials

/// A table for spreadsheet programs: named columns of one kind each. Rows are written one by one, so that a long table needs
/// no memory.
package struct Sheet: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case text, number, money, date, dateTime
    }

    package struct Column: Sendable, Hashable {
        package let title: String
        package let kind: Kind
        /// In characters.
        package let width: Int

        package init(_ title: String, _ kind: Kind, width: Int = 16) {
            self.title = title
            self.kind = kind
            self.width = width
        }
    }

    /// A value of its column's kind.
    package enum Cell: Sendable, Hashable {
        case empty
        case text(String)
        case number(Int)
        case money(Money)
        case date(Day)
        case dateTime(Date)
    }

    /// Of the sheet: what stands on its tab.
    package let name: String
    package let columns: [Column]

    package init(name: String, columns: [Column]) {
        self.name = name
        self.columns = columns
    }
}

extension Sheet.Cell {
    package static func optional(_ instant: Date?) -> Sheet.Cell { instant.map { .dateTime($0) } ?? .empty }
}
