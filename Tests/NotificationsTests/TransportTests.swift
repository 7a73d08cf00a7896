import Core
import Foundation
import Pages
import TestSupport
import Testing

@testable import Notifications

@Suite("What leaves the portal")
struct TransportTests {
    private func message(_ subject: String, address: String = "lan@example.vn", body: String = "x") -> OutgoingMessage {
        OutgoingMessage(
            id: .make(at: Samples.now), address: address, letter: Letter(subject: subject, body: body, short: body),
            language: .vi, date: Samples.now)
    }

    private func mail(_ message: OutgoingMessage) -> [String] {
        let format = MailFormat(sender: "no-reply@example.vn", host: "example.vn", texts: Samples.words)
        return String(decoding: format.bytes(message), as: UTF8.self).components(separatedBy: "\r\n")
    }

    @Test(
        "no value from outside adds a header or a recipient",
        arguments: ["a\r\nBcc: x@evil.example", "a\nBcc: x@evil.example", "a\r\n\r\nBcc: x"])
    func injection(text: String) throws {
        let lines = mail(message(text, address: "lan@example.vn\r\nBcc: <x@evil.example>"))
        let headers = lines.prefix { !$0.isEmpty }
        #expect(!headers.contains { $0.lowercased().hasPrefix("bcc") })
        #expect(headers.count(where: { $0.hasPrefix("To: <lan@example.vn") }) == 1)
    }

    @Test("a long subject is folded into encoded words of at most 75 signs, and reads as it was written")
    func subject() throws {
        let subject = String(repeating: "Yêu cầu bổ sung hồ sơ đăng ký khai sinh ", count: 6)
        let words = MailFormat.encoded(subject).components(separatedBy: "\r\n ")
        #expect(words.count > 1 && words.allSatisfy { $0.utf8.count <= 75 })
        let read = try words.map { word in
            let data = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
            return String(decoding: data, as: UTF8.self)
        }.joined()
        #expect(read == subject)
    }

    @Test("the id of the delivery is the mail's own, and no line is too long")
    func mailFormat() {
        let sent = message("Hồ sơ", body: String(repeating: "Kính gửi Đỗ Ỷ, ", count: 200))
        let lines = mail(sent)
        #expect(lines.contains("Message-ID: <\(sent.id)@example.vn>"))
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
    }

    @Test(
        "a short text fits into one SMS, with accents only where they are wanted and there is room",
        arguments: [
            ("Hồ sơ đã xong", false, "Ho so da xong"), ("Hồ sơ đã xong", true, "Hồ sơ đã xong"),
            ("plain [text]", true, "plain [text]"),
            (String(repeating: "Đủ ", count: 24), true, String(repeating: "Du ", count: 23) + "Du"),
            (String(repeating: "à", count: 160), false, String(repeating: "à", count: 160)),
            (String(repeating: "ạ", count: 161), false, String(repeating: "a", count: 157) + "..."),
            ("“Khai sinh” – xem…", false, "\"Khai sinh\" - xem..."), ("😀", false, "?"),
        ])
    func short(text: String, keepsAccents: Bool, fitting: String) {
        let found = ShortText(keepsAccents: keepsAccents).fitting(text)
        #expect(found == fitting)
        #expect(ShortText.septets(found).map { $0 <= 160 } ?? (found.utf16.count <= 70))
    }

    @Test("every text for SMS fits without being cut, its values being as long as they get")
    func smsTexts() {
        for topic in Samples.letters.topics where Samples.words.has("notifications.\(topic).sms") {
            for language in Language.allCases {
                for status in 1...10 {
                    let letter = Samples.letters.letter(
                        topic,
                        [
                            "code": "H26.16.123-261124-00001", "status": .integer(status), "day": "2026-11-24",
                            "late": "1000+", "due": "1000+", "waiting": "1000+", "fresh": "1000+",
                        ], to: "", in: language)
                    #expect(!ShortText(keepsAccents: false).fitting(letter.short).hasSuffix("..."), "\(topic)")
                }
            }
        }
    }

    @Test("values stay inside the strings of the gateway's JSON")
    func gatewayBody() throws {
        let body = Gateway.filled(
            #"{"to": "{e164}", "text": "{text}", "id": "{id}", "kind": {"a": 1}}"#,
            ["e164": "+84950123406", "text": "a\"}, {\"to\": \"x\n{id}", "id": "1"])
        let json = try JSON(parsing: Array(body.utf8))
        #expect(json["text"]?.string == "a\"}, {\"to\": \"x\n{id}" && json["to"]?.string == "+84950123406")
        #expect(json["kind"]?["a"]?.int == 1)
    }

    @Test(
        "the provider's id is found where the operator says",
        arguments: [
            (#"{"id": "a"}"#, "id", "a"), (#"{"data": [{"sid": 7}]}"#, "data.0.sid", "7"), (#"{"id": "a"}"#, "x", nil),
            ("no json", "id", nil), (#"{"id": "a"}"#, "", nil), (#"{"data": []}"#, "data.-1", nil),
        ] as [(String, String, String?)])
    func providerID(body: String, path: String, id: String?) {
        #expect(Gateway.providerID(in: Array(body.utf8), at: path) == id)
    }
}
