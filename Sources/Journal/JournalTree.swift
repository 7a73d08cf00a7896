import Core
import Cryptography
package import FoundationEssentials
package import Postgres

/// The hash tree over the journal as it is kept: every complete subtree once, and every signed head.
///
/// Leaves stand nowhere but in the entries; a proof reads as many rows as the tree is high.
package struct JournalTree: Sendable {
    let database: Database
    private let currentKeys: @Sendable () -> SigningKeys

    /// - Parameters:
    ///   - database: connected as `portal_app` to read; as `portal_worker`, the one role that may extend it, to sign.
    ///   - keys: asked for each time, since they may change.
    package init(database: Database, keys: @escaping @autoclosure @Sendable () -> SigningKeys) {
        self.database = database
        currentKeys = keys
    }

    /// The portal's keys as they are now.
    package var keys: SigningKeys { currentKeys() }

    /// The newest signed head; nil before the first.
    package func latest() async throws -> SignedTreeHead? {
        try await database.first(JournalQueries.latestTreeHead, ())?.signed
    }

    /// The hashes that lead from the entry at a position to the root of the tree of `size` entries.
    /// Nil when there is no such position or no such tree yet.
    package func inclusion(of position: Int, in size: Int) async throws -> [MerkleTree.Hash]? {
        guard position > 0, position <= size, try await isKept(size) else { return nil }
        return try await hashes(of: MerkleTree.inclusion(of: position - 1, in: size))
    }

    /// The hashes that show that the tree of `size` entries only added to that of `old`. Nil when there are no such trees.
    package func consistency(from old: Int, to size: Int) async throws -> [MerkleTree.Hash]? {
        guard old > 0, old <= size, try await isKept(size) else { return nil }
        return try await hashes(of: MerkleTree.consistency(from: old, to: size))
    }

    /// Whether subtrees are kept up to this size.
    private func isKept(_ size: Int) async throws -> Bool {
        (try await latest()?.head.size ?? 0) >= size
    }

    private func hashes(of spans: [MerkleTree.Span]) async throws -> [MerkleTree.Hash] {
        let places = spans.map(\.places)
        let found = try await database.all(JournalQueries.treeNodes, Self.arguments(places.flatMap(\.self)))
        var rest = found[...]
        return try places.map { places in
            let peaks = rest.prefix(places.count)
            rest = rest.dropFirst(places.count)
            return MerkleTree.Span.fold(try peaks.map { try $0.unwrapped() })
        }
    }

    static func arguments(_ places: [MerkleTree.Place]) -> ([Int], [Int]) {
        (places.map(\.level), places.map(\.number))
    }

    /// Adds the entries that were numbered since the last head, and signs a head of them: when there are any, and the last
    /// head is a minute old or a thousand entries wait. Nil when there was nothing to do, or no key to sign with.
    package func sign(at now: Date) async throws -> SignedTreeHead? {
        guard let key = keys.current(at: now), try await isDue(at: now) else { return nil }
        return try await database.transaction { transaction in
            guard try await transaction.one(JournalQueries.claim, Self.lock) else { return nil }
            let last = try await transaction.first(JournalQueries.latestTreeHead, ())?.signed
            let places = MerkleTree.Span(start: 0, count: last?.head.size ?? 0).places
            let peaks = try await transaction.all(JournalQueries.treeNodes, Self.arguments(places))
            var frontier = MerkleFrontier(
                size: last?.head.size ?? 0, peaks: try peaks.map { try $0.unwrapped() })
            let leaves = try await transaction.all(JournalQueries.treeLeaves, (frontier.size, Self.batch))
            var nodes: [MerkleFrontier.Node] = []
            for leaf in leaves {
                guard leaf.position == frontier.size + 1 else { break }
                nodes += frontier.append(leaf.digest)
            }
            guard frontier.size > last?.head.size ?? 0 else { return nil }
            let second = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
            let head = SignedTreeHead(
                TreeHead(
                    size: frontier.size, root: frontier.root, previous: last?.statement.digest,
                    time: max(second, last?.head.time ?? second)), by: key)
            try await transaction.run(
                JournalQueries.keepTreeNodes,
                (nodes.map(\.place.level), nodes.map(\.place.number), nodes.map { Hex.encode($0.hash) }))
            try await transaction.run(
                JournalQueries.keepTreeHead,
                (
                    head.head.size, head.head.root, head.head.previous, head.head.time, head.statement.keyID,
                    head.statement.signature
                ))
            return head
        }
    }

    private func isDue(at now: Date) async throws -> Bool {
        guard let end = try await database.first(JournalQueries.head, ()) else { return false }
        guard let last = try await latest()?.head else { return true }
        let waiting = end.position - last.size
        return waiting >= Self.most || (waiting > 0 && now.timeIntervalSince(last.time) >= Self.interval)
    }

    /// Seconds between heads, and how many entries don't wait so long.
    private static let interval: TimeInterval = 60
    private static let most = 1000
    /// How many entries one head adds at most.
    private static let batch = 10_000
    private static let lock = 7_201_912
}

/// A subtree that should be kept and isn't: the tables were tampered with.
struct TreeNodeMissing: Error {}

struct TreeNode: PostgresRow {
    let hash: [UInt8]?

    init(_ row: inout Row) throws { hash = try row("hash") }

    func unwrapped() throws -> [UInt8] {
        guard let hash else { throw TreeNodeMissing() }
        return hash
    }
}

struct TreeLeaf: PostgresRow {
    let position: Int
    let digest: [UInt8]

    init(_ row: inout Row) throws {
        position = try row("position")
        digest = try row("digest")
    }
}

struct StoredTreeHead: PostgresRow {
    let signed: SignedTreeHead

    init(_ row: inout Row) throws {
        let size: Int = try row("size")
        let root: [UInt8] = try row("root")
        let previous: String? = try row("previous")
        let time: Date = try row("signed_at")
        signed = SignedTreeHead(
            TreeHead(size: size, root: root, previous: previous, time: time), keyID: try row("key_id"),
            signature: try row("signature"))
    }
}
