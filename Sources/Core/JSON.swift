/// A JSON value (RFC 8259). Numbers are 64-bit integers where they are written as such, else doubles.
///
/// Strings are equal when their bytes are, unlike Swift's own, which take "é" in one and in two scalars for the same.
/// Names in an object do follow Swift: two that differ only in that are one name, and the parser refuses them.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The member of an object; nil when there is none or this is no object.
    package subscript(_ member: String) -> JSON? {
        if case .object(let members) = self { members[member] } else { nil }
    }

    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var int: Int? { if case .integer(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    package var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }
}

extension JSON {
    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { name, value in
                    right.index(forKey: name).map { index in
                        right[index].key.utf8.elementsEqual(name.utf8) && right[index].value == value
                    } ?? false
                }
        case (.null, _), (.bool, _), (.integer, _), (.double, _), (.string, _), (.array, _), (.object, _): false
        }
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    package init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(Dictionary(members, uniquingKeysWith: { _, last in last }))
    }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON {
    /// Compact UTF-8, members in the order of their names.
    package func serialized() -> [UInt8] { canonical() }

    /// The one canonical form of RFC 8785: equal values, equal bytes. Digests are taken of it.
    ///
    /// Integers beyond 2^53, which that standard leaves out, are written in full. A double that JSON can't write (NaN,
    /// infinity; no parsed document holds one) becomes null, as in ECMAScript.
    package func canonical() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }
}

/// Appends JSON to a buffer of bytes.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Appends a value in its canonical form.
    package mutating func write(_ value: JSON) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let bool): bytes += (bool ? "true" : "false").utf8
        case .integer(let integer): bytes += String(integer).utf8
        case .double(let double): bytes += Self.number(double).utf8
        case .string(let string): write(string)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            let names = members.keys.sorted(by: Self.precedes)
            for (index, name) in names.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(name)
                bytes.append(UInt8(ascii: ":"))
                write(members[name] ?? .null)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a value for people to read: two spaces a level, one member or element a line.
    package mutating func writeIndented(_ value: JSON, level: Int) {
        func line(_ level: Int) -> [UInt8] { [0x0A] + [UInt8](repeating: 0x20, count: 2 * level) }
        switch value {
        case .array(let elements) where !elements.isEmpty:
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += line(level + 1)
                writeIndented(element, level: level + 1)
            }
            bytes += line(level)
            bytes.append(UInt8(ascii: "]"))
        case .object(let members) where !members.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            for (index, name) in members.keys.sorted(by: Self.precedes).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += line(level + 1)
                write(name)
                bytes += ": ".utf8
                writeIndented(members[name] ?? .null, level: level + 1)
            }
            bytes += line(level)
            bytes.append(UInt8(ascii: "}"))
        default: write(value)
        }
    }

    /// Appends a string in quotes, escaping what RFC 8785 wants escaped and nothing else.
    package mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        guard string.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            bytes += string.utf8
            bytes.append(UInt8(ascii: "\""))
            return
        }
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += "\\u00".utf8
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The order of RFC 8785, by UTF-16 units. UTF-8 sorts the same way below the surrogates: nearly every name.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        if left.utf8.allSatisfy({ $0 < 0xED }), right.utf8.allSatisfy({ $0 < 0xED }) {
            return left.utf8.lexicographicallyPrecedes(right.utf8)
        }
        return left.utf16.lexicographicallyPrecedes(right.utf16)
    }

    /// The shortest form as ECMAScript writes it: 1 for 1.0, 1e+21 beyond.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == 0 { return "0" }
        if value.rounded() == value, abs(value) < 1e15 { return String(Int(value)) }
        return ECMAScriptNumber.text(value)
    }
}

enum ECMAScriptNumber {
    /// ECMA-262, Number::toString, from the shortest digits that Swift finds.
    static func text(_ value: Double) -> String {
        let sign = value < 0 ? "-" : ""
        var digits: [UInt8] = []
        var exponent = 0
        var point: Int?
        var rest = "\(abs(value))".utf8[...]
        if let mark = rest.firstIndex(of: UInt8(ascii: "e")) {
            exponent = Int(Substring(rest[rest.index(after: mark)...])) ?? 0
            rest = rest[..<mark]
        }
        for byte in rest {
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
        }
        var n = (point ?? digits.count) + exponent
        while digits.first == 48, digits.count > 1 {
            digits.removeFirst()
            n -= 1
        }
        while digits.last == 48, digits.count > 1 { digits.removeLast() }
        let text = String(decoding: digits, as: UTF8.self)
        let k = digits.count
        if k <= n, n <= 21 { return sign + text + String(repeating: "0", count: n - k) }
        if 0 < n, n <= 21 { return sign + text.prefix(n) + "." + text.dropFirst(n) }
        if -6 < n, n <= 0 { return sign + "0." + String(repeating: "0", count: -n) + text }
        let e = n - 1
        let tail = "e" + (e < 0 ? "-" : "+") + String(abs(e))
        return sign + (k == 1 ? text : text.prefix(1) + "." + text.dropFirst(1)) + tail
    }
}
