import Core
import Cryptography
package import Logging
package import Postgres
import ServiceLifecycle

/// Numbers committed entries and chains them: one gap-free order for the whole portal.
///
/// Any number of server processes may run one; an advisory lock lets a single one work at a time. It looks every
/// `interval`, so an entry gets its place, and watching pages hear of it, within that time of its commit.
package struct Sequencer: Service {
    private let database: Database
    private let interval: Duration
    private let logger: Logger

    /// - Parameter database: connected as `portal_worker`, the one role that may extend the chain.
    package init(database: Database, interval: Duration = .milliseconds(100), logger: Logger) {
        self.database = database
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await sealBatch() == Self.batch {}
                } catch is CancellationError {
                    break
                } catch {
                    logger.warning("journal: entries could not be numbered yet", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Numbers up to a batch of waiting entries and says how many there were. Safe to call from anywhere, at any time.
    @discardableResult
    package func sealBatch() async throws -> Int {
        guard try await database.one(JournalQueries.waiting, ()) > 0 else { return 0 }
        return try await database.transaction { transaction in
            guard try await transaction.one(JournalQueries.claim, Self.lock) else { return 0 }
            let entries = try await transaction.all(JournalQueries.queued, Self.batch)
            guard !entries.isEmpty else { return 0 }
            let head = try await transaction.first(JournalQueries.head, ())
            var position = head?.position ?? 0
            var hash = head?.hash ?? Self.genesis
            var positions: [Int] = []
            var hashes: [String] = []
            for entry in entries {
                position += 1
                hash = Self.link(after: hash, to: entry.digest)
                positions.append(position)
                hashes.append(Hex.encode(hash))
            }
            try transaction.later(JournalQueries.seal, (positions, entries.map(\.entryID), hashes))
            try transaction.later(JournalQueries.dequeue, entries.map(\.queueID))
            _ = try await transaction.one(JournalQueries.announce, "\(positions[0])-\(position)")
            return entries.count
        }
    }

    /// The chain's rule: SHA-256 of the previous hash followed by the digest of the entry.
    static func link(after previous: [UInt8], to digest: [UInt8]) -> [UInt8] {
        SHA256.hash(previous + digest)
    }

    static let genesis = [UInt8](repeating: 0, count: 32)
    private static let batch = 500
    private static let lock = 7_201_911
}

extension Database {
    /// Whom the entries at these positions of the chain are about, and as `feed:` the agencies that they are told to.
    package func subjects(from first: Int, to last: Int) async throws -> [String] {
        try await all(JournalQueries.subjects, (first, last))
    }

    /// The newest position of the chain: whoever reads on from here has missed nothing at or before it, for positions are
    /// given after the commit and become visible in their order.
    package func journalSize() async throws -> Int { try await one(JournalQueries.size, ()) }
}
