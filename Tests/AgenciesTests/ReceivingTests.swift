import Agencies
import Core
import TestSupport
import Testing

@Suite("Who receives dossiers of a place")
struct ReceivingTests {
    @Test(
        "a ward has a committee and police of its own; other agencies serve the whole province",
        arguments: [
            ("commune_committee", "H26.00004", "Ủy ban nhân dân phường Ba Đình, Thành phố Hà Nội"),
            ("commune_police", "G01.01.00004", "Công an phường Ba Đình, Thành phố Hà Nội"),
            ("province_committee", "H26", "Ủy ban nhân dân thành phố Hà Nội"),
            ("provincial_police", "G01.01", "Công an thành phố Hà Nội"),
            ("provincial_trade", "H26.CT", "Sở Công Thương thành phố Hà Nội"),
            ("provincial_social_insurance", "G12.BH.01", "Bảo hiểm xã hội thành phố Hà Nội"),
        ])
    func receiving(kind: String, code: String, name: String) async throws {
        try await withSeed { agencies, _ in
            let found = try await agencies.receiving(kind, province: "01", ward: "00004", on: day("2026-11-23"))
            let agency = try #require(found)
            #expect(agency.code == code && agency.name == name)
            #expect(try await agencies.agency(code) == agency)
            #expect(agency.wardCode == (kind.hasPrefix("commune") ? "00004" : nil))
        }
    }

    @Test("nobody receives for a place that doesn't exist, or before it did")
    func nobody() async throws {
        try await withSeed { agencies, _ in
            let today = try day("2026-11-23")
            #expect(try await agencies.receiving("commune_committee", province: "01", ward: "99999", on: today) == nil)
            #expect(try await agencies.receiving("commune_committee", province: "01", ward: nil, on: today) == nil)
            #expect(try await agencies.receiving("commune_committee", province: "04", ward: "00004", on: today) == nil)
            #expect(try await agencies.receiving("no_such_kind", province: "01", ward: "00004", on: today) == nil)
            #expect(
                try await agencies.receiving("commune_committee", province: "01", ward: "00004", on: day("2025-06-30"))
                    == nil)
            #expect(try await agencies.agency("H26.99999") == nil)
        }
    }

    @Test("every ward has one committee and one police station, and each answers to its province's")
    func everyWard() async throws {
        try await withSeed { _, test in
            let orphans = try await test.sql(
                """
                select ward.code from wards ward
                where (select count(*) from agencies a join agencies parent on parent.code = a.parent_code
                    where a.ward_code = ward.code and a.province_code = ward.province_code
                        and parent.province_code = ward.province_code
                        and a.kind in ('commune_committee', 'commune_police')) <> 2
                """)
            #expect(orphans == [])
        }
    }

    @Test("the calendar holds the announced days off and Saturdays worked, and offices close at 17:00")
    func calendar() async throws {
        try await withSeed { agencies, _ in
            let calendar = try await agencies.calendar()
            for (date, isWorking) in [
                ("2026-01-02", false), ("2026-01-10", true), ("2026-01-17", false), ("2026-02-16", false),
                ("2026-02-23", true),
                ("2026-11-24", false), ("2026-08-22", true), ("2026-08-31", false), ("2027-02-10", false),
                ("2027-02-11", true),
            ] {
                #expect(try calendar.isWorking(day(date)) == isWorking, "\(date)")
            }
            #expect(calendar.version.contains("@2027-11-24#"))
            #expect(try await agencies.officeCloses(on: day("2026-11-23")) == 17 * 60)
        }
    }
}
