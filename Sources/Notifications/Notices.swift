package import Accounts
package import Core
package import FoundationEssentials
import Pages
package import Postgres

/// Something that a person is told, as it stands in the portal.
package struct Notice: PostgresRow {
    package typealias ID = Identifier<Notice>

    package let id: ID
    package let topic: String
    package let payload: JSONText
    package let path: String?
    package let createdAt: Date
    package let isRead: Bool

    package init(_ row: inout Row) throws {
        id = try row("id")
        topic = try row("topic")
        payload = try row("payload")
        path = try row("path")
        createdAt = try row("created_at")
        isRead = try row("read")
    }
}

/// What people are told, for themselves to read. Kept for twelve months.
package struct Notices: Sendable {
    private let database: Database
    private let letters: Letters

    /// - Parameter database: connected as `portal_app`.
    package init(database: Database, letters: Letters) {
        self.database = database
        self.letters = letters
    }

    /// An account's notices, newest first, and where the next page starts.
    package func list(
        of account: Account.ID, after cursor: TimeCursor = .start, limit: Int
    ) async throws -> (items: [Notice], next: TimeCursor?) {
        let rows = try await database.all(
            NotificationQueries.list, (account, cursor.time, Notice.ID(cursor.id), limit + 1), as: .account(account))
        let items = Array(rows.prefix(limit))
        return (items, rows.count > limit ? items.last.map { TimeCursor(time: $0.createdAt, id: $0.id.uuid) } : nil)
    }

    /// What a notice says in one line.
    package func subject(of notice: Notice, in language: Language) -> String {
        guard letters.knows(notice.topic), let payload = try? JSON(parsing: Array(notice.payload.text.utf8)) else {
            return letters.texts.text("notifications.any.line", language)
        }
        return letters.subject(notice.topic, payload, in: language)
    }

    /// Marks one notice as read; of somebody else's nothing happens.
    package func read(_ notice: Notice.ID, of account: Account.ID, at now: Date) async throws {
        try await database.run(NotificationQueries.read, (notice, account, now), as: .account(account))
    }

    /// Marks all as read that the reader can have seen: none that came after the page was made.
    package func readAll(of account: Account.ID, upTo seen: Date, at now: Date) async throws {
        try await database.run(NotificationQueries.readAll, (account, seen, now), as: .account(account))
    }

    /// Removes what is older than twelve months, a bounded number at a time; says how many. As `portal_worker`.
    @discardableResult
    package static func forget(at now: Date, in database: Database) async throws -> Int {
        let before = Day(of: now) - 365
        try await database.run(NotificationQueries.forgetTaken, (now.addingTimeInterval(-30 * 86_400), 10_000))
        try await database.run(NotificationQueries.forgetDigests, before)
        return try await database.run(NotificationQueries.forget, (before.instant(), 10_000))
    }
}

/// Where a page of a list starts: behind the last one of the page before, newest first.
package struct TimeCursor: Sendable, Hashable {
    package let time: Date
    package let id: UUID

    package static let start = TimeCursor(
        time: Date(timeIntervalSince1970: 253_000_000_000),
        id: UUID(uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)))

    package init(time: Date, id: UUID) {
        self.time = time
        self.id = id
    }

    /// As it stands in an address: microseconds since 1970, a dot, the id. Nothing personal.
    package var description: String {
        "\(Int((time.timeIntervalSince1970 * 1_000_000).rounded())).\(id.uuidString.lowercased())"
    }

    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1)
        guard text.utf8.count < 64, parts.count == 2, let microseconds = Int(Substring(parts[0])),
            let id = Notice.ID(String(Substring(parts[1])))
        else { return nil }
        time = Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
        self.id = id.uuid
    }
}
