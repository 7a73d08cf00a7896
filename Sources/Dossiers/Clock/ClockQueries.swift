import Accounts
import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/clock.sql`, one typed line each.
package enum ClockQueries {
    static let lock = Query("clock.lock", returns: Bool.self)
    static let find = Query("clock.find", Dossier.ID.self, returns: StoredClock.self)
    static let pauses = Query("clock.pauses", Dossier.ID.self, returns: StoredPause.self)
    static let pausesOf = Query("clock.pauses_of", [Dossier.ID].self, returns: PauseOfDossier.self)
    static let set = Query(
        "clock.set", [Dossier.ID].self, [Date?].self, [String].self, [Date].self, [Date?].self, [Int32?].self,
        [Int32?].self, [Int32?].self, [Bool?].self, [String].self, [Date?].self)
    static let keepPauses = Query(
        "clock.keep_pauses", [Dossier.ID].self, [Int32].self, [String].self, [Date].self, [Date?].self)
    static let finishedBetween = Query(
        "clock.finished_between", Date.self, Date.self, returns: FinishedCount.self)

    static let pendingRecount = Query("clock.pending_recount", returns: PendingRecount.self)
    static let toRecount = Query(
        "clock.to_recount", Date.self, Date.self, Dossier.ID.self, Int.self, returns: DossierToRecount.self)
    static let toRecountOfAgency = Query(
        "clock.to_recount_of_agency", Date.self, Date.self, Dossier.ID.self, Int.self, String.self,
        returns: DossierToRecount.self)
    static let lockDossier = Query("clock.lock_dossier", Dossier.ID.self, returns: LockedDossier.self)
    static let advanceRecount = Query(
        "clock.advance_recount", Int.self, Date?.self, Dossier.ID?.self, Int32.self, Date?.self)

    static let dueBetween = Query(
        "clock.due_between", Reminder.Kind.self, Date.self, Date.self, Int.self, returns: NoticeToGive.self)
    static let supplementsBetween = Query(
        "clock.supplements_between", Reminder.Kind.self, Date.self, Date.self, Int.self, returns: NoticeToGive.self)
    static let draftsBefore = Query(
        "clock.drafts_before", Date.self, Int.self, Int.self, returns: NoticeToGive.self)
    static let expiredDrafts = Query(
        "clock.expired_drafts", Date.self, Int.self, Date.self, Int.self, returns: NoticeToGive.self)
    static let note = Query("clock.note", UUID.self, Reminder.Kind.self, Date.self, Date.self, returns: UUID.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        lock, find, pauses, pausesOf, set, keepPauses, finishedBetween, pendingRecount, toRecount,
        toRecountOfAgency, lockDossier, advanceRecount, dueBetween, supplementsBetween, draftsBefore, expiredDrafts,
        note,
    ]
}

extension DossierClock.Pause.Kind: PostgresValue {}

/// What a dossier's due date is made from, as it is kept.
struct StoredClock: PostgresRow {
    enum Basis: String, Sendable, CaseIterable, PostgresValue {
        case counted
        case given
    }

    let firstReceivedAt: Date?
    let basis: Basis
    let since: Date
    let givenDueAt: Date?

    init(firstReceivedAt: Date?, basis: Basis, since: Date, givenDueAt: Date?) {
        self.firstReceivedAt = firstReceivedAt
        self.basis = basis
        self.since = since
        self.givenDueAt = givenDueAt
    }

    init(_ row: inout Row) throws {
        firstReceivedAt = try row("first_received_at")
        basis = try row("basis")
        since = try row("since")
        givenDueAt = try row("given_due_at")
    }
}

struct StoredPause: PostgresRow {
    let pause: DossierClock.Pause

    init(_ row: inout Row) throws {
        pause = DossierClock.Pause(try row("kind"), from: try row("began_at"), to: try row("ended_at"))
    }
}

struct PauseOfDossier: PostgresRow {
    let dossierID: Dossier.ID
    let pause: DossierClock.Pause

    init(_ row: inout Row) throws {
        dossierID = try row("dossier_id")
        pause = DossierClock.Pause(try row("kind"), from: try row("began_at"), to: try row("ended_at"))
    }
}
