package import Core
import HTTPTypes
import Hummingbird
import Synchronization

/// Whether the process lives, and whether it should be sent requests.
package final class Health: Sendable {
    private let shutdown: Shutdown
    private let checks = Mutex<[(name: String, check: @Sendable () async -> Bool)]>([])

    package init(shutdown: Shutdown) { self.shutdown = shutdown }

    /// Adds something that must hold for requests to be answered, such as the database being there. Asked for at each
    /// look, two seconds at most.
    package func require(_ name: String, _ check: @escaping @Sendable () async -> Bool) {
        checks.withLock { $0.append((name, check)) }
    }

    /// What doesn't hold now; `stopping` once the server is on its way down.
    package func problems() async -> [String] {
        var problems = shutdown.hasBegun ? ["stopping"] : []
        for (name, check) in checks.withLock({ $0 }) where await !Self.holds(check) { problems.append(name) }
        return problems
    }

    private static func holds(_ check: @escaping @Sendable () async -> Bool) async -> Bool {
        // Whichever comes first. The check itself may be beyond cancelling, so it isn't waited for.
        let (answers, answer) = AsyncStream<Bool>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let asking = Task { answer.yield(await check()) }
        let waiting = Task {
            try? await Task.sleep(for: .seconds(2))
            answer.yield(false)
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        for await holds in answers { return holds }
        return false
    }
}

/// The routes for those who run the portal.
package enum OperationRoutes {
    /// `/health/live`, `/health/ready` for balancers, and `/metrics` for the operators' addresses alone.
    package static func all(metrics: Metrics, health: Health, operators: [AddressRange]) -> [Route] {
        // To others there is no such place.
        let operatorOnly = Audience<Void>("operator") { request, context in
            // Through a proxy that nobody said to trust, everybody has the proxy's own address.
            let isForwarded = context.client == context.peer && request.headers[.xForwardedFor] != nil
            guard !isForwarded, let client = context.client, operators.contains(where: { $0.contains(client) }) else {
                throw RequestFailure.notFound
            }
        }
        return [
            get("/health/live", .everyone) { _, _, _ in .json(Array(#"{"status":"ok"}"#.utf8)) },
            get("/health/ready", .everyone) { (_, _, _) async in
                let problems = await health.problems()
                guard !problems.isEmpty else { return .json(Array(#"{"status":"ok"}"#.utf8)) }
                let names = problems.map { "\"\($0)\"" }.joined(separator: ",")
                return .json(
                    Array(#"{"status":"unavailable","problems":[\#(names)]}"#.utf8), status: .serviceUnavailable)
            },
            get("/metrics", operatorOnly) { _, _, _ in
                Response(
                    status: .ok, type: "text/plain; version=0.0.4; charset=utf-8",
                    Array(await metrics.exposition().utf8))
            },
        ]
    }
}
