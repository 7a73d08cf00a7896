package import Core
package import FoundationEssentials

/// A Swift type that is one PostgreSQL type, in the binary format both ways.
package protocol PostgresValue: Sendable {
    /// The type's number in `pg_type`.
    static var oid: UInt32 { get }
    /// Any value: rows are read once with these to learn which columns they ask for.
    static var placeholder: Self { get }
    /// The bytes sent; nil is NULL. Throws for a value that PostgreSQL's type can't hold.
    func encoded() throws -> [UInt8]?
    /// - Parameter bytes: nil for NULL.
    init(decoding bytes: UnsafeRawBufferPointer?) throws
}

/// A value of the database that isn't what the program takes it for, or one of the program that isn't the database's.
struct Undecodable: Error {
    let expected: String
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

    init(bigEndian bytes: UnsafeRawBufferPointer?) throws {
        guard let bytes, bytes.count == MemoryLayout<Self>.size else { throw Undecodable(expected: "\(Self.self)") }
        self = Self(bigEndian: bytes.loadUnaligned(as: Self.self))
    }
}

extension Int: PostgresValue {
    package static var oid: UInt32 { 20 }
    package static var placeholder: Int { 0 }
    package func encoded() -> [UInt8]? { Int64(self).bigEndianBytes }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws { self = try Int(Int64(bigEndian: bytes)) }
}

extension Int32: PostgresValue {
    package static var oid: UInt32 { 23 }
    package static var placeholder: Int32 { 0 }
    package func encoded() -> [UInt8]? { bigEndianBytes }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws { self = try Int32(bigEndian: bytes) }
}

extension Int16: PostgresValue {
    package static var oid: UInt32 { 21 }
    package static var placeholder: Int16 { 0 }
    package func encoded() -> [UInt8]? { bigEndianBytes }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws { self = try Int16(bigEndian: bytes) }
}

extension Bool: PostgresValue {
    package static var oid: UInt32 { 16 }
    package static var placeholder: Bool { false }
    package func encoded() -> [UInt8]? { [self ? 1 : 0] }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws { self = try UInt8(bigEndian: bytes) != 0 }
}

extension Double: PostgresValue {
    package static var oid: UInt32 { 701 }
    package static var placeholder: Double { 0 }
    package func encoded() -> [UInt8]? { bitPattern.bigEndianBytes }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws {
        self = try Double(bitPattern: UInt64(bigEndian: bytes))
    }
}

extension String: PostgresValue {
    package static var oid: UInt32 { 25 }
    package static var placeholder: String { "" }
    package func encoded() -> [UInt8]? { Array(utf8) }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws {
        guard let bytes else { throw Undecodable(expected: "text") }
        self = String(decoding: bytes, as: UTF8.self)
    }
}

/// A `jsonb` value as text.
package struct JSONText: PostgresValue, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static var oid: UInt32 { 3802 }
    package static var placeholder: JSONText { JSONText("null") }
    // jsonb's binary form is a version byte and the text.
    package func encoded() -> [UInt8]? { [1] + text.utf8 }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws {
        guard let bytes, bytes.first == 1 else { throw Undecodable(expected: "jsonb") }
        text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes.dropFirst()), as: UTF8.self)
    }
}

extension Date: PostgresValue {
    package static var oid: UInt32 { 1184 }
    package static var placeholder: Date { Date(timeIntervalSince1970: 0) }
    /// Microseconds since 1 January 2000 UTC.
    package func encoded() throws -> [UInt8]? {
        let microseconds = ((timeIntervalSince1970 - Self.epoch) * 1_000_000).rounded()
        guard let number = Int64(exactly: microseconds), Self.range.contains(number) else { throw Self.outOfRange }
        return number.bigEndianBytes
    }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws {
        let microseconds = try Int64(bigEndian: bytes)
        guard Self.range.contains(microseconds) else { throw Self.outOfRange }
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000 + Self.epoch)
    }
    private static let epoch: TimeInterval = 946_684_800
    // From 4713 BC up to 294276 AD; beyond stand the infinite ones.
    private static let range: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000
    private static let outOfRange = Undecodable(expected: "time of PostgreSQL")
}

extension Day: PostgresValue {
    package static var oid: UInt32 { 1082 }
    package static var placeholder: Day { Day(number: 0) }
    /// Days since 1 January 2000, which is day 10,957 of 1970.
    package func encoded() throws -> [UInt8]? {
        guard let number = Int32(exactly: number), Self.range.contains(number) else { throw Self.outOfRange }
        return (number - 10_957).bigEndianBytes
    }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws {
        let number = Int(try Int32(bigEndian: bytes)) + 10_957
        guard let exact = Int32(exactly: number), Self.range.contains(exact) else { throw Self.outOfRange }
        self.init(number: number)
    }
    // From 4713 BC up to 5874897 AD; beyond stand the infinite ones.
    private static let range: Range<Int32> = -2_440_588..<2_145_042_906
    private static let outOfRange = Undecodable(expected: "day of PostgreSQL")
}

extension UUID: PostgresValue {
    package static var oid: UInt32 { 2950 }
    package static var placeholder: UUID { UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) }
    package func encoded() -> [UInt8]? { withUnsafeBytes(of: uuid) { Array($0) } }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws {
        guard let bytes, bytes.count == 16 else { throw Undecodable(expected: "uuid") }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

extension Identifier: PostgresValue {
    package static var oid: UInt32 { UUID.oid }
    package static var placeholder: Identifier { Identifier(UUID.placeholder) }
    package func encoded() -> [UInt8]? { uuid.encoded() }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws { self.init(try UUID(decoding: bytes)) }
}

extension Optional: PostgresValue where Wrapped: PostgresValue {
    package static var oid: UInt32 { Wrapped.oid }
    package static var placeholder: Wrapped? { Wrapped.placeholder }
    package func encoded() throws -> [UInt8]? { try self?.encoded() }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws { self = try bytes.map { try Wrapped(decoding: $0) } }
}

/// Enums over a text or number are stored as their raw value: `extension Kind: PostgresValue {}` is all they need.
extension PostgresValue where Self: RawRepresentable & CaseIterable, RawValue: PostgresValue {
    package static var oid: UInt32 { RawValue.oid }
    package static var placeholder: Self { allCases[allCases.startIndex] }
    package func encoded() throws -> [UInt8]? { try rawValue.encoded() }
    package init(decoding bytes: UnsafeRawBufferPointer?) throws {
        guard let value = Self(rawValue: try RawValue(decoding: bytes)) else {
            throw Undecodable(expected: "\(Self.self)")
        }
        self = value
    }
}
