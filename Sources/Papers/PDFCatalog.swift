/// The part of a PDF that says what the document is as a whole (ISO 32000-1, 7.7.2). Cairo can't name its language, so that
/// is added by an update behind its end (7.5.6).
enum PDFCatalog {
    /// - Parameter members: as they stand in the catalog's dictionary.
    static func adding(_ members: String, to file: [UInt8]) throws(PaperFailure) -> [UInt8] {
        guard let table = number(after: "startxref", in: file[max(0, file.count - 64)...]), table < file.count,
            let trailer = file[table...].firstRange(of: "trailer")?.upperBound,
            let size = number(after: "/Size", in: file[trailer...]),
            let root = number(after: "/Root", in: file[trailer...]),
            let info = number(after: "/Info", in: file[trailer...]),
            let catalog = object(root, in: file, table: table)
        else { throw .unprintable("cairo's file has no catalog where one was looked for") }
        var file = file
        let place = file.count
        let digits = String(place)
        file += Array(
            """
            \(root) 0 obj
            << \(members) \(catalog)
            endobj

            """.utf8)
        let newTable = file.count
        file += Array(
            """
            xref
            \(root) 1
            \(String(repeating: "0", count: 10 - digits.count) + digits) 00000 n\u{20}
            trailer
            << /Size \(size) /Root \(root) 0 R /Info \(info) 0 R /Prev \(table) >>
            startxref
            \(newTable)
            %%EOF

            """.utf8)
        return file
    }

    /// What stands in an object behind its opening brackets, closing ones included.
    private static func object(_ number: Int, in file: [UInt8], table: Int) -> String? {
        guard let start = file[table...].firstIndex(of: 0x0A).map({ $0 + 1 }),
            let first = file[start...].firstIndex(of: 0x0A).map({ $0 + 1 })
        else { return nil }
        let entry = first + number * 20
        guard entry + 10 <= file.count, let offset = Int(String(decoding: file[entry..<(entry + 10)], as: UTF8.self)),
            offset < file.count, let open = file[offset...].firstRange(of: "<<")?.upperBound,
            let end = file[open...].firstRange(of: "endobj")?.lowerBound
        else { return nil }
        return String(decoding: file[open..<end], as: UTF8.self)
    }

    private static func number(after name: String, in bytes: ArraySlice<UInt8>) -> Int? {
        guard let end = bytes.firstRange(of: name)?.upperBound else { return nil }
        let digits = bytes[end...].drop { $0 == 0x20 || $0 == 0x0A }.prefix { (48...57).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}

extension ArraySlice<UInt8> {
    fileprivate func firstRange(of text: String) -> Range<Int>? {
        let wanted = Array(text.utf8)
        guard count >= wanted.count else { return nil }
        for start in startIndex...(endIndex - wanted.count) where self[start] == wanted[0] {
            if self[start..<(start + wanted.count)].elementsEqual(wanted) { return start..<(start + wanted.count) }
        }
        return nil
    }
}
