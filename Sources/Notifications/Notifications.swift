import Accounts
package import Core
package import FoundationEssentials
import Journal
package import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// Takes messages from the outbox, one after the other, and makes of each a notice in the portal and a delivery for each
/// channel outside that its recipient chose. Sends nothing itself: couriers do, each in its own time.
///
/// A message is for an `account`, or for whoever sent a `feedback` without one, to the address they gave with it.
///
/// Exactly once: what it makes commits with the note that the message was taken. Any number of processes may run one.
package struct Notifications: Service {
    private let database: Database
    private let letters: Letters
    private let logger: Logger

    /// - Parameter database: connected as `portal_worker`.
    package init(database: Database, letters: Letters, logger: Logger) {
        self.database = database
        self.letters = letters
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await spread(at: Date()) > 0 {}
                } catch is CancellationError {
                    break
                } catch {
                    logger.warning("messages could not be taken yet", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Takes a batch of messages and says how many there were.
    @discardableResult
    package func spread(at now: Date) async throws -> Int {
        let taken = Mutex(0)
        return try await Outbox.drain(database, at: now) { message, transaction in
            // Written by a newer program, perhaps, that runs beside this one: its turn will come.
            guard letters.knows(message.topic) else {
                logger.warning("there is no text about a topic", metadata: ["topic": "\(message.topic)"])
                throw UnknownTopic()
            }
            let payload = try JSON(parsing: Array(message.payload.text.utf8))
            let account = payload["account"]?.string.flatMap(Account.ID.init)
            let feedback = account == nil ? payload["feedback"]?.string.flatMap { UUID(uuidString: $0) } : nil
            // Each notice counts at its reader's account: two that spread at once would wait for each other crosswise.
            _ = try await transaction.one(NotificationQueries.inTurn, Self.lock)
            // A microsecond apart, so that those of one batch are listed in the order in which they came.
            let place = taken.withLock { place in
                place += 1
                return place
            }
            let made = now.addingTimeInterval(Double(place) / 1_000_000)
            try await tell(account, feedback, of: message.topic, payload, listedAt: made, at: now, in: transaction)
            guard let account, let code = payload["code"]?.string else { return }
            for agent in try await transaction.all(NotificationQueries.agents, (code, account, Day(of: now))) {
                var theirs = payload.object ?? [:]
                theirs["path"] = .string(agent.path(to: Letters.path(of: payload) ?? "/ho-so/\(code)"))
                try await tell(
                    agent.id, nil, of: message.topic, .object(theirs), listedAt: made, at: now, in: transaction)
            }
        }
    }

    private func tell(
        _ account: Account.ID?, _ feedback: UUID?, of topic: String, _ payload: JSON, listedAt made: Date, at now: Date,
        in transaction: Transaction
    ) async throws {
        guard let recipient = try await transaction.recipient(account: account, feedback: feedback) else { return }
        let dossier = payload["code"]?.string
        let notice = Notice.ID.make(at: now)
        let agency = try await transaction.one(
            NotificationQueries.add,
            (
                notice, account, topic, JSONText(String(decoding: payload.canonical(), as: UTF8.self)),
                Letters.path(of: payload), dossier, made, feedback
            ))
        for channel in recipient.channels(isRequired: Self.isRequired(topic, payload)) {
            try await transaction.run(
                NotificationQueries.queue,
                (
                    Delivery.ID.make(at: now), notice, channel, agency.code, dossier,
                    recipient.masked(for: channel), now
                ))
        }
    }

    /// "notices", as a number.
    private static let lock = 0x6E6F_7469
}

extension Notifications {
    /// Whether the law wants somebody to be told of this, whatever they chose: a refusal and a request for more papers
    /// (NĐ 61/2018/NĐ-CP Đ.17.2, amended by NĐ 107/2021/NĐ-CP), an apology for lateness (Đ.19.9), and whatever says so.
    package static func isRequired(_ topic: String, _ payload: JSON) -> Bool {
        if payload["required"]?.bool == true || topic == "dossier.extended" || topic.hasSuffix(".apology") {
            return true
        }
        switch payload["status"]?.int.flatMap(DossierStatus.init(rawValue:)) {
        case .refusedAtReception, .supplementRequested: return true
        case .registered, .received, .processing, .paymentRequested, .withdrawn, .stopped, .decided, .returned, nil:
            return false
        }
    }
}

extension Transaction {
    /// Nil for an account that was closed, for feedback without an address, and where neither is named.
    fileprivate func recipient(account: Account.ID?, feedback: UUID?) async throws -> Recipient? {
        if let account { return try await first(NotificationQueries.recipient, account) }
        if let feedback { return try await first(NotificationQueries.author, feedback) }
        return nil
    }
}

/// A topic that `Templates/notifications/texts.json` says nothing about.
struct UnknownTopic: Error {}

/// Somebody who acts for the applicant of a dossier, and is told what the applicant is told for as long as they may.
struct Agent: PostgresRow {
    let id: Account.ID
    let mandate: Mandate.ID

    init(_ row: inout Row) throws {
        id = try row("agent_id")
        mandate = try row("mandate_id")
    }

    /// Their way to a page of the principal's: they choose first to act for them.
    func path(to page: String) -> String { "/tai-khoan/uy-quyen/\(mandate)?next=\(page)" }
}

struct Recipient: PostgresRow {
    let email: String?
    let phone: String?
    let wantsEmail: Bool
    let wantsSMS: Bool

    init(_ row: inout Row) throws {
        email = try row("email")
        phone = try row("phone")
        wantsEmail = try row("notify_email")
        wantsSMS = try row("notify_sms")
    }

    /// The channels chosen for which there is an address; what has to be sent goes to one at least, mail first.
    func channels(isRequired: Bool) -> [Channel] {
        var chosen: [Channel] = []
        if wantsEmail, email != nil { chosen.append(.email) }
        if wantsSMS, phone != nil { chosen.append(.sms) }
        if chosen.isEmpty, isRequired { chosen = email != nil ? [.email] : phone != nil ? [.sms] : [] }
        return chosen
    }

    func masked(for channel: Channel) -> String {
        switch channel {
        case .email: Masked.email(email ?? "")
        case .sms: Masked.phone(phone ?? "")
        }
    }
}

/// Addresses for those who have to recognise them and mustn't use them.
package enum Masked {
    /// `l•••@example.vn`
    package static func email(_ address: String) -> String {
        let parts = address.split(separator: "@", maxSplits: 1)
        return "\(parts.first?.prefix(1) ?? "")•••@\(parts.count > 1 ? String(parts[1]) : "")"
    }

    /// `•••406`
    package static func phone(_ number: String) -> String { "•••" + number.digits.suffix(3) }
}
