import CCurl
import Core

/// Hands SMS to a provider's gateway by HTTP, through libcurl. What to send and where its answer has the message's id is
/// the operator's to say, since every provider has an interface of its own.
package struct Gateway: Transport {
    package struct Service: Sendable {
        package let url: String
        package let method: String
        /// A header with the token at `{token}`; empty: none.
        package let header: String
        package let token: String
        /// JSON with `{to}`, `{e164}`, `{text}` and `{id}` inside of its strings.
        package let body: String
        /// Where the answer has the provider's id: names of members with dots between.
        package let idPath: String
        /// Certificates of who vouches for it, as PEM; empty: those that the machine trusts.
        package let authorities: String

        package init(
            url: String, method: String, header: String, token: String, body: String, idPath: String,
            authorities: String
        ) {
            self.url = url
            self.method = method
            self.header = header
            self.token = token
            self.body = body
            self.idPath = idPath
            self.authorities = authorities
        }

        /// What is wrong with it, in words for the operator.
        package var problem: String? {
            if !url.hasPrefix("https://"), !url.hasPrefix("http://") { return "the URL must begin with https://" }
            if !["POST", "PUT"].contains(method) { return "the method must be POST or PUT" }
            if !body.contains("{text}") || !(body.contains("{to}") || body.contains("{e164}")) {
                return "the body needs {text}, and {to} or {e164}"
            }
            return (try? JSON(parsing: Array(body.utf8))) == nil ? "the body is no JSON" : nil
        }
    }

    private let service: Service
    private let text: ShortText
    private let curl = Curl(label: "sms")

    package init(_ service: Service, text: ShortText) {
        self.service = service
        self.text = text
    }

    package func send(_ message: OutgoingMessage) async -> Outcome {
        guard let number = PhoneNumber(message.address) else { return .failed("invalid-address") }
        let id = message.id.description
        let values = [
            "to": number.description, "e164": "+84" + number.description.dropFirst(),
            "text": text.fitting(message.letter.short), "id": id,
        ]
        var transfer = Curl.Transfer()
        transfer.texts = [
            (CURLOPT_URL, service.url), (CURLOPT_PROTOCOLS_STR, "http,https"), (CURLOPT_CUSTOMREQUEST, service.method),
        ]
        if !service.authorities.isEmpty { transfer.texts.append((CURLOPT_CAINFO, service.authorities)) }
        var headers = [
            "Content-Type: application/json", "Accept: application/json", "X-Idempotency-Key: \(id)", "Expect:",
        ]
        if !service.header.isEmpty { headers.append(service.header.replacing("{token}", with: service.token)) }
        transfer.lists = [(CURLOPT_HTTPHEADER, headers)]
        transfer.upload = Array(Self.filled(service.body, values).utf8)
        transfer.numbers = [(CURLOPT_POST, 1), (CURLOPT_POSTFIELDSIZE, transfer.upload.count)]
        return outcome(await curl.perform(transfer))
    }

    private func outcome(_ answer: Curl.Answer) -> Outcome {
        let code = "http-\(answer.status)"
        return switch (answer.code, answer.status) {
        // 409: it has this id already, from an attempt whose answer was lost.
        case (CURLE_OK.rawValue, 200..<300), (CURLE_OK.rawValue, 409):
            .sent(providerID: Self.providerID(in: answer.body, at: service.idPath))
        // The token, the address, or too much at once: an operator's business, not the recipient's.
        case (CURLE_OK.rawValue, 401), (CURLE_OK.rawValue, 403), (CURLE_OK.rawValue, 404), (CURLE_OK.rawValue, 405),
            (CURLE_OK.rawValue, 429), (CURLE_OK.rawValue, 500...):
            .unreachable(code)
        case (CURLE_OK.rawValue, 408), (CURLE_OK.rawValue, 425): .later(code)
        case (CURLE_OK.rawValue, 400..<500): .failed(code)
        case (CURLE_OK.rawValue, _): .unreachable(code)
        default: .unreachable(answer.trouble)
        }
    }

    /// Values stand inside of JSON strings and can't get out of them.
    static func filled(_ template: String, _ values: [String: String]) -> String {
        var out = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open]
            let close = rest[open...].firstIndex(of: "}")
            if let close, let value = values[String(rest[rest.index(after: open)..<close])] {
                var writer = JSONWriter()
                writer.write(.string(value))
                out += String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
                rest = rest[rest.index(after: close)...]
            } else {
                out += "{"
                rest = rest[rest.index(after: open)...]
            }
        }
        return out + rest
    }

    static func providerID(in body: [UInt8], at path: String) -> String? {
        guard !path.isEmpty, var json = try? JSON(parsing: body) else { return nil }
        for name in path.split(separator: ".") {
            let element = Int(name).flatMap { index in
                json.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
            guard let next = json[String(name)] ?? element else { return nil }
            json = next
        }
        let id = json.string ?? json.int.map(String.init)
        return id.flatMap { $0.utf8.count <= 200 ? $0 : nil }
    }
}
