package import FoundationEssentials
package import HTTPTypes
import Synchronization

/// So many in such a time on average, and so many at a blow.
package struct RateLimit: Sendable, Hashable {
    /// Name of the policy in the RateLimit fields.
    package let name: String
    package let count: Int
    package let per: Duration
    package let burst: Int

    package init(name: String, count: Int, per: Duration, burst: Int) {
        self.name = name
        self.count = max(1, count)
        self.per = per
        self.burst = max(1, burst)
    }

    /// Seconds that one request costs.
    var interval: Double { per.inSeconds / Double(count) }
}

/// A token bucket for each key, with bounded memory.
///
/// Kept as one number a key, the moment at which its bucket will be full again (the generic cell rate algorithm).
/// Keys are counted in two halves: when the younger is full the elder is forgotten, so whoever keeps knocking is
/// remembered and a flood of new keys can't take more memory.
package final class RateLimiter: Sendable {
    package let limit: RateLimit
    private let capacity: Int
    private let buckets = Mutex(Buckets())

    private struct Buckets {
        var young: [String: Double] = [:]
        var old: [String: Double] = [:]
        /// The newest time at which anything came.
        var newest = 0.0
    }

    /// Seconds by which a request may be held up on its way here; an older one comes from a clock that was set back.
    private static let delay = 30.0

    /// Whether one more may pass, and what to tell the caller.
    package struct Decision: Sendable, Equatable {
        package let isAllowed: Bool
        package let limit: RateLimit
        /// How many more may come at once.
        package let remaining: Int
        /// Seconds until the next may come; 0 when it may come now.
        package let retryAfter: Int
        /// Seconds until all is as if nothing had come.
        package let reset: Int

        /// `RateLimit`, `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10) and, on refusal, `Retry-After`.
        package var fields: HTTPFields {
            let window = Int((Double(limit.burst) * limit.interval).rounded(.up))
            var fields: HTTPFields = [
                .rateLimit: "\"\(limit.name)\";r=\(remaining);t=\(reset)",
                .rateLimitPolicy: "\"\(limit.name)\";q=\(limit.burst);w=\(window)",
            ]
            if !isAllowed { fields[.retryAfter] = String(max(1, retryAfter)) }
            return fields
        }
    }

    /// - Parameter capacity: keys remembered, at least; twice as many at most.
    package init(_ limit: RateLimit, capacity: Int = 50_000) {
        self.limit = limit
        self.capacity = max(1, capacity)
    }

    /// Counts one request of `key` at `now`.
    package func take(_ key: String, at now: Date) -> Decision {
        let interval = limit.interval
        let depth = interval * Double(limit.burst)
        return buckets.withLock { buckets in
            // One that was held up behind newer ones isn't the worse for it.
            let came = now.timeIntervalSince1970
            let time = buckets.newest - came <= Self.delay ? max(came, buckets.newest) : came
            buckets.newest = time
            let known = buckets.young[key] ?? buckets.old[key] ?? 0
            // A clock that was set back must not lock anyone out.
            let full = min(max(known, time), time + depth)
            let after = full + interval
            let isAllowed = after - time <= depth + 1e-6
            let value = isAllowed ? after : full
            if buckets.young.count >= capacity, buckets.young[key] == nil {
                buckets.old = buckets.young
                buckets.young = [:]
            }
            buckets.young[key] = value
            return Decision(
                isAllowed: isAllowed, limit: limit,
                remaining: max(0, Int(((depth - (value - time)) / interval + 1e-6).rounded(.down))),
                retryAfter: isAllowed ? 0 : max(1, Int((after - time - depth).rounded(.up))),
                reset: max(0, Int((value - time).rounded(.up))))
        }
    }

    /// Keys remembered now.
    package var count: Int { buckets.withLock { $0.young.count + $0.old.count } }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
