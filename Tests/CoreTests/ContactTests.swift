import Core
import Testing

@Suite("Numbers and names of people")
struct ContactTests {
    @Test(
        "a personal number says province, sex and year of birth",
        arguments: [
            ("001099012345", "01", Sex.male, 1999), ("079205000123", "79", .male, 2005),
            ("079305000123", "79", .female, 2005),
            ("096185999999", "96", .female, 1985), ("001 099 012 345", "01", .male, 1999),
            ("001.099-012345", "01", .male, 1999),
        ])
    func personalNumber(text: String, province: String, sex: Sex, year: Int) throws {
        let number = try #require(PersonalNumber(text))
        #expect(number.provinceCode == province)
        #expect(number.sex == sex)
        #expect(number.birthYear == year)
    }

    @Test(
        "what isn't twelve ASCII digits is no personal number",
        arguments: [
            "", "00109901234", "0010990123456", "00109901234a", "００１０９９０１２３４５", "001099٠12345", "0x1099012345",
            "001099012345;",
        ])
    func noPersonalNumber(text: String) {
        #expect(PersonalNumber(text) == nil)
    }

    @Test("a list shows only the ends of a personal number")
    func masked() throws {
        #expect(try #require(PersonalNumber("001099012345")).masked == "001•••••2345")
    }

    @Test("a year or sex that differs from the papers is a warning, and nothing else is")
    func warnings() throws {
        let number = try #require(PersonalNumber("001099012345"))
        let born = try #require(Day("1999-05-05"))
        #expect(number.warnings(dateOfBirth: born, sex: .male).isEmpty)
        #expect(number.warnings(dateOfBirth: nil, sex: nil).isEmpty)
        #expect(
            number.warnings(dateOfBirth: Day("1998-12-31"), sex: .female).map(\.code) == [
                "personal_number_birth_year_differs", "personal_number_sex_differs",
            ])
    }

    @Test(
        "a web address is https with a host of two labels, and nothing that could hide another host",
        arguments: [
            ("https://vidu.gov.vn", "https://vidu.gov.vn"),
            (" HTTPS://vidu.gov.vn/a?b=c#d ", "https://vidu.gov.vn/a?b=c#d"),
            ("http://vidu.gov.vn", nil), ("javascript:alert(1)", nil), ("https://vidu", nil),
            ("https://vidu.gov.vn@x.vn", nil),
            ("https://a b.vn", nil), ("https://vidu.gov.vn\\x", nil), ("https://-a.vn", nil), ("https://", nil),
            ("vidu.gov.vn", nil),
            ("https://vidu.gov.vn/\"x", nil), ("https://vidu.gov.vn:8080", nil),
        ])
    func webAddress(text: String, description: String?) {
        #expect(WebAddress(text)?.description == description)
    }

    @Test(
        "an office is reached by numbers, short ones and several as well",
        arguments: [
            ("1022", true), ("024 3825 1234; (+84) 24.3825-1235", true), ("12", false), ("gọi ông Bình", false),
            ("", false),
            ("0243825\n1234 x9", false), (String(repeating: "1", count: 101), false),
        ])
    func officePhone(text: String, isRead: Bool) {
        #expect((OfficePhone(text) != nil) == isRead)
    }

    @Test(
        "a tax code with the right check digit is read",
        arguments: [
            ("0100047516", "0100047516"), ("0100233488", "0100233488"), ("0100233583", "0100233583"),
            ("0314409058-002", "0314409058-002"), ("0314409058002", "0314409058-002"), (" 0100 233 488 ", "0100233488"),
        ])
    func taxCode(text: String, description: String) {
        #expect(TaxCode(text)?.description == description)
        #expect(TaxCode(text)?.isBranch == description.contains("-"))
    }

    @Test("any other last digit is refused: one code of ten is right")
    func checkDigit() {
        #expect((0...9).filter { TaxCode("010004751\($0)") != nil } == [6])
        #expect((0...9).filter { TaxCode("010023348\($0)") != nil } == [8])
    }

    @Test(
        "what isn't ten or thirteen digits, or names no branch, is no tax code",
        arguments: [
            "", "12345678", "01002334880", "0314409058-000", "0314409058-02", "010023348O", "0100233488-0022",
            "0000000000",
        ])
    func noTaxCode(text: String) {
        #expect(TaxCode(text) == nil)
    }

    @Test(
        "a telephone number is read as people write it",
        arguments: [
            ("0912345678", "0912345678"), ("+84 912 345 678", "0912345678"), ("84912345678", "0912345678"),
            ("0912.345.678", "0912345678"), ("(024) 3825 1234", "02438251234"), ("+84 24 3825 1234", "02438251234"),
            ("+84 (0)912 345 678", "0912345678"),
        ])
    func phone(text: String, digits: String) {
        #expect(PhoneNumber(text)?.description == digits)
    }

    @Test(
        "what can't be dialled in Vietnam is no telephone number",
        arguments: [
            "", "113", "091234567", "09123456789", "0012345678", "+1 212 555 0100", "0912345678x2", "０９１２３４５６７８",
            "9123456780",
        ])
    func noPhone(text: String) {
        #expect(PhoneNumber(text) == nil)
    }

    @Test(
        "an e-mail address that could be written to is read",
        arguments: [
            "an@example.vn", "nguyen.thi.an+portal@mail.example.gov.vn", "a@b.co", "o'brien@x-y.vn",
        ])
    func email(text: String) {
        #expect(EmailAddress(text)?.description == text)
        #expect(EmailAddress(" \u{200B}\(text)\n")?.description == text)
    }

    @Test(
        "what could smuggle a header or has no domain is no e-mail address",
        arguments: [
            "", "a", "a@", "@b.vn", "a@b", "a@@b.vn", "a@b@c.vn", "a b@x.vn", "a@x.vn\r\nBcc: b@x.vn", "a@-x.vn",
            "a@x-.vn", "a@x..vn",
            "a@.vn", "<a@x.vn>", "a,b@x.vn", "a@x.vn;b@x.vn", "\"a\"@x.vn", String(repeating: "a", count: 65) + "@x.vn",
            "a@" + String(repeating: "a.", count: 130) + "vn",
        ])
    func noEmail(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test(
        "a name keeps every sign of its own and loses what nobody sees",
        arguments: [
            ("Nguyễn Thị Ưởng", "Nguyễn Thị Ưởng"), ("  Trần\u{A0}  Văn\tAn ", "Trần Văn An"),
            ("O'Brien-Lê", "O'Brien-Lê"),
            ("Y", "Y"), ("H'Hen Niê", "H'Hen Niê"), ("Le\u{302} Ly\u{301}", "Lê Lý"), ("An\u{200B}h", "Anh"),
        ])
    func name(text: String, kept: String) throws {
        let name = try #require(PersonName(text)).description
        #expect(Array(name.utf8) == Array(kept.utf8))
    }

    @Test(
        "what holds no letter, or a digit or markup, is no name",
        arguments: [
            "", " ", "\u{200B}", "-", "An1", "<b>An</b>", "an@x", String(repeating: "a", count: 101),
            "a" + String(repeating: "\u{301}\u{302}", count: 200),
        ])
    func noName(text: String) {
        #expect(PersonName(text) == nil)
    }
}
