import Cryptography
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Officers' second factor and duties, on the pages")
struct StaffStoryTests {
    @Test("an officer enrols at the first sign-in, gets recovery codes once, and comes in with a code ever after")
    func enrolment() async throws {
        try await Demonstration.with(secondFactor: "required") { demonstration async throws in
            let client = try await demonstration.browser("officer")
            let page = try await client.get("/dang-nhap/ma?next=/can-bo/y-kien")
            #expect(page.status == .ok && page.text.contains("otpauth://totp/"))
            #expect(page.text.contains("autocomplete=\"one-time-code\""))
            let secret = try #require(page.text.authenticatorSecret)
            let form = [("csrf", page.text.formToken), ("next", "/can-bo/y-kien"), ("code", "000000")]
            let wrong = try await client.post("/dang-nhap/ma", form: form)
            #expect(wrong.text.contains("error-summary"))
            #expect(wrong.text.authenticatorSecret == secret)
            let right = form.map { ($0.0, $0.0 == "code" ? oneTimeCode(secret) : $0.1) }
            let codes = try await client.post("/dang-nhap/ma", form: right)
            let listed = codes.text.components(separatedBy: "<li><code>").dropFirst().map { String($0.prefix(11)) }
            #expect(listed.count == 10 && codes.text.contains("href=\"/can-bo/y-kien\""))
            #expect(try await client.get("/can-bo/y-kien").status == .ok)
            // Another day: the password, then a recovery code.
            let again = try await demonstration.browser("officer")
            let ask = try await again.get("/dang-nhap/ma")
            #expect(!ask.text.contains("otpauth:"))
            let opened = try await again.post(
                "/dang-nhap/ma", form: [("csrf", ask.text.formToken), ("next", "//example.com"), ("code", listed[0])])
            #expect(opened.location == "/can-bo/ho-so")
            #expect(try await again.get("/can-bo/ho-so").status == .ok)
        }
    }

    @Test("half a session opens nothing but the pages of the second factor")
    func halfOpen() async throws {
        try await Demonstration.with(secondFactor: "required") { demonstration async throws in
            for role in ["officer", "publisher"] {
                let client = try await demonstration.browser(role)
                let routes = demonstration.house.site.routes.filter {
                    !["everyone", "second factor"].contains($0.audience) && !$0.path.hasPrefix("/api/")
                }
                for route in routes {
                    let path =
                        "/"
                        + route.path.split(separator: "/").map { $0.hasPrefix(":") ? "x" : String($0) }
                        .joined(separator: "/")
                    let answer =
                        route.method == .get
                        ? try await client.get(path) : try await client.post(path, form: [("csrf", "x")])
                    #expect(
                        [.seeOther, .notFound, .forbidden, .unprocessableContent, .badRequest].contains(answer.status)
                            || route.path == "/ho-so-nhap/:id/:section",
                        "\(route.method) \(route.path): \(answer.status)")
                    // What was typed into a draft is kept for whoever signs in next.
                    if answer.status == .ok { #expect(answer.text.contains("name=\"kept-path\"")) }
                    if answer.status == .seeOther {
                        #expect(answer.location?.hasPrefix("/dang-nhap") == true, "\(route.path)")
                    }
                }
                let home = try await client.get("/")
                #expect(!home.text.contains("/can-bo/ho-so") && !home.text.contains("/bien-tap/thu-tuc"))
            }
            let citizen = try await demonstration.browser("citizen")
            #expect(try await citizen.get("/ho-so").status == .ok)
            #expect(try await citizen.get("/dang-nhap/ma").status == .forbidden)
        }
    }

