package import Core
import FoundationEssentials
package import Postgres

/// How far a revision is from being fit to be published, at a glance.
package struct Completeness: Sendable, Hashable {
    /// How many of the mandatory parts (`Finding.mandatory`) aren't there.
    package let missing: Int
    /// Contradictions that nobody has settled or explained.
    package let unsettled: Int

    package init(facts: JSON, form: JSON?) {
        let open = Finding.all(facts: facts, form: form).filter { !$0.isSettled }
        missing = open.count { $0.kind == .missing }
        unsettled = open.count - missing
    }
}

extension Transaction {
    /// Keeps how complete a revision is with it, for the list.
    func examine(_ id: Revision.ID, facts: JSON, form: JSON?) async throws {
        let found = Completeness(facts: facts, form: form)
        try await run(PublishingQueries.examine, (id, Int16(clamping: found.missing), Int16(clamping: found.unsettled)))
    }
}

extension Publishing {
    /// Looks at the revisions in use that nobody has looked at: those of the time before their completeness was kept.
    package static func examineAll(in transaction: Transaction) async throws {
        while true {
            let found = try await transaction.all(PublishingQueries.unexamined, 100)
            for revision in found {
                try await transaction.examine(
                    revision.id, facts: JSON(stored: revision.facts), form: revision.form.map { try JSON(stored: $0) })
            }
            guard found.count == 100 else { return }
        }
    }
}

struct UnexaminedRevision: PostgresRow {
    let id: Revision.ID
    let facts: JSONText
    let form: JSONText?

    init(_ row: inout Row) throws {
        id = try row("id")
        facts = try row("facts")
        form = try row("form")
    }
}
