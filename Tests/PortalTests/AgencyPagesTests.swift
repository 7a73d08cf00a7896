import Agencies
import Catalogue
import Core
import Dossiers
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Pages of agencies")
struct AgencyPagesTests {
    @Test("an agency's page says who it is, how sure its code is, where it belongs, and what isn't given yet")
    func record() async throws {
        try await Demonstration.with { demonstration async throws in
            let client = TestClient(demonstration.house.site)
            let ward = try await client.get("/co-quan/H26.00070").text
            for part in [
                "Ủy ban nhân dân phường Hoàn Kiếm", "Mã tạm do cổng đặt", "href=\"/co-quan/H26\"",
                "href=\"/co-quan?tinh=01\"", "Cơ quan chưa cung cấp địa chỉ",
                "Cơ quan chưa cung cấp danh sách nơi tiếp nhận",
                "href=\"/thu-tuc/1.001193\"",
            ] { #expect(ward.contains(part), "\(part)") }
            let ministry = try await client.get("/co-quan/G15").text
            #expect(!ministry.contains("Mã tạm") && !ministry.contains("đúng hạn"))
            #expect(ministry.contains("href=\"/thu-tuc?agency=B%E1%BB%99%20T%C6%B0%20ph%C3%A1p\""))
            let ended = try await client.get("/co-quan/G05").text
            #expect(ended.contains("không còn hoạt động từ ngày 01/03/2025") && ended.contains("href=\"/co-quan/G12\""))
            #expect(try await client.get("/co-quan/G12").text.contains("href=\"/co-quan/G05\""))
            let english = try await client.get("/en/co-quan/TAM.01").text
            #expect(english.contains("A provisional code given by this portal"))
            for path in ["/co-quan/XX", "/co-quan/h26", "/co-quan?tinh=99", "/co-quan?tinh=02"] {
                #expect(try await client.get(path).status == .notFound, "\(path)")
            }
        }
    }

    @Test(
        "agencies are browsed from the country to a province to its wards, page by page, and searched without accents")
    func browsing() async throws {
        try await Demonstration.with { demonstration async throws in
            let client = TestClient(demonstration.house.site)
            let country = try await client.get("/co-quan")
            #expect(country.text.contains(">Bộ Tư pháp</a>") && !country.text.contains("Bộ Kế hoạch và Đầu tư"))
            #expect(country.text.split(separator: "/co-quan?tinh=").count == 35)
            #expect(country.headers[HTTPField.Name("Link")!]?.contains("/co-quan>; rel=\"canonical\"") == true)
            var (path, codes): (String?, [String]) = ("/co-quan?tinh=01", [])
            while let next = path {
                let text = try await client.get(next).text
                codes += text.matches(of: /href="\/co-quan\/(H26\.[0-9]{5})"/).map { String($0.1) }
                path = text.firstMatch(of: /href="(\/co-quan\?tinh=01&amp;after=[^"]+)" rel="next"/)
                    .map { String($0.1).replacing("&amp;", with: "&") }
            }
            #expect(codes.count == 126 && Set(codes).count == 126)
            #expect(try await client.get("/co-quan?q=bo+tu+phap").text.contains("href=\"/co-quan/G15\""))
            #expect(try await client.get("/co-quan?q=zzzz").text.contains("Không tìm thấy cơ quan nào"))
            let map = try await client.get("/sitemap.xml").text
            #expect(map.contains("/co-quan/G15</loc>") && map.contains("/co-quan/H26</loc>"))
            #expect(!map.contains("/co-quan/H26.00070</loc>") && !map.contains("/co-quan/G05</loc>"))
        }
    }

