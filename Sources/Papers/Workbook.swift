import CXLSXWriter
import Core
package import FoundationEssentials

/// An XLSX file with one sheet, written row by row to the disk. Text is always text: no cell is a formula.
package final class Workbook {
    private let sheet: Sheet
    private let book: UnsafeMutablePointer<lxw_workbook>
    private let page: UnsafeMutablePointer<lxw_worksheet>
    private var styles: [Sheet.Kind: UnsafeMutablePointer<lxw_format>] = [:]
    private var row: UInt32 = 0
    private var isOpen = true

    /// Rows that a file can have, its head among them.
    package static let mostRows = 1_048_576

    /// - Parameter path: where the file is made; whoever asked for it removes it.
    /// - Throws: `PaperFailure.unprintable`.
    package init(_ sheet: Sheet, path: String, createdAt: Date) throws {
        self.sheet = sheet
        var options = lxw_workbook_options()
        options.constant_memory = 1
        guard let book = workbook_new_opt(path, &options), let page = workbook_add_worksheet(book, sheet.name.tab)
        else {
            throw PaperFailure.unprintable("libxlsxwriter could not begin a file")
        }
        self.book = book
        self.page = page
        var properties = lxw_doc_properties()
        properties.created = time_t(createdAt.timeIntervalSince1970)
        workbook_set_properties(book, &properties)
        for (kind, format) in [
            (Sheet.Kind.money, "#,##0\\ \"đ\""), (.number, "#,##0"), (.date, "dd/mm/yyyy"),
            (.dateTime, "dd/mm/yyyy hh:mm"),
        ] {
            guard let style = workbook_add_format(book) else { continue }
            format_set_num_format(style, format)
            styles[kind] = style
        }
        writeHead()
    }

    deinit { if isOpen { workbook_close(book) } }

    package func write(_ cells: [Sheet.Cell]) {
        guard row < UInt32(Self.mostRows) else { return }
        for (index, cell) in cells.enumerated() { write(cell, column: UInt16(index)) }
        row += 1
    }

    /// - Throws: `PaperFailure.unprintable` when the file is not whole.
    package func close() throws {
        guard isOpen else { return }
        isOpen = false
        let code = workbook_close(book)
        guard code == LXW_NO_ERROR else { throw PaperFailure.unprintable(String(cString: lxw_strerror(code))) }
    }

    private func writeHead() {
        let bold = workbook_add_format(book)
        format_set_bold(bold)
        for (index, column) in sheet.columns.enumerated() {
            worksheet_set_column(page, UInt16(index), UInt16(index), Double(column.width), nil)
            worksheet_write_string(page, 0, UInt16(index), column.title.cell, bold)
        }
        worksheet_freeze_panes(page, 1, 0)
        worksheet_repeat_rows(page, 0, 0)
        row = 1
    }

    private func write(_ cell: Sheet.Cell, column: UInt16) {
        switch cell {
        case .empty: break
        case .text(let text): worksheet_write_string(page, row, column, text.cell, nil)
        case .number(let value): worksheet_write_number(page, row, column, Double(value), styles[.number])
        case .money(let money): worksheet_write_number(page, row, column, Double(money.dong), styles[.money])
        case .date(let day): worksheet_write_number(page, row, column, day.serial, styles[.date])
        case .dateTime(let instant):
            let day = Day(of: instant)
            let minutes = (instant.timeIntervalSince(day.instant()) / 60).rounded(.down)
            worksheet_write_number(page, row, column, day.serial + minutes / 1440, styles[.dateTime])
        }
    }
}

extension Day {
    /// Days since 30 December 1899, as spreadsheet programs count them; times are Vietnam's.
    fileprivate var serial: Double { Double(number + 25_569) }
}

extension String {
    /// What a cell can hold: 32,767 signs, counted as UTF-16 does, and none of control.
    fileprivate var cell: String {
        var kept = String.UnicodeScalarView()
        var count = 0
        for scalar in unicodeScalars where scalar.value >= 0x20 || scalar == "\n" {
            count += scalar.value > 0xFFFF ? 2 : 1
            guard count <= 32_767 else { break }
            kept.append(scalar)
        }
        return String(kept)
    }

    /// What a tab can be called: 31 signs, none of `[]:*?/\`.
    fileprivate var tab: String {
        String(filter { !"[]:*?/\\'".contains($0) }.prefix(31))
    }
}
