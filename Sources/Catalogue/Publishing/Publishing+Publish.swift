import Accounts
import Core
import Cryptography
package import FoundationEssentials
import Journal
import Postgres

extension Publishing {
    /// Hands a draft to a second person.
    /// - Parameter version: the one that the author saw.
    /// - Throws: `notReady` with what is missing or contradicts itself.
    package func submit(_ id: Revision.ID, version: Int, by editor: Editor, at now: Date) async throws {
        try await change(id, by: editor, from: [.draft]) { work, transaction in
            try await transaction.submit(work, version: version, by: editor, at: now)
        }
    }

    /// Makes a submitted or scheduled revision a draft again: its author withdraws it, or the second person hands it back.
    package func handBack(_ id: Revision.ID, by editor: Editor, at now: Date) async throws {
        try await change(id, by: editor, from: [.submitted, .scheduled]) { work, transaction in
            try await transaction.run(PublishingQueries.handBack, id)
            try await transaction.note("revision.handed_back", work, by: editor, at: now)
        }
    }

    /// Publishes what somebody else submitted, now or on a day to come.
    /// - Parameters:
    ///   - version: the one that the second person saw: what was handed back, changed and submitted again since then is
    ///     something else. Nil where nobody looked at it.
    ///   - day: nil for now.
    package func publish(
        _ id: Revision.ID, version: Int? = nil, on day: Date? = nil, by editor: Editor, at now: Date
    ) async throws {
        try await change(id, by: editor, from: [.submitted]) { work, transaction in
            guard version ?? work.version == work.version else { throw PublishingError.editedMeanwhile }
            try await transaction.approve(work, on: day, by: editor, at: now)
        }
    }

    /// Publishes the scheduled revisions whose time has come; a job's. Gives how many.
    package func publishDue(at now: Date) async throws -> Int {
        let due = try await database.all(PublishingQueries.due, now)
        for id in due {
            try await database.transaction { transaction in
                guard let work = try await transaction.first(PublishingQueries.lock, id), work.state == .scheduled
                else {
                    return
                }
                try await transaction.publish(work, by: nil, at: now)
            }
        }
        return due.count
    }

    /// Takes a procedure out of use. Its dossiers run on; nobody can file a new one.
    /// - Parameter replacement: code of the procedure to which its page points from now on.
    package func retire(
        _ code: String, reason: String, replacement: String?, by editor: Editor, at now: Date
    ) async throws {
        guard let owner = try await database.first(PublishingQueries.owner, code), editor.owns(owner) else {
            throw PublishingError.notFound
        }
        try await database.transaction { transaction in
            let count = try await transaction.run(PublishingQueries.retire, (code, now, reason, replacement))
            guard count == 1 else { throw PublishingError.notFound }
            try await transaction.note(
                "procedure.retired", code, by: editor, at: now,
                ["reason": .string(reason), "replacement": replacement.map(JSON.string) ?? .null])
        }
    }
}

extension Transaction {
    func submit(_ work: RevisionWork, version: Int, by editor: Editor, at now: Date) async throws {
        let open = Finding.all(facts: work.facts, form: work.form).filter { !$0.isSettled }
        guard open.isEmpty else { throw PublishingError.notReady(open) }
        let count = try await run(
            PublishingQueries.submit,
            (work.id, Int32(clamping: version), editor.author.account, editor.author.client, now))
        guard count == 1 else { throw PublishingError.editedMeanwhile }
        try await note("revision.submitted", work, by: editor, at: now)
    }

    /// Publishes what somebody else wrote and submitted, now or on a day to come.
    func approve(_ work: RevisionWork, on day: Date?, by editor: Editor, at now: Date) async throws {
        guard work.submittedBy != editor.author, work.writtenBy != editor.author else {
            throw PublishingError.secondPersonNeeded
        }
        guard let day, day > now else { return try await publish(work, by: editor, at: now) }
        try await run(PublishingQueries.schedule, (work.id, editor.author.account, editor.author.client, day))
        try await note("revision.scheduled", work, by: editor, at: now)
    }

    /// - Parameter editor: nil when the time had come that a second person had set.
    fileprivate func publish(_ work: RevisionWork, by editor: Editor?, at now: Date) async throws {
        let line = try CatalogueLine(seed: work.facts)
        try await run(PublishingQueries.retirePublished, work.procedureCode)
        try await run(
            PublishingQueries.publish, (work.id, editor?.author.account, editor?.author.client, now))
        try await run(
            PublishingQueries.put,
            (
                work.procedureCode, line.json.stored, work.facts["name_en"]?.string,
                work.facts["field"]?["code"]?.string,
                work.id, work.form != nil, now
            ))
        try await run(PublishingQueries.announce, (work.procedureCode, work.id, now))
        try await note("procedure.published", work, by: editor, at: now)
    }
}
