import CLibpq
import Dispatch
import Synchronization

/// One connection in libpq's non-blocking pipeline mode: any number of batches on the way, answered in order.
///
/// A batch is one or more statements under one Sync: they share an implicit transaction, and a failure skips the rest
/// of the batch and nothing else. `@unchecked Sendable`: everything mutable is guarded by `lock`.
final class Connection: @unchecked Sendable {
    private struct Pending {
        var results: [QueryResult] = []
        var failure: PostgresError?
        /// Committed, though perhaps not where it should be as well.
        var isDoubted = false
        let isCommit: Bool
        let limit: Duration
        /// Counts from when it is the oldest.
        var deadline: ContinuousClock.Instant
        let answer: CheckedContinuation<[QueryResult], any Error>
    }

    private let lock = Mutex(())
    private var handle: OpaquePointer?
    private var descriptor: Int32 = -1
    private var tag: UInt64 = 0
    private var pending: [Pending] = []
    private var firstPending = 0
    /// Results still to come for the batch at the head: one for each Parse and one for each Execute.
    private var expected: [Expectation] = []
    private var firstExpected = 0
    private var prepared: [String: Prepared] = [:]
    private var lastPrepared = 0
    private var isWatchingWrites = false
    private var wasCancelled = false
    private var reasonOfLoss = "connection lost"
    private let poller: Poller

    /// A statement that the server knows under a name of its own, which is never used again: the old one stays there
    /// when a change of the schema makes a new one necessary.
    private struct Prepared {
        let name: String
        let serverName: String
        /// Only then do other batches count on it: a failure takes away what was to be prepared behind it.
        var isConfirmed = false
    }

    private enum Expectation {
        case parse(Prepared)
        /// Nil for a statement that was sent as it stands.
        case rows(Prepared?)
        case sync
    }

