import CCurl
import Core

/// Hands mail to a server by SMTP, through libcurl. What its codes mean is RFC 5321, section 4.2.
package struct SMTP: Transport {
    package struct Server: Sendable {
        /// `smtp://host:587` with STARTTLS, `smtps://host:465` with TLS from the first byte.
        package let url: String
        package let user: String
        package let password: String
        /// Whether mail may also go in the clear: for a server on the same machine.
        package let allowsPlain: Bool
        /// Certificates of who vouches for it, as PEM; empty: those that the machine trusts.
        package let authorities: String

        package init(url: String, user: String, password: String, allowsPlain: Bool, authorities: String) {
            self.url = url
            self.user = user
            self.password = password
            self.allowsPlain = allowsPlain
            self.authorities = authorities
        }
    }

    private let server: Server
    private let format: MailFormat
    private let curl = Curl(label: "smtp")

    package init(_ server: Server, format: MailFormat) {
        self.server = server
        self.format = format
    }

    package func send(_ message: OutgoingMessage) async -> Outcome {
        guard EmailAddress(message.address) != nil else { return .failed("invalid-address") }
        var transfer = Curl.Transfer()
        transfer.texts = [
            (CURLOPT_URL, server.url), (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            (CURLOPT_MAIL_FROM, "<\(format.sender)>"),
        ]
        if !server.user.isEmpty {
            transfer.texts += [(CURLOPT_USERNAME, server.user), (CURLOPT_PASSWORD, server.password)]
        }
        if !server.authorities.isEmpty { transfer.texts.append((CURLOPT_CAINFO, server.authorities)) }
        let security = server.allowsPlain ? CURLUSESSL_TRY : CURLUSESSL_ALL
        transfer.numbers = [(CURLOPT_USE_SSL, Int(security.rawValue)), (CURLOPT_UPLOAD, 1)]
        transfer.lists = [(CURLOPT_MAIL_RCPT, ["<\(message.address)>"])]
        transfer.upload = format.bytes(message)
        return Self.outcome(await curl.perform(transfer))
    }

    static func outcome(_ answer: Curl.Answer) -> Outcome {
        let code = "smtp-\(answer.status)"
        return switch (answer.code, answer.status) {
        case (CURLE_OK.rawValue, _): .sent(providerID: nil)
        // Our own sign-in, or what we may do there: an operator's business, not the recipient's.
        case (CURLE_LOGIN_DENIED.rawValue, _), (_, 530), (_, 534), (_, 535): .unreachable(code)
        case (_, 550), (_, 551), (_, 553): .bounced(code)
        case (_, 500..<600): .failed(code)
        // 421: the server is closing; about the others something is wrong with this message, for now.
        case (_, 421): .unreachable(code)
        case (_, 400..<500): .later(code)
        default: .unreachable(answer.trouble)
        }
    }
}
