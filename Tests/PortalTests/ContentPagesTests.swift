import Catalogue
import Foundation
import HTTPTypes
import Postgres
import Server
import Synchronization
import TestSupport
import Testing

@testable import Portal

@Suite("Pages beside the catalogue")
struct ContentPagesTests {
    @Test(
        "a life event shows its steps in order without those that aren't done any more, and goes with the last of them")
    func lifeEvent() async throws {
        try await Demonstration.with { demonstration async throws in
            let client = TestClient(demonstration.house.site)
            func steps(_ path: String) async throws -> [String] {
                try await client.get(path).text.split(separator: "<h2><a href=\"").dropFirst()
                    .map { String($0.prefix { $0 != "\"" }) }
            }
            let all = try await steps("/su-kien/nguoi-than-qua-doi")
            #expect(all == ["1.000656", "1.003197", "1.001731", "2.000635"].map { "/thu-tuc/\($0)" })
            #expect(try await steps("/en/su-kien/nguoi-than-qua-doi") == all.map { "/en" + $0 })
            try await demonstration.test.sql(
                """
                update procedures set retired_at = now(), retired_reason = 'Bãi bỏ' where code = '1.003197';
                update contents set body = jsonb_set(body, '{steps,2,code}', '"1.999999"') where id = 'nguoi-than-qua-doi'
                """)
            try await Self.untilOld()
            #expect(try await steps("/su-kien/nguoi-than-qua-doi") == [all[0], all[3]])
            #expect(try await client.get("/").text.contains("href=\"/su-kien/nguoi-than-qua-doi\""))
            try await demonstration.test.sql(
                "update procedures set retired_at = now(), retired_reason = 'x' where code in ('1.000656', '2.000635')")
            try await Self.untilOld()
            #expect(try await client.get("/su-kien/nguoi-than-qua-doi").status == .notFound)
            for path in ["/", "/su-kien", "/sitemap.xml"] {
                let text = try await client.get(path).text
                #expect(text.contains("/su-kien/co-con-nho") && !text.contains("nguoi-than-qua-doi"), "\(path)")
            }
        }
    }

