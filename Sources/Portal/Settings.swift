import FoundationEssentials
import HTTPTypes

/// Everything that can be set, read once from the environment. `portal settings` prints the table of the README from it.
struct Settings: Sendable {
    let databaseURL: String
    let port: Int
    let host: String
    let publicURL: String
    let home: String
    let filesDirectory: String
    let mailDirectory: String
    let mailFrom: String
    let smtpURL: String
    let smtpUser: String
    let smtpPasswordFile: String
    let smtpTLS: String
    let smsDirectory: String
    let smsGatewayURL: String
    let smsGatewayMethod: String
    let smsGatewayHeader: String
    let smsGatewayTokenFile: String
    let smsGatewayBody: String
    let smsGatewayID: String
    let smsAccents: Bool
    let outgoingCAFile: String
    let digestHour: Int
    let checkpointsFile: String
    let signingKeysFile: String
    let agencyKeysDirectory: String
    let allowsUnsignedResults: Bool
    let trustedProxies: [String]
    let supportContact: String
    let logLevel: String
    let isDevelopment: Bool
    let databaseConnections: Int
    let searchRate: Int
    let signInRate: Int
    let needsSecondFactor: Bool
    let secondFactorKeyFile: String
    let draftDays: Int
    let reportGapMinutes: Int
    let clientRate: Int
    let nationalPath: String?
    let clientCertificateHeader: String
    let clientCallDays: Int
    let webhookNetworks: String
    let webhookPorts: String
    let feedMonths: Int

    struct Variable {
        let name: String
        let standard: String
        let purpose: String
    }

