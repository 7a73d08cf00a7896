import Core
import Testing

@Suite("Codes of organisations and procedures") struct CodeTests {
    @Test(
        "an organisation's identifier is read, and the padded form of before 2020 turned into today's",
        arguments: [
            ("H26.16", "H26.16"), (" h21.24.01.02 ", "H21.24.01.02"), ("G09", "G09"), ("0100109106", "0100109106"),
            ("000.00.01.H22", "H22.01"), ("000.00.00.G15", "G15"), ("000.01.21.H37", "H37.21.01"),
            ("012.00.01.H22", "H22.01.012"), ("Z01.ABC", "Z01.ABC"),
            (String(repeating: "A", count: 35), String(repeating: "A", count: 35)),
        ])
    func agency(_ text: String, _ code: String) {
        #expect(AgencyCode(text)?.description == code)
        #expect(AgencyCode(code)?.description == code)
    }

    @Test(
        "what could be no identifier is refused",
        arguments: [
            "", ".", "H26.", ".H26", "H26..16", "H26-16", "H26 16", "Đ26", "ß", "H26\u{301}",
            String(repeating: "A", count: 36), String(repeating: "A", count: 1_000_000),
        ])
    func noAgency(_ text: String) { #expect(AgencyCode(text) == nil) }

    @Test(
        "a procedure's code is read with its case and its organisation",
        arguments: [
            "1.001193", "2.000815", "3.000346", "1.115001", "1.004194.01", "1.000948.H38", "1.000656.000.00.00.H29",
            "1.004194.01.H38", "1.004194.01.000.00.00.H29",
        ])
    func procedure(_ text: String) {
        #expect(ProcedureCode(text)?.description == text)
        #expect(ProcedureCode(" \(text.lowercased()) ")?.description == text)
        #expect(ProcedureCode(text)?.base.utf8.count == 8)
    }

    @Test(
        "what could be no procedure's code is refused",
        arguments: [
            "", "1", "1.", "4.001193", "0.001193", "1.00119", "1.0011933", "11.001193", "1-001193", "1.001193.",
            "1.001193.1", "1.001193.001", "1.001193.H3", "1.001193.H381", "1.001193.38H", "1.001193.01.02",
            "1.001193.000.00.H29", "1.001193.000.00.00", "1.001193.000.00.01.H29", "1.001193.H38.H38", "1.٠٠١١٩٣",
            "1.001193.Đ38", "KQ.G01.000067",
        ])
    func noProcedure(_ text: String) { #expect(ProcedureCode(text) == nil) }

    @Test(
        "a dossier's code is read whoever made it, and as word processors spoil it",
        arguments: [
            ("G09.20-20260609-0092637", "G09.20-20260609-0092637"),
            ("000.01.21.H37-200819-0001", "000.01.21.H37-200819-0001"),
            ("H26.16–260817–0001", "H26.16-260817-0001"), ("h26.16 - 260817 - 0001", "H26.16-260817-0001"),
            ("\u{FEFF}H26.16-260817-AB12", "H26.16-260817-AB12"),
        ])
    func dossier(_ text: String, _ code: String) { #expect(DossierCode(text)?.description == code) }

    @Test(
        "no sign outside ASCII becomes a letter of a code",
        arguments: ["ßA.1-261123-0001", "ıı1-261123-0001", "H26.16-261123-00.1"])
    func noDossier(_ text: String) { #expect(DossierCode(text) == nil) }

    @Test("weekdays have their names in both languages")
    func weekdays() throws {
        let monday = try Samples.day("2026-11-23")
        #expect(Formats(.vi).weekday(monday) == "Thứ Hai")
        #expect(Formats(.vi).weekday(monday + 6) == "Chủ Nhật")
        let week = (0..<7).map { Formats(.en).weekday(monday + $0).prefix(3) }
        #expect(week == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    }
}
