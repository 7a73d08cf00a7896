import FoundationEssentials
import HTTPTypes
import Server
import Synchronization

/// Finished public pages and files, kept until what they show changes: many people look at the same ones. Several who ask
/// at once for one that isn't there wait for the same.
final class PageCache: Sendable {
    private struct Page {
        let task: Task<KeptBody, any Error>
        let until: Date?
        var size = 0
    }

    private struct Pages {
        var state: Int?
        var kept: [String: Page] = [:]
        var bytes = 0
    }

    private let pages = Mutex(Pages())
    private let most: Int
    private let keeps: Bool

    /// - Parameters:
    ///   - keeps: false makes every page anew, for those who write templates.
    ///   - most: bytes to keep; beyond that all are let go.
    init(keeps: Bool = true, most: Int = 128_000_000) {
        self.keeps = keeps
        self.most = most
    }

    /// The page kept under a key, or the one that `make` makes now.
    /// - Parameters:
    ///   - state: of what all pages are made of, read before `make` reads anything; another one makes all of them old.
    ///   - headers: to be sent with the page, made once with it.
    ///   - until: when this page is old whatever the state, since it says something about the time of day.
    func page(
        _ key: String, state: Int, until: Date? = nil, at now: Date,
        headers: @escaping @Sendable () -> HTTPFields = { [:] }, make: @escaping @Sendable () async throws -> [UInt8]
    ) async throws -> KeptBody {
        guard keeps, key.utf8.count <= Self.longestKey else { return KeptBody(try await make(), headers: headers()) }
        let (task, isNew) = pages.withLock { pages in
            if pages.state != state { pages = Pages(state: state) }
            let old = pages.kept[key]
            if let old, old.until.map({ now < $0 }) ?? true { return (old.task, false) }
            pages.bytes -= old?.size ?? 0
            let task = Task { KeptBody(try await make(), headers: headers()) }
            pages.kept[key] = Page(task: task, until: until)
            return (task, true)
        }
        do {
            let kept = try await task.value
            if isNew { count(kept, key, task, state) }
            return kept
        } catch {
            // A failure isn't kept: those who wait share it, the next one tries again.
            if isNew {
                pages.withLock { if $0.state == state, $0.kept[key]?.task == task { $0.kept[key] = nil } }
            }
            throw error
        }
    }

    private func count(_ kept: KeptBody, _ key: String, _ task: Task<KeptBody, any Error>, _ state: Int) {
        let size = kept.size + key.utf8.count + 200
        pages.withLock { pages in
            guard pages.state == state, pages.kept[key]?.task == task else { return }
            pages.kept[key]?.size = size
            pages.bytes += size
            if pages.bytes > most { pages = Pages(state: state) }
        }
    }

    private static let longestKey = 400
}
