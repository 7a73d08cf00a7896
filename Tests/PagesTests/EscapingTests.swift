import Core
import Testing

@testable import Pages

@Suite("Escaping")
struct EscapingTests {
    /// What is dangerous, each alone and followed by each of the marks that make one `Character` with it.
    static let specials = ["<", ">", "&", "\"", "'", "`"]
    static let marks = ["", "\u{301}", "\u{200D}", "\u{FE0F}", "\u{20E3}"]

    struct Positions: Page {
        static let template = "positions"
        let value: String
    }

    static let templates = [
        "<p>{{value}}</p>", "<title>{{value}}</title>", "<textarea>{{value}}</textarea>", "<p title=\"{{value}}\">",
        "<p title='{{value}}'>",
    ]

    @Test("every value at every alignment is escaped as byte by byte, in every place", arguments: templates)
    func everywhere(template: String) throws {
        var templates = try Site(["positions.mustache": template]).templates()
        try templates.compile(Positions.self)
        for value in EscapingTests.values {
            let bytes = templates.render(Positions(value: value), chrome: Chrome(), language: .vi)
            let expected = template.replacing("{{value}}", with: EscapingTests.escaped(value))
            #expect(bytes == Array(expected.utf8), "\(value.debugDescription)")
        }
    }

    @Test("every value in an address is percent-encoded byte by byte")
    func addresses() throws {
        var templates = try Site(["positions.mustache": "<a href=\"/x/{{value}}?q={{value}}\">"]).templates()
        try templates.compile(Positions.self)
        for value in EscapingTests.values {
            let bytes = templates.render(Positions(value: value), chrome: Chrome(), language: .vi)
            let encoded = EscapingTests.encoded(value)
            #expect(bytes == Array("<a href=\"/x/\(encoded)?q=\(encoded)\">".utf8), "\(value.debugDescription)")
        }
    }

    @Test("every byte but the five passes unharmed, wherever it stands in a word")
    func otherBytes() {
        for scalar in (0..<0x800).compactMap(UnicodeScalar.init) {
            for length in 0...9 {
                let value = String(repeating: "a", count: length) + String(Character(scalar)) + "bc"
                var out = Out(capacity: 1)
                out.writeEscaped(value)
                #expect(out.bytes() == Array(EscapingTests.escaped(value).utf8))
            }
        }
    }

    @Test("the letters of Vietnamese pass unharmed")
    func vietnamese() throws {
        let composed =
            "aàáãảạăằắẵẳặâầấẫẩậeèéẽẻẹêềếễểệiìíĩỉị"
            + "oòóõỏọôồốỗổộơờớỡởợuùúũủụưừứữửựyỳýỹỷỵđ"
        let tones = ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"]
        let decomposed = "aăâeêioôơuưy".flatMap { base in tones.map { String(base) + $0 } }.joined() + "đ"
        #expect(composed == decomposed && composed.unicodeScalars.count == 73)
        let site = try Site(["positions.mustache": "{{value}}"])
        for value in [composed, decomposed, composed.uppercased(), decomposed.uppercased(), "₫"] {
            #expect(try Array(site.render(Positions(value: value)).utf8) == Array(value.utf8))
        }
    }

    @Test("numbers are written in full", arguments: [0, 9, 10, -1, 99, 100, 1_234_567, Int.max, Int.min])
    func numbers(number: Int) {
        var out = Out(capacity: 1)
        out.write(number)
        #expect(String(decoding: out.bytes(), as: UTF8.self) == "\(number)")
    }

    @Test("the buffer grows by what percent-encoding needs")
    func growth() {
        var out = Out(capacity: 1)
        let value = String(repeating: "đ", count: 1000)
        out.writeComponent(value)
        #expect(String(decoding: out.bytes(), as: UTF8.self) == String(repeating: "%C4%91", count: 1000))
    }

    @Test("a page longer than the first buffer is whole")
    func long() throws {
        let value = String(repeating: "đ<", count: 100_000)
        let written = try Site(["positions.mustache": "{{value}}"]).render(Positions(value: value))
        #expect(written == String(repeating: "đ&lt;", count: 100_000))
    }

    static let values: [String] = specials.flatMap { special in
        marks.flatMap { mark in
            (0...32).flatMap { length in
                let filler = String(repeating: "x", count: length)
                return [
                    filler + special + mark, special + mark + filler, filler + special + mark + filler,
                    filler + special + mark + special + mark + "ế",
                ]
            }
        }
    }

    static func escaped(_ value: String) -> String {
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            switch byte {
            case 0x26: bytes += "&amp;".utf8
            case 0x3C: bytes += "&lt;".utf8
            case 0x3E: bytes += "&gt;".utf8
            case 0x22: bytes += "&quot;".utf8
            case 0x27: bytes += "&#39;".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func encoded(_ value: String) -> String {
        let unreserved = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return value.utf8.map { byte in
            if unreserved.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
