package import Core
import Cryptography
package import FoundationEssentials
package import Postgres

/// A fact that happened, kept for good: who did what to which subject, and when.
///
/// Entries are written inside the transaction that makes the fact true, numbered and chained just after (`Sequencer`),
/// and never updated or deleted: the database role of the program can't.
package struct JournalEntry: Sendable {
    package let id: Identifier<JournalEntry>
    /// What happened, as `capability.verb`: `dossier.submitted`.
    package let kind: String
    /// What it happened to, as `kind:identifier`: `dossier:0190…`.
    package let subject: String
    /// The agency that may see it in its feed; nil when none.
    package let agencyCode: String?
    /// Who did it, as `account:…`, `client:…` or `system`. Never a name or a personal number.
    package let actor: String
    package let recordedAt: Date
    package let content: JSON

    package init(
        kind: String, subject: String, agencyCode: String?, actor: String, at now: Date, content: JSON
    ) {
        id = .make(at: now)
        self.kind = kind
        self.subject = subject
        self.agencyCode = agencyCode
        self.actor = actor
        recordedAt = now.toTheMicrosecond
        self.content = content
    }

    /// SHA-256 of the entry in canonical JSON (RFC 8785); time as whole microseconds since 1970, as the database keeps it.
    var digest: [UInt8] {
        Self.digest(
            id: id, kind: kind, subject: subject, agencyCode: agencyCode, actor: actor, recordedAt: recordedAt,
            content: content)
    }

    static func digest(
        id: Identifier<JournalEntry>, kind: String, subject: String, agencyCode: String?, actor: String,
        recordedAt: Date, content: JSON
    ) -> [UInt8] {
        SHA256.hash(
            json(
                id: id, kind: kind, subject: subject, agencyCode: agencyCode, actor: actor, recordedAt: recordedAt,
                content: content
            ).canonical())
    }

    /// What the digest is of.
    static func json(
        id: Identifier<JournalEntry>, kind: String, subject: String, agencyCode: String?, actor: String,
        recordedAt: Date, content: JSON
    ) -> JSON {
        [
            "id": .string(id.description),
            "kind": .string(kind),
            "subject": .string(subject),
            "agency": agencyCode.map(JSON.string) ?? .null,
            "actor": .string(actor),
            "recorded_at": .integer(Int((recordedAt.timeIntervalSince1970 * 1_000_000).rounded())),
            "content": content,
        ]
    }
}

extension Date {
    /// As the database gives it back: whole microseconds, counted from 2000. Rounded any other way, an instant half way
    /// between two of them would have another digest when it is verified.
    fileprivate var toTheMicrosecond: Date {
        let epoch: TimeInterval = 946_684_800
        let microseconds = ((timeIntervalSince1970 - epoch) * 1_000_000).rounded()
        return Date(timeIntervalSince1970: microseconds / 1_000_000 + epoch)
    }
}

extension Transaction {
    /// Writes an entry as part of this transaction. Whoever changes the subject holds its row lock by then, so that
    /// entries of one subject are numbered in the order in which they happened.
    package func append(_ entry: JournalEntry) async throws -> Identifier<JournalEntry> {
        try append([entry])
        return entry.id
    }

    /// Writes entries, numbered in this order.
    package func append(_ entries: [JournalEntry]) throws {
        try later(JournalQueries.append, JournalEntry.columns(entries))
    }
}

extension JournalEntry {
    typealias Columns = (
        [Identifier<JournalEntry>], [String], [String], [String?], [String], [Date], [String], [[UInt8]]
    )

    fileprivate static func columns(_ entries: [JournalEntry]) -> Columns {
        (
            entries.map(\.id), entries.map(\.kind), entries.map(\.subject), entries.map(\.agencyCode),
            entries.map(\.actor), entries.map(\.recordedAt),
            entries.map { String(decoding: $0.content.canonical(), as: UTF8.self) }, entries.map(\.digest)
        )
    }
}
