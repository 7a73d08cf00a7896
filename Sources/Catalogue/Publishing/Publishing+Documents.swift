package import Core
package import FoundationEssentials
package import Journal
import Postgres

/// What an agency's system does to the one revision of a procedure that is at work, found by the procedure's code. Each
/// write may be repeated: it is made once for its key, together with the answer.
extension Publishing {
    /// Turns a revision as it is after a write into the status and body that the write's key gets from now on.
    package typealias Answer = @Sendable (RevisionWork) throws -> (status: Int, body: [UInt8])

    /// The revision of a procedure that somebody is at work on.
    package func open(_ code: String, for editor: Editor) async throws -> RevisionWork {
        guard let id = try await database.first(PublishingQueries.open, code) else { throw PublishingError.notFound }
        return try await work(id, for: editor)
    }

    /// Puts contents in the place of a procedure's draft, or begins one with them.
    /// - Parameters:
    ///   - version: the one that is replaced; nil begins a draft where there is none.
    ///   - answer: also told whether the draft is new.
    /// - Throws: `notFound` for another agency's procedure, `versionNeeded`, `versionGone`, `wrongState`.
    package func put(
        _ facts: JSON, form: JSON?, for code: String, version: Int?, by editor: Editor, message: IdempotentMessage,
        at now: Date, answer: @Sendable (RevisionWork, _ isNew: Bool) throws -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        @Sendable func attempt() async throws -> RememberedAnswer {
            try await database.once(message, at: now) { transaction in
                let owner = try await transaction.owner(of: code, for: editor)
                let facts = Self.facts(facts, of: code, promulgatedBy: owner)
                if let work = try await transaction.open(code, for: editor) {
                    guard work.state == .draft else { throw PublishingError.wrongState(work.state) }
                    guard let version else { throw PublishingError.versionNeeded(current: work.version) }
                    guard version == work.version else { throw PublishingError.versionGone(current: work.version) }
                    try await transaction.save(work, facts: facts, form: form, summary: work.summary, by: editor)
                    try await transaction.note("revision.saved", work, by: editor, at: now)
                    return try answer(try await transaction.work(work.id), false)
                }
                guard version == nil else { throw PublishingError.versionGone(current: nil) }
                let published = try await transaction.first(PublishingQueries.published, code)
                let id = try await transaction.begin(
                    code, facts: facts, form: form, basedOn: published, by: editor, at: now)
                return try answer(try await transaction.work(id), true)
            }
        }
        do { return try await attempt() } catch let error as PostgresError where error.isSecondDraft {
            // Somebody else began a draft at the same moment: it is there now, and says so.
            return try await attempt()
        }
    }

    /// Hands the draft of a procedure to somebody else.
    /// - Parameter version: the one that is handed over; nil for whichever there is.
    /// - Throws: `notReady` with what is missing or contradicts itself; `versionGone`, `wrongState`, `notFound`.
    package func submit(
        _ code: String, version: Int?, summary: String, by editor: Editor, message: IdempotentMessage, at now: Date,
        answer: Answer
    ) async throws -> RememberedAnswer {
        try await change(code, version: version, from: .draft, by: editor, message, at: now) { work, transaction in
            try await transaction.save(work, facts: work.facts, form: work.form, summary: summary, by: editor)
            try await transaction.submit(work, version: work.version + 1, by: editor, at: now)
            return try answer(try await transaction.work(work.id))
        }
    }

    /// Publishes what somebody else wrote and submitted, now or on a day to come.
    package func publish(
        _ code: String, version: Int?, on day: Date?, by editor: Editor, message: IdempotentMessage, at now: Date,
        answer: Answer
    ) async throws -> RememberedAnswer {
        try await change(code, version: version, isVersionNeeded: true, from: .submitted, by: editor, message, at: now)
        { work, transaction in
            try await transaction.approve(work, on: day, by: editor, at: now)
            return try answer(try await transaction.work(work.id))
        }
    }

    /// Throws the draft of a procedure away; answered with 204 and nothing.
    package func discard(
        _ code: String, version: Int?, by editor: Editor, message: IdempotentMessage, at now: Date
    ) async throws -> RememberedAnswer {
        try await change(code, version: version, isVersionNeeded: true, from: .draft, by: editor, message, at: now) {
            work, transaction in
            try await transaction.run(PublishingQueries.discard, work.id)
            try await transaction.note("revision.discarded", work, by: editor, at: now)
            return (204, [])
        }
    }

    private func change(
        _ code: String, version: Int?, isVersionNeeded: Bool = false, from state: RevisionState, by editor: Editor,
        _ message: IdempotentMessage, at now: Date,
        _ body: @Sendable (RevisionWork, Transaction) async throws -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        try await database.once(message, at: now) { transaction in
            guard let work = try await transaction.open(code, for: editor) else { throw PublishingError.notFound }
            guard version != nil || !isVersionNeeded else {
                throw PublishingError.versionNeeded(current: work.version)
            }
            guard version == nil || version == work.version else {
                throw PublishingError.versionGone(current: work.version)
            }
            guard work.state == state else { throw PublishingError.wrongState(work.state) }
            return try await body(work, transaction)
        }
    }

    /// The facts of a document as a revision keeps them: which procedure it is, and whose, isn't for a document to say.
    package static func facts(_ facts: JSON, of code: String, promulgatedBy owner: String) -> JSON {
        var members = blank(code, promulgator: owner).merging(facts.object ?? [:]) { own, given in
            given == .null ? own : given
        }
        members["code"] = .string(code)
        members["promulgator"] = .string(owner)
        return .object(members)
    }
}

extension Transaction {
    /// Who promulgates a procedure: the editor's own agency for one that nobody knows yet.
    fileprivate func owner(of code: String, for editor: Editor) async throws -> String {
        let known = try await first(PublishingQueries.owner, code)
        guard let owner = known ?? (ProcedureCode(code) == nil ? nil : editor.agency), editor.owns(owner) else {
            throw PublishingError.notFound
        }
        return owner
    }

    /// The revision at work, held until the transaction ends; nil when there is none of the editor's.
    fileprivate func open(_ code: String, for editor: Editor) async throws -> RevisionWork? {
        guard let id = try await first(PublishingQueries.open, code),
            let work = try await first(PublishingQueries.lock, id), editor.owns(work.promulgator)
        else { return nil }
        // What was waited for may have been published meanwhile.
        return work.state == .published || work.state == .retired ? nil : work
    }

    fileprivate func work(_ id: Revision.ID) async throws -> RevisionWork {
        guard let work = try await first(PublishingQueries.work, id) else { throw PublishingError.notFound }
        return work
    }

    /// Saves an edit of a draft that this transaction holds.
    func save(_ work: RevisionWork, facts: JSON, form: JSON?, summary: String?, by editor: Editor) async throws {
        try await save(work.id, version: work.version, facts: facts, form: form, summary: summary, by: editor)
    }
}
