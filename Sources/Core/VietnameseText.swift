// Full Foundation for this file alone: FoundationEssentials has no Unicode normalisation.
import Foundation

extension String {
    /// Normalization Form C. Text is in it from the border inwards: PostgreSQL compares bytes, so "hòa" has to have one
    /// form.
    package var nfc: String {
        utf8.allSatisfy { $0 < 0x80 } ? self : precomposedStringWithCanonicalMapping
    }

    /// Without spaces and invisible signs at both ends.
    package var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isBlank }),
            let last = scalars.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(scalars[first...last])
    }

    /// Text of one line as a person meant it: NFC, no invisible or control signs, single spaces, none at the ends.
    package var cleaned: String {
        var kept = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in unicodeScalars where !scalar.isInvisible {
            if scalar.isBlank {
                pendingSpace = !kept.isEmpty
            } else {
                if pendingSpace { kept.append(" ") }
                pendingSpace = false
                kept.append(scalar)
            }
        }
        // Normalised last: a joiner taken out from between a letter and its mark lets the two combine.
        return String(kept).nfc
    }

    /// `cleaned`, or nil when that takes more than `maxBytes` of UTF-8. Bytes, because one character can hold any
    /// number.
    package func cleaned(maxBytes: Int) -> String? {
        let text = cleaned
        return text.utf8.count <= maxBytes ? text : nil
    }

    /// Text of several lines: NFC, line ends as `\n`, no invisible or control signs, no spaces but the plain one,
    /// nothing blank at the ends.
    package var cleanedLines: String {
        var kept = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in unicodeScalars where !scalar.isInvisible {
            if scalar.isLineEnd {
                if scalar != "\n" || !afterReturn { kept.append("\n") }
            } else {
                kept.append(scalar.isBlank ? " " : scalar)
            }
            afterReturn = scalar == "\r"
        }
        return String(kept).trimmed.nfc
    }

    /// Accents off, đ to d, y to i, lower case: what `vn_fold` makes of Vietnamese and ASCII text in the database.
    package var folded: String {
        var kept = String.UnicodeScalarView()
        for scalar in decomposedStringWithCanonicalMapping.lowercased().unicodeScalars {
            switch scalar {
            case "\u{300}"..."\u{36F}": continue
            case "đ": kept.append("d")
            case "y": kept.append("i")
            default: kept.append(scalar)
            }
        }
        return String(kept)
    }

    /// Accents off and đ to d, nothing else changed, except that what ASCII doesn't have becomes a question mark: for
    /// telephones and programs that know no more.
    package var unaccented: String {
        var kept = ""
        for scalar in decomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar {
            case "\u{300}"..."\u{36F}": continue
            case "đ": kept.append("d")
            case "Đ": kept.append("D")
            case "“", "”": kept.append("\"")
            case "‘", "’": kept.append("'")
            case "–", "—": kept.append("-")
            case "…": kept.append("...")
            default: kept.unicodeScalars.append(scalar.isASCII ? scalar : "?")
            }
        }
        return kept
    }

    /// Its words for an address: `co-con-nho` from “Có con nhỏ”. At most so many signs, whole words; empty when nothing is
    /// left of it.
    package func slug(most: Int) -> String {
        let bare = decomposedStringWithCanonicalMapping.lowercased().unicodeScalars
            .filter { !("\u{300}"..."\u{36F}").contains($0) }.map { $0 == "đ" ? "d" : Character($0) }
        let words = bare.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        var slug = ""
        for word in words {
            let longer = slug + (slug.isEmpty ? "" : "-") + String(word.prefix(most))
            if longer.utf8.count > most { break }
            slug = longer
        }
        return slug
    }

    /// The ASCII digits alone, for numbers written with spaces, dots or hyphens.
    package var digits: String {
        String(String.UnicodeScalarView(unicodeScalars.filter { ("0"..."9").contains($0) }))
    }

    /// The digits of a number that a person wrote in groups; nil when anything but blanks and `separators` stands among
    /// them, or the text is far longer than any number.
    func digits(groupedBy separators: String) -> String? {
        guard utf8.count <= 60,
            unicodeScalars.allSatisfy({ scalar in
                ("0"..."9").contains(scalar) || scalar.isBlank || separators.unicodeScalars.contains(scalar)
            })
        else { return nil }
        return digits
    }
}

extension Unicode.Scalar {
    /// White space of any kind, the no-break space among it, or a sign that shows nothing.
    fileprivate var isBlank: Bool { properties.isWhitespace || isInvisible }

    fileprivate var isLineEnd: Bool {
        switch value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Signs that show nothing and only make two equal texts differ: joiners, marks of direction, byte order marks,
    /// variation selectors, tags, controls. White space isn't among them.
    fileprivate var isInvisible: Bool {
        switch value {
        case 0x20..<0x7F, 0x09...0x0D, 0x85: false
        case 0..<0x20, 0x7F..<0xA0: true
        default: properties.isDefaultIgnorableCodePoint
        }
    }
}
