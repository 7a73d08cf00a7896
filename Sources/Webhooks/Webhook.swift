package import Core
package import FoundationEssentials
package import Postgres

/// An address of an agency's system that is told what happens to the agency's dossiers, and how far it has got.
package struct Webhook: PostgresRow {
    package typealias ID = Identifier<Webhook>

    package enum State: String, Sendable, CaseIterable, PostgresValue {
        /// It is told of events.
        case active
        /// It is, and didn't take the last ones yet.
        case failing
        /// It isn't told of anything.
        case disabled
    }

    /// Why one is disabled.
    package enum Reason: String, Sendable, CaseIterable, PostgresValue {
        /// Its address has not answered a test yet.
        case unproven
        /// Somebody of the agency turned it off.
        case off
        /// It answered 410.
        case gone
        /// It took nothing for as long as it was tried.
        case silent
        /// What comes next isn't kept any more.
        case tooOld = "too-old"
    }

    package let id: ID
    package let agencyCode: String
    /// What the agency calls it.
    package let name: String
    package let url: String
    package let state: State
    /// When it is disabled.
    package let reason: Reason?
    /// Which of its secrets is the present one, from 1.
    package let secretNumber: Int32
    /// Until when the secret before signs, too.
    package let formerUntil: Date?
    /// Up to where its events were taken.
    package let position: Int
    package let failures: Int32
    package let failingSince: Date?
    package let nextAt: Date
    /// The last ten, the newest first.
    package let answers: [WebhookAnswer]
    package let createdAt: Date

    package init(_ row: inout Row) throws {
        id = try row("id")
        agencyCode = try row("agency_code")
        name = try row("name")
        url = try row("url")
        state = try row("state")
        reason = try row("reason")
        secretNumber = try row("secret_number")
        formerUntil = try row("former_until")
        position = try row("position")
        failures = try row("failures")
        failingSince = try row("failing_since")
        nextAt = try row("next_at")
        let answers: [String] = try row("answers")
        self.answers = answers.compactMap(WebhookAnswer.init)
        createdAt = try row("created_at")
    }
}

/// What an address answered once.
package struct WebhookAnswer: Sendable, Hashable {
    package let time: Date
    /// `http-204`, or why there was no answer: `timeout`, `unknown-host`, `address-refused`, ….
    package let code: String
    /// How many events it was told; 0 for a test.
    package let events: Int

    package var isTaken: Bool { code.hasPrefix("http-2") }

    init(time: Date, code: String, events: Int) {
        self.time = time
        self.code = code
        self.events = events
    }

    /// As it is stored: time, code, events.
    var text: String { "\(Timestamp.text(time)) \(code) \(events)" }

    init?(_ text: String) {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 3, let time = Timestamp.instant(parts[0]), let events = Int(parts[2]) else { return nil }
        self.init(time: time, code: parts[1], events: events)
    }
}

/// What somebody of the agency, or its system, does with a webhook.
package enum WebhookAct: Sendable {
    /// Made disabled: its secret has to be known to the address before it can answer a test.
    /// - Parameter after: the position from which on it is told of events; nil: of those to come.
    case add(name: String, address: WebhookAddress, after: Int?)
    /// Turned on only when the address answers a test with 2xx.
    case change(name: String, address: WebhookAddress, isOn: Bool)
    /// Another secret; the former one signs for a day, too.
    case renewSecret
    /// Tells again of everything behind a position.
    case replay(after: Int)
    case remove

    /// `webhook.` and this, in the journal.
    var verb: String {
        switch self {
        case .add: "added"
        case .change: "changed"
        case .renewSecret: "secret_renewed"
        case .replay: "replayed"
        case .remove: "removed"
        }
    }
}

/// What a caller of webhooks has to treat differently.
package enum WebhookError: Error, Hashable {
    /// There is none, or it is another agency's: never told apart.
    case notFound
    /// The agency has as many as it may.
    case tooMany
    /// The address didn't answer the test with 2xx, but this.
    case unproven(code: String)
}
