import Accounts
import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/publishing.sql`, one typed line each.
package enum PublishingQueries {
    static let list = Query(
        "publishing.list", String.self, String.self, String.self, String.self, Int.self, returns: ListedProcedure.self)
    static let load = Query("publishing.load", [String].self, returns: ProcedureLoad.self)
    static let revisions = Query("publishing.revisions", String.self, returns: RevisionSummary.self)
    static let work = Query("publishing.work", Revision.ID.self, returns: RevisionWork.self)
    static let lock = Query("publishing.lock", Revision.ID.self, returns: RevisionWork.self)
    static let begin = Query(
        "publishing.begin", Revision.ID.self, String.self, JSONText.self, JSONText?.self, Revision.ID?.self,
        Account.ID?.self, String?.self, Date.self)
    static let save = Query(
        "publishing.save", Revision.ID.self, Int32.self, JSONText.self, JSONText?.self, String?.self, Account.ID?.self,
        String?.self)
    static let examine = Query("publishing.examine", Revision.ID.self, Int16.self, Int16.self)
    static let unexamined = Query("publishing.unexamined", Int.self, returns: UnexaminedRevision.self)
    static let filters = Query("publishing.filters", Account.ID.self, returns: DeskFilter.self)
    static let keepFilter = Query(
        "publishing.keep_filter", Account.ID.self, String.self, String.self, String.self, Date.self)
    static let dropFilter = Query("publishing.drop_filter", Account.ID.self, String.self)
    static let discard = Query("publishing.discard", Revision.ID.self)
    static let submit = Query(
        "publishing.submit", Revision.ID.self, Int32.self, Account.ID?.self, String?.self, Date.self)
    static let handBack = Query("publishing.return", Revision.ID.self)
    static let schedule = Query("publishing.schedule", Revision.ID.self, Account.ID?.self, String?.self, Date.self)
    static let retirePublished = Query("publishing.retire_published", String.self)
    static let publish = Query("publishing.publish", Revision.ID.self, Account.ID?.self, String?.self, Date.self)
    static let put = Query(
        "publishing.put", String.self, JSONText.self, String?.self, String?.self, Revision.ID.self, Bool.self, Date.self
    )
    static let announce = Query("publishing.announce", String.self, Revision.ID.self, Date.self)
    static let due = Query("publishing.due", Date.self, returns: Revision.ID.self)
    static let retire = Query("publishing.retire", String.self, Date.self, String.self, String?.self)
    static let owner = Query("publishing.owner", String.self, returns: String.self)
    static let open = Query("publishing.open", String.self, returns: Revision.ID.self)
    static let published = Query("publishing.published", String.self, returns: Revision.ID.self)
    static let allowTemplate = Query("publishing.allow_template", [UInt8].self, Date.self)
    static let templates = Query("publishing.templates", [String].self, returns: TemplateFile.self)
    static let usage = Query("publishing.usage", String.self, returns: RevisionUsage.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        list, load, revisions, work, lock, begin, save, examine, unexamined, filters, keepFilter, dropFilter, discard,
        submit, handBack, schedule, retirePublished, publish, put, announce, due, retire, owner, open, published,
        allowTemplate, templates, usage,
    ]
}
