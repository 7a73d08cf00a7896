import Agencies
import Core
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("What is said of agencies, and finding them")
struct ProfileTests {
    private static let answers: [String: JSON] = [
        "address": "Số 1, phố Ví Dụ", "phone": "1022", "email": "lienhe@example.vn", "website": "https://example.vn",
        "hours_vi": "Thứ Hai đến thứ Sáu\n08:00–17:00", "hours_en": "Monday to Friday\n08:00–17:00",
        "places": [["name": "Quầy B", "address": "Tầng 1", "phone": "1023", "hours_vi": "Sáng"], ["name": "Quầy A"]],
    ]

    @Test("a profile is kept as it was answered, its places in their order, and no import overwrites it")
    func kept() async throws {
        try await withSeed { agencies, test in
            let author = try await editor(of: "G15", test)
            let before = try #require(try await agencies.record("G15"))
            #expect(before.profile.isEmpty && before.version == 0)
            try await agencies.save(
                AgencyProfile(answers: Self.answers), of: "G15", version: 0, by: author, at: .now)
            try await load(into: test)
            let record = try #require(try await agencies.record("G15"))
            #expect(record.profile.answers == Self.answers && record.version == 1)
            #expect(record.profile.places.map(\.name) == ["Quầy B", "Quầy A"])
            #expect(record.name == "Bộ Tư pháp")
            let entries = try await test.sql(
                "select kind || ' ' || agency_code || ' ' || (content ->> 'version') from journal_entries")
            #expect(entries == ["agency.edited G15 1"])
        }
    }

    @Test("an edit of an older version is refused and the newer one stays, of twenty at once only one is taken")
    func versions() async throws {
        try await withSeed { agencies, test in
            let author = try await editor(of: "G15", test)
            for version in 0...1 {
                let saved = await withTaskGroup(of: Bool.self) { group in
                    for number in 1...20 {
                        group.addTask {
                            let profile = AgencyProfile(answers: ["address": .string("Số \(number)")])
                            return
                                (try? await agencies.save(profile, of: "G15", version: version, by: author, at: .now))
                                != nil
                        }
                    }
                    return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(saved == 1)
            }
            await #expect(throws: AgencyEditError.editedMeanwhile) {
                try await agencies.save(AgencyProfile(answers: [:]), of: "G15", version: 1, by: author, at: .now)
            }
            #expect(try await test.sql("select count(*) from journal_entries") == ["2"])
        }
    }

    @Test(
        "a publisher edits the own agency and those directly below it, a national editor all",
        arguments: [
            ("H26", false, "H26", true), ("H26", false, "H26.00070", true), ("H26", false, "H26.16", true),
            ("H26", false, "H29", false), ("H26", false, "H29.26740", false), ("G01", false, "G01.01", true),
            ("G01", false, "G01.01.00070", false), ("H26.00070", false, "H26", false), ("G15", false, "XX", false),
            ("G22", true, "G01.01.00070", true), ("G22", true, "XX", false),
        ])
    func owners(agency: String, isNational: Bool, code: String, isAllowed: Bool) async throws {
        try await withSeed { agencies, test in
            let editor = try await editor(of: agency, isNational: isNational, test)
            let profile = AgencyProfile(answers: ["address": "Số 1"])
            let listed = try await agencies.list(for: editor, text: code, after: "", limit: 10).items.map(\.code)
            #expect(listed.contains(code) == isAllowed)
            if isAllowed {
                try await agencies.save(profile, of: code, version: 0, by: editor, at: .now)
            } else {
                await #expect(throws: AgencyEditError.notFound) {
                    try await agencies.save(profile, of: code, version: 0, by: editor, at: .now)
                }
            }
        }
    }

    @Test("a website is kept in one spelling")
    func spelling() {
        #expect(AgencyProfile(answers: ["website": "HTTPS://example.vn/A"]).website == "https://example.vn/A")
    }

    @Test(
        "what would mislead people is refused",
        arguments: [
            ("website", "http://example.vn", "invalid_website"), ("website", "javascript:alert(1)", "invalid_website"),
            ("phone", "gọi ông Bình", "invalid_office_phone"),
        ])
    func refused(field: String, text: String, code: String) {
        let profile = AgencyProfile(answers: [field: .string(text)])
        #expect(profile.problems == [FieldProblem(field: field, code: code)])
        let place = AgencyProfile(answers: ["places": [["name": "A"], ["name": "B", "phone": "x"]]])
        #expect(place.problems == [FieldProblem(field: "places.1.phone", code: "invalid_office_phone")])
    }

    @Test(
        "agencies are found without accents, by the beginnings of words in any order, or by code",
        arguments: [
            ("bo tu phap", "G15"), ("BỘ TƯ PHÁP", "G15"), ("phap tu", "G15"), ("g15", "G15"),
            ("hoan kiem uy ban", "H26.00070"),
            ("H26.00070", "H26.00070"), ("cong an ha noi", "G01.01"), ("y te", "G18"), ("ke hoach dau tu", "G05"),
        ])
    func found(text: String, code: String) async throws {
        try await withSeed { agencies, _ in
            let found = try await agencies.search(text, after: "", limit: 5)
            #expect(found.items.first?.code == code)
        }
    }

    @Test("pages of a list, a search and a province hold every agency once")
    func pages() async throws {
        try await withSeed { agencies, test in
            let today = try day("2026-11-23")
            func all(_ next: (String) async throws -> AgencyPart) async throws -> [String] {
                var (codes, after) = ([String](), "")
                while true {
                    let part = try await next(after)
                    codes += part.items.map(\.code)
                    guard let more = part.next else { return codes }
                    after = more
                }
            }
            let listed = try await all { try await agencies.list(after: $0, limit: 1000) }
            #expect(listed == listed.sorted() && Set(listed).count == listed.count)
            #expect(try await test.sql("select count(*) from agencies") == [String(listed.count)])
            let found = try await all { try await agencies.search("phuong ha noi", after: $0, limit: 7) }
            #expect(Set(found).count == found.count)
            let expected = """
                select count(*) from agencies
                where folded ~ ' phuong' and folded ~ ' ha' and folded ~ ' noi'
                """
            #expect(try await test.sql(expected) == [String(found.count)])
            let committees = try await all {
                try await agencies.committees(of: "01", on: today, after: $0, limit: 50)
            }
            #expect(committees.count == 126 && Set(committees).count == 126)
        }
    }
}
