import Core

/// A size of paper, in points of 1/72 inch.
struct PageSize: Sendable, Hashable {
    let width: Double
    let height: Double
    let margin: Double
    /// Size of the text.
    let text: Double
    /// Wider on the left, where sheets are bound.
    var binding = 0.0

    static let a5 = PageSize(width: 419.53, height: 595.28, margin: 30, text: 10)
    static let a4 = PageSize(width: 595.28, height: 841.89, margin: 56, text: 12)
    /// Of an administrative document: 20 mm around and 30 on the left (NĐ 30/2020/NĐ-CP, Phụ lục I).
    static let a4Document = PageSize(width: 595.28, height: 841.89, margin: 56.69, text: 13, binding: 28.35)
    static let a4Landscape = PageSize(width: 841.89, height: 595.28, margin: 42, text: 10)
}

/// A piece of text in one style.
struct Run: Sendable, Hashable {
    let text: String
    var isBold = false
    var isItalic = false

    /// What a person or another system wrote: bounded in its marks and held apart from the words around it.
    static func value(_ text: String, isBold: Bool = false) -> Run { Run(text: text.printable, isBold: isBold) }
}

/// Text that is broken into lines, and between lines into pages.
struct Paragraph: Sendable, Hashable {
    enum Alignment: Sendable { case left, centre, right }

    var runs: [Run]
    var alignment = Alignment.left
    /// Size of the text, as a part of the page's.
    var scale = 1.0
    /// Space below, in lines.
    var after = 0.25
    /// Whether the text is made a little smaller where that lets it stand in one line.
    var fits = false
    /// A line under the middle of it, as under the national motto, as a part of its width; 0 for none.
    var underline = 0.0
    var isHeading = false

    init(_ runs: Run...) { self.runs = runs }

    init(_ text: String, isBold: Bool = false, isItalic: Bool = false) {
        runs = [Run(text: text, isBold: isBold, isItalic: isItalic)]
    }

    func with(_ change: (inout Paragraph) -> Void) -> Paragraph {
        var changed = self
        change(&changed)
        return changed
    }
}

/// Rows under a head that is repeated on each page.
struct Table: Sendable, Hashable {
    struct Column: Sendable, Hashable {
        let title: String
        /// Its part of the width; those of all columns add up to 1.
        let width: Double
        var alignment = Paragraph.Alignment.left
    }

    let columns: [Column]
    let rows: [[String]]
    /// Size of the text, as a part of the page's.
    var scale = 0.9
}

/// Who signs, and where the name goes.
struct Signature: Sendable, Hashable {
    let role: String
    let manner: String
    /// Nil where it is written by hand.
    let name: String?
}

/// What a paper is made of, from top to bottom.
enum Block: Sendable, Hashable {
    /// Two columns beside each other: the agency, and the country with its motto.
    case letterhead(left: [Paragraph], right: [Paragraph])
    /// Centred lines beside a QR code of a text.
    case banner(qr: String?, [Paragraph])
    case paragraph(Paragraph)
    case table(Table)
    /// Beside each other, never torn apart by the end of a page.
    case signatures([Signature])
}

extension String {
    /// As it can stand on paper whatever it is: no signs of control, at most three marks on a letter, and text that runs
    /// from right to left kept from turning the words around it.
    var printable: String {
        var kept = String.UnicodeScalarView()
        var marks = 0
        var turns = false
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x0A: break
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF,
                0xFFF9...0xFFFB, 0xFDD0...0xFDEF:
                continue
            // Not characters at all; cairo refuses a text that has one.
            case let value where value & 0xFFFE == 0xFFFE: continue
            case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC, 0x10800...0x10FFF, 0x1E800...0x1EFFF: turns = true
            default: break
            }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .spacingMark: marks += 1
            default: marks = 0
            }
            if marks <= 3 { kept.append(scalar) }
        }
        return turns ? "\u{2068}" + String(kept) + "\u{2069}" : String(kept)
    }
}
