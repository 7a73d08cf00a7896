/// A media type with its parameters (RFC 9110 section 8.3.1): `multipart/form-data; boundary=…`.
package struct ContentType: Sendable, Equatable {
    /// `type/subtype` in lower case.
    package let name: String
    /// Names in lower case. A name that comes twice makes the whole unreadable.
    package let parameters: [String: String]

    package init?(_ text: String) {
        guard let parsed = FieldParameters.parse(Array(text.utf8)), parsed.head.utf8.contains(UInt8(ascii: "/")) else {
            return nil
        }
        name = parsed.head
        parameters = parsed.parameters
    }
}

/// A field value of the shape `head; name=value; name="quoted value"`, as Content-Type and Content-Disposition have it.
enum FieldParameters {
    /// The head in lower case and the parameters by name in lower case. Nil when the syntax is broken, when a name
    /// comes twice, or when a value isn't UTF-8.
    static func parse(_ bytes: [UInt8]) -> (head: String, parameters: [String: String])? {
        guard bytes.count <= 8192 else { return nil }
        var rest = bytes[...]
        let head = rest.prefix { isToken($0) || $0 == UInt8(ascii: "/") }
        guard !head.isEmpty else { return nil }
        rest = rest.dropFirst(head.count)
        var parameters: [String: String] = [:]
        while true {
            skipBlanks(&rest)
            guard let sign = rest.popFirst() else { break }
            guard sign == UInt8(ascii: ";") else { return nil }
            skipBlanks(&rest)
            if rest.isEmpty { break }
            let name = rest.prefix { isToken($0) }
            rest = rest.dropFirst(name.count)
            guard !name.isEmpty, rest.popFirst() == UInt8(ascii: "="), let value = value(&rest),
                let text = String(validating: value, as: UTF8.self),
                parameters.updateValue(text, forKey: lowercased(name)) == nil
            else { return nil }
        }
        return (lowercased(head), parameters)
    }

    private static func value(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.first == UInt8(ascii: "\"") else {
            let token = rest.prefix { $0 != UInt8(ascii: ";") && $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") }
            rest = rest.dropFirst(token.count)
            return token.isEmpty ? nil : Array(token)
        }
        rest = rest.dropFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return value
            // Only these two are escaped: browsers write a backslash in a file's name as it is.
            case UInt8(ascii: "\\") where rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "\\"):
                if let escaped = rest.popFirst() { value.append(escaped) }
            case 0, 0x0A, 0x0D: return nil
            default: value.append(byte)
            }
        }
        return nil
    }

    private static func skipBlanks(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
    }

    private static func lowercased(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).lowercased()
    }

    /// RFC 9110 section 5.6.2.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
