package import HTTPTypes

/// The fields that every answer carries, whoever wrote it and whatever went wrong.
package struct SecurityHeaders: Sendable {
    private let fields: HTTPFields

    package init(_ settings: ServerSettings) {
        var policy = ContentPolicy()
        var fields: HTTPFields = [
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "same-origin",
            .crossOriginOpenerPolicy: "same-origin",
            .crossOriginResourcePolicy: "same-origin",
            .permissionsPolicy: Self.permissions,
            // For what still asks by the name that came before frame-ancestors.
            .xFrameOptions: "DENY",
            .cacheControl: "no-store",
        ]
        if let url = settings.policyReportsURL {
            policy.reportsTo = "csp"
            fields[.reportingEndpoints] = "csp=\"\(url)\""
        }
        if settings.publicURL.isSecure {
            fields[.strictTransportSecurity] = "max-age=63072000; includeSubDomains"
        }
        fields[.contentSecurityPolicy] = policy.description
        self.fields = fields
    }

    /// Adds what the answer doesn't say itself: a page may narrow its policy, a static file may be kept.
    package func apply(to headers: inout HTTPFields) {
        // Not by subscript: the first one would build an index of the fields, dearer than this for so few.
        let present = headers.map(\.name)
        for field in fields where !present.contains(field.name) { headers.append(field) }
    }

    private static let permissions = [
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
        "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb", "xr-spatial-tracking",
    ].map { "\($0)=()" }.joined(separator: ", ")
}

/// What a page may load and send to (Content Security Policy level 3). Nothing inline, ever.
package struct ContentPolicy: Sendable, CustomStringConvertible {
    /// Origins beside our own that a form of this page may end at, redirects included: a payment gateway's.
    package var formTargets: [String] = []
    /// A file that somebody uploaded: no script, no plugin, an origin of its own.
    package var isSandboxed = false
    /// A file that one of our own pages shows in a frame. A browser puts a picture into a page of its own making, which it
    /// styles; nothing else in it can act.
    package var isFramed = false
    /// A PDF that the browser's own viewer shows: it can be framed by us, and there is nothing else to forbid.
    package var isDocument = false
    /// Whether it shows such files itself.
    package var hasFrames = false
    /// Name of a reporting endpoint.
    package var reportsTo: String?

    package init(formTargets: [String] = [], isSandboxed: Bool = false) {
        self.formTargets = formTargets
        self.isSandboxed = isSandboxed
    }

    package var description: String {
        if isDocument { return "frame-ancestors 'self'; base-uri 'none'; form-action 'none'" }
        var parts = ["default-src 'none'"]
        if isSandboxed {
            parts += ["sandbox", "form-action 'none'"]
            if isFramed { parts.append("style-src 'unsafe-inline'") }
        } else {
            parts += ["script-src", "style-src", "img-src", "font-src", "connect-src"].map { $0 + " 'self'" }
            parts.append((["form-action 'self'"] + formTargets).joined(separator: " "))
        }
        if hasFrames { parts.append("frame-src 'self'") }
        parts += ["frame-ancestors \(isFramed ? "'self'" : "'none'")", "base-uri 'none'"]
        if let reportsTo { parts.append("report-to \(reportsTo)") }
        return parts.joined(separator: "; ")
    }
}
