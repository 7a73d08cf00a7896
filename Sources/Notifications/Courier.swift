import Accounts
import Core
package import FoundationEssentials
package import Logging
package import Postgres
import ServiceLifecycle

/// Carries the deliveries of one channel, one at a time, in the order in which they are due. A channel that is slow or
/// dead holds up nothing but itself.
///
/// At least once: the delivery stays locked while it is under way, and the note of what became of it follows. A process
/// that dies in between leaves it as it was, and it is sent again under the same id.
package struct Courier: Service {
    private let channel: Channel
    private let transport: any Transport
    private let database: Database
    private let letters: Letters
    private let logger: Logger

    /// - Parameter database: connected as `portal_worker`.
    package init(
        _ channel: Channel, by transport: any Transport, database: Database, letters: Letters, logger: Logger
    ) {
        self.channel = channel
        self.transport = transport
        self.database = database
        self.letters = letters
        self.logger = logger
    }

    package func run() async throws {
        var troubles = 0
        // Not cancelled at shutdown: what is under way is brought to its end, or it would be sent twice.
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            var pause = Duration.seconds(1)
            do {
                switch try await carry(at: Date(), jitter: .random(in: 0.8...1.2)) {
                case .nothing: break
                case .done:
                    troubles = 0
                    continue
                case .unreachable(let reason):
                    // One message tells that nobody answers: the others needn't each find out at once.
                    troubles += 1
                    pause = .seconds(min(300, 2 << min(troubles, 8)))
                    logger.warning(
                        "a channel can't be reached", metadata: ["channel": "\(channel)", "reason": "\(reason)"])
                }
            } catch {
                logger.warning(
                    "deliveries could not be carried yet", metadata: ["channel": "\(channel)", "error": "\(error)"])
            }
            let length = pause
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: length) }
        }
    }

    package enum Round: Sendable, Hashable {
        /// Nothing was due.
        case nothing
        /// One was carried, whatever became of it.
        case done
        case unreachable(String)
    }

    /// Carries the next delivery that is due.
    /// - Parameter jitter: what the pause before the next attempt is multiplied with, so that what failed together
    ///   doesn't come back together.
    package func carry(at now: Date, jitter: Double) async throws -> Round {
        try await database.transaction { transaction in
            guard let due = try await transaction.first(NotificationQueries.next, (channel, now)) else {
                return .nothing
            }
            let outcome = try await attempt(due)
            let attempts = due.attempts + 1
            func end(_ state: Delivery.State, _ reason: String?, providerID: String? = nil) async throws {
                try await transaction.run(
                    NotificationQueries.settle, (due.id, state, attempts, reason, providerID, now))
            }
            switch outcome {
            case .sent(let providerID): try await end(.sent, nil, providerID: providerID)
            case .bounced(let reason): try await end(.bounced, reason)
            case .failed(let reason): try await end(.failed, reason)
            case .later(let reason), .unreachable(let reason):
                if now.timeIntervalSince(due.queuedAt) >= Patience.longest {
                    try await end(.givenUp, reason)
                } else {
                    let next = now.addingTimeInterval(Patience.pause(after: Int(attempts)) * jitter)
                    try await transaction.run(NotificationQueries.postpone, (due.id, attempts, reason, next, now))
                }
            }
            if case .unreachable(let reason) = outcome { return .unreachable(reason) }
            return .done
        }
    }

    private func attempt(_ due: DueDelivery) async throws -> Outcome {
        let address =
            switch channel {
            case .email: due.email
            case .sms: due.phone
            }
        guard let address else { return .failed("no-address") }
        guard letters.knows(due.topic) else { return .later("no-text") }
        let payload = try JSON(parsing: Array(due.payload.text.utf8))
        let letter = letters.letter(due.topic, payload, to: due.name, in: due.language)
        return await transport.send(
            OutgoingMessage(
                id: due.id, address: address, letter: letter, language: due.language, date: due.createdAt))
    }
}

/// How long one tries: after half a minute, then ever longer up to four hours, for a day.
enum Patience {
    static let longest: TimeInterval = 86_400

    static func pause(after attempts: Int) -> TimeInterval {
        min(4 * 3600, 15 * Double(1 << min(max(attempts, 1), 12)))
    }
}

struct DueDelivery: PostgresRow {
    let id: Delivery.ID
    let attempts: Int32
    let createdAt: Date
    let queuedAt: Date
    let topic: String
    let payload: JSONText
    let name: String
    let email: String?
    let phone: String?
    let language: Language

    init(_ row: inout Row) throws {
        id = try row("id")
        attempts = try row("attempts")
        createdAt = try row("created_at")
        queuedAt = try row("queued_at")
        topic = try row("topic")
        payload = try row("payload")
        name = try row("name")
        email = try row("email")
        phone = try row("phone")
        language = try row("language")
    }
}
