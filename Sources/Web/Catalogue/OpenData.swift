import Catalogue
import Core
import FoundationEssentials
import Pages
import Postgres

/// The catalogue in the forms in which it is taken away.
enum OpenData {
    static func json(_ procedure: Procedure) throws -> JSON {
        [
            "code": .string(procedure.code), "name": .string(procedure.name),
            "name_en": procedure.nameEnglish.map(JSON.string) ?? .null,
            "field": ["code": procedure.fieldCode.map(JSON.string) ?? .null, "name": .string(procedure.field)],
            "promulgator": .string(procedure.promulgator), "executing": .array(procedure.executing.map(JSON.string)),
            "subjects": .array(procedure.subjects.map(JSON.string)), "online": .bool(procedure.isOnline),
            "revision": procedure.revisionNumber.map { .integer(Int($0)) } ?? .null,
            "published_at": procedure.publishedAt.map { .string($0.ISO8601Format()) } ?? .null,
            "updated_at": .string(procedure.updatedAt.ISO8601Format()),
            "retired_at": procedure.retiredAt.map { .string($0.ISO8601Format()) } ?? .null,
            "replacement": procedure.replacementCode.map(JSON.string) ?? .null,
            "facts": try procedure.facts.map {
                try JSON(
                    parsing: Array($0.text.utf8), limits: JSON.Limits(bytes: 16_000_000, depth: 32, elements: 1_000_000)
                )
            } ?? .null,
        ]
    }

    /// The columns of the table.
    static let columns = [
        "code", "name", "name_en", "field", "promulgator", "executing", "subjects", "online", "revision",
        "published_at",
        "updated_at",
    ]

    static func cells(_ procedure: Procedure) -> [String] {
        [
            procedure.code, procedure.name, procedure.nameEnglish ?? "", procedure.field, procedure.promulgator,
            procedure.executing.joined(separator: "; "), procedure.subjects.joined(separator: "; "),
            procedure.isOnline ? "1" : "0", procedure.revisionNumber.map(String.init) ?? "",
            procedure.publishedAt.map { $0.ISO8601Format() } ?? "", procedure.updatedAt.ISO8601Format(),
        ]
    }

    /// A line of RFC 4180. A cell that a spreadsheet would take for a formula begins with a quote mark that it hides.
    ///
    /// Byte by byte: a quote with a mark after it is another Character, and ends the cell nevertheless.
    static func row(_ cells: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            if let first = cell.utf8.first(where: { $0 != 0x20 }), Self.formulaStarts.contains(first) {
                bytes.append(UInt8(ascii: "'"))
            }
            for byte in cell.utf8 {
                if byte == UInt8(ascii: "\"") { bytes.append(byte) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        }
        return bytes + [0x0D, 0x0A]
    }

    private static let formulaStarts = Set("=+-@\t\r\n".utf8)

    /// Text as it may stand in XML 1.0: between tags and in quoted attributes. Signs that XML doesn't know are left out.
    static func xml(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
