package import Core
package import FoundationEssentials

/// A type whose arrays are a PostgreSQL type too: numbers, text and identifiers as arrays, bytes as `bytea`.
package protocol PostgresElement: Sendable {
    static var arrayOID: UInt32 { get }
    static func encode(_ elements: [Self]) throws -> [UInt8]
    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> [Self]
}

extension Array: PostgresValue where Element: PostgresElement {
    package static var oid: UInt32 { Element.arrayOID }
    package static var placeholder: [Element] { [] }
    package func encoded() throws -> [UInt8]? { try Element.encode(self) }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws {
        guard let bytes else { throw Undecodable(expected: "array") }
        self = try Element.decode(bytes)
    }
}

extension UInt8: PostgresElement {
    package static var arrayOID: UInt32 { 17 }
    package static func encode(_ elements: [UInt8]) -> [UInt8] { elements }
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws -> [UInt8] { Array(bytes) }
}

extension Int: PostgresElement { package static var arrayOID: UInt32 { 1016 } }
extension String: PostgresElement { package static var arrayOID: UInt32 { 1009 } }
extension Day: PostgresElement { package static var arrayOID: UInt32 { 1182 } }
extension Identifier: PostgresElement { package static var arrayOID: UInt32 { 2951 } }
extension UUID: PostgresElement { package static var arrayOID: UInt32 { 2951 } }
extension Int16: PostgresElement { package static var arrayOID: UInt32 { 1005 } }
extension Int32: PostgresElement { package static var arrayOID: UInt32 { 1007 } }
extension Bool: PostgresElement { package static var arrayOID: UInt32 { 1000 } }
extension Date: PostgresElement { package static var arrayOID: UInt32 { 1185 } }
extension [UInt8]: PostgresElement { package static var arrayOID: UInt32 { 1001 } }
extension Optional: PostgresElement where Wrapped: PostgresElement & PostgresValue {
    package static var arrayOID: UInt32 { Wrapped.arrayOID }
}

/// The binary form of one-dimensional arrays: dimensions, a flag for NULLs, the element type, the count, then each
/// element behind its length.
extension PostgresElement where Self: PostgresValue {
    package static func encode(_ elements: [Self]) throws -> [UInt8] {
        var bytes = Int32(elements.isEmpty ? 0 : 1).bigEndianBytes + Int32(0).bigEndianBytes + oid.bigEndianBytes
        guard !elements.isEmpty else { return bytes }
        bytes += Int32(elements.count).bigEndianBytes + Int32(1).bigEndianBytes
        for element in elements {
            let value = try element.encoded()
            bytes += Int32(value?.count ?? -1).bigEndianBytes
            bytes += value ?? []
        }
        return bytes
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer) throws -> [Self] {
        func number(_ offset: Int) throws -> Int {
            guard offset + 4 <= bytes.count else { throw Undecodable(expected: "array") }
            return Int(try Int32(bigEndian: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + 4)])))
        }
        guard try number(0) > 0 else { return [] }
        var elements: [Self] = []
        var offset = 20
        for _ in 0..<(try number(12)) {
            let length = try number(offset)
            offset += 4
            guard length >= 0 else {
                elements.append(try Self(decoding: nil))
                continue
            }
            guard offset + length <= bytes.count else { throw Undecodable(expected: "array") }
            elements.append(try Self(decoding: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)])))
            offset += length
        }
        return elements
    }
}
