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
                .map { ($0, String(decoding: try Data(contentsOf: URL(filePath: "\(directory)/\($0)")), as: UTF8.self)) })
    }

    /// Reads the texts of files. Throws `Malformed` with file and line.
    package init(files: [(name: String, text: String)]) throws {
        var statements: [String: Statement] = [:]
        for (file, text) in files {
            for statement in try Self.blocks(of: text, file: file) {
                if let other = statements[statement.name] {
                    throw Malformed(description: "\(statement.place): \(statement.name) stands at \(other.place) already")
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
            guard !sql.isEmpty else { throw Malformed(description: "\(file):\(head.line): \(head.name) has no statement") }
            found.append(
                Statement(name: head.name, cardinality: head.cardinality, sql: sql, place: "\(file):\(head.line)"))
        }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("-- name:") else {
                if head != nil { body.append(line) }
                continue
            }
            try finish()
            let words = line.dropFirst(8).split(separator: " ")
            guard words.count == 2, words[1].hasPrefix(":"), let cardinality = Cardinality(rawValue: String(words[1].dropFirst()))
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
