import Core
import Testing

@testable import Webhooks

@Suite("Which addresses the portal calls")
struct WebhookAddressTests {
    @Test(
        "an address is read as it is written, or not at all",
        arguments: [
            ("https://mot-cua.hanoi.gov.vn", "https://mot-cua.hanoi.gov.vn/"),
            ("https://MOT-CUA.hanoi.gov.vn:8443/su-kien?a=b@c", "https://mot-cua.hanoi.gov.vn:8443/su-kien?a=b@c"),
            ("https://10.1.2.3/x", "https://10.1.2.3/x"), ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
            ("http://127.0.0.1:9000/", "http://127.0.0.1:9000/"), ("ftp://a.vn/", nil), ("https://", nil),
            ("https:///x", nil), ("//a.vn", nil), ("https://a.vn@169.254.169.254/", nil),
            ("https://user:word@a.vn/", nil), ("https://a.vn\\@b.vn/", nil), ("https://a.vn/ x", nil),
            ("https://a.vn/\r\nHost: b", nil), ("https://a.vn/#x", nil), ("https://a.vn?x", nil),
            ("https://a.vn:0/", nil), ("https://a.vn:65536/", nil), ("https://a.vn:/", nil), ("https://a.vn:4a/", nil),
            ("https://2130706433/", nil), ("https://0x7f.1/", nil), ("https://127.1/", nil),
            ("https://0177.0.0.1/", nil),
            ("https://127.0.0.1./", nil), ("https://a..vn/", nil), ("https://-a.vn/", nil), ("https://ví-dụ.vn/", nil),
            ("https://[::1%25eth0]/", nil), ("https://[10.0.0.1]/", nil), ("https://[::1/", nil),
            ("https://a.vn/" + String(repeating: "x", count: 500), nil),
        ] as [(String, String?)])
    func reading(text: String, read: String?) { #expect(WebhookAddress(text)?.text == read) }

    @Test(
        "what isn't globally reachable is refused, however it is written, and what leads to it",
        arguments: [
            ("8.8.8.8", true), ("203.162.4.190", true), ("2400:cb00::1", true), ("0.0.0.0", false),
            ("10.0.0.1", false), ("100.64.0.1", false), ("100.128.0.1", true), ("127.0.0.1", false),
            ("127.255.255.254", false), ("169.254.169.254", false), ("172.15.0.1", true), ("172.16.0.1", false),
            ("172.31.255.255", false), ("172.32.0.1", true), ("192.0.0.170", false), ("192.0.2.1", false),
            ("192.88.99.1", false), ("192.168.1.1", false), ("198.18.0.1", false), ("198.51.100.7", false),
            ("203.0.113.7", false), ("224.0.0.1", false), ("239.255.255.250", false), ("240.0.0.1", false),
            ("255.255.255.255", false), ("::", false), ("::1", false), ("::127.0.0.1", false),
            ("::ffff:10.0.0.1", false), ("::ffff:8.8.8.8", true), ("64:ff9b::7f00:1", false),
            ("64:ff9b:1::1", false), ("100::1", false), ("2001::1", false), ("2001:db8::1", false),
            ("2002:7f00:1::", false), ("fc00::1", false), ("fd12:3456::1", false), ("fe80::1", false),
            ("fec0::1", false), ("ff02::1", false), ("3fff::1", false), ("5f00::1", false),
        ])
    func special(address: String, isAllowed: Bool) throws {
        let rules = AddressRules(networks: [], ports: [443])
        #expect(rules.allows(try #require(NetworkAddress(address)), isPlain: false) == isAllowed)
    }

    @Test(
        "the operator may name networks and ports; without TLS it goes to this machine alone, where it is named",
        arguments: [
            ("https://a.vn/", nil), ("https://a.vn:8443/", nil), ("https://a.vn:22/", "webhook_port"),
            ("https://10.7.0.1/", nil), ("https://10.8.0.1/", "webhook_network"), ("https://[::1]/", "webhook_network"),
            ("http://127.0.0.1:8443/", nil), ("http://10.7.0.1:8443/", "webhook_plain"),
            ("http://a.vn:8443/", nil), ("http://8.8.8.8:8443/", "webhook_plain"), ("http://a.vn/", "webhook_port"),
        ] as [(String, String?)])
    func rules(url: String, code: String?) throws {
        let rules = AddressRules(
            networks: ["10.7.0.0/16", "127.0.0.1"].compactMap { AddressRange($0) }, ports: [443, 8443])
        #expect(rules.problem(with: try #require(WebhookAddress(url)))?.code == code)
    }

    @Test("a name that stands for a private address, among others or since a moment ago, is not called")
    func rebinding() async {
        for found in [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:169.254.169.254"], ["fd00::1"]] {
            let sender = WebhookSender(rules: AddressRules(networks: [], ports: [443]), authorities: "") { _ in
                found.compactMap { NetworkAddress($0) }
            }
            #expect(await sender.send([], to: "https://a.example/", headers: []) == "address-refused")
        }
    }
}
