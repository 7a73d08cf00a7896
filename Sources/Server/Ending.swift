import NIOCore
import Synchronization

/// The two reasons for which a long answer should stop: the caller is gone, or the server is about to stop.
package struct Ending: Sendable {
    let closed: EventLoopFuture<Void>?
    var shutdown: Shutdown?

    init(closed: EventLoopFuture<Void>?) { self.closed = closed }

    /// Calls `action` once or twice, at the latest when the connection closes. At once if the server is stopping.
    func whenDue(_ action: @escaping @Sendable () -> Void) -> Shutdown.Ticket? {
        closed?.whenComplete { _ in action() }
        return shutdown?.whenBegun(action)
    }
}

/// Whether the server is on its way down. Begins once, never ends.
package final class Shutdown: Sendable {
    private struct State {
        var begun = false
        var next: UInt64 = 0
        var actions: [UInt64: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package var hasBegun: Bool { state.withLock { $0.begun } }

    /// From here on the server is not ready, answers close their connections and event streams end.
    package func begin() {
        let actions = state.withLock { state in
            defer { state.actions = [:] }
            state.begun = true
            return Array(state.actions.values)
        }
        for action in actions { action() }
    }

    /// Keeps `action` for the moment of `begin`, as long as the ticket is kept.
    func whenBegun(_ action: @escaping @Sendable () -> Void) -> Ticket? {
        let number = state.withLock { state -> UInt64? in
            guard !state.begun else { return nil }
            state.next += 1
            state.actions[state.next] = action
            return state.next
        }
        guard let number else {
            action()
            return nil
        }
        return Ticket(shutdown: self, number: number)
    }

    /// Forgets the action when it is dropped.
    final class Ticket: Sendable {
        private let shutdown: Shutdown
        private let number: UInt64

        init(shutdown: Shutdown, number: UInt64) {
            self.shutdown = shutdown
            self.number = number
        }

        deinit { _ = shutdown.state.withLock { $0.actions.removeValue(forKey: number) } }
    }
}
