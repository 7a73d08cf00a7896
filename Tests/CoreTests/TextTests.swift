import Core
import FoundationEssentials
import Testing

@Suite("Vietnamese text")
struct TextTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(
        "two ways to write a letter become the same bytes",
        arguments: [
            ("ho\u{300}a", "h\u{F2}a"), ("u\u{31B}\u{309}", "\u{1EED}"), ("\u{1B0}\u{309}", "\u{1EED}"),
            ("e\u{302}\u{301}", "\u{1EBF}"),
            ("e\u{323}\u{302}", "\u{1EC7}"), ("plain", "plain"),
        ])
    func normalised(decomposed: String, composed: String) {
        #expect(bytes(decomposed.nfc) == bytes(composed))
        #expect(bytes(decomposed.cleaned) == bytes(composed))
        #expect(bytes(decomposed.cleanedLines) == bytes(composed))
    }

    @Test(
        "one line loses invisible signs, controls and spare spaces",
        arguments: [
            ("  a \t b  ", "a b"), ("a\r\nb", "a b"), ("a\u{A0}\u{3000}b", "a b"), ("\u{FEFF}a\u{200B}b\u{202E}", "ab"),
            ("a\u{0}b\u{7F}", "ab"),
            ("\u{200D} \u{200B}", ""), ("a\u{200D}\u{301}", "\u{E1}"), ("", ""), ("so\u{AD}ft", "soft"),
        ])
    func line(text: String, kept: String) {
        #expect(bytes(text.cleaned) == bytes(kept))
        #expect(bytes(text.cleaned.cleaned) == bytes(kept))
    }

    @Test(
        "several lines keep their ends, written one way",
        arguments: [
            ("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\n\nb", "a\n\nb"), ("a\r\n\r\nb\r\n", "a\n\nb"),
            ("a\n\rb", "a\n\nb"), ("\n a\tb \n", "a b"),
            ("a\u{200B}\u{0}b", "ab"),
        ])
    func lines(text: String, kept: String) {
        #expect(bytes(text.cleanedLines) == bytes(kept))
    }

    @Test(
        "folding forgives accents, đ, y and case",
        arguments: [
            ("Đường", "duong"), ("KỸ THUẬT", "ki thuat"), ("kĩ thuật", "ki thuat"), ("Ưởng", "uong"),
            ("ưở\u{309}ng", "uong"), ("Quý 1/2026", "qui 1/2026"),
        ])
    func folded(text: String, folded: String) {
        #expect(text.folded == folded)
        #expect(text.folded.folded == folded)
    }

    @Test(
        "an address is made of whole words without accents",
        arguments: [
            ("Có con nhỏ", "co-con-nho"), ("Đăng ký: xe & y tế!", "dang-ky-xe-y-te"),
            ("Nhà ở, đất đai và điện", "nha-o-dat-dai-va"),
            ("  ", ""), ("日本", ""), ("ab日本cd", "ab-cd"), ("x\u{301}y", "xy"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaa"),
            ("a\u{FE0F}b", "a-b"),
        ])
    func slugs(text: String, slug: String) {
        #expect(text.slug(most: 17) == slug)
    }

    @Test("every letter of Vietnamese folds to one ASCII letter")
    func alphabet() {
        for letter in "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ" {
            let folded = String(letter).folded
            #expect(folded.utf8.count == 1 && folded.utf8.allSatisfy { (97...122).contains($0) }, "\(letter)")
            #expect(String(letter).uppercased().folded == folded)
        }
    }
}

@Suite("Formats")
struct FormatsTests {
    private let now = Date(timeIntervalSince1970: 1_795_417_500)  // 23 November 2026, 14:05 in Vietnam

    @Test("days and times are Vietnam's, in both languages", arguments: Language.allCases)
    func dates(language: Language) throws {
        let formats = Formats(language)
        #expect(formats.dateTime(now) == "14:05 23/11/2026")
        #expect(formats.date(now.addingTimeInterval(36_000)) == "24/11/2026")
        #expect(formats.date(try #require(Day("2026-02-03"))) == "03/02/2026")
        #expect(formats.time(try #require(Day("2026-02-03")).instant(minute: 5)) == "00:05")
    }

    @Test(
        "numbers are grouped as each language does",
        arguments: [
            (0, "0", "0"), (999, "999", "999"), (1000, "1.000", "1,000"), (1_250_000, "1.250.000", "1,250,000"),
            (-12_345, "-12.345", "-12,345"), (-100, "-100", "-100"),
            (Int.min, "-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808"),
        ])
    func numbers(value: Int, vietnamese: String, english: String) {
        #expect(Formats(.vi).number(value) == vietnamese)
        #expect(Formats(.en).number(value) == english)
    }

    @Test("sums are whole đồng")
    func money() {
        #expect(Formats(.vi).money(Money(dong: 75_000)) == "75.000\u{A0}đ")
        #expect(Formats(.en).money(Money(dong: 75_000)) == "VND\u{A0}75,000")
    }

    @Test(
        "sizes are cut off, never rounded up",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1,0 KB"), (1536, "1,5 KB"), (1_048_575, "1023,9 KB"),
            (2_516_582, "2,3 MB"),
        ])
    func sizes(bytes: Int, text: String) {
        #expect(Formats(.vi).size(bytes: bytes) == text)
        #expect(Formats(.en).size(bytes: bytes) == text.replacing(",", with: "."))
    }
}

@Suite("Codes of dossiers")
struct DossierCodeTests {
    @Test(
        "a code is agency, day and a number of at least four digits",
        arguments: [
            (1, "H26.16-261123-0001"), (9999, "H26.16-261123-9999"), (12_345, "H26.16-261123-12345"),
        ])
    func made(number: Int, text: String) throws {
        let code = DossierCode(agency: "H26.16", day: try #require(Day("2026-11-23")), number: number)
        #expect(code.description == text)
        #expect(DossierCode(text) == code)
        #expect(DossierCode(" \(text.lowercased()) ") == code)
    }

    @Test(
        "what can't be a code isn't read",
        arguments: [
            "", "H26.16", "H26.16-261123", "H26.16-26112-0001", "H26.16-261123-001", "H26.16-2611a3-0001",
            "H26/16-261123-0001",
            "H26.16-261123-0001-1", "Đ26.16-261123-0001", "H26.16-261123-00000000001", "' or 1=1 --",
        ])
    func refused(text: String) {
        #expect(DossierCode(text) == nil)
    }
}
