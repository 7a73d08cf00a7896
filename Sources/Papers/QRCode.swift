import CQREncode

/// A text as a QR code (ISO/IEC 18004), a sixth of which may be damaged.
package struct QRCode: Sendable, Hashable {
    /// Modules a side, without the quiet zone of four modules that has to be around.
    package let size: Int
    /// Dark modules beside each other, from the left.
    let runs: [Run]

    struct Run: Sendable, Hashable {
        let row: Int
        let column: Int
        let length: Int
    }

    /// Nil when the text is empty or longer than a code can hold (about 2,300 bytes).
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else {
            return nil
        }
        defer { QRcode_free(code) }
        let size = Int(code.pointee.width)
        guard let data = code.pointee.data else { return nil }
        self.size = size
        runs = (0..<size).flatMap { row -> [Run] in
            var found: [Run] = []
            for column in 0..<size where data[row * size + column] & 1 == 1 {
                if let last = found.last, last.column + last.length == column {
                    found[found.count - 1] = Run(row: row, column: last.column, length: last.length + 1)
                } else {
                    found.append(Run(row: row, column: column, length: 1))
                }
            }
            return found
        }
    }

    /// Its dark modules as the `d` of an SVG path, a module to a unit, with the quiet zone around: for a `viewBox` of
    /// `0 0 n n` where n is `sizeWithQuietZone`.
    package var path: String {
        runs.map { "M\($0.column + 4) \($0.row + 4)h\($0.length)v1h-\($0.length)z" }.joined()
    }

    package var sizeWithQuietZone: Int { size + 8 }
}
