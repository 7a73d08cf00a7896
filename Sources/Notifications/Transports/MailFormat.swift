import Core
import FoundationEssentials
package import Pages

/// A message as RFC 5322 has it. Every value that comes from elsewhere is encoded: none can add a header.
package struct MailFormat: Sendable {
    /// The address that mail comes from.
    package let sender: String
    private let texts: Texts
    private let host: String

    package init(sender: String, host: String, texts: Texts) {
        self.sender = sender
        self.host = host
        self.texts = texts
    }

    package func bytes(_ message: OutgoingMessage) -> [UInt8] {
        let lines = [
            "From: \(Self.encoded(texts.text("layout.site", message.language)))\r\n <\(Self.plain(sender))>",
            "Date: \(Self.date(message.date))",
            "To: <\(Self.plain(message.address))>",
            "Subject: \(Self.encoded(message.letter.subject))",
            "Message-ID: <\(message.id)@\(Self.plain(host))>",
            "Auto-Submitted: auto-generated",
            "Content-Language: \(message.language.rawValue)",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            "",
        ]
        let body = message.letter.body.replacing("\n", with: "\r\n") + "\r\n"
        let encoded = Array(Data(body.utf8).base64EncodedString().utf8)
        var bytes = Array(lines.joined(separator: "\r\n").utf8) + [13, 10]
        for start in stride(from: 0, to: encoded.count, by: 76) {
            bytes += encoded[start..<min(start + 76, encoded.count)] + [13, 10]
        }
        return bytes
    }

    /// Words of RFC 2047, each at most 75 signs, none with half a character.
    static func encoded(_ text: String) -> String {
        var words: [String] = []
        var word: [UInt8] = []
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            let bytes = Array(String(scalar).utf8)
            if word.count + bytes.count > 45 {
                words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=")
                word = []
            }
            word += bytes
        }
        words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=")
        return words.joined(separator: "\r\n ")
    }

    /// Printable ASCII without brackets.
    private static func plain(_ text: String) -> String {
        String(
            decoding: text.utf8.filter {
                (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">")
            }, as: UTF8.self)
    }

    /// RFC 5322, section 3.3, in Vietnam's time.
    static func date(_ date: Date) -> String {
        let day = Day(of: date)
        let (year, month, number) = day.components
        let second = Int(date.timeIntervalSince(day.instant()))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.weekday - 1]
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        let time = [second / 3600, second / 60 % 60, second % 60].map(two).joined(separator: ":")
        return "\(weekday), \(two(number)) \(name) \(year) \(time) +0700"
    }
}