    /// Name, default and purpose of each; the one list that reading and documentation share.
    static let variables: [Variable] = [
        Variable(
            name: "DATABASE_URL", standard: "",
            purpose:
                "PostgreSQL 14 or newer, as a URL; required. Serving takes the role portal_app, jobs take portal_worker"
        ),
        Variable(name: "PORT", standard: "8080", purpose: "port to listen on"),
        Variable(name: "HOST", standard: "127.0.0.1", purpose: "address to listen on; TLS belongs to a proxy in front"),
        Variable(
            name: "PUBLIC_URL", standard: "http://localhost:$PORT",
            purpose: "address people use; https:// makes cookies Secure and turns HSTS on"),
        Variable(name: "PORTAL_HOME", standard: ".", purpose: "folder with SQL/, Templates/ and Public/"),
        Variable(name: "FILES_DIRECTORY", standard: ".local/files", purpose: "where uploaded files are kept"),
        Variable(
            name: "MAIL_DIRECTORY", standard: ".local/mail",
            purpose: "where mail is written, one file each, unless SMTP_URL names a server"),
        Variable(
            name: "MAIL_FROM", standard: "",
            purpose: "address that mail comes from; no-reply@ and the host of PUBLIC_URL"),
        Variable(
            name: "SMTP_URL", standard: "",
            purpose: "mail server: smtp://host:587 with STARTTLS, or smtps://host:465"),
        Variable(name: "SMTP_USER", standard: "", purpose: "name to sign in to it; unset: without"),
        Variable(name: "SMTP_PASSWORD_FILE", standard: "", purpose: "file with the password"),
        Variable(
            name: "SMTP_TLS", standard: "required",
            purpose: "optional: mail may go in the clear, for a server on the same machine"),
        Variable(
            name: "SMS_DIRECTORY", standard: ".local/sms",
            purpose: "where SMS are written, one file each, unless SMS_GATEWAY_URL names a gateway"),
        Variable(name: "SMS_GATEWAY_URL", standard: "", purpose: "address of the provider's HTTP gateway"),
        Variable(name: "SMS_GATEWAY_METHOD", standard: "POST", purpose: "POST or PUT"),
        Variable(
            name: "SMS_GATEWAY_HEADER", standard: "Authorization: Bearer {token}",
            purpose: "header with which it is signed in to"),
        Variable(name: "SMS_GATEWAY_TOKEN_FILE", standard: "", purpose: "file with the token"),
        Variable(
            name: "SMS_GATEWAY_BODY", standard: #"{"to": "{e164}", "text": "{text}", "id": "{id}"}"#,
            purpose: "JSON to send; {to} is 09…, {e164} +849…, {id} the same for each repetition"),
        Variable(
            name: "SMS_GATEWAY_ID", standard: "id",
            purpose: "where the answer has the provider's id: names with dots between"),
        Variable(
            name: "SMS_ACCENTS", standard: "",
            purpose: "1: keep accents in SMS of up to 70 signs; else they come off and 160 fit"),
        Variable(
            name: "OUTGOING_CA_FILE", standard: "",
            purpose: "certificates (PEM) that vouch for mail server and gateway; unset: those the machine trusts"),
        Variable(
            name: "DIGEST_HOUR", standard: "7",
            purpose: "hour in Vietnam from which officers get their digest, each working day"),
        Variable(
            name: "CHECKPOINTS_FILE", standard: ".local/journal-heads",
            purpose: "where the head of the journal is noted each minute; keep it on another machine"),
        Variable(
            name: "SIGNING_KEYS_FILE", standard: ".local/signing-keys.json",
            purpose:
                "keys that sign receipts and heads of the journal, made by `portal keys ensure`; without it nothing is signed"
        ),
        Variable(
            name: "AGENCY_KEYS_DIRECTORY", standard: ".local/agency-keys",
            purpose: "a file for each agency, such as H26.00070.pem: private key and certificate that sign its results"),
        Variable(
            name: "UNSIGNED_RESULTS", standard: "", purpose: "1: an agency without a key may issue results, unsigned"),
        Variable(
            name: "TRUSTED_PROXIES", standard: "",
            purpose:
                "addresses of proxies whose X-Forwarded-For is believed, separated by commas; unset behind a proxy, everybody shares its limits"
        ),
        Variable(name: "SUPPORT_CONTACT", standard: "", purpose: "telephone or e-mail shown as help on every page"),
        Variable(
            name: "DATABASE_CONNECTIONS", standard: "12",
            purpose: "connections for transactions, beside two shared ones for reads"),
        Variable(
            name: "SIGN_IN_RATE", standard: "30",
            purpose: "sign-ins and registrations that one address may try in ten minutes"),
        Variable(
            name: "STAFF_SECOND_FACTOR", standard: "required",
            purpose:
                "required: officers and publishers enrol an authenticator before they get in; optional: those who have one are asked"
        ),
        Variable(
            name: "SECOND_FACTOR_KEY_FILE", standard: ".local/second-factor.key",
            purpose:
                "key that seals the secrets of second factors and makes those of webhooks, made when missing; the same on every machine, and never beside a copy of the database"
        ),
        Variable(name: "SEARCH_RATE", standard: "20", purpose: "searches a second that one address may make"),
        Variable(
            name: "DRAFT_DAYS", standard: "180",
            purpose:
                "days without a change after which a draft is deleted; its owner is told two weeks before; 0 keeps all"
        ),
        Variable(
            name: "CLIENT_RATE", standard: "50",
            purpose: "requests a second that one agency's system may make; four times as many at a blow"),
        Variable(
            name: "CLIENT_CERTIFICATE_HEADER", standard: "",
            purpose:
                "header in which the TRUSTED_PROXIES, and nobody through them, pass the client certificate: its SHA-256, or PEM; unset: none"
        ),
        Variable(
            name: "CLIENT_CALL_DAYS", standard: "14",
            purpose: "days for which an agency sees what its systems called"),
        Variable(
            name: "REPORT_GAP_MINUTES", standard: "60",
            purpose:
                "minutes that a numbered report of an agency's system may wait for the one before it until it is overdue"
        ),
        Variable(
            name: "NATIONAL_PATH", standard: "/api/national",
            purpose:
                "path below /api/ where the national contract is spoken, each version in a folder of its own; off: nowhere"
        ),
        Variable(
            name: "WEBHOOK_NETWORKS", standard: "",
            purpose:
                "private networks in which agencies' systems may be told of events, separated by commas, such as 10.0.0.0/8; without TLS only this machine, if it is named"
        ),
        Variable(
            name: "WEBHOOK_PORTS", standard: "443,8443",
            purpose: "ports at which agencies' systems may be told of events"),
        Variable(
            name: "FEED_RETENTION_MONTHS", standard: "24",
            purpose: "months for which agencies' systems can follow what happened; the journal keeps it for good"),
        Variable(name: "LOG_LEVEL", standard: "info", purpose: "trace, debug, info, warning or error"),
        Variable(name: "DEVELOPMENT", standard: "", purpose: "1: templates are read again for each page"),
    ]

    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    /// The value of a variable or its default, for commands that need no database.
    static func value(
        of name: String, in environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        let given = environment[name] ?? ""
        return given.isEmpty ? variables.first { $0.name == name }?.standard ?? "" : given
    }

