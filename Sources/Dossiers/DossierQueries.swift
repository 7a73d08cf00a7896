import Accounts
import Catalogue
package import Core
import FoundationEssentials
package import Journal
package import Postgres

/// The statements of `SQL/queries/dossiers.sql`, one typed line each.
package enum DossierQueries {
    static let openDraft = Query(
        "drafts.open", Dossier.ID.self, Account.ID.self, String.self, Revision.ID.self, String.self, JSONText.self,
        Date.self)
    static let freshDrafts = Query(
        "drafts.fresh", Account.ID.self, String.self, String.self, Date.self, Int.self, String?.self, Day?.self,
        returns: FreshDraft.self)
    static let findDraft = Query("drafts.find", Dossier.ID.self, Account.ID.self, returns: Draft.self)
    static let lockDraft = Query("drafts.lock", Dossier.ID.self, Account.ID.self, returns: Draft.self)
    static let pendingPublication = Query("drafts.publication", returns: PendingPublication.self)
    static let draftsToCarry = Query(
        "drafts.to_carry", String.self, Revision.ID.self, Int.self, returns: DraftToCarry.self)
    static let carryDraft = Query("drafts.carry", Dossier.ID.self, Revision.ID.self, JSONText?.self)
    static let finishPublication = Query("drafts.carried_all", String.self, Revision.ID.self)
    static let listDrafts = Query("drafts.list", Account.ID.self, String.self, Int.self, returns: DraftSummary.self)
    static let saveDraft = Query(
        "drafts.save", Dossier.ID.self, Account.ID.self, JSONText.self, [String].self, Date.self)
    static let discardDraft = Query("drafts.discard", Dossier.ID.self, Account.ID.self)

    static let nameChild = Query("children.name", Dossier.ID.self, String.self, Day.self, String?.self)
    static let child = Query("children.of_dossier", String.self, returns: Child.self)
    static let childOfDraft = Query("children.of_draft", Dossier.ID.self, returns: Child.self)
    static let removeChild = Query("children.remove", Dossier.ID.self)
    static let nameAgent = Query("agents.name", Dossier.ID.self, Mandate.ID.self, Account.ID.self, Date.self)
    static let agents = Query("agents.of_dossier", String.self, returns: DossierAgent.self)

    static let addAttachment = Query(
        "attachments.add", Attachment.ID.self, Dossier.ID.self, String.self, [UInt8].self, String.self, Date.self)
    static let listAttachments = Query("attachments.list", Dossier.ID.self, returns: Attachment.self)
    static let removeAttachment = Query("attachments.remove", Attachment.ID.self, Dossier.ID.self)
    static let removeAttachments = Query("attachments.remove_all", Dossier.ID.self)

    static let allocate = Query("dossiers.allocate", String.self, Day.self, returns: Int32.self)
    static let submit = Query(
        "dossiers.submit", Dossier.ID.self, String.self, String.self, Revision.ID.self, String.self, Account.ID.self,
        String.self, String.self, Date.self, Date?.self)
    static let answer = Query("dossiers.answer", Dossier.ID.self, JSONText.self, JSONText?.self, JSONText?.self)
    static let earlierAnswers = Query(
        "dossiers.earlier_answers", Account.ID.self, String.self, returns: EarlierDossier.self)
    static let record = Query(
        "dossiers.record", [Dossier.ID].self, [Int32].self, [Int16].self, [Int16?].self, [Date].self, Date.self,
        [String?].self, [String?].self, [String?].self, [String?].self, [String?].self, [[UInt8]?].self,
        [[UInt8]?].self, [Identifier<JournalEntry>].self, [String].self, [Account.ID?].self, [String?].self,
        [String?].self)
    static let applicant = Query("dossiers.applicant", Dossier.ID.self, returns: Account.ID.self)
    static let codeOf = Query("dossiers.code_of", Dossier.ID.self, Account.ID.self, returns: String.self)
    static let lock = Query("dossiers.lock", String.self, String.self, returns: LockedDossier.self)
    static let beside = Query("dossiers.beside", [String].self, String.self, String.self, returns: BesideDossier.self)
    static let lockOfAccount = Query(
        "dossiers.lock_of_account", String.self, Account.ID.self, returns: LockedDossier.self)
    static let change = Query(
        "dossiers.change", [Dossier.ID].self, [Int16].self, [Date?].self, [Date?].self, [Date?].self, [Int32].self,
        [String].self, [Account.ID?].self, [UUID?].self, [Date?].self)
    static let eventsSince = Query(
        "dossiers.events_since", Dossier.ID.self, Int32.self, returns: DossierEvent.self)
    static let eventsAt = Query(
        "dossiers.events_at", String.self, Int.self, Int.self, Int.self, returns: FeedEvent.self)
    static let feedFloor = Query("dossiers.feed_floor", returns: Int.self)
    static let forgetEvents = Query("dossiers.forget_events", Date.self, Int.self, returns: Int.self)
    static let explain = Query("dossiers.explain", [Dossier.ID].self, [String?].self)

    static let ofAccount = Query("dossiers.of_account", String.self, Account.ID.self, returns: Dossier.self)
    static let ofAgency = Query("dossiers.of_agency", String.self, String.self, returns: Dossier.self)
    static let standings = Query("dossiers.standings", [String].self, String.self, returns: DossierStanding.self)
    static let events = Query("dossiers.events", String.self, returns: DossierEvent.self)
    static let attachments = Query("dossiers.attachments", String.self, returns: Attachment.self)
    static let filedBy = Query(
        "dossiers.filed_by", Account.ID.self, Date.self, Dossier.ID.self, Int.self, returns: DossierSummary.self)
    static let atAgency = Query(
        "dossiers.at_agency", String.self, Date.self, Dossier.ID.self, Int.self, returns: DossierSummary.self)
    static let atAgencyWithStatus = Query(
        "dossiers.at_agency_with_status", String.self, DossierStatus.self, Date.self, Dossier.ID.self, Int.self,
        returns: DossierSummary.self)
    static let track = Query("dossiers.track", String.self, String.self, returns: TrackedDossier.self)
    static let disagreeing = Query("dossiers.disagreeing", Int.self, returns: DisagreeingEvent.self)
    static let misplaced = Query("dossiers.misplaced", Int.self, returns: DisagreeingEvent.self)
    static let filedAnswers = Query("dossiers.filed_answers", Dossier.ID.self, Int.self, returns: FiledAnswers.self)
    static let openDueAt = Query(
        "dossiers.open_due_at", Date.self, Int.self, String.self, returns: OpenDeadline.self)
    static let openDue = Query("dossiers.open_due", Date.self, Int.self, returns: OpenDeadline.self)
    static let performanceLock = Query("dossiers.performance_lock", returns: Bool.self)
    static let finishedBetween = Query(
        "dossiers.finished_between", Date.self, Date.self, returns: FinishedCount.self)
    static let recordPerformance = Query(
        "dossiers.record_performance", [String].self, [Int].self, [Int].self, Day.self, Date.self, [Int].self,
        [Int].self)
    static let digestsToMake = Query("digests.to_make", Day.self, Int.self, returns: OfficerToTell.self)
    static let makeDigest = Query("digests.make", Account.ID.self, Day.self, Date.self)
    static let digestCounts = Query(
        "digests.count", String.self, Date.self, Date.self, Date.self, Int.self, returns: DigestCounts.self)
    static let digestCountsOfUnit = Query(
        "digests.count_of_unit", String.self, UUID.self, Account.ID.self, Date.self, Date.self, Date.self, Int.self,
        returns: DigestCounts.self)
    static let performance = Query("dossiers.performance", String.self, returns: AgencyPerformance.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        openDraft, freshDrafts, findDraft, lockDraft, pendingPublication, draftsToCarry, carryDraft, finishPublication,
        listDrafts, saveDraft, discardDraft, nameChild, child, childOfDraft, removeChild, nameAgent, agents,
        addAttachment,
        listAttachments, removeAttachment, removeAttachments, allocate, submit, answer, earlierAnswers,
        record, applicant, codeOf, lock, beside, lockOfAccount, eventsSince, eventsAt, feedFloor, forgetEvents, change,
        explain, ofAccount, ofAgency,
        events, attachments,
        filedBy, atAgency, atAgencyWithStatus, track,
        disagreeing, misplaced, filedAnswers, openDue, openDueAt, performanceLock, finishedBetween, recordPerformance,
        standings, performance, digestsToMake, makeDigest, digestCounts, digestCountsOfUnit,
    ]
}

/// An event that says something else than its journal entry.
package struct DisagreeingEvent: PostgresRow {
    package let dossierID: Dossier.ID
    package let sequence: Int32
    package let entryID: Identifier<JournalEntry>

    package init(_ row: inout Row) throws {
        dossierID = try row("dossier_id")
        sequence = try row("sequence")
        entryID = try row("entry_id")
    }
}

struct FiledAnswers: PostgresRow {
    let dossierID: Dossier.ID
    let answers: JSONText
    let entryID: Identifier<JournalEntry>
    let digest: String

    init(_ row: inout Row) throws {
        dossierID = try row("dossier_id")
        answers = try row("answers")
        entryID = try row("entry_id")
        digest = try row("digest")
    }
}

struct FreshDraft: PostgresRow {
    let id: Dossier.ID
    let isAlike: Bool

    init(_ row: inout Row) throws {
        id = try row("id")
        isAlike = try row("alike")
    }
}
