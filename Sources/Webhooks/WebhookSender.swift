import CCurl
package import Core
import Dispatch
import FoundationEssentials
import Glibc
import Notifications

/// Posts a signed message to an address. What the name stands for is looked up once, judged, and the connection bound to
/// it: a name that changes meanwhile, or a redirection, leads nowhere.
package struct WebhookSender: Sendable {
    let rules: AddressRules
    /// Certificates (PEM file) that vouch for receivers; empty: those that the machine trusts.
    private let authorities: String
    private let resolve: @Sendable (String) async -> [NetworkAddress]

    /// - Parameter resolve: what a name stands for; nothing when it is unknown.
    package init(
        rules: AddressRules, authorities: String,
        resolve: @escaping @Sendable (String) async -> [NetworkAddress] = WebhookSender.lookUp
    ) {
        self.rules = rules
        self.authorities = authorities
        self.resolve = resolve
    }

    /// Longest that a connection and the whole call may take.
    static let connectSeconds = 5
    static let callSeconds = 15

    /// Tries once.
    /// - Returns: `http-204`, or why there was no answer.
    func send(_ body: [UInt8], to url: String, headers: [String]) async -> String {
        guard let address = WebhookAddress(url), rules.problem(with: address) == nil else { return "address-refused" }
        let found = address.literal.map { [$0] } ?? []
        let peers = found.isEmpty ? await resolve(address.host) : found
        guard !peers.isEmpty else { return "unknown-host" }
        guard peers.allSatisfy({ rules.allows($0, isPlain: address.isPlain) }) else { return "address-refused" }
        var transfer = Curl.Transfer()
        transfer.texts = [
            (CURLOPT_URL, address.text), (CURLOPT_PROTOCOLS_STR, address.isPlain ? "http" : "https"),
            // Whatever the environment says.
            (CURLOPT_PROXY, ""), (CURLOPT_NOPROXY, "*"), (CURLOPT_USERAGENT, "portal-webhooks/1"),
        ]
        if !authorities.isEmpty { transfer.texts.append((CURLOPT_CAINFO, authorities)) }
        transfer.lists = [
            (CURLOPT_HTTPHEADER, ["Content-Type: application/json", "Expect:"] + headers),
            (CURLOPT_RESOLVE, found.isEmpty ? [Self.binding(address, to: peers)] : []),
        ]
        transfer.numbers = [
            (CURLOPT_POST, 1), (CURLOPT_POSTFIELDSIZE, body.count), (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_CONNECTTIMEOUT, Self.connectSeconds), (CURLOPT_TIMEOUT, Self.callSeconds),
        ]
        transfer.upload = body
        transfer.longestAnswer = 4_096
        let answer = await Curl(label: "webhook").perform(transfer)
        // An answer that is longer than anybody reads is one all the same.
        let isAnswered = answer.code == CURLE_OK.rawValue || answer.code == CURLE_WRITE_ERROR.rawValue
        return isAnswered && answer.status > 0 ? "http-\(answer.status)" : answer.trouble
    }

    /// `host:port:address,address`
    private static func binding(_ address: WebhookAddress, to peers: [NetworkAddress]) -> String {
        let bound = peers.map { $0.bytes.count == 4 ? $0.description : "[\($0.description)]" }.joined(separator: ",")
        return "\(address.host):\(address.port):\(bound)"
    }

    /// Asks the system's resolver, on a thread of its own.
    @Sendable package static func lookUp(_ host: String) async -> [NetworkAddress] {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "resolver").async {
                var hints = addrinfo()
                hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
                var list: UnsafeMutablePointer<addrinfo>?
                var found: [NetworkAddress] = []
                if getaddrinfo(host, nil, &hints, &list) == 0 {
                    var next = list
                    while let entry = next {
                        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
                        if getnameinfo(
                            entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                            NI_NUMERICHOST) == 0
                        {
                            let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                            NetworkAddress(String(decoding: bytes, as: UTF8.self)).map { found.append($0) }
                        }
                        next = entry.pointee.ai_next
                    }
                    freeaddrinfo(list)
                }
                continuation.resume(returning: found)
            }
        }
    }
}
