import Cryptography
package import FoundationEssentials

/// The secrets that messages to webhooks are signed with, by the Standard Webhooks specification: symmetric, `whsec_` and
/// 32 bytes in base64.
///
/// They are made from a key that isn't in the database, the webhook's id and the number of its secret, and stored nowhere.
package struct WebhookSecrets: Sendable {
    private let key: [UInt8]

    /// How long the former secret signs, too, after another was made: seconds.
    package static let overlap: TimeInterval = 86_400

    /// - Parameter key: with another one every secret is another.
    package init(key: [UInt8]) { self.key = HMAC.sha256(key: key, Array("webhooks".utf8)) }

    /// As its receiver is told it.
    package func secret(_ number: Int32, of webhook: Webhook.ID) -> String {
        "whsec_" + Data(bytes(number, of: webhook)).base64EncodedString()
    }

    /// Who says what, when, and the proof: by the present secret, and by the former one for as long as it holds.
    /// - Parameter id: the same for each repetition of a message.
    func headers(
        of webhook: Webhook.ID, _ number: Int32, formerUntil: Date?, id: String, at now: Date, body: [UInt8]
    ) -> [String] {
        var numbers = [number]
        if let formerUntil, now < formerUntil { numbers.append(number - 1) }
        let timestamp = String(Int(now.timeIntervalSince1970))
        let signatures = numbers.map {
            Self.signature(secret: bytes($0, of: webhook), id: id, timestamp: timestamp, body: body)
        }
        return [
            "webhook-id: \(id)", "webhook-timestamp: \(timestamp)",
            "webhook-signature: \(signatures.joined(separator: " "))",
        ]
    }

    /// `v1,` and the HMAC of what is said, when, under which id.
    package static func signature(secret: [UInt8], id: String, timestamp: String, body: [UInt8]) -> String {
        "v1," + Data(HMAC.sha256(key: secret, Array("\(id).\(timestamp).".utf8) + body)).base64EncodedString()
    }

    private func bytes(_ number: Int32, of webhook: Webhook.ID) -> [UInt8] {
        HMAC.sha256(key: key, Array("\(webhook):\(number)".utf8))
    }
}
