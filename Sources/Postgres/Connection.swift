import CLibpq
import FoundationEssentials
import Glibc
import Synchronization

/// One connection in libpq's non-blocking pipeline mode: any number of batches on the way, answered in order.
///
/// A batch is one or more statements under one Sync: they share an implicit transaction, and a failure skips the rest of
/// the batch and nothing else. `@unchecked Sendable`: everything mutable is guarded by `lock`.
final class Connection: @unchecked Sendable {
    /// A statement to be sent with its parameters in the binary format.
    struct Call {
        let name: String
        let sql: String
        let oids: [UInt32]
        let parameters: [[UInt8]?]
    }

    private struct Pending {
        var results: [QueryResult] = []
        var failure: PostgresError?
        let isCommit: Bool
        let deadline: ContinuousClock.Instant
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
    private var prepared: Set<String> = []
    private var isWatchingWrites = false
    private var cancelledSynchronousCommit = false
    private var wasCancelled = false
    private let poller: Poller

    private enum Expectation {
        case parse(String)
        case rows
        case sync
    }

    /// Connects, blocking; called off the threads that serve requests.
    init(conninfo: String, poller: Poller) throws(PostgresError) {
        self.poller = poller
        guard let handle = PQconnectdb(conninfo) else { throw .unavailable("out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            let reason = String(cString: PQerrorMessage(handle))
            PQfinish(handle)
            throw .unavailable(reason.split(separator: "\n").first.map(String.init) ?? "no connection")
        }
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            PQfinish(handle)
            throw .unavailable("no pipeline mode")
        }
        self.handle = handle
        descriptor = PQsocket(handle)
        PQsetNoticeReceiver(handle, { context, result in
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

    /// Whether somebody else may have it next. A request to cancel may arrive late and stop what isn't meant, so a
    /// connection that was cancelled once is used up.
    var isReusable: Bool { lock.withLock { _ in handle != nil && !wasCancelled } }

    /// How many batches are on the way.
    var load: Int { lock.withLock { _ in pending.count - firstPending } }

    /// Sends a batch and waits for its results, one for each call.
    func send(_ calls: [Call], isCommit: Bool = false, within limit: Duration) async throws -> [QueryResult] {
        try await withCheckedThrowingContinuation { answer in
            lock.withLock { _ in
                guard handle != nil else {
                    answer.resume(throwing: PostgresError.unavailable("connection lost"))
                    return
                }
                enqueue(calls, isCommit: isCommit, limit: limit, answer)
            }
        }
    }

    private func enqueue(
        _ calls: [Call], isCommit: Bool, limit: Duration, _ answer: CheckedContinuation<[QueryResult], any Error>
    ) {
        guard let handle else { return }
        var isSent = true
        for call in calls {
            if prepared.insert(call.name).inserted {
                isSent = isSent && PQsendPrepare(handle, call.name, call.sql, Int32(call.oids.count), call.oids) == 1
                expected.append(.parse(call.name))
            }
            isSent = isSent && call.withPointers { values, lengths, formats in
                PQsendQueryPrepared(handle, call.name, Int32(call.parameters.count), values, lengths, formats, 1) == 1
            }
            expected.append(.rows)
        }
        isSent = isSent && PQpipelineSync(handle) == 1
        expected.append(.sync)
        if isCommit { cancelledSynchronousCommit = false }
        pending.append(Pending(isCommit: isCommit, deadline: .now + limit, answer: answer))
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
            take(QueryResult(result))
        }
        if firstExpected == expected.count {
            expected.removeAll(keepingCapacity: true)
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
                if case .parse(let name) = expected[firstExpected - 1] { prepared.remove(name) }
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
            if case .rows = expectation { pending[firstPending].results.append(result) }
        case PGRES_PIPELINE_ABORTED:
            firstExpected += 1
            if case .parse(let name) = expectation { prepared.remove(name) }
        default:
            firstExpected += 1
            if case .parse(let name) = expectation { prepared.remove(name) }
            if pending[firstPending].failure == nil { pending[firstPending].failure = PostgresError(result.handle) }
        }
    }

    private func finishFirst() {
        let first = pending[firstPending]
        firstPending += 1
        if firstPending == pending.count {
            pending.removeAll(keepingCapacity: true)
            firstPending = 0
        }
        if let failure = first.failure {
            first.answer.resume(throwing: failure)
        } else if first.isCommit, cancelledSynchronousCommit {
            first.answer.resume(throwing: PostgresError.outcomeUnknown)
        } else {
            first.answer.resume(returning: first.results)
        }
    }

    private func notice(_ result: OpaquePointer) {
        // “canceling wait for synchronous replication”: committed here, perhaps nowhere else. It has the code of a plain
        // warning and words in the server's language, so the function that it comes from tells.
        guard let function = PQresultErrorField(result, Int32(UInt8(ascii: "R"))) else { return }
        if String(cString: function) == "SyncRepWaitForLSN" { cancelledSynchronousCommit = true }
    }

    /// Gives up a connection whose oldest batch should have been answered by now.
    func failOverdue(at now: ContinuousClock.Instant) {
        lock.withLock { _ in
            if firstPending < pending.count, pending[firstPending].deadline < now { fail() }
        }
    }

    func close() { lock.withLock { _ in fail() } }

    /// Notes that `cancelRunning` will follow.
    func markCancelled() { lock.withLock { _ in wasCancelled = true } }

    /// Asks the server to stop what this connection is doing. Blocks on a connection of its own.
    func cancelRunning() {
        let cancel = lock.withLock { _ in handle.flatMap { PQgetCancel($0) } }
        guard let cancel else { return }
        var message = [CChar](repeating: 0, count: 256)
        PQcancel(cancel, &message, 256)
        PQfreeCancel(cancel)
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
                throwing: batch.isCommit ? PostgresError.outcomeUnknown : PostgresError.unavailable("connection lost"))
        }
    }
}

/// A result of libpq, freed when nobody reads it any more. Immutable, so it may cross threads.
final class QueryResult: @unchecked Sendable {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    var count: Int32 { PQntuples(handle) }

    var affected: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    var command: String { String(cString: PQcmdStatus(handle)) }
}

extension Connection.Call {
    fileprivate func withPointers(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Bool
    ) -> Bool {
        // All parameters in one buffer: one address that stays put while libpq copies from it.
        var offsets: [Int?] = []
        var buffer: [UInt8] = []
        for parameter in parameters {
            offsets.append(parameter == nil ? nil : buffer.count)
            buffer += parameter ?? []
        }
        buffer.append(0)
        let lengths = parameters.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: parameters.count)
        return buffer.withUnsafeBytes { bytes in
            let values = offsets.map { offset in
                offset.flatMap { bytes.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return body(values, lengths, formats)
        }
    }
}

extension PostgresError {
    init(_ result: OpaquePointer) {
        func field(_ code: UInt8) -> String? { PQresultErrorField(result, Int32(code)).map { String(cString: $0) } }
        let code = field(UInt8(ascii: "C")) ?? "XX000"
        if code == "57014" {
            self = .statementTimeout
        } else if code == "57P01" || code == "57P02" || code == "57P03" {
            self = .unavailable("the server is shutting down")
        } else {
            self = .server(
                code: code, constraint: field(UInt8(ascii: "n")),
                detail: ServerMessage(text: field(UInt8(ascii: "M")) ?? ""))
        }
    }
}
