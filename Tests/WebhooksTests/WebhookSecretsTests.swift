import Core
import Foundation
import Testing

@testable import Webhooks

@Suite("What webhooks are signed with")
struct WebhookSecretsTests {
    @Test("a signature is that of the specification's own example")
    func vector() {
        let secret = Data(base64Encoded: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").map(Array.init) ?? []
        let signature = WebhookSecrets.signature(
            secret: secret, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330",
            body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("a webhook's secrets are its own, each number another, and the same from the same key")
    func derived() {
        let (one, other) = (Webhook.ID.make(at: .now), Webhook.ID.make(at: .now))
        let secrets = WebhookSecrets(key: [1, 2, 3])
        let all = [
            secrets.secret(1, of: one), secrets.secret(2, of: one), secrets.secret(1, of: other),
            WebhookSecrets(key: [1, 2, 4]).secret(1, of: one),
        ]
        #expect(Set(all).count == 4 && WebhookSecrets(key: [1, 2, 3]).secret(1, of: one) == all[0])
        #expect(all.allSatisfy { $0.hasPrefix("whsec_") && Data(base64Encoded: String($0.dropFirst(6)))?.count == 32 })
    }

    @Test("a former secret signs until its day is over, beside the present one", arguments: [(-1.0, 2), (1.0, 1)])
    func overlap(seconds: Double, signatures: Int) {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        let headers = WebhookSecrets(key: [1]).headers(
            of: .make(at: now), 2, formerUntil: now, id: "x", at: now.addingTimeInterval(seconds), body: [])
        #expect(headers[0] == "webhook-id: x" && headers[1] == "webhook-timestamp: \(1_700_000_000 + Int(seconds))")
        #expect(headers[2].split(separator: " ").count == 1 + signatures)
    }

    @Test("an address that answers nothing is tried for more than a day, ever more rarely, and then no more")
    func patience() {
        let pauses = (1...8).map { WebhookPatience.pause(after: $0) }
        #expect(pauses.last == .some(nil) && pauses.dropLast().allSatisfy { $0 != nil })
        let all = pauses.compactMap(\.self)
        #expect(all == all.sorted() && all.reduce(0, +) > 86_400 && all.reduce(0, +) < 2 * 86_400)
    }
}
