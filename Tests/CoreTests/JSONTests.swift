import Core
import Testing

@Suite("JSON")
struct JSONTests {
    private func parsed(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    private func canonical(_ text: String) throws -> String {
        String(decoding: try parsed(text).canonical(), as: UTF8.self)
    }

    @Test(
        "a document is read",
        arguments: [
            ("null", JSON.null), (" true ", true), ("-0", 0), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("1.0", .double(1)), ("1e2", .double(100)),
            ("5e-324", .double(5e-324)),
            ("\"\\ud83d\\ude00\"", "😀"), ("\"\\u00e9\\/\\b\"", "é/\u{8}"), ("[]", []), ("{}", [:]),
            ("[1,[2]]", [1, [2]]),
            ("{\"a\":{\"b\":[null]}}", ["a": ["b": [.null]]]), ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"),
            ("\r\n\t [1]\r\n", [1]),
        ] as [(String, JSON)])
    func reading(text: String, value: JSON) throws {
        #expect(try parsed(text) == value)
    }

    @Test(
        "what two readers could understand differently is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "'a'", "{a:1}", "[1,]", "{\"a\":1,}", "[1 2]", "1 2", "[] x", "[", "{",
            "\"a", "{\"a\"}", "{\"a\":}",
            "01", "-", "-01", "1.", ".5", "1e", "1e+", "+1", "0x1", "NaN", "Infinity", "-Infinity", "1e400", "-1e400",
            "9223372036854775808",
            "-9223372036854775809", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "\"\\ud83d\"", "\"\\ude00\"",
            "\"\\ud83d\\u0041\"", "\"\\ud83dx\"",
            "\"\\x41\"", "\"\\u12\"", "\"\\u123g\"", "\"a\tb\"", "\"a\nb\"", "\"\u{0}\"", "\u{0}", "[1]\u{0}",
            "\u{FEFF}[]", "//x\n1", "[1]]", "\u{A0}1",
        ])
    func refusing(text: String) {
        #expect(throws: JSON.ParseError.self, "\(text)") { try parsed(text) }
    }

    @Test(
        "bytes that aren't UTF-8 are refused",
        arguments: [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: JSON.ParseError.self) { try JSON(parsing: [0x22] + bytes + [0x22]) }
        #expect(throws: JSON.ParseError.self) { try JSON(parsing: bytes) }
    }

    @Test("depth, number of values and length are limited")
    func limits() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parsed(nested(32))
        #expect(throws: JSON.ParseError.self) { try parsed(nested(33)) }
        #expect(throws: JSON.ParseError.self) { try parsed(String(repeating: "[", count: 500_000)) }
        #expect(throws: JSON.ParseError.self) { try parsed(String(repeating: "{\"a\":", count: 100_000)) }
        let limits = JSON.Limits(bytes: 10, depth: 2, elements: 3)
        _ = try JSON(parsing: Array("[1,2]".utf8), limits: limits)
        #expect(throws: JSON.ParseError.self) { try JSON(parsing: Array("[1,2,3]".utf8), limits: limits) }
        #expect(throws: JSON.ParseError.self) { try JSON(parsing: Array("[1,    2   ]".utf8), limits: limits) }
    }

    @Test("the place of a fault is named")
    func place() throws {
        let error = try #require(throws: JSON.ParseError.self) { try parsed("{\n  \"a\": x\n}") }
        #expect((error.line, error.column) == (2, 8))
    }

    @Test("the canonical form is that of the example in RFC 8785, 3.2.2")
    func example() throws {
        let text = #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#
        #expect(
            try canonical(text)
                == #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
                + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#)
    }

    @Test("names are in the order of their UTF-16 units, as in RFC 8785, 3.2.3")
    func order() throws {
        let text = #"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#
        #expect(try canonical(text) == "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{FB33}\":3}")
    }

    @Test(
        "doubles are written as in RFC 8785, appendix B",
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"), (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"), (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"), (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"), (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"), (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"), (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"), (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"), (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func numbers(pattern: UInt64, text: String) throws {
        let value = JSON.double(Double(bitPattern: pattern))
        #expect(String(decoding: value.canonical(), as: UTF8.self) == text)
    }

    @Test("what is written is read back as the same bytes", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let bytes = value(depth: 4, &random).canonical()
            #expect(try JSON(parsing: bytes).canonical() == bytes)
        }
    }

    private func value(depth: Int, _ random: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth == 0 ? 5 : 7), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        // Integers that doubles hold too: what a double writes without a point is read as an integer.
        case 2: .integer(Int.random(in: -(1 << 53)...(1 << 53), using: &random))
        case 3: .double(double(&random))
        case 4: .string(string(&random))
        case 5: .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                        (string(&random), value(depth: depth - 1, &random))
                    },
                    uniquingKeysWith: { first, _ in first }))
        }
    }

    private func double(_ random: inout SeededGenerator) -> Double {
        let value = Double(bitPattern: random.next())
        // Whole doubles of 2^63 and more are written as integers, and no integer holds them.
        return value.isFinite && (abs(value) < 9e18 || abs(value) >= 1e21) ? value : 0.1
    }

    private func string(_ random: inout SeededGenerator) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<8, using: &random) {
            let range: ClosedRange<UInt32> =
                [1...0x7F, 0x80...0x24F, 0x1EA0...0x1EF9, 0xE000...0x1_F64F]
                .randomElement(using: &random) ?? 1...0x7F
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
