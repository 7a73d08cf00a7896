import CLibpq
import Glibc

/// A struct read from the columns of a row by their names.
package protocol PostgresRow: Sendable {
    init(_ row: inout Row) throws
}

/// One row of a result, or, while queries are checked at start, a list of the columns that a type asks for.
package struct Row {
    private let source: Source
    private let index: Int32
    private var cursor: Int32 = 0
    private(set) var asked: [Column] = []

    struct Column: Hashable {
        let name: String
        let oid: UInt32
    }

    private enum Source {
        case result(OpaquePointer)
        case description
    }

    init(_ result: OpaquePointer, index: Int32) {
        source = .result(result)
        self.index = index
    }

    /// A row of placeholders that notes what is asked for.
    init(describing: Void) {
        source = .description
        index = 0
    }

    /// The value of a column. Columns asked for in the order in which the statement lists them are found at once.
    package mutating func callAsFunction<Value: PostgresValue>(_ name: StaticString) throws -> Value {
        guard case .result(let result) = source else {
            asked.append(Column(name: name.description, oid: Value.oid))
            return Value.placeholder
        }
        return try Value(decoding: bytes(of: column(name, in: result), in: result))
    }

    /// The first column, for statements that return a single one.
    mutating func only<Value: PostgresValue>(_: Value.Type) throws -> Value {
        guard case .result(let result) = source else {
            asked.append(Column(name: "", oid: Value.oid))
            return Value.placeholder
        }
        return try Value(decoding: bytes(of: 0, in: result))
    }

    private mutating func column(_ name: StaticString, in result: OpaquePointer) throws -> Int32 {
        let count = PQnfields(result)
        for step in 0..<count {
            let candidate = (cursor + step) % count
            guard let found = PQfname(result, candidate) else { continue }
            if strcmp(found, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)) == 0 {
                cursor = candidate + 1
                return candidate
            }
        }
        throw Undecodable(expected: "column \(name)")
    }

    private func bytes(of column: Int32, in result: OpaquePointer) -> UnsafeRawBufferPointer? {
        guard PQgetisnull(result, index, column) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(result, index, column), count: Int(PQgetlength(result, index, column)))
    }
}
