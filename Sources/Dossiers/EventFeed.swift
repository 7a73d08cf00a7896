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

extension FeedEvent {
    /// As agencies' systems read it, wherever they are told of it (`Public/openapi.yaml`, schema `FeedEvent`).
    package var json: JSON {
        [
            "id": .string(id.description),
            "position": .integer(position),
            "type": .string(type),
            "time": .string(Timestamp.text(recordedAt)),
            "dossier": .string(code),
            "status": .integer(status.rawValue),
            "previous_status": previousStatus.map { .integer($0.rawValue) } ?? .null,
            "version": .integer(Int(version)),
            "event_id": eventID.map(JSON.string) ?? .null,
        ]
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

/// The reader was away for longer than events are kept: what it missed has to be compared, then it goes on from `oldest`.
package struct FeedCursorTooOld: Error {
    package let oldest: Int
}

extension Dossiers {
    /// What happened to an agency's dossiers behind a position, in the one order of the journal. Nothing is skipped,
    /// however many wrote at once: an event has its position only after its commit. What happened to others' dossiers
    /// costs nothing and moves `next` on.
    /// - Parameters:
    ///   - position: 0 for everything that is kept.
    ///   - end: up to where, for a piece that was begun before.
    /// - Throws: `FeedCursorAhead`, `FeedCursorTooOld`.
    package func events(
        at agency: String, after position: Int, through end: Int = .max, limit: Int
    ) async throws -> FeedPage {
        // Before the events: what gets a position meanwhile is the next reading's.
        let newest = try await database.journalSize()
        guard position <= newest else { throw FeedCursorAhead(newest: newest) }
        guard position < newest else { return FeedPage(events: [], next: newest) }
        let events = try await database.all(
            DossierQueries.eventsAt, (agency, position, min(newest, end), limit), as: .agency(agency))
        // After the events: what is removed meanwhile may be missing among them.
        try await requireKept(position)
        return FeedPage(events: events, next: events.count == limit ? events.last?.position ?? newest : newest)
    }

    /// Whether the feed can be read from a position on.
    /// - Throws: `FeedCursorAhead`, `FeedCursorTooOld`.
    package func checkCursor(_ position: Int) async throws {
        let newest = try await newestPosition()
        guard position <= newest else { throw FeedCursorAhead(newest: newest) }
        try await requireKept(position)
    }

    /// The position of whatever happened last in the portal.
    package func newestPosition() async throws -> Int { try await database.journalSize() }

    private func requireKept(_ position: Int) async throws {
        guard position > 0 else { return }
        let oldest = try await database.one(DossierQueries.feedFloor, ())
        guard position >= oldest else { throw FeedCursorTooOld(oldest: oldest) }
    }

    /// Removes events from agencies' feeds that are older than so many whole months, a bounded piece at a time. The
    /// journal keeps what they tell of. For the jobs alone.
    /// - Returns: how many positions were passed, 0 when nothing is that old.
    package func forgetEvents(at now: Date, months: Int, limit: Int = 10_000) async throws -> Int {
        let (year, month, _) = Day(of: now).components
        let first = year * 12 + month - 1 - months
        guard let oldest = Day(year: first / 12, month: first % 12 + 1, day: 1)?.instant() else { return 0 }
        return try await database.transaction { try await $0.one(DossierQueries.forgetEvents, (oldest, limit)) }
    }
}
