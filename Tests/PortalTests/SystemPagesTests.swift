import Accounts
import Core
import Cryptography
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("An agency looks after its systems")
struct SystemPagesTests {
    private static let head = "lanhdao.hoankiem"
    private static let path = "/can-bo/he-thong/mot-cua-hoan-kiem"

    @Test(
        "only who supervises the whole agency, and its own systems alone",
        arguments: [
            ("lanhdao.hoankiem", true), ("canbo.hoankiem", true), ("xuly.hoankiem", false),
            ("tiepnhan.hoankiem", false), ("lanhdao.saigon", false),
        ])
    func whose(login: String, isAllowed: Bool) async throws {
        try await Demonstration.with { demonstration async throws in
            let browser = try await demonstration.browser("officer", login: login)
            let answer = try await browser.get(Self.path)
            if login.hasSuffix("saigon") {
                #expect(answer.status == .notFound)
                #expect(try await browser.get("/can-bo/he-thong").text.contains("mot-cua-sai-gon"))
                let token = try await browser.get("/can-bo/he-thong/mot-cua-sai-gon").text.formToken
                for action in ["bi-mat", "khoa", "khoa/thu-hoi", "ngung", "bao-cao"] {
                    let form = [("csrf", token), ("key", try SigningKey().shown.pasted), ("kid", "x")]
                    #expect(
                        try await browser.post("\(Self.path)/\(action)", form: form).status == .notFound, "\(action)")
                }
            } else {
                #expect(answer.status == (isAllowed ? .ok : .forbidden))
            }
            let changed = try await demonstration.test.sql(
                "select id from api_clients where secret_number <> 1 or disabled_at is not null union select kid from client_keys"
            )
            #expect(changed == [])
        }
    }

    @Test("another secret is shown once; a second click shows the same again, and a page left open changes nothing")
    func secret() async throws {
        try await Demonstration.with { demonstration async throws in
            let facts = demonstration.facts.clients[0]
            let head = try await demonstration.browser("officer", login: Self.head)
            let other = try await demonstration.browser("officer", login: "canbo.hoankiem")
            let (page, stale) = (try await head.get(Self.path).text, try await other.get(Self.path).text)
            let form = [("csrf", page.formToken), ("number", page.value(of: "number"))]
            let first = try await head.post("\(Self.path)/bi-mat", form: form)
            let secret = try #require(first.text.shownSecret)
            #expect(first.status == .ok && secret.utf8.count == 43)
            #expect(try await head.post("\(Self.path)/bi-mat", form: form).text.shownSecret == secret)
            #expect(try await !head.get(Self.path).text.contains(secret))
            for good in [secret, facts.secret] {
                let answer = try await TestClient(demonstration.house.site).post(
                    "/oauth/token",
                    form: [
                        ("grant_type", "client_credentials"), ("client_id", facts.clientID), ("client_secret", good),
                    ])
                #expect(answer.status == .ok)
            }
            let late = try await other.post(
                "\(Self.path)/bi-mat", form: [("csrf", stale.formToken), ("number", stale.value(of: "number"))])
            #expect(late.text.shownSecret == nil && late.text.contains("Mật khẩu đã được đổi"))
            #expect(
                try await demonstration.test.sql(
                    "select actor like 'account:%' from journal_entries where kind = 'client.secret_rotated'") == ["t"])
        }
    }

    @Test("a pasted key is added, listed and taken back; a private, weak or damaged one is refused in words")
    func keys() async throws {
        try await Demonstration.with { demonstration async throws in
            let head = try await demonstration.browser("officer", login: Self.head)
            let token = try await head.get(Self.path).text.formToken
            let key = SigningKey()
            for (text, words) in [
                ("", "hãy điền"), ("x", "không đọc được"),
                ("-----BEGIN PRIVATE KEY-----", "đây là khóa bí mật"),
                (#"{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}"#, "loại khóa này không được nhận"),
            ] {
                let answer = try await head.post("\(Self.path)/khoa", form: [("csrf", token), ("key", text)])
                #expect(answer.status == .unprocessableContent && answer.text.contains(words), "\(text)")
            }
            let form = [("csrf", token), ("key", try key.shown.pasted)]
            let past = form + [("until.day", "1"), ("until.month", "1"), ("until.year", "2020")]
            #expect(try await head.post("\(Self.path)/khoa", form: past).status == .unprocessableContent)
            for _ in 1...2 {
                #expect(try await head.post("\(Self.path)/khoa", form: form).location == "\(Self.path)?done=key")
            }
            let kid = try key.shown.thumbprint
            #expect(try await head.get(Self.path).text.contains(kid))
            let back = try await head.post("\(Self.path)/khoa/thu-hoi", form: [("csrf", token), ("kid", kid)])
            #expect(back.location == "\(Self.path)?done=revoked")
            #expect(try await head.post("\(Self.path)/khoa", form: form).text.contains("đã thu hồi hoặc hết hạn"))
            #expect(try await head.get("/en\(Self.path)").text.contains("Taken back at"))
        }
    }

    @Test("a system that is shut out is out at once")
    func shutOut() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let head = try await demonstration.browser("officer", login: Self.head)
            let token = try await head.get(Self.path).text.formToken
            #expect(try await system.raw("/api/v1/events").status == .ok)
            for _ in 1...2 {
                let answer = try await head.post("\(Self.path)/ngung", form: [("csrf", token)])
                #expect(answer.location == "\(Self.path)?done=disabled")
            }
            #expect(try await system.raw("/api/v1/events").status == .unauthorized)
            let page = try await head.get(Self.path).text
            #expect(page.contains("Đã ngừng lúc") && !page.contains("\(Self.path)/bi-mat\""))
            let answer = try await head.post("\(Self.path)/bi-mat", form: [("csrf", token), ("number", "1")])
            #expect(answer.text.shownSecret == nil)
        }
    }

    @Test("what a system called stands on its page, with the answer and the request's name, and goes after its days")
    func calls() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            let refused = try await system.report(2, of: "\(code)x", event: "e-1")
            #expect(refused.status == 404)
            let calls = demonstration.house.calls
            try await calls.write()
            let page = try await demonstration.browser("officer", login: Self.head).get(Self.path).text
            #expect(page.contains("GET /api/v1/dossiers<") && page.contains("POST /api/v1/dossiers/:code/status"))
            #expect(page.contains("404 Không tìm thấy") && !page.contains("\(code)x/status"))
            let instance = try #require(refused.body["instance"]?.string?.split(separator: ":").last)
            #expect(page.contains(instance))
            let other = try await demonstration.browser("officer", login: "lanhdao.saigon")
            #expect(try await !other.get("/can-bo/he-thong/mot-cua-sai-gon").text.contains(instance))
            let kept = try await demonstration.test.sql("select count(*) from client_calls")[0]
            #expect(try await calls.forget(before: .now.addingTimeInterval(-3600)) == 0)
            #expect(try await calls.forget(before: .now.addingTimeInterval(1)) == Int(kept))
        }
    }

    @Test("nothing of a call is lost while the database doesn't answer, but what is beyond the most that wait")
    func unwritten() async throws {
        try await TestDatabase.with { test async throws in
            let calls = ClientCallLog(database: test.owner)
            try await test.sql("alter table client_calls rename to elsewhere")
            func note(_ number: Int) {
                calls.note(
                    ClientCall(
                        at: .now, agencyCode: "G15", clientID: "may", request: String(number), method: "GET",
                        route: "/",
                        status: 200, problem: nil))
            }
            note(1)
            await #expect(throws: (any Error).self) { try await calls.write() }
            note(2)
            try await test.sql("alter table elsewhere rename to client_calls")
            try await calls.write()
            try await calls.write()
            #expect(try await test.sql("select request_id from client_calls order by request_id") == ["1", "2"])
            for number in 0..<20_010 { note(number) }
            try await calls.write()
            #expect(try await test.sql("select count(*) from client_calls") == ["20002"])
        }
    }
}

extension PublicKey {
    var pasted: String { String(decoding: jwk.serialized(), as: UTF8.self) }
}

extension String {
    /// The value of the first control of a name.
    fileprivate func value(of name: String) -> String {
        guard let range = range(of: "name=\"\(name)\" value=\"") else { return "" }
        return String(self[range.upperBound...].prefix { $0 != "\"" })
    }

    fileprivate var shownSecret: String? {
        guard let range = range(of: "<div class=\"panel\" role=\"status\">"),
            let code = self[range.upperBound...].range(of: "<code>")
        else { return nil }
        return String(self[code.upperBound...].prefix { $0 != "<" })
    }
}
