/// The kinds of file that can be attached, told by content and never by name.
package enum FileType: String, Sendable, CaseIterable {
    case pdf = "application/pdf"
    case jpeg = "image/jpeg"
    case png = "image/png"
    case docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    case xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    /// What the name of a file of this kind ends with.
    package var fileExtension: String {
        switch self {
        case .pdf: "pdf"
        case .jpeg: "jpg"
        case .png: "png"
        case .docx: "docx"
        case .xlsx: "xlsx"
        }
    }

    /// Looks at beginning, end and structure of a whole file.
    package static func detect(_ bytes: UnsafeRawBufferPointer) -> Result<FileType, FileRefusal> {
        if bytes.starts(with: "%PDF-") { return checkPDF(bytes) }
        if bytes.count > 4, bytes[0] == 0xFF, bytes[1] == 0xD8, bytes[2] == 0xFF {
            return bytes.contains(last: 64, [0xFF, 0xD9]) ? .success(.jpeg) : .failure(.damaged)
        }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return checkPNG(bytes) }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return checkOfficeDocument(bytes) }
        return .failure(.unknownType)
    }

    /// A PDF that runs scripts, starts programs or carries other files inside is refused.
    private static func checkPDF(_ bytes: UnsafeRawBufferPointer) -> Result<FileType, FileRefusal> {
        guard bytes.contains(last: 2048, Array("%%EOF".utf8)) else { return .failure(.damaged) }
        for name in ["/JavaScript", "/JS ", "/JS(", "/Launch", "/EmbeddedFile"] where bytes.contains(Array(name.utf8)) {
            return .failure(.activeContent)
        }
        return .success(.pdf)
    }

    /// Width and height stand in the header: 50,000 pixels a side is a decompression bomb, not a scan.
    private static func checkPNG(_ bytes: UnsafeRawBufferPointer) -> Result<FileType, FileRefusal> {
        guard bytes.count >= 33, Array(bytes[12..<16]) == Array("IHDR".utf8) else { return .failure(.damaged) }
        let width = bytes[16..<20].reduce(0) { $0 << 8 | Int($1) }
        let height = bytes[20..<24].reduce(0) { $0 << 8 | Int($1) }
        guard (1...20_000).contains(width), (1...20_000).contains(height),
            bytes.contains(last: 64, Array("IEND".utf8))
        else { return .failure(.damaged) }
        return .success(.png)
    }

    /// A zip whose own directory lists the parts of a Word or Excel document and no macro.
    private static func checkOfficeDocument(_ bytes: UnsafeRawBufferPointer) -> Result<FileType, FileRefusal> {
        guard let names = ZipDirectory.names(in: bytes) else { return .failure(.damaged) }
        guard names.contains("[Content_Types].xml") else { return .failure(.unknownType) }
        guard !names.contains(where: { $0.hasSuffix("vbaProject.bin") || $0.hasPrefix("../") || $0.hasPrefix("/") })
        else { return .failure(.activeContent) }
        if names.contains("word/document.xml") { return .success(.docx) }
        if names.contains("xl/workbook.xml") { return .success(.xlsx) }
        return .failure(.unknownType)
    }
}

/// Why a file was not taken.
package enum FileRefusal: String, Error, Sendable, CaseIterable {
    case empty = "file_empty"
    case tooLarge = "file_too_large"
    case unknownType = "file_type_refused"
    case damaged = "file_damaged"
    case activeContent = "file_active_content"
}

/// The names in the central directory of a zip archive (APPNOTE 6.3.10, section 4.3.12); nothing is unpacked.
enum ZipDirectory {
    static func names(in bytes: UnsafeRawBufferPointer) -> [String]? {
        guard let end = endRecord(in: bytes) else { return nil }
        let count = bytes.number(at: end + 10, bytes: 2)
        var offset = bytes.number(at: end + 16, bytes: 4)
        guard count <= 10_000 else { return nil }
        var names: [String] = []
        for _ in 0..<count {
            guard offset + 46 <= bytes.count, bytes.number(at: offset, bytes: 4) == 0x0201_4B50 else { return nil }
            let length = bytes.number(at: offset + 28, bytes: 2)
            guard offset + 46 + length <= bytes.count else { return nil }
            names.append(String(decoding: bytes[(offset + 46)..<(offset + 46 + length)], as: UTF8.self))
            offset += 46 + length + bytes.number(at: offset + 30, bytes: 2) + bytes.number(at: offset + 32, bytes: 2)
        }
        return names
    }

    private static func endRecord(in bytes: UnsafeRawBufferPointer) -> Int? {
        var offset = bytes.count - 22
        let first = max(0, bytes.count - 22 - 65_535)
        while offset >= first {
            if bytes.number(at: offset, bytes: 4) == 0x0605_4B50 { return offset }
            offset -= 1
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func starts(with text: String) -> Bool { starts(with: Array(text.utf8)) }

    /// A little-endian number.
    fileprivate func number(at offset: Int, bytes count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(self[offset + $1]) << (8 * $1) }
    }

    fileprivate func contains(last count: Int, _ wanted: [UInt8]) -> Bool {
        UnsafeRawBufferPointer(rebasing: self[Swift.max(0, self.count - count)...]).contains(wanted)
    }

    fileprivate func contains(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, count >= wanted.count else { return false }
        var offset = 0
        let last = count - wanted.count
        while offset <= last {
            if self[offset] == first, self[offset..<(offset + wanted.count)].elementsEqual(wanted) { return true }
            offset += 1
        }
        return false
    }
}
