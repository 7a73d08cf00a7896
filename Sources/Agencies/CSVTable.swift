import FoundationEssentials

/// A small reference file of comma-separated values (RFC 4180) with a header line, read whole.
package struct CSVTable {
    package struct Malformed: Error, CustomStringConvertible {
        package let path: String
        package let line: Int
        package var description: String { "\(path):\(line): not a row of this table" }

        package init(path: String, line: Int) {
            self.path = path
            self.line = line
        }
    }

    private let path: String
    private let header: [String]
    private let rows: [[String]]

    package init(path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path))
        var lines = Self.parse(Array(data))
        guard !lines.isEmpty else { throw Malformed(path: path, line: 1) }
        header = lines.removeFirst()
        for (index, line) in lines.enumerated() where line.count != header.count {
            throw Malformed(path: path, line: index + 2)
        }
        self.path = path
        rows = lines
    }

    /// A whole column. Throws when the file has none of that name.
    package subscript(_ column: String) -> [String] {
        get throws {
            guard let index = header.firstIndex(of: column) else { throw Malformed(path: path, line: 1) }
            return rows.map { $0[index] }
        }
    }

    private static func parse(_ bytes: [UInt8]) -> [[String]] {
        var lines: [[String]] = []
        var line: [String] = []
        var field: [UInt8] = []
        var quoted = false
        var index = 0
        func finishLine() {
            line.append(String(decoding: field, as: UTF8.self))
            field = []
            if line != [""] { lines.append(line) }
            line = []
        }
        while index < bytes.count {
            let byte = bytes[index]
            if quoted {
                if byte == UInt8(ascii: "\""), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") {
                    field.append(byte)
                    index += 1
                } else if byte == UInt8(ascii: "\"") {
                    quoted = false
                } else {
                    field.append(byte)
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): quoted = true
                case UInt8(ascii: ","):
                    line.append(String(decoding: field, as: UTF8.self))
                    field = []
                case UInt8(ascii: "\n"): finishLine()
                case UInt8(ascii: "\r"): break
                default: field.append(byte)
                }
            }
            index += 1
        }
        if !field.isEmpty || !line.isEmpty { finishLine() }
        return lines
    }
}
