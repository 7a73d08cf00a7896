/// A telephone number in Vietnam: ten digits beginning with 0; `+84` and `84` are read as 0.
package struct PhoneNumber: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Forgives spaces, dots, hyphens and brackets.
    package init?(_ text: String) {
        guard text.utf8.count <= 40, text.unicodeScalars.allSatisfy({ scalar in
            ("0"..."9").contains(scalar) || scalar.properties.isWhitespace || "+.-()".unicodeScalars.contains(scalar)
        }) else { return nil }
        var digits = text.digits
        if digits.utf8.count == 11, digits.hasPrefix("84") { digits = "0" + digits.dropFirst(2) }
        guard (10...11).contains(digits.utf8.count), digits.utf8.first == 48, digits.utf8.dropFirst().first != 48,
            digits.utf8.count == 10 || digits.hasPrefix("02")
        else { return nil }
        description = digits
    }
}

/// An e-mail address that could be written to: one @, a domain with a dot, no spaces or controls, at most 254 bytes.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        let text = text.cleaned
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !"<>()[],;:\\\"".utf8.contains($0) }),
            parts[1].contains("."), parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ label in
                !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-") && !label.hasSuffix("-")
            })
        else { return nil }
        description = text
    }
}

/// A person's name as on the identity card: one field, any diacritic, apostrophe or hyphen.
package struct PersonName: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// 1…100 characters and at most 400 bytes, with a letter among them.
    package init?(_ text: String) {
        let text = text.cleaned
        guard !text.isEmpty, text.count <= 100, text.utf8.count <= 400,
            text.unicodeScalars.contains(where: \.properties.isAlphabetic),
            !text.unicodeScalars.contains(where: { ("0"..."9").contains($0) || "<>@{}".unicodeScalars.contains($0) })
        else { return nil }
        description = text
    }
}
