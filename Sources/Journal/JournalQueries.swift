import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/journal.sql`, one typed line each.
package enum JournalQueries {
    static let append = Query(
        "journal.append", [Identifier<JournalEntry>].self, [String].self, [String].self, [String?].self, [String].self,
        [Date].self, [String].self, [[UInt8]].self)
    static let claim = Query("journal.claim", Int.self, returns: Bool.self)
    static let queued = Query("journal.queued", Int.self, returns: QueuedEntry.self)
    static let head = Query("journal.head", returns: ChainHead.self)
    static let size = Query("journal.size", returns: Int.self)
    static let seal = Query("journal.seal", [Int].self, [Identifier<JournalEntry>].self, [String].self)
    static let dequeue = Query("journal.dequeue", [Int].self)
    static let announce = Query("journal.announce", String.self, returns: Bool.self)
    static let subjects = Query("journal.subjects", Int.self, Int.self, returns: String.self)
    static let makeMonths = Query("months.make", Date.self, Int32.self, returns: Int32.self)
    static let unplaced = Query("months.unplaced", returns: Int.self)
    static let page = Query("journal.page", Int.self, Int.self, returns: ChainedEntry.self)
    static let strays = Query("journal.strays", Int.self, returns: Identifier<JournalEntry>.self)
    static let waiting = Query("journal.waiting", returns: Int.self)

    static let entry = Query("journal.entry", Identifier<JournalEntry>.self, returns: JournalRecord.self)
    static let latestTreeHead = Query("tree.latest", returns: StoredTreeHead.self)
    static let treeHeads = Query("tree.heads", Int.self, Int.self, returns: StoredTreeHead.self)
    static let treeNodes = Query("tree.nodes", [Int].self, [Int].self, returns: TreeNode.self)
    static let treeLeaves = Query("tree.leaves", Int.self, Int.self, returns: TreeLeaf.self)
    static let keepTreeNodes = Query("tree.keep_nodes", [Int].self, [Int].self, [String].self)
    static let keepTreeHead = Query(
        "tree.keep_head", Int.self, [UInt8].self, String?.self, Date.self, String.self, [UInt8].self)

    static let enqueue = Query("outbox.enqueue", String.self, [String].self, Date.self)
    static let claimMessages = Query("outbox.claim", Date.self, Int.self, returns: OutboxMessage.self)
    static let delivered = Query("outbox.delivered", Int.self, Date.self)
    static let postponed = Query("outbox.postponed", Int.self, Date.self)

    static let findAnswer = Query("idempotency.find", String.self, String.self, returns: StoredAnswer.self)
    static let rememberAnswer = Query(
        "idempotency.remember", String.self, String.self, [UInt8].self, Int32.self, [UInt8].self, Date.self)
    static let forgetAnswers = Query("idempotency.forget", Date.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        append, claim, queued, head, size, seal, dequeue, announce, subjects, makeMonths, unplaced, page, strays,
        waiting,
        entry, latestTreeHead, treeHeads, treeNodes, treeLeaves, keepTreeNodes, keepTreeHead,
        enqueue, claimMessages, delivered, postponed, findAnswer, rememberAnswer, forgetAnswers,
    ]
}

struct QueuedEntry: PostgresRow {
    let queueID: Int
    let entryID: Identifier<JournalEntry>
    let digest: [UInt8]

    init(_ row: inout Row) throws {
        queueID = try row("queue_id")
        entryID = try row("entry_id")
        digest = try row("digest")
    }
}

struct ChainHead: PostgresRow {
    let position: Int
    let hash: [UInt8]

    init(_ row: inout Row) throws {
        position = try row("position")
        hash = try row("hash")
    }
}

/// A link of the chain with the entry it stands for, which is absent when somebody removed it.
struct ChainedEntry: PostgresRow {
    let position: Int
    let hash: [UInt8]
    let entryID: Identifier<JournalEntry>
    let isPresent: Bool
    let kind: String
    let subject: String
    let agencyCode: String?
    let actor: String
    let recordedAt: Date?
    let content: JSONText
    let digest: [UInt8]

    init(_ row: inout Row) throws {
        position = try row("position")
        hash = try row("hash")
        entryID = try row("entry_id")
        isPresent = try row("present")
        kind = try row("kind")
        subject = try row("subject")
        agencyCode = try row("agency_code")
        actor = try row("actor")
        recordedAt = try row("recorded_at")
        content = try row("content")
        digest = try row("digest")
    }
}
