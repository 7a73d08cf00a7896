import FoundationEssentials
import Notifications
import Pages

extension Settings {
    /// How mail leaves: by SMTP where a server is named, else into a folder.
    func mailTransport(_ texts: Texts) throws -> any Transport {
        let host = URL(string: publicURL)?.host() ?? "localhost"
        let format = MailFormat(sender: mailFrom.isEmpty ? "no-reply@\(host)" : mailFrom, host: host, texts: texts)
        guard !smtpURL.isEmpty else { return try Folder(directory: mailDirectory, content: .mail(format)) }
        guard smtpURL.hasPrefix("smtp://") || smtpURL.hasPrefix("smtps://") else {
            throw Unusable(description: "SMTP_URL must begin with smtp:// or smtps://, not \(smtpURL)")
        }
        guard smtpTLS == "required" || smtpTLS == "optional" else {
            throw Unusable(description: "SMTP_TLS must be required or optional, not \(smtpTLS)")
        }
        return SMTP(
            SMTP.Server(
                url: smtpURL, user: smtpUser, password: try secret(smtpPasswordFile, of: "SMTP_PASSWORD_FILE"),
                allowsPlain: smtpTLS == "optional", authorities: outgoingCAFile), format: format)
    }

    /// How SMS leave: by a provider's gateway where one is named, else into a folder.
    func smsTransport() throws -> any Transport {
        let text = ShortText(keepsAccents: smsAccents)
        guard !smsGatewayURL.isEmpty else { return try Folder(directory: smsDirectory, content: .sms(text)) }
        let service = Gateway.Service(
            url: smsGatewayURL, method: smsGatewayMethod, header: smsGatewayHeader,
            token: try secret(smsGatewayTokenFile, of: "SMS_GATEWAY_TOKEN_FILE"), body: smsGatewayBody,
            idPath: smsGatewayID, authorities: outgoingCAFile)
        if let problem = service.problem { throw Unusable(description: "SMS_GATEWAY_…: \(problem)") }
        return Gateway(service, text: text)
    }

    /// What stands in a file that only the program may read; empty when there is none.
    private func secret(_ path: String, of variable: String) throws -> String {
        guard !path.isEmpty else { return "" }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Unusable(description: "\(variable): \(path) can't be read")
        }
        return String(decoding: data, as: UTF8.self).filter { !$0.isNewline }
    }
}
