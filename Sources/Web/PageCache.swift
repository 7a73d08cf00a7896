import Server
import Synchronization

/// Finished public pages, kept until what they show changes: many people look at the same ones.
final class PageCache: Sendable {
    struct Page: Sendable {
        let bytes: [UInt8]
        let tag: String
    }

    private struct Pages {
        var state: Int?
        var pages: [String: Page] = [:]
    }

    private let kept = Mutex(Pages())

    /// The page kept under a key, or the one that `make` makes now.
    /// - Parameter state: of what all pages are made of; another one makes all of them old.
    func page(_ key: String, state: Int, make: () async throws -> [UInt8]) async rethrows -> Page {
        let found = kept.withLock { kept in
            if kept.state != state { kept = Pages(state: state) }
            return kept.pages[key]
        }
        if let found { return found }
        let bytes = try await make()
        let page = Page(bytes: bytes, tag: EntityTag.make(bytes))
        kept.withLock { kept in
            // Made of what was true at `state`, which may have passed meanwhile.
            guard kept.state == state else { return }
            if kept.pages.count >= Self.most { kept.pages.removeAll(keepingCapacity: true) }
            kept.pages[key] = page
        }
        return page
    }

    private static let most = 1000
}
