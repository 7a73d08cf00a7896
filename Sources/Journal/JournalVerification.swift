package import Core
package import Postgres

/// What a walk along the whole chain found. Empty `faults` means: nothing changed, removed, inserted or reordered.
package struct JournalVerification: Sendable {
    package struct Fault: Sendable, Hashable {
        package enum Kind: String, Sendable {
            /// The entry no longer says what it said when it was written.
            case changed
            /// The entry or its place in the chain is gone.
            case removed
            /// The link doesn't follow from the one before: entries were reordered, inserted or replaced.
            case broken
        }
        package let kind: Kind
        /// The position in the chain; nil for an entry whose place was taken away.
        package let position: Int?
        package let entryID: Identifier<JournalEntry>?
    }

    package private(set) var faults: [Fault] = []
    /// How many links were followed.
    package private(set) var links = 0
    /// Hash of the last link, to compare with a checkpoint kept elsewhere: a cut-off tail leaves no other trace.
    package private(set) var head = Sequencer.genesis
    /// Entries committed and not yet numbered.
    package private(set) var waiting = 0

    /// Walks the chain from the first link, a page at a time. Reads everything; run it as `portal_worker`.
    package static func run(on database: Database) async throws -> JournalVerification {
        var found = JournalVerification()
        var position = 0
        while true {
            let page = try await database.all(JournalQueries.page, (position, 1000))
            guard let last = page.last else { break }
            for link in page { found.follow(link) }
            position = last.position
        }
        for entry in try await database.all(JournalQueries.strays, 100) {
            found.faults.append(Fault(kind: .removed, position: nil, entryID: entry))
        }
        found.waiting = try await database.one(JournalQueries.waiting, ())
        return found
    }

    private var expectedPosition = 1

    /// After a fault the walk goes on from what is stored, so that one change is reported once and at its place.
    private mutating func follow(_ link: ChainedEntry) {
        for missing in expectedPosition..<max(expectedPosition, link.position) {
            faults.append(Fault(kind: .removed, position: missing, entryID: nil))
        }
        let gap = link.position != expectedPosition
        if !link.isPresent {
            faults.append(Fault(kind: .removed, position: link.position, entryID: link.entryID))
        } else if link.recomputedDigest != link.digest {
            faults.append(Fault(kind: .changed, position: link.position, entryID: link.entryID))
        } else if !gap, Sequencer.link(after: head, to: link.digest) != link.hash {
            faults.append(Fault(kind: .broken, position: link.position, entryID: link.entryID))
        }
        links += 1
        head = link.hash
        expectedPosition = link.position + 1
    }
}

extension ChainedEntry {
    fileprivate var recomputedDigest: [UInt8] {
        guard let recordedAt, let content = try? JSON(parsing: Array(content.text.utf8)) else { return [] }
        return JournalEntry.digest(
            id: entryID, kind: kind, subject: subject, agencyCode: agencyCode, actor: actor, recordedAt: recordedAt,
            content: content)
    }
}
