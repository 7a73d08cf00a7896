import Core
import HTTPTypes
import Server
import TestSupport
import Testing

struct RoutingTests {
    @Test(
        "words go before names, names hold one decoded segment, and nothing else matches",
        arguments: [
            ("/ho-so/tra-cuu", "search"), ("/ho-so/H26.16-260101-1", "dossier H26.16-260101-1"),
            ("/ho-so/h%E1%BB%93%20s%C6%A1", "dossier hồ sơ"), ("/ho-so/a+b", "dossier a+b"),
            // A name in decomposed form is composed.
            ("/ho-so/ho%CC%82", "dossier hô"), ("/ho-so/%2527", "dossier %27"),
        ])
    func found(path: String, text: String) async throws {
        let answer = try await TestClient(try SampleSite.make()).get(path)
        #expect(answer.text == text)
        #expect(Array(answer.text.utf8) == Array(text.utf8))
    }

    @Test(
        "hostile paths lead nowhere",
        arguments: [
            "/ho-so/%00", "/ho-so/%2e%2e", "/ho-so/..", "/ho-so/.", "/ho-so/a%2Fb", "/ho-so/a%5Cb", "/ho-so/%0d%0a",
            "/ho-so/%C0%AF", "/ho-so/%ED%A0%80", "/ho-so/%zz", "/ho-so/%", "/ho-so/%E1%BB", "/ho-so//tra-cuu",
            "//ho-so/tra-cuu", "/HO-SO/tra-cuu", "/ho%2Dso/tra-cuu", "/ho-so/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r",
            "/ho-so/%7f", "/\\ho-so",
        ])
    func nowhere(path: String) async throws {
        #expect(try await TestClient(try SampleSite.make()).get(path).status == .notFound)
    }

    @Test("two routes for the same requests are refused at start, whatever their names are called")
    func conflict() {
        let ok: @Sendable () -> Route = { get("/x/:a", .everyone) { _, _, _ in .text("") } }
        let other = get("/x/:b", .everyone) { _, _, _ in .text("") }
        #expect(throws: (any Error).self) { try SampleSite.make(routes: [ok(), other]) }
        #expect(throws: (any Error).self) {
            try SampleSite.make(routes: [get("no-slash", .everyone) { _, _, _ in .text("") }])
        }
    }

    @Test("each route has its own names for the same place")
    func ownNames() async throws {
        let routes = [
            get("/x/:a/one", .everyone) { _, context, _ in .text(context.parameter("a") ?? "none") },
            get("/x/:b/two", .everyone) { _, context, _ in .text(context.parameter("b") ?? "none") },
        ]
        let client = TestClient(try SampleSite.make(routes: routes))
        #expect(try await client.get("/x/1/one").text == "1")
        #expect(try await client.get("/x/2/two").text == "2")
    }

    @Test(
        "only a path of our own is a place to be sent to",
        arguments: [
            "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "evil", "\\\\evil",
            "/\t/evil.example", " /x", "/x\n", "/\r\nSet-Cookie: a=b", "/a//evil.example", "/./../evil", "/..//evil",
            "///evil.example", "/%0a\n", "/ho so", "/hồ-sơ", "http:evil", "?next=//evil", "#//evil", "/x/../../y",
        ])
    func openRedirects(next: String) {
        #expect(LocalPath(next) == nil)
    }

    @Test(
        "and such a path is one",
        arguments: ["/", "/ho-so", "/ho-so?trang=2&x=//y", "/en/ho-so/H26.16", "/h%E1%BB%93"])
    func localPaths(next: String) {
        #expect(LocalPath(next)?.description == next)
    }
}

struct ClientAddressTests {
    @Test(
        "X-Forwarded-For is read from its end and only as far as proxies are ours",
        arguments: [
            ("203.0.113.9", "", "203.0.113.9"),
            // From someone who is no proxy of ours it is a claim like any other.
            ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
            ("10.0.0.1", "1.2.3.4", "1.2.3.4"), ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"), ("10.0.0.1", "garbage, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "1.2.3.4, garbage", "10.0.0.1"), ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8:0:0:0:0:0:1"),
        ])
    func forwarded(peer: String, field: String, expected: String) async throws {
        let routes = [get("/ai", .everyone) { _, context, _ in .text("\(context.client?.description ?? "none")") }]
        let ranges = ["10.0.0.0/8"].compactMap { AddressRange($0) }
        let client = TestClient(try SampleSite.make(routes: routes, trustedProxies: ranges), peer: peer)
        let name = try #require(HTTPField.Name("X-Forwarded-For"))
        #expect(try await client.get("/ai", headers: field.isEmpty ? [:] : [name: field]).text == expected)
    }

    @Test("metrics are for operators' addresses, and to others there are none")
    func metrics() async throws {
        let site = try SampleSite.make()
        #expect(try await TestClient(site, peer: "127.0.0.1").get("/metrics").status == .ok)
        #expect(try await TestClient(site, peer: "203.0.113.7").get("/metrics").status == .notFound)
        // A proxy on this machine that nobody said to trust passes strangers on.
        let proxied =
            HTTPField.Name("X-Forwarded-For").map { HTTPFields([HTTPField(name: $0, value: "203.0.113.7")]) } ?? [:]
        #expect(try await TestClient(site, peer: "127.0.0.1").get("/metrics", headers: proxied).status == .notFound)
    }

    @Test(
        "a range holds the addresses whose first bits are its own",
        arguments: [
            ("192.168.0.0/16", "192.168.255.1", true), ("192.168.0.0/16", "192.169.0.1", false),
            ("10.0.0.0/12", "10.15.0.1", true), ("10.0.0.0/12", "10.16.0.1", false), ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false), ("127.0.0.1", "127.0.0.2", false),
        ])
    func ranges(range: String, address: String, isInside: Bool) throws {
        let (range, address) = (try #require(AddressRange(range)), try #require(NetworkAddress(address)))
        #expect(range.contains(address) == isInside)
        for bad in ["10.0.0.0/33", "::/129", "x", "", "10.0.0.0/", "1.2.3", "1.2.3.4/-1"] {
            #expect(AddressRange(bad) == nil)
        }
    }
}
