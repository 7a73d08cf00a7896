import CEpoll
import Glibc
import Synchronization

/// The one thread that waits for all connections of a database.
///
/// SwiftNIO has no supported way to watch a descriptor that another library reads, hence a thread of our own.
final class Poller: Sendable {
    private let epoll: Int32
    private let wakeup: Int32
    private let state = Mutex(State())
    private let nextTag = Atomic<UInt64>(1)

    private struct State {
        var connections: [UInt64: Connection] = [:]
        var isStopping = false
    }

    init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(epoll >= 0 && wakeup >= 0, "no descriptors left for the database connections")
        _ = portal_epoll_control(epoll, EPOLL_CTL_ADD, wakeup, EPOLLIN.rawValue, 0)
    }

    // The thread holds on to the poller while it runs, so nobody else's descriptor can have these numbers before.
    deinit {
        Glibc.close(wakeup)
        Glibc.close(epoll)
    }

    func start() {
        var thread = pthread_t()
        let poller = Unmanaged.passRetained(self)
        let failed = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Poller>.fromOpaque(context).takeRetainedValue().loop()
                return nil
            }, poller.toOpaque())
        precondition(failed == 0, "no thread for the database connections")
        pthread_detach(thread)
    }

    /// Closes all connections and ends the thread. May be called more than once.
    func stop() {
        let left = state.withLock { state in
            state.isStopping = true
            return Array(state.connections.values)
        }
        for connection in left { connection.close(because: "shutting down") }
        var one: UInt64 = 1
        _ = write(wakeup, &one, 8)
    }

    /// Those that are open.
    var connections: [Connection] { state.withLock { Array($0.connections.values) } }

    /// - Throws: `PostgresError.unavailable` once the poller has stopped: nobody would ever hear the answers.
    func add(_ connection: Connection, descriptor: Int32) throws(PostgresError) -> UInt64 {
        let tag = nextTag.wrappingAdd(1, ordering: .relaxed).oldValue
        let isStopping = state.withLock { state in
            if !state.isStopping { state.connections[tag] = connection }
            return state.isStopping
        }
        guard !isStopping else { throw .unavailable("shutting down") }
        _ = portal_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue, tag)
        return tag
    }

    /// Also waits for room to write, while something is left to be sent.
    func watch(_ descriptor: Int32, tag: UInt64, writing: Bool) {
        let events = writing ? EPOLLIN.rawValue | EPOLLOUT.rawValue : EPOLLIN.rawValue
        _ = portal_epoll_control(epoll, EPOLL_CTL_MOD, descriptor, events, tag)
    }

    func remove(_ descriptor: Int32, tag: UInt64) {
        _ = portal_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0, tag)
        state.withLock { $0.connections[tag] = nil }
    }

    private func loop() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        var lastLook = ContinuousClock.now
        while !state.withLock({ $0.isStopping }) {
            let count = epoll_wait(epoll, &events, Int32(events.count), 500)
            for index in 0..<Int(max(0, count)) {
                let tag = withUnsafePointer(to: &events[index]) { portal_epoll_tag($0) }
                state.withLock { $0.connections[tag] }?.ready()
            }
            let now = ContinuousClock.now
            if now - lastLook > .milliseconds(500) {
                lastLook = now
                for connection in connections { connection.failOverdue(at: now) }
            }
        }
    }
}
