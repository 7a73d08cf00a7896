import Synchronization

/// Counts what is going on, in all and by address, and says when there is enough of it.
///
/// By address, so that one caller who begins and never ends can't take every place.
final class InFlight: Sendable {
    private struct Counts {
        var all = 0
        var byAddress: [String: Int] = [:]
    }

    private let limit: Int
    private let limitByAddress: Int
    private let counts = Mutex(Counts())

    init(limit: Int, byAddress limitByAddress: Int) {
        self.limit = limit
        self.limitByAddress = limitByAddress
    }

    var now: Int { counts.withLock(\.all) }

    /// A place, given back when it is dropped. Nil when all are taken, or all that this address may have.
    /// - Parameter address: nil for a proxy of ours, which stands for many.
    func enter(_ address: String?) -> Place? {
        let isFree = counts.withLock { counts in
            guard counts.all < limit else { return false }
            if let address {
                guard counts.byAddress[address, default: 0] < limitByAddress else { return false }
                counts.byAddress[address, default: 0] += 1
            }
            counts.all += 1
            return true
        }
        return isFree ? Place(self, address) : nil
    }

    private func leave(_ address: String?) {
        counts.withLock { counts in
            counts.all -= 1
            guard let address, let count = counts.byAddress[address] else { return }
            counts.byAddress[address] = count > 1 ? count - 1 : nil
        }
    }

    final class Place: Sendable {
        private let inFlight: InFlight
        private let address: String?
        private let isTaken = Atomic(true)

        init(_ inFlight: InFlight, _ address: String?) {
            self.inFlight = inFlight
            self.address = address
        }

        deinit { giveBack() }

        /// Before its holder is done: for one that only waits from here on.
        func giveBack() {
            if isTaken.exchange(false, ordering: .relaxed) { inFlight.leave(address) }
        }
    }
}
