import Synchronization

/// Counts the requests being answered and says when there are enough of them.
final class InFlight: Sendable {
    private let limit: Int
    private let count = Mutex(0)

    init(limit: Int) { self.limit = limit }

    var now: Int { count.withLock { $0 } }

    /// A place among those being answered, given back when it is dropped. Nil when all are taken.
    func enter() -> Place? {
        let isFree = count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        return isFree ? Place(self) : nil
    }

    final class Place: Sendable {
        private let inFlight: InFlight

        init(_ inFlight: InFlight) { self.inFlight = inFlight }

        deinit { inFlight.count.withLock { $0 -= 1 } }
    }
}
