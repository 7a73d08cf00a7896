import Core
import FoundationEssentials
import Journal
package import Logging
package import Pages
package import Postgres
import ServiceLifecycle

/// Takes messages from the outbox and writes each into a folder as a file of RFC 5322, for a mail system to pick up.
///
/// At least once: a crash between writing and noting it delivers again, over the same file name.
package struct Notifications: Service {
    private let database: Database
    private let texts: Texts
    private let directory: String
    private let publicURL: String
    private let logger: Logger

    /// - Parameter database: connected as `portal_worker`.
    package init(database: Database, texts: Texts, directory: String, publicURL: String, logger: Logger) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        self.database = database
        self.texts = texts
        self.directory = directory
        self.publicURL = publicURL
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
            let recipient = try await database.first(NotificationQueries.recipient, account),
            let letter = letter(message.topic, payload, to: recipient.name)
        else { return }
        let subject = Base64.encode(Array(letter.subject.utf8))
        let mail = """
            From: =?UTF-8?B?\(Base64.encode(Array(texts.text("layout.site", .vi).utf8)))?= <no-reply@\(host)>\r
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
    private var host: String { URL(string: publicURL)?.host() ?? "localhost" }

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

    /// What is written about; nil for a message that this program doesn't know.
    private func letter(_ topic: String, _ payload: JSON, to name: String) -> (subject: String, body: String)? {
        let key: String
        var arguments = ["name": name]
        switch topic {
        case "dossier.status":
            guard let code = payload["code"]?.string, let status = payload["status"]?.int else { return nil }
            key = "status"
            arguments["code"] = code
            arguments["status"] = texts.text("dossiers.status.\(status).name", .vi)
            arguments["meaning"] = texts.text("dossiers.status.\(status).meaning", .vi)
            arguments["url"] = "\(publicURL)/ho-so/\(code)"
        case "draft.carried":
            guard let draft = payload["draft"]?.string, let procedure = payload["procedure"]?.string else { return nil }
            key = "carried"
            arguments["procedure"] = procedure
            arguments["url"] = "\(publicURL)/ho-so-nhap/\(draft)"
        default: return nil
        }
        return (
            texts.text("notifications.\(key).subject", .vi, arguments),
            texts.text("notifications.\(key).body", .vi, arguments)
        )
    }
}

enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

/// The statements of `SQL/queries/notifications.sql`.
package enum NotificationQueries {
    static let recipient = Query("notifications.recipient", Identifier<Recipient>.self, returns: Recipient.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [recipient]
}

struct Recipient: PostgresRow {
    let name: String
    let email: String

    init(_ row: inout Row) throws {
        name = try row("name")
        email = try row("email")
    }
}
