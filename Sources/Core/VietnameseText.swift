// Full Foundation for this file alone: FoundationEssentials has no Unicode normalisation.
import Foundation

extension String {
    /// Normalization Form C. Text is in it from the border inwards: PostgreSQL compares bytes, so "hòa" has to have one form.
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
        for scalar in nfc.unicodeScalars where !scalar.isInvisible {
            if scalar.isBlank {
                pendingSpace = !kept.isEmpty
            } else {
                if pendingSpace { kept.append(" ") }
                pendingSpace = false
                kept.append(scalar)
            }
        }
        return String(kept)
    }

    /// Text of several lines: NFC, line ends as `\n`, no invisible or control signs, nothing blank at the ends.
    package var cleanedLines: String {
        var kept = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in nfc.unicodeScalars {
            if scalar == "\r" { kept.append("\n") } else if scalar == "\n" { if !afterReturn { kept.append("\n") } }
            else if scalar == "\t" { kept.append(" ") } else if !scalar.isInvisible { kept.append(scalar) }
            afterReturn = scalar == "\r"
        }
        return String(kept).trimmed
    }

    /// Accents off, đ to d, y to i, lower case: what `vn_fold` makes of it in the database.
    package var folded: String {
        let bare = decomposedStringWithCanonicalMapping.unicodeScalars.filter { !(0x300...0x36F).contains($0.value) }
        return String(String.UnicodeScalarView(bare)).lowercased()
            .replacing("đ", with: "d").replacing("y", with: "i")
    }

    /// The ASCII digits alone, for numbers written with spaces, dots or hyphens.
    package var digits: String {
        String(unicodeScalars.filter { ("0"..."9").contains($0) }.map(Character.init))
    }
}

extension Unicode.Scalar {
    /// White space of any kind, the no-break space among it.
    fileprivate var isBlank: Bool { properties.isWhitespace || isInvisible }

    /// Signs that show nothing and only make two equal texts differ: joiners, marks of direction, byte order marks, controls.
    fileprivate var isInvisible: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D: false
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF: true
        default: false
        }
    }
}