    @Test("a question's answer is words: blank lines, lists, and no markup of anybody's; a withdrawn one is nowhere")
    func question() async throws {
        try await Demonstration.with { demonstration async throws in
            let client = TestClient(demonstration.house.site)
            try await demonstration.test.sql(
                """
                update contents set body = body || jsonb_build_object('answer_vi', E'Một <script>alert(1)</script>\\n- <b>hai\\n\\nBa',
                    'question_vi', '"><img src=x>', 'procedures', '[{"code": "1.001193"}, {"code": "1.999999"}]'::jsonb)
                where id = 'xoa-ban-nhap'
                """)
            let page = try await client.get("/hoi-dap/xoa-ban-nhap")
            #expect(page.text.contains("<p>Một &lt;script&gt;alert(1)&lt;/script&gt;</p>"))
            #expect(page.text.contains("<ul><li>&lt;b&gt;hai</li></ul>") && page.text.contains("<p>Ba</p>"))
            #expect(!page.text.contains("<img") && page.text.contains("href=\"/thu-tuc/1.001193\""))
            #expect(!page.text.contains("1.999999"))
            let link = page.headers[HTTPField.Name("Link") ?? .location] ?? ""
            #expect(link.contains("<http://localhost:8080/hoi-dap/xoa-ban-nhap>; rel=\"canonical\""))
            #expect(
                link.contains("<http://localhost:8080/en/hoi-dap/xoa-ban-nhap>; rel=\"alternate\"; hreflang=\"en\""))
            try await demonstration.test.sql("update contents set withdrawn_at = now() where id = 'xoa-ban-nhap'")
            try await Self.untilOld()
            #expect(try await client.get("/hoi-dap/xoa-ban-nhap").status == .notFound)
            for path in ["/hoi-dap", "/hoi-dap?q=nhap", "/sitemap.xml"] {
                let text = try await client.get(path).text
                #expect(text.contains("hoi-dap/") && !text.contains("xoa-ban-nhap"), "\(path)")
            }
        }
    }

    @Test("many questions come in pages of a hundred, each question once")
    func manyQuestions() async throws {
        try await Demonstration.with { demonstration async throws in
            try await demonstration.test.sql(
                """
                insert into contents (kind, id, position, body, updated_at)
                select 'question', 'muc-' || n, 100 + n, body, now() from contents, generate_series(1, 200) n
                where id = 'xoa-ban-nhap'
                """)
            let client = TestClient(demonstration.house.site)
            var (seen, path, pages): ([String], String?, Int) = ([], "/hoi-dap", 0)
            while let next = path {
                let text = try await client.get(next).text
                seen += text.split(separator: "<li><a href=\"/hoi-dap/").dropFirst().map {
                    String($0.prefix { $0 != "\"" })
                }
                path = text.split(separator: "class=\"button secondary\" href=\"").dropFirst().first
                    .map { String($0.prefix { $0 != "\"" }).replacing("&amp;", with: "&") }
                pages += 1
            }
            #expect(pages == 3 && seen.count == 215 && Set(seen).count == 215)
            for odd in ["-1", "99999999999999999999", "x", "216"] {
                #expect(try await client.get("/hoi-dap?after=\(odd)").status == .ok, "\(odd)")
            }
        }
    }

    @Test("the home page shows the services that editors chose, in their order, and counts within a second of a change")
    func home() async throws {
        try await Demonstration.with { demonstration async throws in
            try await demonstration.listening { client in
                let before = try await client.get("/").text
                #expect(before.contains("77 thủ tục, trong đó 10 thủ tục nộp được trực tuyến"))
                #expect(before.contains("action=\"/tra-cuu\"") && before.contains("href=\"/co-quan\""))
                try await demonstration.test.sql(
                    """
                    update procedures set online = false where code = '2.000033';
                    update contents set body = '{"procedures": [{"code": "3.000347"}, {"code": "1.001193"}]}' where kind = 'featured'
                    """)
                try await Task.sleep(for: .milliseconds(900))
                let after = try await client.get("/").text
                #expect(after.contains("trong đó 9 thủ tục nộp được"))
                let featured = after.split(separator: "<li class=\"card\"><a href=\"/thu-tuc/").dropFirst()
                #expect(featured.map { String($0.prefix { $0 != "\"" }) } == ["3.000347", "1.001193"])
            }
        }
    }

    @Test("the box on the home page leads to a tracking page with the code filled in")
    func tracking() async throws {
        try await Demonstration.with { demonstration async throws in
            let answer = try await TestClient(demonstration.house.site).get("/tra-cuu?code=H26.16-261123-0001")
            #expect(answer.status == .ok && answer.text.contains("value=\"H26.16-261123-0001\""))
        }
    }

    @Test("a notice appears on every page with its first minute, in both languages, and is gone with its last")
    func notices() async throws {
        try await Demonstration.with { demonstration async throws in
            let clock = Mutex(try Date("2026-11-24T01:29:59Z", strategy: .iso8601))
            try await demonstration.listening(clock: { clock.withLock { $0 } }) { client in
                try await demonstration.test.sql(
                    """
                    insert into contents (kind, id, position, updated_at, body) values ('banner', 'bao-tri', 1, now(),
                    '{"text_vi": "Bảo trì <b>tối nay", "text_en": "Maintenance tonight", "level": "warning", "link": "/tro-giup",
                      "from_date": "2026-11-24", "from_time": "08:30", "until_date": "2026-11-24", "until_time": "09:00"}')
                    """)
                try await Task.sleep(for: .milliseconds(900))
                let paths = [
                    "/", "/thu-tuc/1.001193", "/thu-tuc?q=khai+sinh", "/tra-cuu", "/dang-nhap", "/khong-co",
                    "/hoi-dap/x",
                ]
                func shown(_ text: String) async throws -> [Bool] {
                    var found: [Bool] = []
                    for path in paths { found.append(try await client.get(path).text.contains(text)) }
                    return found
                }
                #expect(try await shown("Bảo trì") == paths.map { _ in false })
                clock.withLock { $0 += 1 }
                #expect(
                    try await shown("<p class=\"notice warning\">Bảo trì &lt;b&gt;tối nay <a href=\"/tro-giup\">")
                        == paths.map { _ in true })
                let english = try await client.get("/en/thu-tuc/1.001193").text
                #expect(english.contains("Maintenance tonight <a href=\"/en/tro-giup\">"))
                clock.withLock { $0 += 1799 }
                #expect(try await shown("Bảo trì") == paths.map { _ in true })
                clock.withLock { $0 += 1 }
                #expect(try await shown("Bảo trì") == paths.map { _ in false })
            }
        }
    }

    @Test(
        "the desk of contents is for national editors alone",
        arguments: [
            ("bientap.quocgia", HTTPResponse.Status.ok), ("bientap.botuphap", .forbidden),
            ("canbo.hoankiem", .forbidden),
        ])
    func audience(_ login: String, _ status: HTTPResponse.Status) async throws {
        try await Demonstration.with { demonstration async throws in
            let browser = try await demonstration.browser(
                login.hasPrefix("canbo") ? "officer" : "publisher", login: login)
            for path in ["noi-dung", "noi-dung-moi/banner", "noi-dung/question/xoa-ban-nhap"] {
                #expect(try await browser.get("/bien-tap/\(path)").status == status, "\(path)")
            }
            let token = try await browser.get("/tai-khoan").text.formToken
            let answer = try await browser.post(
                "/bien-tap/noi-dung", form: [("csrf", token), ("action", "withdraw:question/xoa-ban-nhap/1")])
            #expect(answer.status == (status == .ok ? .seeOther : .forbidden))
            let list = try await browser.get("/bien-tap/thu-tuc")
            #expect(list.text.contains("href=\"/bien-tap/noi-dung\"") == (status == .ok))
        }
    }

    @Test("a form with mistakes comes back whole, with each named at its field; odd addresses and buttons harm nothing")
    func mistakes() async throws {
        try await Demonstration.with { demonstration async throws in
            let browser = try await demonstration.browser("publisher", login: "bientap.quocgia")
            let token = try await browser.get("/bien-tap/noi-dung").text.formToken
            let event = [
                ("csrf", token), ("version", "99999999999"), ("action", "continue"), ("audience", "citizen"),
                ("title_vi", "Có con nhỏ"), ("title_en", "Having a child"), ("text_vi", "Mô tả đã gõ"),
                ("text_en", "Text"),
            ]
            let unknown = try await browser.post(
                "/bien-tap/noi-dung/life_event/co-con-nho",
                form: event + [("steps.0.code", "1.001193"), ("steps.1.code", "1.999999")])
            #expect(unknown.status == .unprocessableContent && unknown.text.contains("Mô tả đã gõ"))
            #expect(unknown.text.contains("mã 1.999999") && unknown.text.contains("href=\"#f-steps-1-code\""))
            let outdated = try await browser.post(
                "/bien-tap/noi-dung/life_event/co-con-nho", form: event + [("steps.0.code", "1.001193")])
            #expect(outdated.status == .unprocessableContent && outdated.text.contains("Người khác vừa lưu mục này"))
            #expect(outdated.text.contains("Mô tả đã gõ") && outdated.text.contains("name=\"version\" value=\"1\""))
            let row = try await browser.post(
                "/bien-tap/noi-dung-moi/life_event",
                form: event.filter { $0.0 != "action" } + [("steps.0.code", "2.000635"), ("action", "add:steps")])
            #expect(row.text.contains("value=\"2.000635\"") && row.text.contains("name=\"steps.1.code\""))
            let again = try await browser.post(
                "/bien-tap/noi-dung-moi/life_event", form: event + [("steps.0.code", "1.001193")])
            #expect(again.status == .unprocessableContent && again.text.contains("đã có mục mang tên này"))
            let withdrawn = try await browser.post(
                "/bien-tap/noi-dung", form: [("csrf", token), ("action", "withdraw:question/xoa-ban-nhap/7")])
            #expect(withdrawn.status == .conflict && withdrawn.text.contains("Người khác vừa sửa mục này"))
            for action in [
                "", "up:", "up:question", "up:nothing/x/1", "burn:question/xoa-ban-nhap/1",
                "up:question/xoa-ban-nhap/x",
            ] {
                let answer = try await browser.post("/bien-tap/noi-dung", form: [("csrf", token), ("action", action)])
                #expect(answer.status == .badRequest, "\(action)")
            }
            for path in ["noi-dung/question/x", "noi-dung/nothing/x", "noi-dung-moi/nothing"] {
                #expect(try await browser.get("/bien-tap/\(path)").status == .notFound, "\(path)")
            }
            #expect(
                try await demonstration.test.sql("select count(*) from contents where updated_by is not null") == ["0"])
        }
    }

    /// Until what was kept without a connection to listen on is old.
    private static func untilOld() async throws { try await Task.sleep(for: .milliseconds(1100)) }
}

extension Demonstration {
    /// A portal on the same database that is told of every change, as one that serves is.
    fileprivate func listening(
        clock: @escaping @Sendable () -> Date = { Date() }, _ body: (TestClient) async throws -> Void
    ) async throws {
        let settings = try Settings(environment: [
            "DATABASE_URL": test.url, "PORTAL_HOME": TestDatabase.root, "DATABASE_CONNECTIONS": "2",
            "FILES_DIRECTORY": NSTemporaryDirectory() + UUID().uuidString, "LOG_LEVEL": "error",
        ])
        let house = try House(settings, clock: clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await house.feed.run() }
            // Once it listens, the state no longer goes with the time.
            let later = Date(timeIntervalSinceNow: 100)
            while house.feed.state(at: Date()) != house.feed.state(at: later) { await Task.yield() }
            try await body(TestClient(house.site))
            group.cancelAll()
        }
        await house.application.close()
        await house.worker.close()
    }
}
