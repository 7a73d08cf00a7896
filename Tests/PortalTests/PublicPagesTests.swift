import Catalogue
import Core
import Foundation
import FoundationXML
import HTTPTypes
import Postgres
import Server
import ServiceLifecycle
import TestSupport
import Testing

@testable import Portal
@testable import Web

@Suite("What everyone may read")
struct PublicPagesTests {
    @Test("a procedure's page names its addresses, says what it is to programs, and lets no name end that")
    func procedure() async throws {
        try await Demonstration.with { demonstration async throws in
            try await demonstration.test.sql(
                "update procedures set name = '</script><b>\"\u{301}x' where code = '1.001193'")
            let answer = try await TestClient(demonstration.house.site).get("/thu-tuc/1.001193")
            let link = try #require(answer.headers[Self.link])
            let origin = "http://localhost:8080"
            for part in [
                "<\(origin)/thu-tuc/1.001193>; rel=\"canonical\"",
                "<\(origin)/en/thu-tuc/1.001193>; rel=\"alternate\"; hreflang=\"en\"",
                "<\(origin)/thu-tuc/1.001193>; rel=\"alternate\"; hreflang=\"x-default\"",
            ] { #expect(link.contains(part), "\(link)") }
            let start = try #require(answer.text.range(of: "<script type=\"application/ld+json\">"))
            let rest = answer.text[start.upperBound...]
            let text = rest[..<(try #require(rest.range(of: "</script>")).lowerBound)]
            let data = try JSON(parsing: Array(text.utf8))
            #expect(data["@type"] == "GovernmentService" && data["identifier"] == "1.001193")
            let name: JSON = "</script><b>\"\u{301}x"
            #expect(data["name"] == name)
            #expect(!text.utf8.contains(UInt8(ascii: "<")))
        }
    }

    @Test("an older revision stays readable as it was, says that it is no longer in force, and can't be filed")
    func oldRevision() async throws {
        try await Demonstration.with { demonstration async throws in
            try await Self.publish("Thủ tục mới", on: demonstration)
            let client = TestClient(demonstration.house.site)
            let current = try await client.get("/thu-tuc/1.001193").text
            #expect(current.contains("Thủ tục mới") && current.contains("href=\"/thu-tuc/1.001193/ban/1\""))
            #expect(current.contains("Bản 2, công bố ngày"))
            let old = try await client.get("/thu-tuc/1.001193/ban/1")
            #expect(old.text.contains("không còn áp dụng") && old.text.contains("href=\"/thu-tuc/1.001193\""))
            #expect(!old.text.contains("Thủ tục mới") && !old.text.contains("/nop\""))
            for path in ["ban/3", "ban/0", "ban/01", "ban/+1", "ban/x", "ban/99999999999"] {
                #expect(try await client.get("/thu-tuc/1.001193/\(path)").status == .notFound, "\(path)")
            }
            let list = try JSON(parsing: try await client.get("/api/v1/procedures/1.001193/revisions").body)
            #expect(list["items"]?.array?.compactMap { $0["in_force"]?.bool } == [true, false])
            #expect(list["items"]?.array?.last?["superseded_at"] == list["items"]?.array?.first?["published_at"])
            let one = try await client.get("/api/v1/procedures/1.001193/revisions/1")
            #expect(try JSON(parsing: one.body)["facts"]?["name"] != "Thủ tục mới")
            let tag = try #require(one.headers[.eTag])
            let again = try await client.get("/api/v1/procedures/1.001193/revisions/1", headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
        }
    }

    @Test("a procedure that isn't online yet says with whom and how to file instead")
    func offline() async throws {
        try await Demonstration.with { demonstration async throws in
            let client = TestClient(demonstration.house.site)
            let code = try await demonstration.test.sql(
                "select p.code from procedures p join procedure_revisions r on r.id = p.published_revision where not online"
                    + " and r.facts -> 'channels' @> '[{\"method\": \"DIRECT\"}]' and cardinality(executing) > 0 limit 1"
            )
            let page = try await client.get("/thu-tuc/\(try #require(code.first))").text
            #expect(page.contains("Chưa nộp trực tuyến tại đây được") && page.contains("bộ phận một cửa"))
            #expect(!page.contains("/nop\""))
        }
    }

    @Test(
        "a procedure's page works out fee and due date for a case, tells how, and asks for the case when there are several"
    )
    func estimate() async throws {
        try await Demonstration.with { demonstration async throws in
            let client = TestClient(demonstration.house.site)
            let asked = try await client.get("/thu-tuc/1.000656").text
            #expect(asked.contains("Chọn trường hợp") && !asked.contains("Nếu hồ sơ đầy đủ được tiếp nhận lúc này"))
            let answered = try await client.get("/thu-tuc/1.000656?case=1.000656.01&method=DIRECT")
            let today = Formats(.vi).date(.now)
            for words in ["Nếu hồ sơ đầy đủ được tiếp nhận lúc này (", today, "5 ngày làm việc", "Đây là ước tính"] {
                #expect(answered.text.contains(words), "\(words)")
            }
            #expect(answered.text.contains("<option value=\"DIRECT\" selected>"))
            for hostile in ["case=x&method=y", "case=%00&method=%FF", "case=" + String(repeating: "a", count: 5_000)] {
                let status = try await client.get("/thu-tuc/1.000656?" + hostile).status
                #expect(status == .ok || status == .badRequest || status == .uriTooLong, "\(hostile.prefix(20))")
            }
        }
    }

    @Test("open data holds every procedure once, safe for spreadsheets, with a tag that spares taking it again")
    func openData() async throws {
        try await Demonstration.with { demonstration async throws in
            try await demonstration.test.sql("update procedures set name = '=cmd|\"\u{301}x' where code = '1.001193'")
            let client = TestClient(demonstration.house.site)
            let count = try await demonstration.test.sql("select count(*) from procedures").first.flatMap { Int($0) }
            let lines = try await client.get("/du-lieu/thu-tuc.jsonl").text.split(separator: "\n")
            let codes = try lines.map { try JSON(parsing: Array($0.utf8))["code"]?.string ?? "" }
            #expect(codes.count == count && Set(codes).count == count && codes == codes.sorted())
            let table = try await client.get("/du-lieu/thu-tuc.csv")
            #expect(table.body.starts(with: [0xEF, 0xBB, 0xBF]))
            #expect(table.text.utf8.split(separator: 0x0A).count == (count ?? 0) + 1)
            let cell = Data("\"'=cmd|\"\"\u{301}x\"".utf8)
            #expect(Data(table.body).range(of: cell) != nil)
            let files = ["/du-lieu/thu-tuc.jsonl", "/du-lieu/thu-tuc.csv", "/du-lieu/thay-doi.atom", "/sitemap.xml"]
            for path in files {
                let tag = try #require(try await client.get(path).headers[.eTag])
                #expect(!tag.hasPrefix("W/"))
                #expect(try await client.get(path, headers: [.ifNoneMatch: tag]).status == .notModified, "\(path)")
                #expect(try await client.get("/en" + path).status == .notFound)
            }
            for path in files.suffix(2) {
                #expect(XMLParser(data: Data(try await client.get(path).body)).parse(), "\(path)")
            }
            let map = try await client.get("/sitemap.xml").text
            #expect(map.split(separator: "<loc>http://localhost:8080/thu-tuc/").count == (count ?? 0) + 1)
            #expect(map.split(separator: "<loc>http://localhost:8080/en/thu-tuc/").count == (count ?? 0) + 1)
            #expect(try await client.get("/robots.txt").text.contains("Sitemap: http://localhost:8080/sitemap.xml\n"))
        }
    }

    @Test(
        "cells that a spreadsheet would run are text to it, and a quote with a mark on it ends none",
        arguments: [
            ("a", "\"a\""), ("=1+1", "\"'=1+1\""), ("+84", "\"'+84\""), ("-x", "\"'-x\""), ("@x", "\"'@x\""),
            ("  =1", "\"'  =1\""),
            ("\tx", "\"'\tx\""), ("a\"b", "\"a\"\"b\""), ("\"\u{301},=1", "\"\"\"\u{301},=1\""), ("", "\"\""),
            ("a\r\nb", "\"a\r\nb\""),
        ])
    func cells(_ cell: String, _ expected: String) {
        #expect(OpenData.row([cell]) == Array((expected + "\r\n").utf8))
    }

    @Test("pages kept in memory are new within a second of a publication on every process, and answer 304 till then")
    func fresh() async throws {
        try await Demonstration.with { demonstration async throws in
            let other = try House(
                try Settings(environment: [
                    "DATABASE_URL": demonstration.test.url, "PORTAL_HOME": TestDatabase.root,
                    "DATABASE_CONNECTIONS": "2",
                    "FILES_DIRECTORY": NSTemporaryDirectory() + UUID().uuidString, "LOG_LEVEL": "error",
                ]))
            let houses = [demonstration.house, other]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for house in houses { group.addTask { try await house.feed.run() } }
                // Once it listens, the state no longer goes with the time.
                let later = Date(timeIntervalSinceNow: 100)
                for house in houses {
                    while house.feed.state(at: Date()) != house.feed.state(at: later) { await Task.yield() }
                }
                let clients = houses.map { TestClient($0.site) }
                let paths = ["/thu-tuc/1.001193", "/thu-tuc?q=1.001193", "/en", "/du-lieu/thu-tuc.jsonl"]
                var tags: [[String?]] = []
                for client in clients {
                    tags.append([])
                    for path in paths {
                        let tag = try await client.get(path).headers[.eTag]
                        #expect(try await client.get(path, headers: [.ifNoneMatch: tag ?? ""]).status == .notModified)
                        tags[tags.count - 1].append(tag)
                    }
                }
                try await Self.publish("Thủ tục mới nhất", on: demonstration)
                try await demonstration.test.sql(
                    "update procedures set online = false, name_en = null where code = '1.001193'")
                try await Task.sleep(for: .milliseconds(900))
                for (client, old) in zip(clients, tags) {
                    for (path, tag) in zip(paths, old) {
                        let answer = try await client.get(path, headers: [.ifNoneMatch: tag ?? ""])
                        #expect(
                            answer.status == .ok && (path == "/en" || answer.text.contains("Thủ tục mới nhất")),
                            "\(path)")
                    }
                }
                group.cancelAll()
            }
            await other.application.close()
            await other.worker.close()
        }
    }

    @Test("a search that nobody made before is answered from memory, while nobody can read the list's tables")
    func searchAsksNothing() async throws {
        try await Demonstration.with { demonstration async throws in
            let house = demonstration.house
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await house.feed.run() }
                let later = Date(timeIntervalSinceNow: 100)
                while house.feed.state(at: Date()) != house.feed.state(at: later) { await Task.yield() }
                let client = TestClient(house.site)
                _ = try await client.get("/thu-tuc?q=lan+dau")
                let wall = try await PlainConnection.connect(demonstration.test.url)
                try await wall.execute("begin; lock table procedures, procedure_revisions, contents, agencies")
                for query in [
                    "q=khai+sinh", "q=dang+ky+ket+honn", "q=cccd", "q=1.0011", "field=H%E1%BB%99+t%E1%BB%8Bch",
                    "online=yes",
                ] {
                    let answer = try await client.get("/thu-tuc?" + query)
                    #expect(answer.status == .ok && answer.text.contains("class=\"results\""), "\(query)")
                }
                try await wall.execute("rollback")
                group.cancelAll()
            }
        }
    }

