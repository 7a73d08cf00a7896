import Accounts
import Core
import FoundationEssentials
import Journal
package import Postgres

/// The statements of `SQL/queries/feedback.sql`, one typed line each.
package enum FeedbackQueries {
    static let rules = Query("feedback.rules", returns: FeedbackRules.self)
    static let loadRule = Query(
        "feedback.load_rule", Day.self, String.self, Int32.self, Int32.self, Int32.self, Int32.self, Int32.self,
        String.self)
    static let allocate = Query("feedback.allocate", Day.self, returns: Int32.self)
    static let codeOf = Query("feedback.code_of", FeedbackItem.ID.self, [UInt8].self, returns: String.self)
    static let send = Query(
        "feedback.send", FeedbackItem.ID.self, String.self, FeedbackKind.self, FeedbackSubject.self,
        FeedbackTopic.self, String?.self, String?.self, String.self, Account.ID?.self, String.self, String.self,
        String.self, String?.self, [UInt8].self, String.self, Date.self, Day?.self)
    static let find = Query(
        "feedback.find", String.self, String?.self, Account.ID?.self, [UInt8]?.self, returns: FeedbackItem.self)
    static let lock = Query(
        "feedback.lock", String.self, String?.self, Account.ID?.self, [UInt8]?.self, returns: FeedbackItem.self)
    static let move = Query(
        "feedback.move", FeedbackItem.ID.self, FeedbackState.self, Bool.self, String.self, String?.self, Date.self,
        Day?.self, Bool.self, Bool.self, Date?.self, Int32.self)
    static let event = Query(
        "feedback.event", FeedbackItem.ID.self, Int32.self, FeedbackAct.self, FeedbackState.self, String.self,
        String?.self, Bool.self, String?.self, Day?.self, Bool?.self, Date.self, Identifier<JournalEntry>.self)
    static let addFile = Query(
        "feedback.add_file", FeedbackFile.ID.self, FeedbackItem.ID.self, Int32.self, [UInt8].self, String.self)
    static let events = Query("feedback.events", String.self, returns: FeedbackEvent.self)
    static let files = Query("feedback.files", String.self, returns: FeedbackFile.self)
    static let atAgency = Query(
        "feedback.at_agency", String.self, [String].self, Day?.self, Date.self, FeedbackItem.ID.self, Int.self,
        returns: FeedbackLine.self)
    static let closedAtAgency = Query(
        "feedback.closed_at_agency", String.self, Date.self, FeedbackItem.ID.self, Int.self, returns: FeedbackLine.self)
    static let ofAccount = Query(
        "feedback.of_account", Account.ID.self, Date.self, FeedbackItem.ID.self, Int.self, returns: FeedbackLine.self)
    static let counters = Query("feedback.counters", String.self, Day.self, returns: FeedbackCounter.self)
    static let count = Query(
        "feedback.count", String.self, Day.self, Int.self, Int.self, Int.self, Int.self, Int.self, Int.self, Int.self)
    static let countMore = Query(
        "feedback.count_more", String.self, Day.self, Int.self, Int.self, Int.self, Int.self, Int.self, Int.self,
        Int.self)
    static let figures = Query("feedback.figures", String.self, Day.self, Day.self, returns: FeedbackFigures.self)
    static let publish = Query(
        "feedback.publish", FeedbackItem.ID.self, String.self, String.self, FeedbackKind.self, FeedbackSubject.self,
        FeedbackTopic.self, String?.self, String.self, String.self, Date.self, Date.self, Date.self, Bool.self)
    static let published = Query(
        "feedback.published", String.self, Date.self, FeedbackItem.ID.self, Int.self, returns: PublishedFeedback.self)
    static let search = Query(
        "feedback.search", String.self, String.self, Date.self, FeedbackItem.ID.self, Int.self,
        returns: PublishedFeedback.self)
    static let publishedOne = Query("feedback.published_one", String.self, returns: PublishedFeedback.self)
    static let lockPublished = Query("feedback.lock_published", String.self, returns: LockedReactions.self)
    static let reaction = Query("feedback.reaction", FeedbackItem.ID.self, Account.ID.self, returns: Bool.self)
    static let react = Query("feedback.react", FeedbackItem.ID.self, Account.ID.self, Bool.self, Date.self)
    static let setReactions = Query("feedback.set_reactions", FeedbackItem.ID.self, Int32.self, Int32.self)

    static let disagreeing = Query("feedback.disagreeing", Int.self, returns: DisagreeingFeedback.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        rules, loadRule, allocate, codeOf, send, find, lock, move, event, addFile, events, files, atAgency,
        closedAtAgency, ofAccount, counters, count, countMore, figures, publish, published, search,
        publishedOne, lockPublished,
        reaction, react, setReactions, disagreeing,
    ]
}

/// The counts of a published answer, held by a transaction that is about to change them.
struct LockedReactions: PostgresRow {
    let id: FeedbackItem.ID
    let agencyCode: String
    let answeredAt: Date
    let isLate: Bool
    let likes: Int32
    let dislikes: Int32

    init(_ row: inout Row) throws {
        id = try row("id")
        agencyCode = try row("agency_code")
        answeredAt = try row("answered_at")
        isLate = try row("is_late")
        likes = try row("likes")
        dislikes = try row("dislikes")
    }
}

/// An event that says something else than its journal entry.
struct DisagreeingFeedback: PostgresRow {
    let feedbackID: FeedbackItem.ID
    let sequence: Int32
    let entryID: Identifier<JournalEntry>

    init(_ row: inout Row) throws {
        feedbackID = try row("feedback_id")
        sequence = try row("sequence")
        entryID = try row("entry_id")
    }
}