    @Test(
        "a publisher edits the own agency: what is wrong is said at its field, what was typed stays, the second is told"
    )
    func editing() async throws {
        try await Demonstration.with { demonstration async throws in
            let author = try await demonstration.browser("publisher")
            let path = "/bien-tap/co-quan/G15"
            let token = try await author.get(path).text.formToken
            func send(_ fields: [(String, String)], version: String) async throws -> TestClient.Answer {
                try await author.post(
                    path, form: [("csrf", token), ("version", version), ("action", "continue")] + fields)
            }
            let address = ("address", "Số 1 <b>phố</b> Ví Dụ")
            let wrong = try await send(
                [address, ("website", "http://vidu.vn"), ("places.0.address", "Tầng 1")], version: "0")
            #expect(wrong.status == .unprocessableContent)
            #expect(wrong.text.contains("href=\"#f-website\"") && wrong.text.contains("href=\"#f-places-0-name\""))
            #expect(wrong.text.contains("value=\"http://vidu.vn\"") && wrong.text.contains("Số 1 &lt;b&gt;"))
            let saved = try await send(
                [
                    address, ("website", "https://vidu.vn/"), ("hours_vi", "Thứ Hai\nThứ Ba"),
                    ("places.0.name", "Quầy 1"),
                ],
                version: "0")
            #expect(saved.status == .seeOther)
            #expect(try await author.get(saved.location ?? "").text.contains("Đã lưu."))
            let page = try await TestClient(demonstration.house.site).get("/en/co-quan/G15").text
            for part in [
                "Số 1 &lt;b&gt;phố&lt;/b&gt; Ví Dụ", "href=\"https://vidu.vn/\"",
                "<dd lang=\"vi\"><ul class=\"plain\"><li>Thứ Hai</li><li>Thứ Ba</li>",
                "Quầy 1",
            ] { #expect(page.contains(part), "\(part)") }
            let late = try await send([("address", "Số 2")], version: "0")
            #expect(
                late.status == .unprocessableContent && late.text.contains("Người khác vừa lưu thông tin cơ quan này"))
            #expect(late.text.contains("value=\"Số 2\"") && late.text.contains("name=\"version\" value=\"1\""))
            #expect(try await send([("address", "Số 2")], version: "1").status == .seeOther)
            for other in ["G16", "H26", "XX"] {
                #expect(try await author.get("/bien-tap/co-quan/\(other)").status == .notFound, "\(other)")
                let refused = try await author.post(
                    "/bien-tap/co-quan/\(other)", form: [("csrf", token), ("version", "0"), ("address", "x")])
                #expect(refused.status == .notFound)
            }
            #expect(try await demonstration.test.sql("select count(*) from agency_profiles") == ["1"])
        }
    }

