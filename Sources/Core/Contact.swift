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
            labels.allSatisfy({ label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
            })
        else { return nil }
        description = text
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
