/// A telephone number in Vietnam: ten digits beginning with 0, eleven for a landline with its area code `02…`.
package struct PhoneNumber: Hashable, Sendable, CustomStringConvertible {
    /// The digits, beginning with 0.
    package let description: String

    /// Forgives spaces, dots, hyphens and brackets; reads `+84`, `84` and `+84 (0)` as 0.
    package init?(_ text: String) {
        let text = text.cleaned
        let isInternational = text.hasPrefix("+") || text.hasPrefix("(+")
        guard let digits = text.replacing("+", with: "", maxReplacements: 1).digits(groupedBy: ".-()"),
            text.contains("+") == isInternational, !isInternational || digits.hasPrefix("84")
        else { return nil }
        var national = digits
        if isInternational || (digits.hasPrefix("84") && digits.utf8.count >= 11) {
            let subscriber = digits.dropFirst(2)
            national = subscriber.hasPrefix("0") ? String(subscriber) : "0" + subscriber
        }
        guard national.utf8.first == UInt8(ascii: "0"), national.utf8.dropFirst().first != UInt8(ascii: "0"),
            national.utf8.count == 10 || (national.utf8.count == 11 && national.hasPrefix("02"))
        else { return nil }
        description = national
    }
}

/// An e-mail address that could be written to: the unquoted ASCII form of RFC 5321 with a domain of two labels or more,
/// at most 254 bytes.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        let text = text.cleaned
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, parts[0].count <= 64 else { return nil }
        let words = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let signs = Array("!#$%&'*+/=?^_`{|}~-".utf8)
        guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isLetterOrDigit || signs.contains($0) } }),
            labels.count >= 2, let top = labels.last, !top.allSatisfy({ (48...57).contains($0) }),
            labels.allSatisfy(\.isHostLabel)
        else { return nil }
        description = text
    }
}

/// The address of a web page: `https` and nothing else, a host of two labels or more, no user part, at most 300 bytes.
package struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        let text = text.cleaned
        let scheme = Array("https://".utf8)
        let bytes = Array(text.utf8)
        guard bytes.count <= 300, bytes.prefix(scheme.count).map({ $0 | 0x20 }) == scheme.map({ $0 | 0x20 }),
            bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !Array("\\\"<>".utf8).contains($0) })
        else { return nil }
        let rest = bytes.dropFirst(scheme.count)
        let host = rest.prefix { !Array("/?#".utf8).contains($0) }
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy(\.isHostLabel) else { return nil }
        description = "https://" + String(decoding: rest, as: UTF8.self)
    }
}

/// A line by which an office is reached: several numbers, short ones such as 1022 and hotlines as well.
package struct OfficePhone: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Digits with what people write between them, three digits or more, at most 100 bytes.
    package init?(_ text: String) {
        let text = text.cleaned
        let signs = Array(" +().-/;,".utf8)
        guard text.utf8.count <= 100, text.utf8.allSatisfy({ (48...57).contains($0) || signs.contains($0) }),
            text.utf8.count(where: { (48...57).contains($0) }) >= 3
        else { return nil }
        description = text
    }
}

extension Collection<UInt8> {
    /// A part of a host name between dots (RFC 1123).
    fileprivate var isHostLabel: Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(count) && first != hyphen && dropFirst(count - 1).first != hyphen
            && allSatisfy { $0.isLetterOrDigit || $0 == hyphen }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case 48...57, 65...90, 97...122: true
        default: false
        }
    }
}

/// A person's name as on the identity card: one field, any diacritic, apostrophe or hyphen.
package struct PersonName: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// 1…100 characters and at most 400 bytes, with a letter among them.
    package init?(_ text: String) {
        guard let text = text.cleaned(maxBytes: 400), !text.isEmpty, text.count <= 100,
            text.unicodeScalars.contains(where: \.properties.isAlphabetic),
            !text.unicodeScalars.contains(where: { ("0"..."9").contains($0) || "<>@{}".unicodeScalars.contains($0) })
        else { return nil }
        description = text
    }
}
