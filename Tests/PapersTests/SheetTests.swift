import Core
import Foundation
import Testing

@testable import Papers

@Suite("Tables for spreadsheet programs")
struct SheetTests {
    private static let sheet = Sheet(
        name: "Sổ theo dõi: [2026]/1",
        columns: [
            .init("Tên", .text), .init("Số", .number), .init("Tiền", .money), .init("Ngày", .date),
            .init("Lúc", .dateTime),
        ])

    @Test(
        "a text that a spreadsheet program would take for a formula is defused; quotes and separators are kept",
        arguments: [
            ("=1+1", "'=1+1"), ("+84", "'+84"), ("-5", "'-5"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
            ("  =cmd|' /C calc'!A0", "'  =cmd|' /C calc'!A0"), ("\u{FF1D}1", "'\u{FF1D}1"), ("|x", "'|x"),
            ("%0A", "'%0A"),
            ("Đỗ Ỷ", "Đỗ Ỷ"), ("a,b", "\"a,b\""), ("nói \"vâng\"", "\"nói \"\"vâng\"\"\""), ("a\nb", "\"a\nb\""),
            ("a;b", "\"a;b\""), ("=\"x\",1", "\"'=\"\"x\"\",1\""), ("", ""), ("a=b", "a=b"),
        ])
    func defuses(text: String, cell: String) {
        #expect(String(decoding: Self.sheet.csvLine([.text(text)]), as: UTF8.self) == cell + "\r\n")
    }

    @Test("numbers, money and days are written without words around them, under a byte order mark")
    func writesCSV() {
        let head = Self.sheet.csvHead
        #expect(Array(head.prefix(3)) == [0xEF, 0xBB, 0xBF])
        let line = Self.sheet.csvLine([
            .empty, .number(-7), .money(Money(dong: 1_250_000)), .date(Day("2026-11-24")!), .dateTime(Sample.issuedAt),
        ])
        #expect(String(decoding: line, as: UTF8.self) == ",-7,1250000,2026-11-24,2026-11-24 09:05\r\n")
    }

    @Test("an XLSX file is whole, whatever its cells hold")
    func writesXLSX() throws {
        let path = NSTemporaryDirectory() + "sheet-\(UUID().uuidString).xlsx"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let book = try Workbook(Self.sheet, path: path, createdAt: Sample.issuedAt)
        book.write([
            .text("=1+1"), .number(7), .money(Money(dong: 1_250_000)), .date(Day("2026-11-24")!),
            .dateTime(Sample.issuedAt),
        ])
        book.write([.text(String(repeating: "ẵ", count: 40_000) + "\u{0}\u{FFFF}"), .empty])
        try book.close()
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]))
    }
}
