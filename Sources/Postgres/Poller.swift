import CEpoll
import Glibc
import Synchronization

/// The one thread that waits for all connections of a database.
///
/// SwiftNIO has no supported way to watch a descriptor that another library reads, hence a thread of our own.
final class Poller: Sendable {
    private let epoll: Int32
    private let wakeup: Int32
    private let connections = Mutex<[UInt64: Connection]>([:])
    private let nextTag = Atomic<UInt64>(1)
    private let isStopping = Atomic<Bool>(false)

    init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(epoll >= 0 && wakeup >= 0, "no descriptors left for the database connections")
        _ = portal_epoll_control(epoll, EPOLL_CTL_ADD, wakeup, EPOLLIN.rawValue, 0)
    }

    func start() {
        var thread = pthread_t()
        let poller = Unmanaged.passRetained(self)
        let failed = pthread_create(&thread, nil, { context in
            guard let context else { return nil }
            Unmanaged<Poller>.fromOpaque(context).takeRetainedValue().loop()
            return nil
        }, poller.toOpaque())
        precondition(failed == 0, "no thread for the database connections")
        pthread_detach(thread)
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        var one: UInt64 = 1
        _ = write(wakeup, &one, 8)
    }

    func add(_ connection: Connection, descriptor: Int32) -> UInt64 {
        let tag = nextTag.wrappingAdd(1, ordering: .relaxed).oldValue
        connections.withLock { $0[tag] = connection }
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
        connections.withLock { $0[tag] = nil }
    }

    private func loop() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        var lastLook = ContinuousClock.now
        while !isStopping.load(ordering: .acquiring) {
            let count = epoll_wait(epoll, &events, Int32(events.count), 500)
            for index in 0..<Int(max(0, count)) {
                let tag = withUnsafePointer(to: &events[index]) { portal_epoll_tag($0) }
                connections.withLock { $0[tag] }?.ready()
            }
            let now = ContinuousClock.now
            if now - lastLook > .milliseconds(500) {
                lastLook = now
                for connection in connections.withLock({ Array($0.values) }) { connection.failOverdue(at: now) }
            }
        }
        for connection in connections.withLock({ Array($0.values) }) { connection.close() }
        Glibc.close(wakeup)
        Glibc.close(epoll)
    }
}
