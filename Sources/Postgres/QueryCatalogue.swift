import FoundationEssentials

/// The statements of `SQL/queries/*.sql`: blocks headed `-- name: capability.verb :one`.
package struct QueryCatalogue: Sendable {
    /// How many rows a statement returns.
    package enum Cardinality: String, Sendable {
        case one
        case optional
        case many
        case exec
    }

    package struct Statement: Sendable {
        package let name: String
        package let cardinality: Cardinality
        package let sql: String
        package let place: String
        /// Whether it only reads, as far as its words tell: a read may be sent again when its answer is lost.
        package let isRead: Bool

        init(name: String, cardinality: Cardinality, sql: String, place: String) {
            self.name = name
            self.cardinality = cardinality
            self.sql = sql
            self.place = place
            let words = Self.words(of: sql)
            isRead =
                ["select", "with"].contains(words.first) && words.contains("select")
                && words.allSatisfy { !["insert", "update", "delete", "merge", "into"].contains($0) }
        }

        private static func isOfWord(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "$") || byte == UInt8(ascii: "_") || byte > 127 || (48...57).contains(byte)
                || (97...122).contains(byte | 32)
        }

        /// Words in lower case, `$n` among them, outside of comments, literals and quoted names.
        static func words(of sql: String) -> [String] {
            var words: [String] = []
            var rest = sql.utf8[...]
            while let first = rest.first {
                let word = rest.prefix(while: isOfWord)
                rest = rest.dropFirst(max(1, word.count))
                switch first {
                case _ where !word.isEmpty: words.append(String(Substring(word)).lowercased())
                case UInt8(ascii: "-") where rest.first == first: rest = rest.drop { $0 != UInt8(ascii: "\n") }
                case UInt8(ascii: "/") where rest.first == UInt8(ascii: "*"):
                    while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest = rest.dropFirst() }
                case UInt8(ascii: "'"), UInt8(ascii: "\""): rest = rest.drop { $0 != first }.dropFirst()
                default: break
                }
            }
            return words
        }
    }

    private let statements: [String: Statement]

    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    /// Reads every `.sql` file of a folder. Throws `Malformed` with file and line.
    package init(directory: String) throws {
        try self.init(
            files: try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
                .filter { $0.hasSuffix(".sql") }
                .map {
                    ($0, String(decoding: try Data(contentsOf: URL(filePath: "\(directory)/\($0)")), as: UTF8.self))
                })
    }

    /// Reads the texts of files. Throws `Malformed` with file and line.
    package init(files: [(name: String, text: String)]) throws {
        var statements: [String: Statement] = [:]
        for (file, text) in files {
            for statement in try Self.blocks(of: text, file: file) {
                if let other = statements[statement.name] {
                    throw Malformed(
                        description: "\(statement.place): \(statement.name) stands at \(other.place) already")
                }
                statements[statement.name] = statement
            }
        }
        self.statements = statements
    }

    package subscript(name: String) -> Statement? { statements[name] }

    package var names: [String] { statements.keys.sorted() }

    private static func blocks(of text: String, file: String) throws -> [Statement] {
        var found: [Statement] = []
        var head: (name: String, cardinality: Cardinality, line: Int)?
        var body: [Substring] = []
        func finish() throws {
            guard let head else { return }
            let sql = body.joined(separator: "\n").trimmed
            guard !sql.isEmpty else {
                throw Malformed(description: "\(file):\(head.line): \(head.name) has no statement")
            }
            found.append(
                Statement(name: head.name, cardinality: head.cardinality, sql: sql, place: "\(file):\(head.line)"))
        }
        let text = text.replacing("\r\n", with: "\n")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard line.hasPrefix("-- name:") else {
                if head != nil { body.append(line) }
                continue
            }
            try finish()
            let words = line.dropFirst(8).split(separator: " ")
            guard words.count == 2, words[1].hasPrefix(":"),
                let cardinality = Cardinality(rawValue: String(words[1].dropFirst()))
            else { throw Malformed(description: "\(file):\(index + 1): expected “-- name: capability.verb :one”") }
            head = (String(words[0]), cardinality, index + 1)
            body = []
        }
        try finish()
        return found
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
        return String(text)
    }
}
