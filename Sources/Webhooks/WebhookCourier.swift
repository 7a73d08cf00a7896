import Core
package import Dossiers
package import FoundationEssentials
import Journal
package import Logging
package import Postgres
package import ServiceLifecycle
import Synchronization

/// Tells webhooks of what happened: to each its agency's events in their order, a batch at a time, the next one only when
/// the one before was taken.
///
/// At least once: the position moves after the answer, and a batch that is sent again is the same under the same id. Each
/// webhook is sent to by one attempt at a time, many side by side; those that failed before have places of their own, so
/// that the dead take none of the living.
package struct WebhookCourier: Service {
    private let database: Database
    private let dossiers: Dossiers
    private let secrets: WebhookSecrets
    private let sender: WebhookSender
    private let logger: Logger

    /// - Parameters:
    ///   - database: connected as `portal_worker`.
    ///   - dossiers: on the same.
    package init(
        database: Database, dossiers: Dossiers, secrets: WebhookSecrets, sender: WebhookSender, logger: Logger
    ) {
        self.database = database
        self.dossiers = dossiers
        self.secrets = secrets
        self.sender = sender
        self.logger = logger
    }

    /// How many are sent to at once, of those that are well and of those that aren't.
    private static let places: [(state: Webhook.State, most: Int)] = [(.active, 48), (.failing, 16)]
    package static let batch = 100
    /// After so many seconds nobody waits for an attempt any more: its process has died.
    private static let overdue: TimeInterval = 120

    package func run() async throws {
        let busy = Busy()
        // Not cancelled at shutdown: what is under way is brought to its end, or it would be sent twice.
        await withDiscardingTaskGroup { group in
            while !Task.isShuttingDownGracefully, !Task.isCancelled {
                var found = 0
                for (state, most) in Self.places {
                    let free = most - busy.count(of: state)
                    do {
                        let due = try await claim(state, at: Date(), limit: free)
                        found += due.count
                        busy.add(due.count, to: state)
                        for batch in due {
                            group.addTask {
                                await carry(batch, jitter: .random(in: 0.9...1.1))
                                busy.add(-1, to: state)
                            }
                        }
                    } catch {
                        logger.warning("webhooks could not be told yet", metadata: ["error": "\(error)"])
                    }
                }
                let pause = Duration.milliseconds(found > 0 ? 50 : 500)
                await cancelWhenGracefulShutdown { try? await Task.sleep(for: pause) }
            }
        }
    }

    /// Sends to every webhook whose turn it is, once, all at the same time, and says how many there were.
    @discardableResult
    package func round(at now: Date) async throws -> Int {
        var due: [DueBatch] = []
        for (state, most) in Self.places { due += try await claim(state, at: now, limit: most) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for batch in due { group.addTask { try await deliver(batch, at: now, jitter: 1) } }
            try await group.waitForAll()
        }
        return due.count
    }

    /// How many are being sent to.
    private final class Busy: Sendable {
        private let counts = Mutex<[Webhook.State: Int]>([:])

        func count(of state: Webhook.State) -> Int { counts.withLock { $0[state, default: 0] } }
        func add(_ number: Int, to state: Webhook.State) { counts.withLock { $0[state, default: 0] += number } }
    }

    private func claim(_ state: Webhook.State, at now: Date, limit: Int) async throws -> [DueBatch] {
        guard limit > 0 else { return [] }
        return try await database.transaction { transaction in
            try await transaction.all(
                WebhookQueries.claim, (now, now.addingTimeInterval(Self.overdue), state, limit, Self.batch))
        }
    }

    private func carry(_ batch: DueBatch, jitter: Double) async {
        do { try await deliver(batch, at: Date(), jitter: jitter) } catch {
            logger.warning(
                "a webhook's attempt could not be settled",
                metadata: ["webhook": "\(batch.webhook)", "error": "\(error)"])
        }
    }

    /// Sends a batch and notes what became of it.
    private func deliver(_ batch: DueBatch, at now: Date, jitter: Double) async throws {
        let page: FeedPage
        do {
            page = try await dossiers.events(
                at: batch.agencyCode, after: batch.position, through: batch.end, limit: Self.batch)
        } catch is FeedCursorTooOld {
            let answer = WebhookAnswer(time: now, code: "cursor-too-old", events: 0)
            return try await disable(batch, .tooOld, answer, at: now)
        }
        let body = Self.body(page.events)
        let code = await sender.send(
            body, to: batch.url,
            headers: secrets.headers(
                of: batch.webhook, batch.secretNumber, formerUntil: batch.formerUntil,
                id: batch.id.uuidString.lowercased(), at: now, body: body))
        let answer = WebhookAnswer(time: now, code: code, events: page.events.count)
        if answer.isTaken {
            try await database.run(WebhookQueries.taken, (batch.webhook, batch.attempt, answer.text, now))
        } else if code == "http-410" {
            try await disable(batch, .gone, answer, at: now)
        } else if let pause = WebhookPatience.pause(after: Int(batch.failures) + 1) {
            try await database.run(
                WebhookQueries.postpone,
                (batch.webhook, batch.attempt, answer.text, now, now.addingTimeInterval(pause * jitter)))
        } else {
            try await disable(batch, .silent, answer, at: now)
        }
    }

    /// What is sent: the same bytes for the same events.
    static func body(_ events: [FeedEvent]) -> [UInt8] {
        JSON.object([
            "type": "dossier.events",
            "timestamp": events.last.map { .string(Timestamp.text($0.recordedAt)) } ?? .null,
            "data": [
                "items": .array(events.map(\.json)),
                "next": events.last.map { .string(String($0.position)) } ?? .null,
            ],
        ]).serialized()
    }

    /// Stops telling a webhook, and tells those who supervise its agency.
    private func disable(
        _ batch: DueBatch, _ reason: Webhook.Reason, _ answer: WebhookAnswer, at now: Date
    ) async throws {
        try await database.transaction { transaction in
            let disabled = try await transaction.first(
                WebhookQueries.disable, (batch.webhook, batch.attempt, answer.text, reason))
            // Changed meanwhile: nobody is told of what isn't so any more.
            guard disabled != nil else { return }
            _ = try await transaction.append(
                JournalEntry(
                    kind: "webhook.disabled", subject: "webhook:\(batch.webhook)", agencyCode: batch.agencyCode,
                    actor: "system", at: now, content: ["reason": .string(reason.rawValue)]))
            for supervisor in try await transaction.all(WebhookQueries.supervisors, batch.agencyCode) {
                try await transaction.enqueue(
                    topic: "webhook.disabled",
                    payload: [
                        "account": .string(supervisor.description), "webhook": .string(batch.name),
                        "path": .string("/can-bo/he-thong/thong-bao/\(batch.webhook)"),
                    ], at: now)
            }
        }
    }
}

/// How long an address is waited for: the pauses of the Standard Webhooks specification, over a day and a third.
enum WebhookPatience {
    static let pauses: [TimeInterval] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400]

    /// Before the next attempt; nil when there is none any more.
    static func pause(after failures: Int) -> TimeInterval? {
        pauses.indices.contains(failures - 1) ? pauses[failures - 1] : nil
    }
}
