import Hummingbird
import NIOCore

/// The body of a request, held to what was declared and allowed.
struct BoundedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let base: RequestBody
    /// From `Content-Length`. Nil when the body comes in chunks.
    let declared: Int?
    let limit: Int

    func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), declared: declared, limit: limit)
    }

    struct Iterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        let declared: Int?
        let limit: Int
        var count = 0

        /// - Throws: `RequestFailure.tooLarge` with the first byte over the limit, `.malformed` when the connection
        ///   ended before the declared end: half a form must not pass for a whole one.
        mutating func next() async throws -> ByteBuffer? {
            guard let chunk = try await base.next() else {
                if let declared, count != declared { throw RequestFailure.malformed }
                return nil
            }
            count += chunk.readableBytes
            guard count <= limit else { throw RequestFailure.tooLarge }
            return chunk
        }
    }
}
