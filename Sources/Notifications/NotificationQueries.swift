import Accounts
import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/notifications.sql`, one typed line each.
package enum NotificationQueries {
    static let inTurn = Query("notices.in_turn", Int.self, returns: Bool.self)
    static let recipient = Query("notices.recipient", Account.ID.self, returns: Recipient.self)
    static let agents = Query("notices.agents", String.self, Account.ID.self, Day.self, returns: Agent.self)
    static let author = Query("notices.author", UUID.self, returns: Recipient.self)
    static let add = Query(
        "notices.add", Notice.ID.self, Account.ID?.self, String.self, JSONText.self, String?.self, String?.self,
        Date.self, UUID?.self, returns: NoticeAgency.self)
    static let list = Query("notices.list", Account.ID.self, Date.self, Notice.ID.self, Int.self, returns: Notice.self)
    static let read = Query("notices.read", Notice.ID.self, Account.ID.self, Date.self)
    static let readAll = Query("notices.read_all", Account.ID.self, Date.self, Date.self)
    static let forget = Query("notices.forget", Date.self, Int.self)
    static let forgetTaken = Query("notices.forget_taken", Date.self, Int.self)
    static let forgetDigests = Query("notices.forget_digests", Day.self)

    static let queue = Query(
        "deliveries.queue", Delivery.ID.self, Notice.ID.self, Channel.self, String?.self, String?.self, String.self,
        Date.self)
    static let next = Query("deliveries.next", Channel.self, Date.self, returns: DueDelivery.self)
    static let settle = Query(
        "deliveries.settle", Delivery.ID.self, Delivery.State.self, Int32.self, String?.self, String?.self, Date.self)
    static let postpone = Query(
        "deliveries.postpone", Delivery.ID.self, Int32.self, String.self, Date.self, Date.self)
    static let atAgency = Query(
        "deliveries.at_agency", String.self, Date.self, Delivery.ID.self, Int.self, returns: Delivery.self)
    static let atAgencyInState = Query(
        "deliveries.at_agency_in_state", String.self, Delivery.State.self, Date.self, Delivery.ID.self, Int.self,
        returns: Delivery.self)
    static let lockAtAgency = Query(
        "deliveries.lock_at_agency", Delivery.ID.self, String.self, returns: Delivery.State.self)
    static let retry = Query("deliveries.retry", Delivery.ID.self, String.self, Date.self)
    static let lock = Query("deliveries.lock", Delivery.ID.self, returns: Delivery.State.self)
    static let report = Query(
        "deliveries.report", Delivery.ID.self, Delivery.State.self, String?.self, Date.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        inTurn, recipient, agents, author, add, list, read, readAll, forget, forgetTaken, forgetDigests, queue, next,
        settle,
        postpone,
        atAgency, atAgencyInState, lockAtAgency, retry, lock, report,
    ]
}

/// The agency of the dossier that a notice is about.
struct NoticeAgency: PostgresRow {
    let code: String?

    init(_ row: inout Row) throws { code = try row("agency_code") }
}
