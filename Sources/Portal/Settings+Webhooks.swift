import Core
import FoundationEssentials
import Webhooks

extension Settings {
    /// How agencies' systems are called: where to, and what vouches for them.
    func webhookSender() throws -> WebhookSender {
        let networks = try Self.list(webhookNetworks).map { text in
            guard let network = AddressRange(text) else {
                throw Unusable(description: "WEBHOOK_NETWORKS: \(text) is no network such as 10.0.0.0/8")
            }
            return network
        }
        let ports = try Self.list(webhookPorts).map { text in
            guard let port = Int(text), (1...65_535).contains(port) else {
                throw Unusable(description: "WEBHOOK_PORTS: \(text) is no port")
            }
            return port
        }
        return WebhookSender(
            rules: AddressRules(networks: networks, ports: Set(ports)), authorities: outgoingCAFile)
    }

    /// With the key of `SECOND_FACTOR_KEY_FILE`.
    func webhookSecrets() throws -> WebhookSecrets { WebhookSecrets(key: try secretKey()) }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { $0 != " " } }
    }
}
