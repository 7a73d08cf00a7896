package import Core
package import FoundationEssentials
import Journal
import Postgres

/// The desk of what the portal says: national editors only, for whom nobody has to approve. Every act stands in the journal.
extension Contents {
    /// Everything, withdrawn or not, in the order of its kind.
    package func list(for editor: Editor) async throws -> [Content] {
        try editor.requireNational()
        return try await database.all(ContentsQueries.list, ())
    }

    package func find(_ kind: ContentKind, _ id: String, for editor: Editor) async throws -> Content {
        try editor.requireNational()
        guard let content = try await database.first(ContentsQueries.find, (kind, id)) else {
            throw PublishingError.notFound
        }
        return content
    }

    /// Adds a content behind the others of its kind.
    /// - Returns: its id, made of its title once and for good.
    /// - Throws: `ValidationFailure`, also when there is one of the same name: whoever sends a form twice adds it once.
    @discardableResult
    package func add(_ kind: ContentKind, _ body: JSON, by editor: Editor, at now: Date) async throws -> String {
        try editor.requireNational()
        let body = try await checked(body, kind)
        let id = kind.id(for: body)
        do {
            try await database.transaction { transaction in
                try await transaction.run(ContentsQueries.add, (kind, id, body.stored, editor.author.account, now))
                try await transaction.note("content.added", kind, id, by: editor, at: now, ["body": body])
            }
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "contents_pkey") {
            throw ValidationFailure(problems: [FieldProblem(field: kind.titleField, code: "content_taken")])
        }
        return id
    }

    /// Saves an edit.
    /// - Parameter version: the one that the editor saw; another person's edit since then is never overwritten.
    /// - Throws: `ValidationFailure`, `PublishingError.editedMeanwhile`.
    package func save(
        _ kind: ContentKind, _ id: String, version: Int, body: JSON, by editor: Editor, at now: Date
    ) async throws {
        try editor.requireNational()
        let body = try await checked(body, kind)
        try await database.transaction { transaction in
            let saved = try await transaction.run(
                ContentsQueries.save, (kind, id, Int32(clamping: version), body.stored, editor.author.account, now))
            guard saved == 1 else { throw PublishingError.editedMeanwhile }
            try await transaction.note("content.edited", kind, id, by: editor, at: now, ["body": body])
        }
    }

    /// Takes a content off the pages, or shows it again; nothing of it is lost.
    package func withdraw(
        _ kind: ContentKind, _ id: String, version: Int, _ isWithdrawn: Bool = true, by editor: Editor, at now: Date
    ) async throws {
        try editor.requireNational()
        guard !kind.isSingle else { throw PublishingError.notFound }
        try await database.transaction { transaction in
            let changed = try await transaction.run(
                ContentsQueries.withdraw,
                (kind, id, Int32(clamping: version), isWithdrawn ? now : nil, editor.author.account, now))
            guard changed == 1 else { throw PublishingError.editedMeanwhile }
            let act = isWithdrawn ? "content.withdrawn" : "content.restored"
            try await transaction.note(act, kind, id, by: editor, at: now, [:])
        }
    }

    /// Lets a content change places with its neighbour of the same group.
    /// - Parameter step: -1 or 1; one that leads nowhere changes nothing.
    package func move(_ kind: ContentKind, _ id: String, by step: Int, by editor: Editor, at now: Date) async throws {
        try editor.requireNational()
        try await database.transaction { transaction in
            var contents = try await transaction.all(ContentsQueries.lock, kind)
            guard let place = contents.firstIndex(where: { $0.id == id }) else { throw PublishingError.notFound }
            let fellows = contents.indices.filter { contents[$0].group == contents[place].group }
            let rank = (fellows.firstIndex(of: place) ?? 0) + step
            guard fellows.indices.contains(rank) else { return }
            contents.swapAt(place, fellows[rank])
            try await transaction.run(ContentsQueries.arrange, (kind, contents.map(\.id)))
            try await transaction.note("content.moved", kind, id, by: editor, at: now, ["by": .integer(step)])
        }
    }

    /// The body as it will be kept.
    private func checked(_ body: JSON, _ kind: ContentKind) async throws -> JSON {
        let body = kind.normalized(body)
        let known = try await procedures(kind.codes(in: body))
        let problems = kind.problems(body, known: Set(known.keys))
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
        return body
    }
}

extension Editor {
    /// To everybody else there is no such desk.
    fileprivate func requireNational() throws {
        guard isNational else { throw PublishingError.notFound }
    }
}

extension Transaction {
    func note(
        _ act: String, _ kind: ContentKind, _ id: String, by editor: Editor?, at now: Date, _ content: [String: JSON]
    ) async throws {
        _ = try await append(
            JournalEntry(
                kind: act, subject: "content:\(kind.rawValue)/\(id)", agencyCode: nil,
                actor: editor?.author.description ?? "system", at: now, content: .object(content)))
    }
}
