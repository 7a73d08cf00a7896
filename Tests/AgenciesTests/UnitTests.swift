import Agencies
import Core
import TestSupport
import Testing

@Suite("Units as they are on a day")
struct UnitTests {
    @Test(
        "there are 63 provinces until 30 June 2025 and 34 from 1 July",
        arguments: [
            ("2008-07-31", 0), ("2008-08-01", 63), ("2025-06-30", 63), ("2025-07-01", 34), ("2026-11-23", 34),
        ])
    func count(on date: String, expected: Int) async throws {
        try await withSeed { agencies, _ async throws in
            #expect(try await agencies.provinces(on: day(date)).count == expected)
        }
    }

    @Test("seven codes changed their owner on 1 July 2025, and no others did")
    func reusedCodes() async throws {
        try await withSeed { agencies, _ in
            func names(_ date: String) async throws -> [String: String] {
                let provinces = try await agencies.provinces(on: day(date))
                return Dictionary(
                    uniqueKeysWithValues: provinces.map { province in
                        let words = province.name.split(separator: " ")
                        let kind = province.name.hasPrefix("Thành phố ") ? 2 : 1
                        return (province.code, words.dropFirst(kind).joined(separator: " "))
                    })
            }
            let before = try await names("2025-06-30")
            let after = try await names("2025-07-01")
            let changed = after.filter { before[$0.key] != $0.value }
            #expect(
                changed == [
                    "15": "Lào Cai", "24": "Bắc Ninh", "44": "Quảng Trị", "52": "Gia Lai", "80": "Tây Ninh",
                    "82": "Đồng Tháp",
                    "91": "An Giang",
                ])
            #expect(
                changed.keys.sorted().map { before[$0] } == [
                    "Yên Bái", "Bắc Giang", "Quảng Bình", "Bình Định", "Long An", "Tiền Giang", "Kiên Giang",
                ])
        }
    }

    @Test(
        "a province leads to the one that took it over, under that one's new name",
        arguments: [
            ("10", "15", "Tỉnh Lào Cai"), ("27", "24", "Tỉnh Bắc Ninh"), ("45", "44", "Tỉnh Quảng Trị"),
            ("64", "52", "Tỉnh Gia Lai"),
            ("72", "80", "Tỉnh Tây Ninh"), ("87", "82", "Tỉnh Đồng Tháp"), ("89", "91", "Tỉnh An Giang"),
            ("82", "82", "Tỉnh Đồng Tháp"),
            ("01", "01", "Thành phố Hà Nội"), ("74", "79", "Thành phố Hồ Chí Minh"),
        ])
    func successors(old: String, new: String, name: String) async throws {
        try await withSeed { agencies, _ in
            let found = try await agencies.successors(of: old, validOn: day("2025-06-30"))
            #expect(found.map(\.code) == [new])
            #expect(found.map(\.name) == [name])
            #expect(try await agencies.successors(of: new, validOn: day("2025-07-01")) == [])
        }
    }

    @Test("every old province has exactly one successor among the 34")
    func allSuccessors() async throws {
        try await withSeed { agencies, _ in
            let after = Set(try await agencies.provinces(on: day("2025-07-01")))
            var reached: Set<AdministrativeUnit> = []
            for province in try await agencies.provinces(on: day("2025-06-30")) {
                let next = try await agencies.successors(of: province.code, validOn: day("2025-06-30"))
                #expect(next.count == 1, "\(province.name)")
                reached.formUnion(next)
            }
            #expect(reached == after)
        }
    }

    @Test("a ward belongs to its province from 1 July 2025 on, and to no other")
    func wards() async throws {
        try await withSeed { agencies, _ in
            let place = try #require(try await agencies.place(province: "82", ward: "28261", on: day("2026-11-23")))
            #expect(place.ward == "Phường Mỹ Tho" && place.province == "Tỉnh Đồng Tháp")
            #expect(try await agencies.place(province: "82", ward: "28261", on: day("2025-06-30")) == nil)
            #expect(try await agencies.place(province: "01", ward: "28261", on: day("2026-11-23")) == nil)
            #expect(try await agencies.wards(of: "87", on: day("2026-11-23")) == [])
            var all = 0
            for province in try await agencies.provinces(on: day("2026-11-23")) {
                let wards = try await agencies.wards(of: province.code, on: day("2026-11-23"))
                #expect(!wards.isEmpty, "\(province.name)")
                all += wards.count
            }
            #expect(all == 3321)
        }
    }

    @Test("names are in Vietnamese order, without regard to what kind of unit they are")
    func order() async throws {
        try await withSeed { agencies, _ in
            let names = try await agencies.provinces(on: day("2026-11-23")).map { province in
                province.name.replacing("Thành phố ", with: "").replacing("Tỉnh ", with: "")
            }
            #expect(
                names == [
                    "An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên",
                    "Đồng Nai",
                    "Đồng Tháp", "Gia Lai", "Hà Nội", "Hà Tĩnh", "Hải Phòng", "Hồ Chí Minh", "Huế", "Hưng Yên",
                    "Khánh Hòa", "Lai Châu",
                    "Lạng Sơn", "Lào Cai", "Lâm Đồng", "Nghệ An", "Ninh Bình", "Phú Thọ", "Quảng Ngãi", "Quảng Ninh",
                    "Quảng Trị",
                    "Sơn La", "Tây Ninh", "Thái Nguyên", "Thanh Hóa", "Tuyên Quang", "Vĩnh Long",
                ])
        }
    }
}
