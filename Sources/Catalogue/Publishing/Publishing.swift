package import Accounts
package import Core
package import FoundationEssentials
import Journal
package import Postgres

/// Someone who works on procedures, at the publishers' desk or through the API, and which procedures are theirs.
package struct Editor: Sendable {
    /// A person, or an agency's system.
    package enum Author: Sendable, Hashable, CustomStringConvertible {
        case account(Account.ID)
        case client(String)

        /// As the journal names it.
        package var description: String {
            switch self {
            case .account(let id): "account:\(id)"
            case .client(let id): "client:\(id)"
            }
        }

        package var account: Account.ID? { if case .account(let id) = self { id } else { nil } }
        package var client: String? { if case .client(let id) = self { id } else { nil } }

        /// From the pair of columns that hold it.
        init?(account: Account.ID?, client: String?) {
            guard let author = account.map(Author.account) ?? client.map(Author.client) else { return nil }
            self = author
        }
    }

    package let author: Author
    /// Name of the agency whose procedures these are.
    package let agency: String
    /// Works on the procedures of every agency.
    package let isNational: Bool

    package init(_ author: Author, agency: String, isNational: Bool = false) {
        self.author = author
        self.agency = agency
        self.isNational = isNational
    }

    func owns(_ promulgator: String) -> Bool { isNational || promulgator == agency }
}

/// Why something could not be done at the desk.
package enum PublishingError: Error, Sendable, Equatable {
    /// No such procedure or revision, or another agency's: never told apart.
    case notFound
    /// Somebody else saved this draft after it was opened here.
    case editedMeanwhile
    /// A draft was to be replaced without saying which version of it.
    case versionNeeded(current: Int)
    /// The version that was to be replaced isn't the present one; nil when there is no draft any more.
    case versionGone(current: Int?)
    /// There is an open draft of this procedure already.
    case workInProgress
    /// Who wrote or submitted a revision can't be the one who publishes it.
    case secondPersonNeeded
    case wrongState(RevisionState)
    /// What has to be there, or to be explained, first.
    case notReady([Finding])
    /// A code that is taken, or isn't one.
    case unusableCode
    /// A document has as many template files as it may.
    case tooManyTemplates
}

/// The publishers' desk: revisions from their first draft to their retirement. Every act stands in the journal.
///
/// Nobody, person or system, publishes what they wrote or submitted, and a published revision never changes: both are also
/// held by the database (`SQL/migrations/0006_publishing.sql`, `0012_publishing_clients.sql`).
package struct Publishing: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    /// Procedures of the editor's agency, or of all, in the order of their codes.
    /// - Parameter state: `open`, `published`, `retired`, `none`, `incomplete`, `contradictory`, or empty for all.
    package func list(
        for editor: Editor, state: String, text: String, after code: String, limit: Int
    ) async throws -> [ListedProcedure] {
        try await database.all(
            PublishingQueries.list, (editor.isNational ? "" : editor.agency, state, text, code, limit))
    }

    /// How many dossiers are running under each of some procedures.
    package func load(of codes: [String]) async throws -> [String: Int] {
        let rows = try await database.all(PublishingQueries.load, codes)
        return Dictionary(rows.map { ($0.code, $0.running) }, uniquingKeysWith: { first, _ in first })
    }

    /// The history of a procedure, newest first.
    package func revisions(of code: String, for editor: Editor) async throws -> [RevisionSummary] {
        guard let owner = try await database.first(PublishingQueries.owner, code), editor.owns(owner) else {
            throw PublishingError.notFound
        }
        return try await database.all(PublishingQueries.revisions, code)
    }

    package func work(_ id: Revision.ID, for editor: Editor) async throws -> RevisionWork {
        guard let work = try await database.first(PublishingQueries.work, id), editor.owns(work.promulgator) else {
            throw PublishingError.notFound
        }
        return work
    }

    /// How many drafts and running dossiers hang on each revision of a procedure.
    package func usage(of code: String) async throws -> [RevisionUsage] {
        try await database.all(PublishingQueries.usage, code)
    }

    /// Begins a draft as a copy of a revision.
    package func begin(from id: Revision.ID, by editor: Editor, at now: Date) async throws -> Revision.ID {
        let source = try await work(id, for: editor)
        return try await begin(
            code: source.procedureCode, facts: source.facts, form: source.form, basedOn: id, by: editor, at: now)
    }

    /// Begins a procedure that isn't in the national list yet. It shows there once its first revision is published.
    package func begin(newProcedure code: String, name: String, by editor: Editor, at now: Date) async throws
        -> Revision.ID
    {
        guard ProcedureCode(code) != nil, try await database.first(PublishingQueries.owner, code) == nil else {
            throw PublishingError.unusableCode
        }
        var facts = Self.blank(code, promulgator: editor.agency)
        facts["name"] = .string(name)
        return try await begin(code: code, facts: .object(facts), form: nil, basedOn: nil, by: editor, at: now)
    }

    /// What the facts of a procedure begin with.
    static func blank(_ code: String, promulgator: String) -> [String: JSON] {
        [
            "code": .string(code), "promulgator": .string(promulgator), "state": "ACTIVE", "type": "STANDARD",
            "executing": [], "subjects": [], "levels": [], "source": .string(promulgator),
        ]
    }

    private func begin(
        code: String, facts: JSON, form: JSON?, basedOn: Revision.ID?, by editor: Editor, at now: Date
    ) async throws -> Revision.ID {
        do {
            return try await database.transaction { transaction in
                try await transaction.begin(code, facts: facts, form: form, basedOn: basedOn, by: editor, at: now)
            }
        } catch let error as PostgresError where error.isSecondDraft {
            throw PublishingError.workInProgress
        }
    }

    /// Saves an edit of a draft.
    /// - Parameter version: the one that the editor saw; another person's edit since then is never overwritten.
    package func save(
        _ id: Revision.ID, version: Int, facts: JSON, form: JSON?, summary: String?, by editor: Editor
    ) async throws {
        let work = try await work(id, for: editor)
        guard work.state == .draft else { throw PublishingError.wrongState(work.state) }
        try await database.transaction { transaction in
            try await transaction.save(id, version: version, facts: facts, form: form, summary: summary, by: editor)
        }
    }

    /// Throws a draft away.
    /// - Parameter version: the one that the editor saw; what another person wrote since then is never thrown away
    ///   unseen. Nil where nobody looked at it.
    package func discard(_ id: Revision.ID, version: Int? = nil, by editor: Editor, at now: Date) async throws {
        try await change(id, by: editor, from: [.draft]) { work, transaction in
            guard version ?? work.version == work.version else { throw PublishingError.editedMeanwhile }
            try await transaction.run(PublishingQueries.discard, id)
            try await transaction.note("revision.discarded", work, by: editor, at: now)
        }
    }
}

