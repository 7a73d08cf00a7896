import Accounts
import Core
import Foundation
import Testing

@Suite("What an assertion of a client claims")
struct ClientAssertionTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)
    private static let right: [String: JSON] = [
        "iss": "may-thu", "sub": "may-thu", "aud": "https://cong.example/oauth/token", "jti": "1",
        "exp": .integer(1_800_000_060), "iat": .integer(1_800_000_000),
    ]

    @Test(
        "it is for this portal alone, from and about its client, can be told from others, and ends within five minutes",
        arguments: [
            ([:], true), (["aud": "https://cong.example"], true), (["aud": ["https://cong.example"]], true),
            (["aud": ["https://cong.example", "https://khac.example"]], false), (["aud": []], false),
            (["aud": "https://cong.example/"], false), (["aud": "https://khac.example"], false),
            (["aud": .null], false),
            (["iss": "may-khac"], false), (["sub": "may-khac"], false), (["iss": .null, "sub": .null], false),
            (["iss": "", "sub": ""], false), (["iss": 1, "sub": 1], false),
            (["jti": .null], false), (["jti": ""], false),
            (["jti": .string(String(repeating: "x", count: 201))], false),
            (["exp": .integer(1_800_000_000)], false), (["exp": .integer(1_800_000_001)], true),
            (["exp": .integer(1_800_000_300)], true), (["exp": .integer(1_800_000_301)], false),
            (["exp": .double(1_800_000_000.5)], true), (["exp": .null], false), (["exp": "1800000060"], false),
            (["exp": .double(1e300)], false), (["iat": .null], false), (["iat": .integer(1_800_000_060)], true),
            (["iat": .integer(1_800_000_061)], false), (["nbf": .integer(1_800_000_061)], false),
            (["nbf": .integer(1_700_000_000)], true), (["nbf": "x"], false), (["more": [1]], true),
        ] as [([String: JSON], Bool)])
    func claims(_ changed: [String: JSON], isGood: Bool) {
        let claims = JSON.object(Self.right.merging(changed) { $1 })
        let assertion = ClientAssertion(
            claims, for: ["https://cong.example", "https://cong.example/oauth/token"], at: Self.now)
        #expect((assertion != nil) == isGood)
        if isGood { #expect(assertion?.clientID == "may-thu" && assertion?.identifier == "1") }
    }
}
