import Accounts
import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/webhooks.sql`, one typed line each.
package enum WebhookQueries {
    static let list = Query("webhooks.list", String.self, returns: Webhook.self)
    static let find = Query("webhooks.find", Webhook.ID.self, String.self, returns: Webhook.self)
    static let lock = Query("webhooks.lock", Webhook.ID.self, String.self, returns: Webhook.self)
    static let add = Query(
        "webhooks.add", Webhook.ID.self, String.self, String.self, String.self, Int.self, Date.self)
    static let change = Query(
        "webhooks.change", Webhook.ID.self, String.self, String.self, Webhook.State.self, Webhook.Reason?.self,
        Date.self)
    static let renewSecret = Query("webhooks.renew_secret", Webhook.ID.self, Date.self)
    static let replay = Query("webhooks.replay", Webhook.ID.self, Int.self, Date.self)
    static let remove = Query("webhooks.remove", Webhook.ID.self)
    static let note = Query("webhooks.note", Webhook.ID.self, String.self)
    static let positionAt = Query("webhooks.position_at", String.self, Date.self, returns: Int.self)
    static let claim = Query(
        "webhooks.claim", Date.self, Date.self, Webhook.State.self, Int.self, Int.self, returns: DueBatch.self)
    static let taken = Query("webhooks.taken", Webhook.ID.self, UUID.self, String.self, Date.self)
    static let postpone = Query("webhooks.postpone", Webhook.ID.self, UUID.self, String.self, Date.self, Date.self)
    static let disable = Query(
        "webhooks.disable", Webhook.ID.self, UUID.self, String.self, Webhook.Reason.self, returns: Webhook.ID.self)
    static let supervisors = Query("webhooks.supervisors", String.self, returns: Account.ID.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        list, find, lock, add, change, renewSecret, replay, remove, note, positionAt, claim, taken, postpone, disable,
        supervisors,
    ]
}

/// Events whose turn it is to be sent, held by one attempt.
struct DueBatch: PostgresRow {
    let webhook: Webhook.ID
    let agencyCode: String
    let name: String
    let url: String
    let secretNumber: Int32
    let formerUntil: Date?
    /// Behind which the batch begins, and its last event's position.
    let position: Int
    let end: Int
    let failures: Int32
    /// The same for each attempt.
    let id: UUID
    let attempt: UUID

    init(_ row: inout Row) throws {
        webhook = try row("id")
        agencyCode = try row("agency_code")
        name = try row("name")
        url = try row("url")
        secretNumber = try row("secret_number")
        formerUntil = try row("former_until")
        position = try row("position")
        end = try row("batch_end")
        failures = try row("failures")
        id = try row("batch_id")
        attempt = try row("attempt_id")
    }
}