extension Publishing {
    /// Locks a revision of the editor's, checks its state, and changes it in one transaction.
    func change<T: Sendable>(
        _ id: Revision.ID, by editor: Editor, from states: Set<RevisionState>,
        _ body: (RevisionWork, Transaction) async throws -> T
    ) async throws -> T {
        try await database.transaction { transaction in
            guard let work = try await transaction.first(PublishingQueries.lock, id), editor.owns(work.promulgator)
            else {
                throw PublishingError.notFound
            }
            guard states.contains(work.state) else { throw PublishingError.wrongState(work.state) }
            return try await body(work, transaction)
        }
    }
}

extension PostgresError {
    /// Two drafts of one procedure were begun at once, or one while there was another.
    var isSecondDraft: Bool {
        isUniqueViolation(constraint: "procedure_revisions_one_open")
            || isUniqueViolation(constraint: "procedure_revisions_number_once")
    }
}

extension Transaction {
    func begin(
        _ code: String, facts: JSON, form: JSON?, basedOn: Revision.ID?, by editor: Editor, at now: Date
    ) async throws -> Revision.ID {
        let id = Revision.ID.make(at: now)
        try await run(
            PublishingQueries.begin,
            (id, code, facts.stored, form?.stored, basedOn, editor.author.account, editor.author.client, now))
        try await examine(id, facts: facts, form: form)
        try await note("revision.begun", code, by: editor, at: now, ["revision": .string(id.description)])
        return id
    }

    /// - Throws: `PublishingError.editedMeanwhile`.
    func save(
        _ id: Revision.ID, version: Int, facts: JSON, form: JSON?, summary: String?, by editor: Editor
    ) async throws {
        let saved = try await run(
            PublishingQueries.save,
            (
                id, Int32(clamping: version), facts.stored, form?.stored, summary, editor.author.account,
                editor.author.client
            ))
        guard saved == 1 else { throw PublishingError.editedMeanwhile }
        try await examine(id, facts: facts, form: form)
    }

    func note(
        _ kind: String, _ code: String, by editor: Editor?, at now: Date, _ content: [String: JSON]
    ) async throws {
        _ = try await append(
            JournalEntry(
                kind: kind, subject: "procedure:\(code)", agencyCode: nil,
                actor: editor?.author.description ?? "system", at: now, content: .object(content)))
    }

    func note(_ kind: String, _ work: RevisionWork, by editor: Editor?, at now: Date) async throws {
        try await note(
            kind, work.procedureCode, by: editor, at: now,
            ["revision": .string(work.id.description), "number": .integer(work.number)])
    }
}
