package import FoundationEssentials
package import Postgres
import Synchronization

/// What the portal says beside the catalogue: life events, common questions, notices, the services of the home page.
///
/// All of it is kept in memory until the feed tells that something changed (`SQL/migrations/0010_contents.sql`).
package final class Contents: Sendable {
    private struct Kept {
        var state: Int?
        var task: Task<ShownContents, any Error>?
        /// As read last, for those who can't wait.
        var last = ShownContents.none
    }

    let database: Database
    private let feed: CatalogueFeed?
    private let kept = Mutex(Kept())

    /// - Parameter feed: nil in programs that run once.
    package init(database: Database, feed: CatalogueFeed? = nil) {
        self.database = database
        self.feed = feed
    }

    /// What is to be shown now; callers that come while it is read wait for the same.
    package func shown(at now: Date) async throws -> ShownContents {
        let state = feed?.state(at: now) ?? -Int(now.timeIntervalSince1970) - 1
        let task = kept.withLock { kept in
            if kept.state == state, let task = kept.task { return task }
            let task = Task { [database] in ShownContents(try await database.all(ContentsQueries.list, ())) }
            kept.state = state
            kept.task = task
            return task
        }
        do {
            let shown = try await task.value
            kept.withLock { if $0.state == state { $0.last = shown } }
            return shown
        } catch {
            kept.withLock { if $0.state == state { $0.task = nil } }
            throw error
        }
    }

    /// The notices of this minute. A page isn't refused for the sake of a notice: when they can't be read, those known last.
    package func notices(at now: Date) async -> [ServiceNotice] {
        guard let shown = try? await shown(at: now) else { return lastNotices(at: now) }
        return shown.notices(at: now)
    }

    /// The same out of what was read last, for pages that say what failed.
    package func lastNotices(at now: Date) -> [ServiceNotice] { kept.withLock { $0.last }.notices(at: now) }

    /// Those of some procedures that are in the list and still done, by their codes.
    package func procedures(_ codes: [String]) async throws -> [String: ProcedureSummary] {
        guard !codes.isEmpty else { return [:] }
        let found = try await database.all(ContentsQueries.procedures, Array(Set(codes)).sorted())
        return Dictionary(found.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
