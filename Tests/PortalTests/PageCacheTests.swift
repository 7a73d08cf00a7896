import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing
@testable import Web

@Suite("Pages kept in memory")
struct PageCacheTests {
    @Test("a page is made once for a state, by whoever asks first, and again for the next state")
    func once() async throws {
        let cache = PageCache()
        let made = Atomic<Int>(0)
        let make: @Sendable () async throws -> [UInt8] = {
            try await Task.sleep(for: .milliseconds(20))
            return [UInt8(made.add(1, ordering: .relaxed).newValue)]
        }
        let tags = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await cache.page("a", state: 1, make: make).tag } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(tags.count == 1 && made.load(ordering: .relaxed) == 1)
        #expect(try await cache.page("a", state: 2, make: make).body == ByteBuffer(bytes: [2]))
        #expect(try await cache.page("b", state: 2, make: make).body == ByteBuffer(bytes: [3]))
        #expect(try await cache.page("a", state: 2, make: make).body == ByteBuffer(bytes: [2]))
    }

    @Test("what was made of an older state is never kept for a newer one")
    func overtaken() async throws {
        let cache = PageCache()
        async let slow = cache.page("a", state: 1) {
            try await Task.sleep(for: .milliseconds(100))
            return [1]
        }
        try await Task.sleep(for: .milliseconds(20))
        #expect(try await cache.page("a", state: 2) { [2] }.body == ByteBuffer(bytes: [2]))
        _ = try await slow
        #expect(try await cache.page("a", state: 2) { [3] }.body == ByteBuffer(bytes: [2]))
    }

    @Test("a failure isn't kept, nor are endless addresses, nor more bytes than allowed")
    func bounds() async throws {
        struct Failure: Error {}
        let cache = PageCache(most: 10_000)
        await #expect(throws: Failure.self) { try await cache.page("a", state: 1) { throw Failure() } }
        #expect(try await cache.page("a", state: 1) { [1] }.body == ByteBuffer(bytes: [1]))
        let long = String(repeating: "x", count: 500)
        _ = try await cache.page(long, state: 1) { [1] }
        #expect(try await cache.page(long, state: 1) { [2] }.body == ByteBuffer(bytes: [2]))
        let unkept = PageCache(keeps: false)
        _ = try await unkept.page("a", state: 1) { [1] }
        #expect(try await unkept.page("a", state: 1) { [2] }.body == ByteBuffer(bytes: [2]))
        for number in 0..<100 { _ = try await cache.page("\(number)", state: 1) { [UInt8](repeating: 0, count: 500) } }
        #expect(try await cache.page("a", state: 1) { [9] }.body == ByteBuffer(bytes: [9]))
    }

    @Test("who takes gzip gets it under a tag of its own, and everybody is told 304 by their own tag", arguments: [
        ("gzip, deflate, br", true), ("GZIP;q=0.5", true), ("*", true), ("br", false), ("gzip;q=0", false),
        ("gzip; q=0.000, br", false), ("", false),
    ])
    func compressed(_ accepted: String, _ isCompressed: Bool) async throws {
        let kept = try await PageCache(compress: { _ in [7] }).page("a", state: 1) { [1, 2, 3] }
        func ask(_ headers: HTTPFields) -> Response {
            let head = HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/", headerFields: headers)
            return kept.response(
                type: "text/html", cacheControl: "private", for: Request(head: head, body: RequestBody(buffer: ByteBuffer())))
        }
        let answer = ask([.acceptEncoding: accepted])
        #expect(answer.headers[.contentEncoding] == (isCompressed ? "gzip" : nil))
        #expect(answer.body.contentLength == (isCompressed ? 1 : 3))
        #expect(answer.headers[.vary]?.contains("Accept-Encoding") == true)
        let tag = try #require(answer.headers[.eTag])
        #expect(ask([.acceptEncoding: accepted, .ifNoneMatch: tag]).status == .notModified)
        let other = isCompressed ? kept.tag : kept.compressedTag
        #expect(other != tag && ask([.acceptEncoding: accepted, .ifNoneMatch: other]).status == .ok)
    }
}
