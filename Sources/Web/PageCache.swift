import HTTPTypes
import Hummingbird
import NIOCore
import Server
import Synchronization

/// Finished public pages and files, kept until what they show changes: many people look at the same ones. Several who ask
/// at once for one that isn't there wait for the same.
final class PageCache: Sendable {
    /// What is kept of a page: its bytes and their entity tag, and the same compressed.
    struct Kept: Sendable {
        let body: ByteBuffer
        let tag: String
        let compressed: ByteBuffer?

        /// The name of the compressed bytes: other bytes, another strong tag.
        var compressedTag: String { tag.dropLast() + "-gz\"" }
    }

    private struct Pages {
        var state: Int?
        var tasks: [String: Task<Kept, any Error>] = [:]
        var bytes = 0
    }

    private let pages = Mutex(Pages())
    private let compress: (@Sendable ([UInt8]) -> [UInt8]?)?
    private let most: Int
    private let keeps: Bool

    /// - Parameters:
    ///   - keeps: false makes every page anew, for those who write templates.
    ///   - most: bytes to keep; beyond that all are let go.
    ///   - compress: gzip (RFC 1952); nil when nothing is gained.
    init(keeps: Bool = true, most: Int = 128_000_000, compress: (@Sendable ([UInt8]) -> [UInt8]?)? = nil) {
        self.keeps = keeps
        self.most = most
        self.compress = compress
    }

    /// The page kept under a key, or the one that `make` makes now.
    /// - Parameter state: of what all pages are made of, read before `make` reads anything; another one makes all of them old.
    func page(
        _ key: String, state: Int, make: @escaping @Sendable () async throws -> [UInt8]
    ) async throws -> Kept {
        guard keeps, key.utf8.count <= Self.longestKey else { return kept(try await make()) }
        let (task, isNew) = pages.withLock { pages in
            if pages.state != state { pages = Pages(state: state) }
            if let task = pages.tasks[key] { return (task, false) }
            let task = Task { self.kept(try await make()) }
            pages.tasks[key] = task
            return (task, true)
        }
        do {
            let kept = try await task.value
            if isNew { count(kept, key, state) }
            return kept
        } catch {
            // A failure isn't kept: those who wait share it, the next one tries again.
            if isNew { pages.withLock { if $0.state == state { $0.tasks[key] = nil } } }
            throw error
        }
    }

    private func kept(_ bytes: [UInt8]) -> Kept {
        Kept(
            body: ByteBuffer(bytes: bytes), tag: EntityTag.make(bytes),
            compressed: compress?(bytes).map { ByteBuffer(bytes: $0) })
    }

    private func count(_ kept: Kept, _ key: String, _ state: Int) {
        let size = kept.body.readableBytes + (kept.compressed?.readableBytes ?? 0) + key.utf8.count + 200
        pages.withLock { pages in
            guard pages.state == state else { return }
            pages.bytes += size
            if pages.bytes > most { pages = Pages(state: state) }
        }
    }

    private static let longestKey = 400
}

extension PageCache.Kept {
    /// The page for a caller: compressed when they take that, or 304 when they have just these bytes already.
    func response(type: String, cacheControl: String, for request: Request) -> Response {
        let accepted = request.headers[values: .acceptEncoding].contains(where: Self.acceptsGzip)
        let chosen = accepted ? compressed : nil
        var headers: HTTPFields = [
            .contentType: type, .cacheControl: cacheControl, .vary: "Accept-Encoding, Cookie",
        ]
        if chosen != nil { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: chosen ?? body))
            .tagged(chosen == nil ? tag : compressedTag, for: request)
    }

    /// Whether `Accept-Encoding` names gzip and doesn't refuse it by `q=0` (RFC 9110 section 12.5.3).
    static func acceptsGzip(_ field: String) -> Bool {
        field.lowercased().split(separator: ",").contains { part in
            let pieces = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let name = pieces.first, name == "gzip" || name == "x-gzip" || name == "*" else { return false }
            return !pieces.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        }
    }
}
