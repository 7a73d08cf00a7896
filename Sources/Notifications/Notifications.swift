import Core
import FoundationEssentials
import Journal
import Pages
package import Logging
package import Postgres
import ServiceLifecycle

/// Takes messages from the outbox and writes each into a folder as a file of RFC 5322, for a mail system to pick up.
///
/// At least once: a crash between writing and noting it delivers again, over the same file name.
package struct Notifications: Service {
    private let database: Database
    private let letters: Letters
    private let directory: String
    private let logger: Logger

    /// - Parameter database: connected as `portal_worker`.
    package init(database: Database, letters: Letters, directory: String, logger: Logger) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        self.database = database
        self.letters = letters
        self.directory = directory
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await Outbox.drain(database, at: Date(), deliver: deliver) > 0 {}
                } catch {
                    logger.warning("messages could not be delivered yet", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(2))
            }
        }
    }

    @Sendable private func deliver(_ message: OutboxMessage) async throws {
        let payload = try JSON(parsing: Array(message.payload.text.utf8))
        guard let account = payload["account"]?.string.flatMap(Identifier<Recipient>.init),
            let recipient = try await database.first(NotificationQueries.recipient, account)
        else { return }
        // Written by a newer program, perhaps, that runs beside this one: its turn will come.
        guard letters.knows(message.topic) else { throw UnknownTopic(topic: message.topic) }
        let letter = letters.letter(message.topic, payload, to: recipient.name, in: recipient.language)
        let subject = Base64.encode(Array(letter.subject.utf8))
        let mail = """
            From: =?UTF-8?B?\(Base64.encode(Array(letters.texts.text("layout.site", recipient.language).utf8)))?= <no-reply@\(host)>\r
            Date: \(Self.date(Date()))\r
            To: <\(recipient.email.filter { !$0.isNewline })>\r
            Subject: =?UTF-8?B?\(subject)?=\r
            Message-ID: <\(message.id)@portal>\r
            MIME-Version: 1.0\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Transfer-Encoding: 8bit\r
            \r
            \(letter.body)\r

            """
        try Data(mail.utf8).write(to: URL(filePath: "\(directory)/\(message.id).eml"), options: .atomic)
    }
}

extension Notifications {
    /// The host of the portal's own address, from which its mail comes.
    private var host: String { URL(string: letters.publicURL)?.host() ?? "localhost" }

    /// RFC 5322, section 3.3, in Vietnam's time.
    private static func date(_ date: Date) -> String {
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

enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

extension Language: PostgresValue {}

/// The statements of `SQL/queries/notifications.sql`.
package enum NotificationQueries {
    static let recipient = Query("notifications.recipient", Identifier<Recipient>.self, returns: Recipient.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [recipient]
}

/// A topic that `Templates/notifications/texts.json` says nothing about.
struct UnknownTopic: Error, CustomStringConvertible {
    let topic: String

    var description: String { "there is no text about \(topic)" }
}

struct Recipient: PostgresRow {
    let name: String
    let email: String
    let language: Language

    init(_ row: inout Row) throws {
        name = try row("name")
        email = try row("email")
        language = try row("language")
    }
}