    @Test("who is signed in gets a page of their own that nobody keeps, and nothing of theirs is on anybody's")
    func signedIn() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let mine = try await citizen.get("/thu-tuc/1.001193")
            #expect(mine.headers[.eTag] == nil && mine.headers[.cacheControl] == "no-store")
            #expect(mine.text.contains("/dang-xuat"))
            let stranger = try await TestClient(demonstration.house.site).get("/thu-tuc/1.001193")
            #expect(!stranger.text.contains("/dang-xuat") && !stranger.text.contains("csrf"))
            #expect(stranger.headers[.setCookie] == nil)
        }
    }

    private static let link = HTTPField.Name("Link") ?? .location

    /// A second revision of the birth registration, as a publication leaves it.
    private static func publish(_ name: String, on demonstration: Demonstration) async throws {
        try await demonstration.test.sql(
            """
            begin;
            update procedure_revisions set state = 'retired' where procedure_code = '1.001193' and state = 'published';
            insert into procedure_revisions (id, procedure_code, number, state, facts, form, origin, published_at, created_at)
            select gen_random_uuid(), procedure_code, number + 1, 'published', facts || '{"name": "\(name)"}', form, 'seed',
                now(), now()
            from procedure_revisions where procedure_code = '1.001193' order by number desc limit 1;
            update procedures set name = '\(name)', updated_at = now(), published_revision =
                (select id from procedure_revisions where procedure_code = '1.001193' and state = 'published')
            where code = '1.001193';
            commit
            """)
    }
}
