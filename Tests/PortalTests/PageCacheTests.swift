import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Server
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
            for _ in 0..<50 { group.addTask { try await cache.page("a", state: 1, at: .now, make: make).tag } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(tags.count == 1 && made.load(ordering: .relaxed) == 1)
        #expect(try await cache.page("a", state: 2, at: .now, make: make).body == ByteBuffer(bytes: [2]))
        #expect(try await cache.page("b", state: 2, at: .now, make: make).body == ByteBuffer(bytes: [3]))
        #expect(try await cache.page("a", state: 2, at: .now, make: make).body == ByteBuffer(bytes: [2]))
    }

    @Test("what was made of an older state is never kept for a newer one")
    func overtaken() async throws {
        let cache = PageCache()
        async let slow = cache.page("a", state: 1, at: .now) {
            try await Task.sleep(for: .milliseconds(100))
            return [1]
        }
        try await Task.sleep(for: .milliseconds(20))
        #expect(try await cache.page("a", state: 2, at: .now) { [2] }.body == ByteBuffer(bytes: [2]))
        _ = try await slow
        #expect(try await cache.page("a", state: 2, at: .now) { [3] }.body == ByteBuffer(bytes: [2]))
    }

    @Test("a page that says something about the time is made anew when that is over, and its bytes are counted once")
    func timed() async throws {
        let cache = PageCache(most: 5_000)
        let now = Date(timeIntervalSince1970: 1_000_000)
        for second in 0..<100 {
            let at = now + Double(second)
            let page = try await cache.page("a", state: 1, until: at + 1, at: at) {
                [UInt8](repeating: UInt8(second), count: 900)
            }
            #expect(page.body.getInteger(at: 0, as: UInt8.self) == UInt8(second))
            #expect(try await cache.page("b", state: 1, at: at) { [UInt8(second)] }.body == ByteBuffer(bytes: [0]))
        }
        let last = now + 99.5
        #expect(try await cache.page("a", state: 1, at: last) { [1] }.body.readableBytes == 900)
    }

    @Test("a failure isn't kept, nor are endless addresses, nor more bytes than allowed")
    func bounds() async throws {
        struct Failure: Error {}
        let cache = PageCache(most: 10_000)
        await #expect(throws: Failure.self) { try await cache.page("a", state: 1, at: .now) { throw Failure() } }
        #expect(try await cache.page("a", state: 1, at: .now) { [1] }.body == ByteBuffer(bytes: [1]))
        let long = String(repeating: "x", count: 500)
        _ = try await cache.page(long, state: 1, at: .now) { [1] }
        #expect(try await cache.page(long, state: 1, at: .now) { [2] }.body == ByteBuffer(bytes: [2]))
        let unkept = PageCache(keeps: false)
        _ = try await unkept.page("a", state: 1, at: .now) { [1] }
        #expect(try await unkept.page("a", state: 1, at: .now) { [2] }.body == ByteBuffer(bytes: [2]))
        for number in 0..<100 {
            _ = try await cache.page("\(number)", state: 1, at: .now) { [UInt8](repeating: 0, count: 500) }
        }
        #expect(try await cache.page("a", state: 1, at: .now) { [9] }.body == ByteBuffer(bytes: [9]))
    }

    @Test(
        "who takes gzip gets it under a tag of its own, and everybody is told 304 by their own tag",
        arguments: [
            ("gzip, deflate, br", true), ("GZIP;q=0.5", true), ("*", true), ("br", false), ("gzip;q=0", false),
            ("gzip; q=0.000, br", false), ("", false),
        ])
    func compressed(_ accepted: String, _ isCompressed: Bool) async throws {
        let bytes = Array(String(repeating: "đăng ký khai sinh ", count: 100).utf8)
        let kept = try await PageCache().page("a", state: 1, at: .now) { bytes }
        func ask(_ headers: HTTPFields) -> Response {
            let head = HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/", headerFields: headers)
            return kept.response(
                type: "text/html", cacheControl: "private",
                for: Request(head: head, body: RequestBody(buffer: ByteBuffer())))
        }
        let answer = ask([.acceptEncoding: accepted])
        #expect(answer.headers[.contentEncoding] == (isCompressed ? "gzip" : nil))
        #expect((answer.body.contentLength ?? 0 < bytes.count / 4) == isCompressed)
        #expect(kept.compressed.map { Array($0.readableBytesView.prefix(2)) } == [0x1F, 0x8B])
        #expect(answer.headers[.vary]?.contains("Accept-Encoding") == true)
        let tag = try #require(answer.headers[.eTag])
        #expect(ask([.acceptEncoding: accepted, .ifNoneMatch: tag]).status == .notModified)
        let other = isCompressed ? kept.tag : kept.compressedTag
        #expect(other != tag && ask([.acceptEncoding: accepted, .ifNoneMatch: other]).status == .ok)
    }
}
