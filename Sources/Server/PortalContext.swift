package import Core
package import FoundationEssentials
package import Hummingbird
import Logging
import NIOCore

/// What is known of a request beside the request itself. Lives as long as the request.
package struct PortalContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The language asked for by the path: `/en/…` is English, all else Vietnamese.
    package var language: Language = .vi
    /// Twelve signs that name this request in the log; told to the caller when something fails on our side.
    package let id: String
    /// The moment the request began to be answered; the only clock a handler may use.
    package var now = Date(timeIntervalSince1970: 0)
    /// Who calls, seen through the trusted proxies. Nil when the connection has no address (a unix socket).
    package var client: NetworkAddress?
    /// The path as it was routed: without `/en`, without the query.
    package var path = "/"
    /// The pattern of the route that matched, `/ho-so/:code`. Never a value from the address.
    package var route: String?
    /// Told when the connection is gone or the server is about to stop; streams end then.
    package internal(set) var ending: Ending
    /// SHA-256 of the client certificate that a trusted proxy saw; nil without one.
    package internal(set) var certificate: [UInt8]?
    /// What is learnt of the request on the way.
    package let notes = RequestNotes()

    let peer: NetworkAddress?
    var place: InFlight.Place?
    var values: [String: String] = [:]

    package init(source: ApplicationRequestContextSource) {
        let channel = source.channel
        self.init(
            core: CoreRequestContextStorage(source: source),
            peer: channel.remoteAddress?.ipAddress.flatMap { NetworkAddress($0) },
            ending: Ending(closed: channel.closeFuture))
    }

    /// A request that came over no connection, as in tests.
    package init(source: some RequestContextSource, peer: String) {
        self.init(
            core: CoreRequestContextStorage(source: source), peer: NetworkAddress(peer), ending: Ending(closed: nil))
    }

    private init(core: CoreRequestContextStorage, peer: NetworkAddress?, ending: Ending) {
        coreContext = core
        id = RequestName.make()
        self.peer = peer
        self.ending = ending
        client = peer
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: "request"] = .string(id)
    }

    /// The value of a `:name` segment of the route's path: percent-decoded once, UTF-8, NFC, without control signs.
    package func parameter(_ name: String) -> String? { values[name] }

    /// Beginning of every address of a page in the caller's language: empty or `/en`.
    package var pathPrefix: String { language.pathPrefix }
}

/// Names that can be read out over the telephone: no letters that look like digits (Crockford's alphabet).
enum RequestName {
    static func make() -> String {
        var bits = UInt64.random(in: .min ... .max)
        return String(
            decoding: (0..<12).map { _ in
                defer { bits >>= 5 }
                return alphabet[Int(bits & 31)]
            }, as: UTF8.self)
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
}
