package import Core
import Cryptography
package import FoundationEssentials
package import Postgres

/// An entry as anyone may check it: the JSON that its digest is of, and its place.
package struct JournalRecord: PostgresRow {
    package let json: JSON
    /// Nil while the entry waits to be numbered: a tenth of a second.
    package let position: Int?

    package init(_ row: inout Row) throws {
        let id: Identifier<JournalEntry> = try row("id")
        let kind: String = try row("kind")
        let subject: String = try row("subject")
        let agency: String? = try row("agency_code")
        let actor: String = try row("actor")
        let recordedAt: Date = try row("recorded_at")
        let content: JSONText = try row("content")
        json = JournalEntry.json(
            id: id, kind: kind, subject: subject, agencyCode: agency, actor: actor, recordedAt: recordedAt,
            content: (try? JSON(parsing: Array(content.text.utf8))) ?? .null)
        position = try row("position")
    }

    /// SHA-256 of an entry's canonical JSON: the digest that the chain and the tree are made of.
    package static func digest(of json: JSON) -> [UInt8] { SHA256.hash(json.canonical()) }
}

extension JournalTree {
    /// An entry with its position; nil when there is none. Entries name nobody, but whoever asks has to be entitled to the
    /// subject: the caller's to see to.
    package func entry(_ id: Identifier<JournalEntry>) async throws -> JournalRecord? {
        try await database.first(JournalQueries.entry, id)
    }

    /// Whether anything is signed here.
    package func signs(at now: Date) -> Bool { keys.current(at: now) != nil }
}
