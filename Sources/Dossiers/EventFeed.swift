package import Core
package import FoundationEssentials
package import Journal
package import Postgres

/// Something that happened to a dossier, as its agency's systems follow it. Names nobody.
package struct FeedEvent: PostgresRow {
    /// The same each time it is read.
    package let id: Identifier<JournalEntry>
    /// Its place among everything that happens in the portal.
    package let position: Int
    /// `dossier.submitted`, `dossier.status_changed`, or what else was done: `dossier.` and a `DossierEvent.Kind`.
    package let type: String
    /// When the portal recorded it.
    package let recordedAt: Date
    /// The dossier.
    package let code: String
    /// Where the dossier stands afterwards.
    package let status: DossierStatus
    /// Where it stood; nil for its submission.
    package let previousStatus: DossierStatus?
    /// The dossier's version that this made.
    package let version: Int32
    /// The agency's own identifier, when one of its systems reported it.
    package let eventID: String?

    package init(_ row: inout Row) throws {
        id = try row("entry_id")
        position = try row("position")
        type = try row("kind")
        recordedAt = try row("recorded_at")
        code = try row("code")
        status = try row("status")
        previousStatus = try row("previous_status")
        version = try row("version")
        eventID = try row("event_id")
    }
}

/// A piece of an agency's feed, and where to read on.
package struct FeedPage: Sendable {
    package let events: [FeedEvent]
    /// Every event up to here was seen: the last one's position when there may be more, else the newest of the journal.
    package let next: Int
}

/// The reader is further than the journal: what it read was lost when the database was restored, and has to be compared.
package struct FeedCursorAhead: Error {
    package let newest: Int
}

extension Dossiers {
    /// What happened to an agency's dossiers behind a position, in the one order of the journal. Nothing is skipped,
    /// however many wrote at once: an event has its position only after its commit. What happened to others' dossiers
    /// costs nothing and moves `next` on.
    /// - Throws: `FeedCursorAhead`.
    package func events(at agency: String, after position: Int, limit: Int) async throws -> FeedPage {
        // Before the events: what gets a position meanwhile is the next reading's.
        let newest = try await database.journalSize()
        guard position <= newest else { throw FeedCursorAhead(newest: newest) }
        guard position < newest else { return FeedPage(events: [], next: newest) }
        let events = try await database.all(
            DossierQueries.eventsAt, (agency, position, newest, limit), as: .agency(agency))
        return FeedPage(events: events, next: events.count == limit ? events.last?.position ?? newest : newest)
    }
}
