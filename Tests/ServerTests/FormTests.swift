import HTTPTypes
import Server
import TestSupport
import Testing

struct FormFieldsTests {
    @Test("fields are decoded once, in order, with all values of a name")
    func decoding() throws {
        let fields = try FormFields(urlEncoded: "ten=Nguy%E1%BB%85n+V%C4%83n&a=1&a=2&empty=&bare&x=%2541".utf8)
        #expect(fields["ten"] == "Nguyễn Văn")
        #expect(fields.all("a") == ["1", "2"])
        #expect(fields["empty"] == "" && fields["bare"] == "" && fields["none"] == nil)
        #expect(fields["x"] == "%41")
        #expect(fields.names == ["ten", "a", "empty", "bare", "x"])
    }

    @Test("values and names are composed, so that one spelling reaches the database")
    func composed() throws {
        let fields = try FormFields(urlEncoded: "t%C3%AAn=ho%CC%80a".utf8)
        #expect(fields["tên"].map { Array($0.utf8) } == Array("hòa".utf8))
    }

    @Test(
        "what is not text is refused whole",
        arguments: ["a=%00", "%00=a", "a=%ff", "a=%C0%AF", "a=%ED%A0%80", "a=%", "a=%1", "a=%zz", "ok=1&a=%00"])
    func refused(form: String) {
        #expect(throws: RequestFailure.self) { try FormFields(urlEncoded: form.utf8) }
    }

    @Test("600 fields are taken and one more is not")
    func most() throws {
        let form = (0..<600).map { "f\($0)=1" }.joined(separator: "&")
        #expect(try FormFields(urlEncoded: form.utf8).names.count == 600)
        #expect(throws: RequestFailure.self) { try FormFields(urlEncoded: (form + "&g=1").utf8) }
    }

    @Test("a query is read like a form, and a broken one is a bad request")
    func query() async throws {
        let routes = [get("/tim", .everyone) { request, _, _ in .text(try request.queryFields()["q"] ?? "none") }]
        let client = TestClient(try SampleSite.make(routes: routes))
        #expect(try await client.get("/tim?q=l%C3%A1i+xe").text == "lái xe")
        #expect(try await client.get("/tim").text == "none")
        #expect(try await client.get("/tim?q=%00").status == .badRequest)
    }
}

struct CookieTests {
    @Test("over TLS a cookie is for this host alone and Secure; over plain http it still works")
    func attributes() throws {
        let secure = PortalCookies(try #require(PublicURL("https://dichvucong.example.vn")))
        #expect(secure.session == "__Host-session")
        #expect(
            secure.set(secure.session, to: "t", for: 60).value
                == "__Host-session=t; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60")
        let plain = PortalCookies(try #require(PublicURL("http://localhost:8080")))
        #expect(plain.set(plain.session, to: "t").value == "session=t; Path=/; HttpOnly; SameSite=Lax")
        #expect(plain.clear(plain.session).value.contains("Max-Age=0"))
    }

    @Test(
        "a cookie is found by its whole name; two different values of one name are nobody's",
        arguments: [
            ("session=a", "a"), ("x=1; session=a", "a"), ("x=1;session=a;y=2", "a"), ("xsession=a", nil),
            ("Session=a", nil), ("session", nil), ("session=a; session=a", "a"), ("session=a; session=b", nil),
            ("session=a=b", "a=b"), ("", nil),
        ] as [(String, String?)])
    func parsing(field: String, value: String?) async throws {
        let routes = [get("/c", .everyone) { request, _, _ in .text(request.cookie("session") ?? "none") }]
        let answer = try await TestClient(try SampleSite.make(routes: routes)).get("/c", headers: [.cookie: field])
        #expect(answer.text == value ?? "none")
    }

    @Test(
        "a public address is a scheme and a host",
        arguments: [
            "", "localhost", "ftp://x", "https://", "https://x/y", "https://x?y", "https://user@x", "https://x y",
        ])
    func publicURL(text: String) {
        #expect(PublicURL(text) == nil)
    }
}

struct CrossSiteTests {
    @Test("a token fits its own cookie and no other, and is new on every page")
    func token() {
        let token = FormToken.make(cookie: "c1")
        #expect(token != FormToken.make(cookie: "c1"))
        #expect(FormToken.verify(token, cookie: "c1"))
        #expect(FormToken.verify(FormToken.make(cookie: "c1"), cookie: "c1"))
        #expect(!FormToken.verify(token, cookie: "c2"))
        #expect(!FormToken.verify(token, cookie: nil))
        for wrong in [nil, "", "x", String(token.dropLast()), token + "A", String(repeating: "A", count: 86)] {
            #expect(!FormToken.verify(wrong, cookie: "c1"))
        }
        var signs = Array(token.utf8)
        for index in signs.indices.dropLast() {
            let sign = signs[index]
            signs[index] = sign == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(!FormToken.verify(String(decoding: signs, as: UTF8.self), cookie: "c1"))
            signs[index] = sign
        }
    }

    @Test("a form without its token is refused")
    func requireToken() throws {
        let form = FormFields([(FormToken.field, FormToken.make(cookie: "c"))])
        try form.requireToken(cookie: "c")
        #expect(throws: RequestFailure.self) { try form.requireToken(cookie: "d") }
        #expect(throws: RequestFailure.self) { try FormFields([]).requireToken(cookie: "c") }
    }

    @Test(
        "a state-changing request is taken from our own pages alone",
        arguments: [
            (nil, nil, 303), ("same-origin", nil, 303), ("none", nil, 303), ("same-site", nil, 403),
            ("cross-site", nil, 403), ("cross-site", "http://localhost:8080", 403), ("bogus", nil, 403),
            (nil, "http://localhost:8080", 303), (nil, "HTTP://LOCALHOST:8080", 303), (nil, "null", 403),
            (nil, "http://localhost:8081", 403), (nil, "http://localhost", 403), (nil, "https://evil.example", 403),
            (nil, "http://localhost:8080.evil.example", 403), (nil, "", 403),
            ("same-origin", "https://evil.example", 303),
        ] as [(String?, String?, Int)])
    func origins(site: String?, origin: String?, status: Int) async throws {
        var headers: HTTPFields = [:]
        headers[try #require(HTTPField.Name("Sec-Fetch-Site"))] = site
        headers[.origin] = origin
        let client = TestClient(try SampleSite.make())
        #expect(try await client.post("/di-tiep", headers: headers).status.code == status)
        // Reading is free for all, and programs carry no cookies.
        #expect(try await client.get("/", headers: headers).status == .ok)
        #expect(try await client.send(.post, "/api/v1/echo", headers: headers, body: [0x31]).status == .ok)
    }

    @Test("behind a proxy that keeps the host, the host asked for counts as ours too")
    func otherHost() async throws {
        let client = TestClient(
            try SampleSite.make(publicURL: "https://dichvucong.example.vn"), authority: "127.0.0.1:8080")
        for origin in ["http://127.0.0.1:8080", "https://dichvucong.example.vn"] {
            #expect(try await client.post("/di-tiep", headers: [.origin: origin]).status == .seeOther)
        }
    }
}