    /// - Throws: `Unusable` with a sentence that names the variable and what to do.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        func value(_ name: String) -> String { Self.value(of: name, in: environment) }
        databaseURL = value("DATABASE_URL")
        guard !databaseURL.isEmpty else {
            throw Unusable(
                description:
                    "DATABASE_URL is not set: give the address of a PostgreSQL database, or start with Scripts/run")
        }
        guard let port = Int(value("PORT")), (1...65_535).contains(port) else {
            throw Unusable(description: "PORT must be a number from 1 to 65535, not \(value("PORT"))")
        }
        self.port = port
        host = value("HOST")
        publicURL = environment["PUBLIC_URL"].flatMap { $0.isEmpty ? nil : $0 } ?? "http://localhost:\(port)"
        guard publicURL.hasPrefix("http://") || publicURL.hasPrefix("https://") else {
            throw Unusable(description: "PUBLIC_URL must begin with http:// or https://, not \(publicURL)")
        }
        home = value("PORTAL_HOME")
        filesDirectory = value("FILES_DIRECTORY")
        mailDirectory = value("MAIL_DIRECTORY")
        mailFrom = value("MAIL_FROM")
        smtpURL = value("SMTP_URL")
        smtpUser = value("SMTP_USER")
        smtpPasswordFile = value("SMTP_PASSWORD_FILE")
        smtpTLS = value("SMTP_TLS")
        smsDirectory = value("SMS_DIRECTORY")
        smsGatewayURL = value("SMS_GATEWAY_URL")
        smsGatewayMethod = value("SMS_GATEWAY_METHOD")
        smsGatewayHeader = value("SMS_GATEWAY_HEADER")
        smsGatewayTokenFile = value("SMS_GATEWAY_TOKEN_FILE")
        smsGatewayBody = value("SMS_GATEWAY_BODY")
        smsGatewayID = value("SMS_GATEWAY_ID")
        smsAccents = value("SMS_ACCENTS") == "1"
        outgoingCAFile = value("OUTGOING_CA_FILE")
        guard let hour = Int(value("DIGEST_HOUR")), (0...23).contains(hour) else {
            throw Unusable(description: "DIGEST_HOUR must be a number from 0 to 23")
        }
        digestHour = hour
        checkpointsFile = value("CHECKPOINTS_FILE")
        signingKeysFile = value("SIGNING_KEYS_FILE")
        agencyKeysDirectory = value("AGENCY_KEYS_DIRECTORY")
        allowsUnsignedResults = value("UNSIGNED_RESULTS") == "1"
        trustedProxies = value("TRUSTED_PROXIES").split(separator: ",").map(String.init)
        supportContact = value("SUPPORT_CONTACT")
        logLevel = value("LOG_LEVEL")
        isDevelopment = value("DEVELOPMENT") == "1"
        guard let connections = Int(value("DATABASE_CONNECTIONS")), (1...200).contains(connections) else {
            throw Unusable(description: "DATABASE_CONNECTIONS must be a number from 1 to 200")
        }
        databaseConnections = connections
        guard let searches = Int(value("SEARCH_RATE")), searches > 0 else {
            throw Unusable(description: "SEARCH_RATE must be a number above 0")
        }
        searchRate = searches
        guard let signIns = Int(value("SIGN_IN_RATE")), signIns > 0 else {
            throw Unusable(description: "SIGN_IN_RATE must be a number above 0")
        }
        signInRate = signIns
        let factor = value("STAFF_SECOND_FACTOR")
        guard ["required", "optional"].contains(factor) else {
            throw Unusable(description: "STAFF_SECOND_FACTOR must be required or optional, not \(factor)")
        }
        needsSecondFactor = factor == "required"
        secondFactorKeyFile = value("SECOND_FACTOR_KEY_FILE")
        guard let days = Int(value("DRAFT_DAYS")), days == 0 || (30...3650).contains(days) else {
            throw Unusable(description: "DRAFT_DAYS must be 0 or a number from 30 to 3650")
        }
        draftDays = days
        guard let gap = Int(value("REPORT_GAP_MINUTES")), (1...10_080).contains(gap) else {
            throw Unusable(description: "REPORT_GAP_MINUTES must be a number from 1 to 10080")
        }
        reportGapMinutes = gap
        guard let rate = Int(value("CLIENT_RATE")), (1...100_000).contains(rate) else {
            throw Unusable(description: "CLIENT_RATE must be a number from 1 to 100000")
        }
        clientRate = rate
        let path = value("NATIONAL_PATH")
        guard path == "off" || (path.hasPrefix("/api/") && !path.hasSuffix("/") && !path.contains(":")) else {
            throw Unusable(description: "NATIONAL_PATH must be off or a path below /api/, not \(path)")
        }
        nationalPath = path == "off" ? nil : path
        clientCertificateHeader = value("CLIENT_CERTIFICATE_HEADER")
        guard clientCertificateHeader.isEmpty || HTTPField.Name(clientCertificateHeader) != nil else {
            throw Unusable(description: "CLIENT_CERTIFICATE_HEADER must be the name of a header")
        }
        guard let callDays = Int(value("CLIENT_CALL_DAYS")), (1...400).contains(callDays) else {
            throw Unusable(description: "CLIENT_CALL_DAYS must be a number from 1 to 400")
        }
        clientCallDays = callDays
        webhookNetworks = value("WEBHOOK_NETWORKS")
        webhookPorts = value("WEBHOOK_PORTS")
        guard let months = Int(value("FEED_RETENTION_MONTHS")), (1...1200).contains(months) else {
            throw Unusable(description: "FEED_RETENTION_MONTHS must be a number from 1 to 1200")
        }
        feedMonths = months
    }

    func path(_ relative: String) -> String { home + "/" + relative }
}
