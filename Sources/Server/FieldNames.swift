package import HTTPTypes

/// Header fields that HTTPTypes has no name for.
extension HTTPField.Name {
    package static let crossOriginOpenerPolicy = known("Cross-Origin-Opener-Policy")
    package static let permissionsPolicy = known("Permissions-Policy")
    package static let rateLimit = known("RateLimit")
    package static let rateLimitPolicy = known("RateLimit-Policy")
    package static let referrerPolicy = known("Referrer-Policy")
    static let hostField = known("Host")
    static let reportingEndpoints = known("Reporting-Endpoints")
    static let secFetchSite = known("Sec-Fetch-Site")
    static let xForwardedFor = known("X-Forwarded-For")
    static let xFrameOptions = known("X-Frame-Options")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is not the name of a field") }
        return name
    }
}
