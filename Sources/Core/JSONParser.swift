extension JSON {
    /// How large a document may be.
    package struct Limits: Sendable, Hashable {
        package var bytes: Int
        package var depth: Int
        package var elements: Int

        package init(bytes: Int = 1_000_000, depth: Int = 32, elements: Int = 10_000) {
            self.bytes = bytes
            self.depth = depth
            self.elements = elements
        }
    }

    /// Where and why a document can't be read; the column counts bytes from 1.
    package struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        package let line: Int
        package let column: Int
        package let reason: String
        package var description: String { "line \(line), column \(column): \(reason)" }
    }

    /// Reads one document strictly: no duplicate names, nothing behind it, valid UTF-8, whole surrogate pairs, numbers
    /// that fit. What a lenient reader lets through, two readers understand differently.
    package init(parsing source: some Collection<UInt8>, limits: Limits = Limits()) throws(ParseError) {
        var parser = JSONParser(Array(source), limits: limits)
        self = try parser.document()
    }

    /// The same, with the line on which each value begins: for messages about documents that people write by hand.
    package static func withLines(
        parsing source: some Collection<UInt8>, limits: Limits = Limits()
    ) throws(ParseError) -> (json: JSON, lines: Lines) {
        var parser = JSONParser(Array(source), limits: limits, notesLines: true)
        let json = try parser.document()
        return (json, Lines(lines: parser.lines))
    }

    /// On which lines of a document, counted from 1, its values begin.
    package struct Lines: Sendable {
        fileprivate let lines: [[String]: Int]

        /// The line of the value at a path, or of the innermost value around it that there is.
        /// - Parameter path: members by their names, elements by their place from 0 or by their `id`.
        package func line(of path: [String], in json: JSON) -> Int { place(of: path, in: json).line }

        /// The same with the path as far as there is something, elements by their place.
        /// - Parameter takesLast: of elements with the same `id` the last one is meant, not the first.
        package func place(
            of path: [String], in json: JSON, takesLast: Bool = false
        ) -> (line: Int, path: [String]) {
            var (found, known): (JSON, [String]) = (json, [])
            steps: for step in path {
                switch found {
                case .object(let members):
                    guard let member = members[step] else { break steps }
                    (found, known) = (member, known + [step])
                case .array(let elements):
                    func isNamed(_ element: JSON) -> Bool {
                        element["id"]?.string == step || element["value"]?.string == step
                    }
                    let named = takesLast ? elements.lastIndex(where: isNamed) : elements.firstIndex(where: isNamed)
                    guard let index = named ?? Int(step), elements.indices.contains(index) else { break steps }
                    (found, known) = (elements[index], known + [String(index)])
                case .null, .bool, .integer, .double, .string: break steps
                }
            }
            return (lines[known] ?? 1, known)
        }
    }
}

private struct JSONParser {
    private let bytes: [UInt8]
    private let limits: JSON.Limits
    private let notesLines: Bool
    private var index = 0
    private var elements = 0
    private var path: [String] = []
    private(set) var lines: [[String]: Int] = [:]
    /// The line of `counted`, so that counting goes over each byte once.
    private var line = 1
    private var counted = 0

    init(_ bytes: [UInt8], limits: JSON.Limits, notesLines: Bool = false) {
        self.bytes = bytes
        self.limits = limits
        self.notesLines = notesLines
    }

    private mutating func noteLine() {
        line += bytes[counted..<index].count { $0 == 0x0A }
        counted = index
        lines[path] = line
    }

    mutating func document() throws(JSON.ParseError) -> JSON {
        guard bytes.count <= limits.bytes else { throw error("longer than \(limits.bytes) bytes") }
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard index == bytes.count else { throw error("something follows the document") }
        return value
    }

    private mutating func value(depth: Int) throws(JSON.ParseError) -> JSON {
        guard depth < limits.depth else { throw error("nested deeper than \(limits.depth)") }
        elements += 1
        guard elements <= limits.elements else { throw error("more than \(limits.elements) values") }
        guard let first = peek else { throw error("the document ends here") }
        if notesLines { noteLine() }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("no value begins like this")
        }
    }

    private mutating func object(depth: Int) throws(JSON.ParseError) -> JSON {
        index += 1
        var members: [String: JSON] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([:]) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("a name in quotes is expected") }
            let name = try string()
            guard members[name] == nil else { throw error("the name “\(name.prefix(40))” stands twice") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("a colon is expected") }
            skipSpace()
            if notesLines { path.append(name) }
            members[name] = try value(depth: depth + 1)
            if notesLines { path.removeLast() }
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw error("a comma or } is expected") }
        }
    }

    private mutating func array(depth: Int) throws(JSON.ParseError) -> JSON {
        index += 1
        var values: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            skipSpace()
            if notesLines { path.append(String(values.count)) }
            values.append(try value(depth: depth + 1))
            if notesLines { path.removeLast() }
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw error("a comma or ] is expected") }
        }
    }

    private mutating func string() throws(JSON.ParseError) -> String {
        index += 1
        var text: [UInt8] = []
        while true {
            let start = index
            while let byte = peek, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { index += 1 }
            let run = bytes[start..<index]
            switch peek {
            case UInt8(ascii: "\""):
                index += 1
                // Most strings are a single run.
                let string =
                    text.isEmpty
                    ? String(validating: run, as: UTF8.self) : String(validating: text + run, as: UTF8.self)
                guard let string else { throw error("not UTF-8") }
                return string
            case UInt8(ascii: "\\"):
                text += run
                index += 1
                try escape(into: &text)
            case nil: throw error("the string doesn't end")
            default: throw error("a control sign stands in a string")
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSON.ParseError) {
        guard let byte = peek else { throw error("the string doesn't end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try hex()
            if (0xD800..<0xDC00).contains(unit) {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw error("half a surrogate pair") }
                let low = try hex()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw error("half a surrogate pair") }
            // Neither texts here nor the database can keep it (RFC 8259 section 9 lets a parser limit what it takes).
            guard unit != 0 else { throw error("a NUL sign stands in a string") }
            text += String(Character(scalar)).utf8
        default: throw error("no such escape")
        }
    }

    private mutating func hex() throws(JSON.ParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 128 else {
                throw error("four hexadecimal digits are expected")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    private mutating func number() throws(JSON.ParseError) -> JSON {
        let start = index
        var isInteger = true
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isInteger = false
            index += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger {
            guard let integer = Int(text) else { throw error("the number is too large") }
            return .integer(integer)
        }
        // From 2^63 to 10^21 the canonical form is written without an exponent, as an integer that couldn't be read
        // back.
        guard let double = Double(text), double.isFinite, !(0x1p63..<1e21).contains(abs(double)) else {
            throw error("the number is too large")
        }
        return .double(double)
    }

    private mutating func digits() throws(JSON.ParseError) {
        guard let byte = peek, (48...57).contains(byte) else { throw error("a digit is expected") }
        while let byte = peek, (48...57).contains(byte) { index += 1 }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSON.ParseError) -> JSON {
        let count = word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer { $0.elementsEqual(bytes[index..<min(index + count, bytes.count)]) }
        guard matches else { throw error("no value begins like this") }
        index += count
        return value
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private func error(_ reason: String) -> JSON.ParseError {
        let before = bytes[..<min(index, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - ((before.lastIndex(of: 0x0A) ?? -1) + 1) + 1
        return JSON.ParseError(line: line, column: column, reason: reason)
    }
}
