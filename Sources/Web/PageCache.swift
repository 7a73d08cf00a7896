import FoundationEssentials
import Synchronization

/// Finished public pages, kept for a second: many people look at the same ones, and a change shows within that second.
final class PageCache: Sendable {
    private struct Entry {
        let bytes: [UInt8]
        let until: Date
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// The page kept under a key, or the one that `make` makes now.
    func page(_ key: String, at now: Date, make: () async throws -> [UInt8]) async rethrows -> [UInt8] {
        if let kept = entries.withLock({ $0[key] }), kept.until > now { return kept.bytes }
        let bytes = try await make()
        entries.withLock { entries in
            if entries.count >= Self.most { entries.removeAll(keepingCapacity: true) }
            entries[key] = Entry(bytes: bytes, until: now.addingTimeInterval(1))
        }
        return bytes
    }

    private static let most = 1000
}