    /// Connects, blocking; called off the threads that serve requests.
    init(conninfo: String, poller: Poller) throws(PostgresError) {
        self.poller = poller
        let handle = try OpaquePointer(connecting: conninfo)
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            PQfinish(handle)
            throw .unavailable("no pipeline mode")
        }
        self.handle = handle
        descriptor = PQsocket(handle)
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().notice(result)
            }, Unmanaged.passUnretained(self).toOpaque())
        // Under the lock: the poller's thread may have something to say at once.
        lock.withLock { _ in
            if let tag = try? poller.add(self, descriptor: descriptor) { self.tag = tag } else { fail() }
        }
        guard isUsable else { throw .unavailable("shutting down") }
    }

    deinit {
        if let handle { PQfinish(handle) }
    }

    var isUsable: Bool { lock.withLock { _ in handle != nil } }

    /// Whether somebody else may have it next: not while a statement of its last user is on the way. A request to
    /// cancel may arrive late and stop what isn't meant, so a connection that was cancelled once is used up too.
    var isReusable: Bool { lock.withLock { _ in handle != nil && !wasCancelled && firstPending == pending.count } }

    /// How many batches are on the way.
    var load: Int { lock.withLock { _ in pending.count - firstPending } }

    /// Sends a batch and waits for its results, one for each call.
    /// - Parameter calls: made while the connection is locked: what is made first is sent first.
    func send(
        _ calls: @autoclosure () throws -> [Call], isCommit: Bool = false, within limit: Duration
    ) async throws -> [QueryResult] {
        try await withCheckedThrowingContinuation { answer in
            lock.withLock { _ in
                guard handle != nil else {
                    answer.resume(throwing: PostgresError.unavailable(reasonOfLoss))
                    return
                }
                do { enqueue(try calls(), isCommit: isCommit, limit: limit, answer) } catch {
                    answer.resume(throwing: error)
                }
            }
        }
    }

    private func enqueue(
        _ calls: [Call], isCommit: Bool, limit: Duration, _ answer: CheckedContinuation<[QueryResult], any Error>
    ) {
        guard let handle else { return }
        var isSent = true
        var preparedHere: Set<String> = []
        for call in calls {
            if let name = call.name, prepared[name] == nil {
                lastPrepared += 1
                let new = Prepared(name: name, serverName: "s\(lastPrepared)")
                prepared[name] = new
                preparedHere.insert(name)
                isSent = isSent && call.prepare(on: handle, as: new.serverName)
                expected.append(.parse(new))
            }
            let known = call.name.flatMap { prepared[$0] }.flatMap { known in
                known.isConfirmed || preparedHere.contains(known.name) ? known : nil
            }
            isSent = isSent && call.send(on: handle, as: known?.serverName)
            expected.append(.rows(known))
        }
        isSent = isSent && PQpipelineSync(handle) == 1
        expected.append(.sync)
        pending.append(Pending(isCommit: isCommit, limit: limit, deadline: .now + limit, answer: answer))
        if isSent { flush() } else { fail() }
    }

    /// Something can be read or written. Called by the poller's thread.
    func ready() {
        lock.withLock { _ in
            guard let handle else { return }
            guard PQconsumeInput(handle) == 1 else { return fail() }
            flush()
            drain()
        }
    }

    private func flush() {
        guard let handle else { return }
        let rest = PQflush(handle)
        guard rest >= 0 else { return fail() }
        if (rest == 1) != isWatchingWrites {
            isWatchingWrites = rest == 1
            poller.watch(descriptor, tag: tag, writing: isWatchingWrites)
        }
    }

    private func drain() {
        // Each statement's results end with a nil; two in a row mean that libpq has nothing more.
        var nils = 0
        while let handle, firstExpected < expected.count, nils < 2, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                nils += 1
                continue
            }
            nils = 0
            let owned = QueryResult(result)
            withExtendedLifetime(owned) { take(owned) }
        }
        if firstExpected == expected.count || firstExpected >= 256 {
            expected.removeFirst(firstExpected)
            firstExpected = 0
        }
        if let handle, PQstatus(handle) == CONNECTION_BAD { fail() }
    }

    private func take(_ result: QueryResult) {
        let status = PQresultStatus(result.handle)
        if status == PGRES_PIPELINE_SYNC {
            // A failure skips what was expected up to here.
            while firstExpected < expected.count {
                firstExpected += 1
                if case .parse(let skipped) = expected[firstExpected - 1] { forget(skipped) }
                if case .sync = expected[firstExpected - 1] { break }
            }
            finishFirst()
            return
        }
        guard firstExpected < expected.count, firstPending < pending.count else { return }
        let expectation = expected[firstExpected]
        switch status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            firstExpected += 1
            switch expectation {
            case .parse(let new) where isCurrent(new): prepared[new.name]?.isConfirmed = true
            case .rows: pending[firstPending].results.append(result)
            case .parse, .sync: break
            }
        case PGRES_PIPELINE_ABORTED:
            firstExpected += 1
            if case .parse(let skipped) = expectation { forget(skipped) }
        default:
            // A deferred constraint refuses when the batch is committed, which is at its Sync: that is still to come.
            if case .sync = expectation {} else { firstExpected += 1 }
            let failure = PostgresError(result.handle)
            switch expectation {
            case .parse(let refused): forget(refused)
            case .rows(let stale?) where failure.isStalePlan: forget(stale, because: failure)
            case .rows, .sync: break
            }
            if pending[firstPending].failure == nil { pending[firstPending].failure = failure }
        }
    }

    private func isCurrent(_ statement: Prepared) -> Bool {
        prepared[statement.name]?.serverName == statement.serverName
    }

    /// Lets the statement be prepared anew the next time.
    private func forget(_ statement: Prepared, because failure: PostgresError? = nil) {
        guard isCurrent(statement) else { return }
        prepared[statement.name] = nil
        // Gone at the server, and it forgets all at once or none.
        if case .server("26000", _, _) = failure { prepared.removeAll() }
    }

    private func finishFirst() {
        let first = pending[firstPending]
        firstPending += 1
        // Also on a connection that never rests: what was answered holds on to its results.
        if firstPending == pending.count || firstPending == 64 {
            pending.removeFirst(firstPending)
            firstPending = 0
        }
        if firstPending < pending.count { pending[firstPending].deadline = .now + pending[firstPending].limit }
        if let failure = first.failure {
            first.answer.resume(throwing: failure)
        } else if first.isCommit, first.isDoubted {
            first.answer.resume(throwing: PostgresError.outcomeUnknown)
        } else {
            first.answer.resume(returning: first.results)
        }
    }

    private func notice(_ result: OpaquePointer) {
        // “canceling wait for synchronous replication”: committed here, perhaps nowhere else. It has the code of any
        // warning and words in the server's language, so the function that it comes from tells.
        guard firstPending < pending.count, let function = PQresultErrorField(result, Int32(UInt8(ascii: "R"))) else {
            return
        }
        if String(cString: function) == "SyncRepWaitForLSN" { pending[firstPending].isDoubted = true }
    }

    /// Gives up a connection whose oldest batch should have been answered by now.
    func failOverdue(at now: ContinuousClock.Instant) {
        lock.withLock { _ in
            if firstPending < pending.count, pending[firstPending].deadline < now { fail() }
        }
    }

    func close(because reason: String = "connection lost") {
        lock.withLock { _ in
            if handle != nil { reasonOfLoss = reason }
            fail()
        }
    }

    /// Asks the server to stop what this connection is doing, and doesn't wait for it.
    func cancel() {
        lock.withLock { _ in wasCancelled = true }
        // Blocks on a connection of its own.
        DispatchQueue.global().async { @Sendable [self] in
            guard let cancel = lock.withLock({ _ in handle.flatMap { PQgetCancel($0) } }) else { return }
            var message = [CChar](repeating: 0, count: 256)
            PQcancel(cancel, &message, 256)
            PQfreeCancel(cancel)
        }
    }

    private func fail() {
        guard let handle else { return }
        self.handle = nil
        poller.remove(descriptor, tag: tag)
        PQfinish(handle)
        let lost = pending[firstPending...]
        pending.removeAll()
        firstPending = 0
        expected.removeAll()
        firstExpected = 0
        for batch in lost {
            batch.answer.resume(
                throwing: batch.isCommit ? PostgresError.outcomeUnknown : PostgresError.unavailable(reasonOfLoss))
        }
    }
}
