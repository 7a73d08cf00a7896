import FoundationEssentials
import HTTPTypes
import Server
import Synchronization
import TestSupport
import Testing

struct SiteTests {
    static let required: [(HTTPField.Name, String)] = [
        (
            .contentSecurityPolicy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
                + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        (.xContentTypeOptions, "nosniff"),
        (.referrerPolicy, "same-origin"),
        (.crossOriginOpenerPolicy, "same-origin"),
        (.crossOriginResourcePolicy, "same-origin"),
        (.cacheControl, "no-store"),
    ]

    struct Ask: Sendable, CustomTestStringConvertible {
        let status: Int
        let send: @Sendable (TestClient) async throws -> TestClient.Answer

        var testDescription: String { "\(status)" }
    }

    @Test(
        "every answer carries the security headers, whatever happened",
        arguments: [
            Ask(status: 200) { try await $0.get("/") },
            Ask(status: 303) { try await $0.get("/ho-so") },
            Ask(status: 303) { try await $0.post("/di-tiep") },
            Ask(status: 400) { client in
                var headers: HTTPFields = [:]
                headers[try #require(HTTPField.Name("Host"))] = "evil.example"
                return try await client.get("/", headers: headers)
            },
            Ask(status: 403) { try await $0.post("/di-tiep", headers: [.origin: "https://evil.example"]) },
            Ask(status: 404) { try await $0.get("/khong-co") },
            Ask(status: 404) { try await $0.get("/api/v1/khong-co") },
            Ask(status: 405) { try await $0.post("/") },
            Ask(status: 405) { try await $0.send(.trace, "/") },
            Ask(status: 413) {
                try await $0.post("/ho-so/A1/binh-luan", form: [("text", String(repeating: "x", count: 300_000))])
            },
            Ask(status: 415) { try await $0.send(.post, "/ho-so/A1/binh-luan", body: Array("{}".utf8)) },
            Ask(status: 500) { try await $0.get("/hong") },
            Ask(status: 500) { try await $0.get("/api/v1/hong") },
        ])
    func headersOnEverything(ask: Ask) async throws {
        for url in ["http://localhost:8080", "https://dichvucong.example.vn"] {
            let answer = try await ask.send(TestClient(SampleSite.make(publicURL: url)))
            #expect(answer.status.code == ask.status)
            for (name, value) in Self.required { #expect(answer.headers[name] == value) }
            #expect(answer.headers[.permissionsPolicy]?.contains("camera=()") == true)
            #expect((answer.headers[.strictTransportSecurity] != nil) == url.hasPrefix("https"))
            #expect(answer.headers[.server] == nil)
        }
    }

    @Test("a route's own limit answers 429 with Retry-After and RateLimit fields, and the headers")
    func tooMany() async throws {
        let now = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
        let limiter = RateLimiter(RateLimit(name: "tracking", count: 2, per: .seconds(60), burst: 2))
        let routes = [get("/api/t", .everyone) { _, _, _ in .json(Array("{}".utf8)) }.limited(by: limiter)]
        let site = try SampleSite.make(routes: routes, now: { now.withLock { $0 } })
        let client = TestClient(site)
        for _ in 0..<2 { #expect(try await client.get("/api/t").status == .ok) }
        let refused = try await client.get("/api/t")
        #expect(refused.status == .tooManyRequests)
        #expect(refused.headers[.retryAfter] == "30")
        #expect(refused.headers[.rateLimit] == "\"tracking\";r=0;t=60")
        #expect(refused.headers[.contentType] == "application/problem+json")
        for (name, value) in Self.required { #expect(refused.headers[name] == value) }
        #expect(try await TestClient(site, peer: "203.0.113.8").get("/api/t").status == .ok)
        now.withLock { $0 += 30 }
        #expect(try await client.get("/api/t").status == .ok)
    }

    @Test("failures are pages to people and problem documents to programs")
    func twoSurfaces() async throws {
        let client = TestClient(try SampleSite.make())
        #expect(try await client.get("/khong-co").headers[.contentType] == "text/html; charset=utf-8")
        for path in ["/api", "/api/khong-co", "/oauth/token", "/health/khong-co"] {
            #expect(try await client.get(path).headers[.contentType] == "application/problem+json")
        }
        #expect(try await client.get("/apis").headers[.contentType] == "text/html; charset=utf-8")
    }

    @Test(
        "a fault of ours tells nothing but a name, under which the log tells all",
        arguments: ["/hong", "/api/v1/hong"])
    func nothingLeaks(path: String) async throws {
        let log = LogKeeper()
        let answer = try await TestClient(try SampleSite.make(), logger: log.logger).get(path + "?so=012345678901")
        #expect(answer.status == .internalServerError)
        for secret in ["hunter2", "Secret", "/var/lib"] {
            #expect(!answer.text.contains(secret))
            #expect(!answer.headers.contains { $0.value.contains(secret) })
        }
        let failures = log.lines.filter { $0.contains("request failed") }
        #expect(failures.count == 1)
        #expect(failures.first?.contains("hunter2") == true)
        let incident = failures.first?.split(separator: "\"incident\":\"").last?.prefix(12) ?? "none"
        #expect(answer.text.contains(incident))
        #expect(!log.lines.joined().contains("012345678901"))
    }

    @Test("the access log names the route and never the address")
    func accessLog() async throws {
        let log = LogKeeper()
        let client = TestClient(try SampleSite.make(), logger: log.logger)
        _ = try await client.get("/en/ho-so/H26-012345678901?ten=Nguyen")
        let line = try #require(log.lines.first)
        #expect(log.lines.count == 1)
        for part in [
            #""method":"GET""#, #""route":"/ho-so/:code""#, #""status":200"#, #""bytes":24"#, #""language":"en""#,
            #""request":"#, #""ms":"#,
        ] {
            #expect(line.contains(part))
        }
        for secret in ["012345678901", "Nguyen", "203.0.113.7"] { #expect(!line.contains(secret)) }
    }

    @Test("HEAD has the fields of GET and no body")
    func head() async throws {
        let client = TestClient(try SampleSite.make())
        let (get, head) = (try await client.get("/ho-so/A1"), try await client.send(.head, "/ho-so/A1"))
        #expect(head.status == .ok)
        #expect(head.body.isEmpty)
        #expect(head.headers == get.headers)
        #expect(head.headers[.contentLength] == "10")
        #expect(try await client.send(.head, "/su-kien").body.isEmpty)
    }

    @Test("a path known under another method answers 405 and says which")
    func allow() async throws {
        let client = TestClient(try SampleSite.make())
        #expect(try await client.send(.delete, "/ho-so/A1").headers[.allow] == "GET, HEAD")
        #expect(try await client.get("/di-tiep").headers[.allow] == "POST")
        #expect(try await client.send(.trace, "/").status == .methodNotAllowed)
        #expect(try await client.send(.trace, "/").body.contains { $0 == UInt8(ascii: "e") })
    }

    @Test(
        "/en before a page makes it English, before anything else it leads nowhere",
        arguments: [
            ("/", 200, "home vi"), ("/en", 200, "home en"), ("/en/", 200, "home en"),
            ("/en/ho-so/A1", 200, "dossier A1"),
            ("/english", 404, ""), ("/en/en", 404, ""), ("/en/api/v1/limited", 404, ""), ("/en/health/live", 404, ""),
            ("/en/assets/x.css", 404, ""), ("/EN", 404, ""),
        ])
    func english(path: String, status: Int, text: String) async throws {
        let answer = try await TestClient(try SampleSite.make()).get(path)
        #expect(answer.status.code == status)
        if !text.isEmpty { #expect(answer.text == text) }
    }

    @Test("an address with one slash too many at its end leads to the page in the same language")
    func slashAtEnd() async throws {
        let client = TestClient(try SampleSite.make())
        #expect(try await client.get("/en/ho-so/A1/").location == "/en/ho-so/A1")
        #expect(try await client.get("//evil.example/").status == .notFound)
        #expect(try await client.get("/khong-co/").status == .notFound)
    }

    @Test("when enough is being done, more is refused at once, but health still answers")
    func shedding() async throws {
        var limits = ServerLimits()
        limits.requestsInFlight = 1
        let client = TestClient(try SampleSite.make(limits: limits))
        async let slow = client.get("/cham")
        try await Task.sleep(for: .milliseconds(200))
        let refused = try await client.get("/")
        #expect(refused.status == .serviceUnavailable)
        #expect(refused.headers[.retryAfter] == "2")
        #expect(try await client.get("/health/live").status == .ok)
        #expect(try await slow.text == "slow but sure")
        #expect(try await client.get("/").status == .ok)
    }

    @Test("one who only waits takes no place from others, and waits no longer when the server is about to stop")
    func waiting() async throws {
        var limits = ServerLimits()
        limits.requestsInFlight = 1
        let site = try SampleSite.make(limits: limits)
        let client = TestClient(site)
        async let waiting = client.get("/cho")
        try await Task.sleep(for: .milliseconds(200))
        #expect(try await client.get("/").status == .ok)
        #expect(try await waiting.text == "nothing came")
        site.shutdown.begin()
        let begun = ContinuousClock.now
        #expect(try await client.get("/cho").text == "nothing came")
        #expect(ContinuousClock.now - begun < .milliseconds(500))
    }

    @Test("a body may be as long as its route says and not one byte longer, declared or not", arguments: [true, false])
    func bodyLimit(declared: Bool) async throws {
        let client = TestClient(try SampleSite.make())
        let most = [UInt8](repeating: 0x20, count: 1024 * 1024)
        let fits = try await client.send(.post, "/api/v1/echo", body: most, declaresLength: declared)
        #expect(fits.body.count == most.count)
        let over = try await client.send(.post, "/api/v1/echo", body: most + [0x20], declaresLength: declared)
        #expect(over.status == .contentTooLarge)
        #expect(over.headers[.connection] == "close")
    }

    @Test(
        "a body that ends before its declared length is refused", arguments: ["9", "-1", "x", "99999999999999999999"])
    func cutShort(length: String) async throws {
        let answer = try await TestClient(try SampleSite.make()).send(
            .post, "/api/v1/echo", headers: [.contentLength: length], body: Array("{}".utf8))
        #expect(answer.status == .badRequest || answer.status == .contentTooLarge)
    }

    @Test("a tag that the caller has already saves the body")
    func entityTag() async throws {
        let client = TestClient(try SampleSite.make())
        let tag = try #require(try await client.get("/etag").headers[.eTag])
        for given in [tag, "W/" + tag, "\"other\", \(tag)", "*"] {
            let answer = try await client.get("/etag", headers: [.ifNoneMatch: given])
            #expect(answer.status == .notModified)
            #expect(answer.body.isEmpty)
        }
        #expect(try await client.get("/etag", headers: [.ifNoneMatch: "\"other\""]).status == .ok)
    }

    @Test("the table of audiences has a line for every route, the operators' included")
    func audiences() throws {
        let site = try SampleSite.make()
        let lines = site.audienceTable.split(separator: "\n")
        #expect(lines.count == site.routes.count)
        #expect(lines.contains("GET /ho-so citizen"))
        #expect(lines.contains("GET /metrics operator"))
        #expect(site.routes.allSatisfy { !$0.audience.isEmpty })
    }

    @Test("a location with letters beyond ASCII is escaped")
    func location() async throws {
        #expect(try await TestClient(try SampleSite.make()).post("/di-tiep").location == "/h%E1%BB%93-s%C6%A1?x=1")
    }
}