    @Test("a page kept in memory is new within a second of an edit, of a changed rate and of a changed name")
    func fresh() async throws {
        try await Demonstration.with { demonstration async throws in
            let feed = demonstration.house.feed
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await feed.run() }
                let later = Date(timeIntervalSinceNow: 100)
                while feed.state(at: Date()) != feed.state(at: later) { await Task.yield() }
                let client = TestClient(demonstration.house.site)
                for (change, expected) in [
                    (
                        """
                        insert into agency_profiles (agency_code, address, places, version, updated_by, updated_at)
                        select 'G15', 'Số 1', '[]', 1, id, now() from accounts limit 1
                        """, "Số 1"
                    ),
                    ("insert into agency_performance values ('G15', '2026-01-01', 10, 9, now())", "90% hồ sơ"),
                    ("update agencies set name = 'Bộ Khác' where code = 'G15'", "Bộ Khác"),
                ] {
                    #expect(try await client.get("/co-quan/G15").text.contains(expected) == false)
                    try await demonstration.test.sql(change)
                    try await Task.sleep(for: .milliseconds(900))
                    #expect(try await client.get("/co-quan/G15").text.contains(expected), "\(expected)")
                }
                group.cancelAll()
            }
        }
    }

    @Test("agencies are read by programs in pages, one with a tag that spares reading it again")
    func api() async throws {
        try await Demonstration.with { demonstration async throws in
            let client = TestClient(demonstration.house.site)
            func json(_ path: String) async throws -> JSON { try JSON(parsing: try await client.get(path).body) }
            var (after, codes) = ("", [String]())
            while true {
                let page = try await json("/api/v1/agencies?province=01&limit=100&after=\(after)")
                codes += (page["items"]?.array ?? []).compactMap { $0["code"]?.string }
                guard let next = page["next"]?.string else { break }
                after = next
            }
            let count = try await demonstration.test.sql("select count(*) from agencies where province_code = '01'")
            #expect([String(codes.count)] == count && codes == codes.sorted())
            let found = try await json("/api/v1/agencies?q=bo%20tu%20phap")
            #expect(found["items"]?.array?.compactMap { $0["code"]?.string } == ["G15"])
            let one = try await client.get("/api/v1/agencies/G05")
            let agency = try JSON(parsing: one.body)
            #expect(agency["valid"] == false && agency["successor"]?["code"] == "G12" && agency["on_time"] == .null)
            let tag = try #require(one.headers[.eTag])
            #expect(try await client.get("/api/v1/agencies/G05", headers: [.ifNoneMatch: tag]).status == .notModified)
            #expect(try await client.get("/api/v1/agencies/XX").status == .notFound)
            #expect(try await client.get("/api/v1/agencies?limit=101").status == .unprocessableContent)
        }
    }

    @Test("on time is by the end of the due day in Vietnam, over twelve months; an unchanged figure is left alone")
    func performance() async throws {
        try await Demonstration.with { demonstration async throws in
            let now = try #require(Day("2026-11-24")).instant(minute: 600)
            try await demonstration.test.sql(
                """
                update dossiers set due_at = null, finished_at = null;
                update dossier_clocks set on_time = null;
                update dossiers set due_at = given.due::timestamptz, finished_at = given.finished::timestamptz
                from (
                    select id, row_number() over (order by code) as number from dossiers where agency_code = 'H26.00070'
                ) as own
                join (values
                    (1, '2026-11-20 17:00+07', '2026-11-20 23:59:59+07'),
                    (2, '2026-11-20 17:00+07', '2026-11-21 00:00:00+07'),
                    (3, '2026-11-20 17:00+07', '2026-11-10 09:00+07'),
                    (4, '2025-11-24 17:00+07', '2025-11-23 23:00+07')
                ) as given (number, due, finished) on given.number = own.number
                where dossiers.id = own.id
                """)
            let dossiers = demonstration.house.jobDossiers
            try await dossiers.measurePerformance(at: now)
            let first = try #require(try await dossiers.performance(of: "H26.00070"))
            #expect(first.finished == 3 && first.onTime == 2 && first.perMille == 666)
            #expect(first.since == Day("2025-11-24") && first.computedAt == now)
            #expect(first.indexed == 0 && first.indexPerMille == nil)
            #expect(try await dossiers.performance(of: "H29.26740") == nil)
            try await dossiers.measurePerformance(at: now.addingTimeInterval(3600))
            #expect(try await dossiers.performance(of: "H26.00070") == first)
            // The index counts for itself, whatever the law says of the same dossiers.
            try await demonstration.test.sql(
                """
                insert into dossier_clocks (dossier_id, basis, since, on_time, agency_code, finished_at)
                select id, 'counted', submitted_at, number <> 3, agency_code, finished_at
                from (select *, row_number() over (order by code) as number from dossiers where agency_code = 'H26.00070') own
                where number <= 4
                on conflict (dossier_id) do update
                set on_time = excluded.on_time, agency_code = excluded.agency_code, finished_at = excluded.finished_at
                """)
            try await dossiers.measurePerformance(at: now)
            let second = try #require(try await dossiers.performance(of: "H26.00070"))
            #expect(second.finished == 3 && second.onTime == 2)
            #expect(second.indexed == 3 && second.indexOnTime == 2 && second.indexPerMille == 666)
            let page = try await TestClient(demonstration.house.site).get("/co-quan/H26.00070").text
            #expect(page.contains("66,6%, 2 trong số 3 hồ sơ"))
            try await demonstration.test.sql("update dossiers set finished_at = null")
            try await dossiers.measurePerformance(at: now)
            #expect(try await dossiers.performance(of: "H26.00070") == nil)
        }
    }
}
