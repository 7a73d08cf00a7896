package import Core
package import HTTPTypes

/// Everything about serving that an operator may set; the rest of the program hands it in, nothing is read here.
package struct ServerSettings: Sendable {
    package var publicURL: PublicURL
    package var host: String
    /// 0 lets the system choose, as tests do.
    package var port: Int
    /// Proxies whose `X-Forwarded-For` is believed.
    package var trustedProxies: [AddressRange]
    /// Where these say which client certificate they saw; nil when none looks at any.
    package var certificateHeader: HTTPField.Name?
    /// Who may read `/metrics`: addresses as seen through the trusted proxies.
    package var operators: [AddressRange]
    package var limits: ServerLimits
    /// Where browsers send reports of a broken policy; nil sends none.
    package var policyReportsURL: String?

    package init(
        publicURL: PublicURL, host: String = "127.0.0.1", port: Int = 8080, trustedProxies: [AddressRange] = [],
        certificateHeader: HTTPField.Name? = nil,
        operators: [AddressRange] = AddressRange.loopback, limits: ServerLimits = ServerLimits(),
        policyReportsURL: String? = nil
    ) {
        self.publicURL = publicURL
        self.host = host
        self.port = port
        self.trustedProxies = trustedProxies
        self.certificateHeader = certificateHeader
        self.operators = operators
        self.limits = limits
        self.policyReportsURL = policyReportsURL
    }
}

/// How much one caller, one connection and all together may ask of the server.
package struct ServerLimits: Sendable {
    package var connections = 4096
    /// Of one address, a trusted proxy's apart. Many people may share one: a ministry's, a mobile operator's.
    package var connectionsByAddress = 512
    /// Requests being answered at once, event streams and health checks apart; beyond it 503.
    package var requestsInFlight = 512
    package var requestsInFlightByAddress = 128
    package var headerFieldBytes = 16 * 1024
    package var headerListBytes = 32 * 1024
    package var headerFields = 100
    /// How long a connection may be silent between requests or within the head of one.
    package var idle: Duration = .seconds(30)
    /// No body of any kind is longer, whatever a route says.
    package var bodyBytes = 64 * 1024 * 1024
    /// How long a body may take before its pace is looked at. Only time spent waiting for the client counts.
    package var bodyGrace: Duration = .seconds(10)
    /// Bytes a second, on average over the time beyond the grace.
    package var bodyPace = 4096
    /// No body may keep us waiting longer.
    package var bodyDeadline: Duration = .seconds(1800)
    /// How long a client may leave an answer unread.
    package var unread: Duration = .seconds(60)
    /// How long a refused client's remaining bytes are swallowed, so that it gets to read why.
    package var linger: Duration = .seconds(2)
    /// Requests of one address: so many a second on average, so many at a blow.
    package var addressRate = RateLimit(name: "address", count: 50, per: .seconds(1), burst: 300)
    /// Requests after the signal to stop: so long are new ones still taken while balancers look elsewhere.
    package var drainDelay: Duration = .zero
    /// How long requests in flight may take to finish after that.
    package var drain: Duration = .seconds(30)

    package init() {}
}

/// How large the body of a route's requests may be.
package enum BodyLimit: Sendable, Hashable {
    /// Nothing is expected.
    case none
    /// A form without files: 256 KiB.
    case form
    /// A JSON document: 1 MiB.
    case json
    /// A form with files: 60 MiB in all and its other fields; each file 10 MiB (`MultipartLimits`).
    case upload
    case bytes(Int)
    /// Any length, read as it comes: only its pace is looked at.
    case stream

    package var bytes: Int {
        switch self {
        case .none: 1024
        case .form: 256 * 1024
        case .json: 1024 * 1024
        case .upload: 61 * 1024 * 1024
        case .bytes(let count): count
        case .stream: .max
        }
    }
}
