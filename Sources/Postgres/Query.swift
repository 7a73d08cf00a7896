/// A named statement of `SQL/queries`, with the types of its parameters and of its rows.
///
///     static let find = Query("dossiers.find", Dossier.ID.self, returns: DossierRow.self)
///     static let touch = Query("sessions.touch", Session.ID.self, Date.self)
package struct Query<Parameters: Sendable, Output: Sendable>: Sendable, AnyQuery {
    package let name: String
    package let parameterOIDs: [UInt32]
    package let columns: [ExpectedColumn]?
    let encode: @Sendable (Parameters) throws -> [[UInt8]?]
    let decode: @Sendable (inout Row) throws -> Output
}

/// A column that a row type asks for; an empty name means the only column.
package struct ExpectedColumn: Sendable, Hashable {
    package let name: String
    package let oid: UInt32
}

/// Any declared query, for the check at start.
package protocol AnyQuery: Sendable {
    var name: String { get }
    var parameterOIDs: [UInt32] { get }
    /// Nil for a statement that returns no rows.
    var columns: [ExpectedColumn]? { get }
}

extension Query {
    /// A statement that returns rows of a struct.
    package init<each Parameter: PostgresValue>(
        _ name: String, _ parameters: repeat (each Parameter).Type, returns row: Output.Type
    ) where Parameters == (repeat each Parameter), Output: PostgresRow {
        self.init(
            name: name, parameterOIDs: oids(repeat (each Parameter).self), columns: expected { _ = try Output(&$0) },
            encode: { try encodeAll(repeat each $0) }, decode: { try Output(&$0) })
    }

    /// A statement that returns rows of a single column.
    package init<each Parameter: PostgresValue>(
        _ name: String, _ parameters: repeat (each Parameter).Type, returns value: Output.Type
    ) where Parameters == (repeat each Parameter), Output: PostgresValue {
        self.init(
            name: name, parameterOIDs: oids(repeat (each Parameter).self),
            columns: expected { _ = try $0.only(Output.self) },
            encode: { try encodeAll(repeat each $0) }, decode: { try $0.only(Output.self) })
    }
}

extension Query where Output == Never {
    /// A statement that returns no rows.
    package init<each Parameter: PostgresValue>(
        _ name: String, _ parameters: repeat (each Parameter).Type
    ) where Parameters == (repeat each Parameter) {
        self.init(
            name: name, parameterOIDs: oids(repeat (each Parameter).self), columns: nil,
            encode: { try encodeAll(repeat each $0) }, decode: { _ in throw Undecodable(expected: "no rows") })
    }
}

private func oids<each Parameter: PostgresValue>(_ types: repeat (each Parameter).Type) -> [UInt32] {
    var oids: [UInt32] = []
    for type in repeat each types { oids.append(type.oid) }
    return oids
}

private func encodeAll<each Parameter: PostgresValue>(_ values: repeat each Parameter) throws -> [[UInt8]?] {
    var encoded: [[UInt8]?] = []
    for value in repeat each values { encoded.append(try value.encoded()) }
    return encoded
}

/// What a row type asks for, learnt by reading a row of placeholders.
private func expected(_ read: (inout Row) throws -> Void) -> [ExpectedColumn] {
    var row = Row(describing: ())
    try? read(&row)
    return row.asked.map { ExpectedColumn(name: $0.name, oid: $0.oid) }
}
