import Cryptography
package import Postgres

/// Builds the tree anew from the entries and compares: every kept subtree, every signed head, every head noted elsewhere.
///
/// Two heads that agree with the tree made anew are consistent with each other, so nothing further has to be proved.
package struct TreeVerification: Sendable {
    /// What is wrong, a sentence each; nothing when it is empty.
    package private(set) var faults: [String] = []
    /// How many signed heads the database has.
    package private(set) var heads = 0

    private let keys: KnownKeys?
    private var frontier = MerkleFrontier()
    private var previous: SignedTreeHead?
    private var noted: [Int: [SignedTreeHead]]

    /// Reads all entries' digests, a page at a time; run it as `portal_worker`, after `JournalVerification`, which says
    /// whether the digests are those of the entries.
    /// - Parameters:
    ///   - noted: heads kept in another place.
    ///   - keys: to check signatures with; nil to leave them alone.
    package static func run(
        on database: Database, noted: [SignedTreeHead] = [], keys: KnownKeys?
    ) async throws -> TreeVerification {
        var found = TreeVerification(keys: keys, noted: noted)
        var waiting = try await database.all(JournalQueries.treeHeads, (0, 1000))[...]
        while true {
            let leaves = try await database.all(JournalQueries.treeLeaves, (found.frontier.size, 1000))
            var nodes: [MerkleFrontier.Node] = []
            for leaf in leaves {
                // A gap is named by `JournalVerification`; behind it no root can be right.
                guard leaf.position == found.frontier.size + 1 else { break }
                nodes += found.frontier.append(leaf.digest)
                while let head = waiting.first?.signed, head.head.size == found.frontier.size {
                    found.compare(head)
                    waiting = waiting.dropFirst()
                    if waiting.isEmpty {
                        waiting = try await database.all(JournalQueries.treeHeads, (head.head.size, 1000))[...]
                    }
                }
                found.compareNoted()
            }
            try await found.compare(nodes, on: database)
            guard let last = leaves.last, last.position == found.frontier.size else { break }
        }
        for head in waiting { found.faults.append(Self.missing(head.signed, found.frontier.size)) }
        for head in found.noted.values.flatMap(\.self) {
            found.faults.append("noted elsewhere: " + Self.missing(head, found.frontier.size))
        }
        return found
    }

    private init(keys: KnownKeys?, noted: [SignedTreeHead]) {
        self.keys = keys
        self.noted = Dictionary(grouping: noted) { $0.head.size }
    }

    private static func missing(_ head: SignedTreeHead, _ size: Int) -> String {
        "signed head of \(head.head.size) entries: the journal has only \(size) of them in a row"
    }

    private mutating func compare(_ head: SignedTreeHead) {
        heads += 1
        check(head, "signed head of \(head.head.size) entries")
        if head.head.previous != previous?.statement.digest {
            faults.append("signed head of \(head.head.size) entries: the head before it was changed or removed")
        }
        if let previous, head.head.time < previous.head.time {
            faults.append("signed head of \(head.head.size) entries: it is older than the head before it")
        }
        previous = head
    }

    private mutating func compareNoted() {
        for head in noted.removeValue(forKey: frontier.size) ?? [] {
            check(head, "noted elsewhere: signed head of \(head.head.size) entries")
        }
    }

    private mutating func check(_ head: SignedTreeHead, _ what: String) {
        if head.head.root != frontier.root {
            faults.append("\(what): the journal is another than the one that was signed")
        }
        switch keys.map(head.verdict(by:)) {
        case nil, .valid: break
        case .revokedKey: faults.append("\(what): its key was revoked")
        case .unknownKey: faults.append("\(what): its key is unknown")
        case .notInUse: faults.append("\(what): its key wasn't in use then")
        case .wrong: faults.append("\(what): the signature is wrong")
        }
    }

    /// Subtrees beyond the last head aren't kept yet.
    private mutating func compare(_ nodes: [MerkleFrontier.Node], on database: Database) async throws {
        let kept = try await database.all(JournalQueries.treeNodes, JournalTree.arguments(nodes.map(\.place)))
        let signed = try await database.first(JournalQueries.latestTreeHead, ())?.signed.head.size ?? 0
        for (node, kept) in zip(nodes, kept)
        where kept.hash != node.hash && (node.place.number + 1) << node.place.level <= signed {
            faults.append("subtree \(node.place.number) of level \(node.place.level): differs from the entries")
        }
    }
}
