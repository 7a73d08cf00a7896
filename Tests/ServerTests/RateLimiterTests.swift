import FoundationEssentials
import Server
import Testing

struct RateLimiterTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    @Test("a burst passes, then one for each interval")
    func bucket() {
        let limiter = RateLimiter(RateLimit(name: "api", count: 50, per: .seconds(1), burst: 200))
        for index in 0..<200 {
            let decision = limiter.take("a", at: start)
            #expect(decision.isAllowed)
            #expect(decision.remaining == 199 - index)
        }
        #expect(!limiter.take("a", at: start).isAllowed)
        #expect(limiter.take("b", at: start).isAllowed)
        let later = start.addingTimeInterval(0.1)
        #expect((0..<10).filter { _ in limiter.take("a", at: later).isAllowed }.count == 5)
        let muchLater = start.addingTimeInterval(60)
        #expect((0..<300).filter { _ in limiter.take("a", at: muchLater).isAllowed }.count == 200)
    }

    @Test("being refused costs nothing, and the wait told is enough")
    func refusal() {
        let limiter = RateLimiter(RateLimit(name: "tracking", count: 10, per: .seconds(60), burst: 10))
        for _ in 0..<10 { _ = limiter.take("a", at: start) }
        for _ in 0..<100 { #expect(limiter.take("a", at: start).retryAfter == 6) }
        #expect(!limiter.take("a", at: start.addingTimeInterval(5.9)).isAllowed)
        #expect(limiter.take("a", at: start.addingTimeInterval(6)).isAllowed)
    }

    @Test("a clock set back locks nobody out for longer than a full bucket takes")
    func clockSetBack() {
        let limiter = RateLimiter(RateLimit(name: "x", count: 1, per: .seconds(1), burst: 2))
        _ = limiter.take("a", at: start.addingTimeInterval(86_400))
        #expect(limiter.take("a", at: start).retryAfter <= 2)
        #expect(limiter.take("a", at: start.addingTimeInterval(2)).isAllowed)
    }

    @Test("a flood of callers takes no more memory, and whoever keeps knocking is not forgotten")
    func bounded() {
        let limiter = RateLimiter(RateLimit(name: "x", count: 1, per: .seconds(3600), burst: 1), capacity: 100)
        #expect(limiter.take("villain", at: start).isAllowed)
        for index in 0..<10_000 {
            _ = limiter.take("flood\(index)", at: start)
            if index % 50 == 0 { #expect(!limiter.take("villain", at: start).isAllowed) }
        }
        #expect(limiter.count <= 200)
    }
}
