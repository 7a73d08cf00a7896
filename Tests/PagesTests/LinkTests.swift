import Core
import Testing

@testable import Pages

@Suite("Links")
struct LinkTests {
    @Test(
        "an address of this site, a query, a fragment, https and mailto are links",
        arguments: [
            "/", "/tra-cuu", "/a/b?c=d&e=f#g", "?q=1", "?", "#top", "https://a.vn", "https://a.vn/",
            "https://a.vn:8443/x?y#z",
            "mailto:a@b.vn", "/đường", "/a//b", "/a:b",
        ]
    )
    func accepted(address: String) {
        #expect(Link(address)?.address == address)
    }

    @Test(
        "anything that could run a script or lead to a host in disguise is no link",
        arguments: [
            "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:x",
            "\tjavascript:x",
            "\u{1}javascript:x", "data:text/html,x", "vbscript:x", "//evil.vn", "///evil.vn", "/\\evil.vn",
            "\\\\evil.vn",
            "\\/evil.vn", "/\t/evil.vn", "/\n/evil.vn", "/a\\b", "/ a", "http://a.vn/", "https:a.vn", "https:/a.vn",
            "https://",
            "https:///a.vn", "https://u@evil.vn/", "https://a.vn:b@evil.vn/", "https://a.vn\\@evil.vn", "HTTPS:evil",
            "ftp://a.vn",
            "tra-cuu", "./x", "../x", "mailto:", "a", "/a\u{7F}", "/a\u{0}",
        ]
    )
    func refused(address: String) {
        #expect(Link(address) == nil)
    }

    @Test("a slash followed by a combining mark is still the slash that begins another host")
    func combiningMark() {
        #expect(Link("//\u{301}evil.vn") == nil)
        #expect(Link("/\\\u{301}evil.vn") == nil)
    }

    @Test("a link made of parts encodes each and leaves out empty ones")
    func parts() {
        #expect(Link(.vi, path: []).address == "/")
        #expect(Link(.en, path: []).address == "/en/")
        #expect(Link(.vi, path: ["", "evil.vn"]).address == "/evil.vn")
        #expect(Link(.en, path: ["ho-so", "H26/1 đ"]).address == "/en/ho-so/H26%2F1%20%C4%91")
        #expect(
            Link(.vi, path: ["a"], query: ["q": "x&y=z", "p": "2"], fragment: "k l").address
                == "/a?q=x%26y%3Dz&p=2#k%20l")
    }
}