    @Test(
        "each duty opens its own pages",
        arguments: [
            ("tiepnhan.hoankiem", "/can-bo/don-vi", false), ("xuly.hoankiem", "/can-bo/don-vi", false),
            ("lanhdao.hoankiem", "/can-bo/don-vi", true), ("canbo.hoankiem", "/can-bo/don-vi", true),
            ("lanhdao.saigon", "/can-bo/don-vi", true), ("bientap.botuphap", "/can-bo/don-vi", false),
        ])
    func matrix(login: String, path: String, isAllowed: Bool) async throws {
        try await Demonstration.with { demonstration async throws in
            let role = login.hasPrefix("bientap") ? "publisher" : "officer"
            let answer = try await demonstration.browser(role, login: login).get(path)
            #expect(answer.status == (isAllowed ? .ok : .forbidden))
            if !isAllowed, role == "officer" { #expect(answer.text.contains("Phụ trách")) }
        }
    }

    @Test("a head gives duties, and when somebody leaves a colleague takes over every open dossier, in one act")
    func leaving() async throws {
        try await Demonstration.with { demonstration async throws in
            let head = try await demonstration.browser("officer", login: "lanhdao.hoankiem")
            let leaver = try await demonstration.browser("officer", login: "xuly.hoankiem")
            let ids = try await demonstration.test.sql(
                "select id from accounts where login in ('tiepnhan.hoankiem', 'xuly.hoankiem') order by login")
            let (successor, member) = (ids[0], ids[1])
            try await demonstration.test.sql(
                """
                update dossiers set assigned_to = '\(member)' where finished_at is null
                    and agency_code = (select agency_code from accounts where id = '\(member)')
                """)
            let open = try await demonstration.test.sql(
                "select count(*) from dossiers where assigned_to = '\(member)'")
            let page = try await head.get("/can-bo/don-vi/\(member)")
            #expect(page.status == .ok)
            let token = page.text.formToken
            let given = try await head.post(
                "/can-bo/don-vi/\(member)",
                form: [("csrf", token), ("version", "1"), ("unit", "whole"), ("duties", "process"), ("duties", "read")])
            #expect(given.location == "/can-bo/don-vi?done=changed")
            let none = try await head.post("/can-bo/don-vi/\(member)/nghi", form: [("csrf", token)])
            #expect(none.status == .unprocessableContent && none.text.contains("#f-successor"))
            #expect(try await leaver.get("/can-bo/ho-so").status == .ok)
            for _ in 1...2 {
                let left = try await head.post(
                    "/can-bo/don-vi/\(member)/nghi", form: [("csrf", token), ("successor", successor)])
                #expect(left.location == "/can-bo/don-vi?done=left")
            }
            #expect(try await leaver.get("/can-bo/ho-so").status == .seeOther)
            #expect(
                try await demonstration.test.sql(
                    """
                    select count(*) from dossiers d join dossier_events e on e.dossier_id = d.id and e.sequence = d.version
                    where d.assigned_to = '\(successor)' and e.kind = 'assigned'
                    """) == open)
            await #expect(throws: Demonstration.SignInRefused.self) {
                try await demonstration.browser("officer", login: "xuly.hoankiem")
            }
        }
    }

    @Test("a head resets a lost second factor: sessions end, a letter goes out, and the officer enrols anew")
    func reset() async throws {
        try await Demonstration.with { demonstration async throws in
            let clerk = try await demonstration.browser("officer", login: "tiepnhan.hoankiem")
            let page = try await clerk.get("/dang-nhap/ma")
            let secret = try #require(page.text.authenticatorSecret)
            _ = try await clerk.post(
                "/dang-nhap/ma", form: [("csrf", page.text.formToken), ("next", ""), ("code", oneTimeCode(secret))])
            #expect(try await clerk.get("/can-bo/ho-so").status == .ok)
            let head = try await demonstration.browser("officer", login: "lanhdao.hoankiem")
            let id = try await demonstration.test.sql("select id from accounts where login = 'tiepnhan.hoankiem'")[0]
            let token = try await head.get("/can-bo/don-vi/\(id)").text.formToken
            let answer = try await head.post("/can-bo/don-vi/\(id)/xac-thuc", form: [("csrf", token)])
            #expect(answer.location == "/can-bo/don-vi?done=factor")
            #expect(try await clerk.get("/can-bo/ho-so").status == .seeOther)
            #expect(
                try await demonstration.test.sql(
                    "select count(*) from outbox where topic = 'staff.factor_reset'") == ["1"])
            let foreign = try await demonstration.browser("officer", login: "lanhdao.saigon")
            let other = try await foreign.get("/can-bo/don-vi")
            #expect(!other.text.contains("tiepnhan.hoankiem"))
            #expect(try await foreign.get("/can-bo/don-vi/\(id)").status == .notFound)
        }
    }

    private func oneTimeCode(_ secret: [UInt8]) -> String {
        OneTimeCode.code(secret: secret, step: OneTimeCode.step(at: Date().timeIntervalSince1970))
    }
}

extension String {
    /// The secret that a page of enrolment shows.
    fileprivate var authenticatorSecret: [UInt8]? {
        guard let start = range(of: "?secret=")?.upperBound else { return nil }
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bytes: [UInt8] = []
        var buffer = 0
        var bits = 0
        for letter in self[start...].prefix(while: { $0 != "&" }) {
            guard let value = letters.firstIndex(of: letter) else { return nil }
            buffer = (buffer << 5 | value) & 0xFFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        return bytes
    }
}
