package import Accounts
package import Catalogue
package import Core
package import Files
package import FoundationEssentials
import Postgres

extension Dossiers {
    /// Opens a draft under the procedure's published revision, prefilled from the applicant's account. Asked for twice
    /// within ten minutes, by a second click or tab, it is the one that nothing was written in yet.
    /// - Parameters:
    ///   - profile: the applicant's.
    ///   - capacity: of whoever opens it, the applicant or their agent.
    ///   - child: for whom a parent files.
    /// - Throws: `DossierError.notOnline` when the procedure has no electronic form, `.notCovered` by the agent's mandate,
    ///   `.tooManyDrafts`.
    package func openDraft(
        of code: String, with agency: String, for profile: Profile, by capacity: Capacity, child: Child? = nil,
        at now: Date, id: Dossier.ID? = nil
    ) async throws -> Dossier.ID {
        guard capacity.covers(code) else { throw DossierError.notCovered }
        guard let published = try await catalogue.procedure(code)?.revisionID,
            let revision = try await catalogue.revision(published), let form = revision.form
        else { throw DossierError.notOnline }
        let drafts = try await database.all(
            DossierQueries.freshDrafts,
            (
                capacity.principal, code, agency, now.addingTimeInterval(-600), Self.mostDrafts, child?.name,
                child?.dateOfBirth
            ), as: capacity.scope)
        if id == nil, let begun = drafts.first(where: \.isAlike) { return begun.id }
        guard drafts.count < Self.mostDrafts else { throw DossierError.tooManyDrafts }
        let id = id ?? .make(at: now)
        let answers = form.prefilled(from: profile)
        try await database.transaction(as: capacity.scope) { transaction in
            try await transaction.run(
                DossierQueries.openDraft,
                (id, capacity.principal, code, revision.id, agency, answers.stored, now))
            guard let child else { return }
            try await transaction.run(
                DossierQueries.nameChild, (id, child.name, child.dateOfBirth, child.personalNumber))
        }
        return id
    }

    /// A draft of this account with its form and files.
    package func draft(_ id: Dossier.ID, of capacity: Capacity) async throws -> OpenDraft {
        async let found = database.first(DossierQueries.findDraft, (id, capacity.principal), as: capacity.scope)
        async let attachments = database.all(DossierQueries.listAttachments, id, as: capacity.scope)
        guard let draft = try await found else { throw DossierError.notFound }
        return try await open(draft, with: attachments)
    }

    /// The newest drafts of an account, of one procedure or of all.
    package func drafts(of capacity: Capacity, procedure: String = "", limit: Int = 50) async throws -> [DraftSummary] {
        try await database.all(
            DossierQueries.listDrafts, (capacity.principal, procedure, limit), as: capacity.scope)
    }

    /// Keeps what was given on one section's page, right or wrong: nothing typed is ever lost. Two tabs that save
    /// different sections don't undo each other.
    package func save(
        _ section: Form.Section, answers given: Answers, in id: Dossier.ID, of capacity: Capacity, complete: Bool,
        at now: Date
    ) async throws {
        try await database.transaction(as: capacity.scope) { transaction in
            guard let draft = try await transaction.first(DossierQueries.lockDraft, (id, capacity.principal)) else {
                throw DossierError.notFound
            }
            var answers = try Answers(stored: draft.answers)
            answers.replace(section, with: given)
            var saved = draft.savedSections.filter { $0 != section.id }
            if complete { saved.append(section.id) }
            try await transaction.run(DossierQueries.saveDraft, (id, capacity.principal, answers.stored, saved, now))
        }
    }

    /// Throws a draft away, with the names of its files; their bytes stay while others refer to them.
    package func discard(_ id: Dossier.ID, of capacity: Capacity) async throws {
        try await database.transaction(as: capacity.scope) { transaction in
            guard try await transaction.first(DossierQueries.lockDraft, (id, capacity.principal)) != nil else { return }
            try await transaction.run(DossierQueries.removeAttachments, id)
            try await transaction.run(DossierQueries.removeChild, id)
            try await transaction.run(DossierQueries.discardDraft, (id, capacity.principal))
        }
    }

    /// Hangs a stored file on a field of a draft.
    package func attach(
        _ file: StoredFile, named name: String, to field: String, of id: Dossier.ID, by capacity: Capacity, at now: Date
    ) async throws {
        try await database.transaction(as: capacity.scope) { transaction in
            guard try await transaction.first(DossierQueries.lockDraft, (id, capacity.principal)) != nil else {
                throw DossierError.notFound
            }
            let present = try await transaction.all(DossierQueries.listAttachments, id)
            // The same bytes on the same field again: a repeated upload, not a second document.
            guard !present.contains(where: { $0.fieldID == field && $0.sha256 == file.sha256 }) else { return }
            try await transaction.record(file, at: now)
            try await transaction.run(
                DossierQueries.addAttachment, (.make(at: now), id, field, file.sha256, name, now))
        }
    }

    /// Begins to receive a file for a draft.
    package func receiveFile() throws -> Upload { try files.receive(most: Self.largestFile) }

    /// Takes a file off a draft.
    package func detach(_ attachment: Attachment.ID, from id: Dossier.ID, of capacity: Capacity) async throws {
        try await database.transaction(as: capacity.scope) { transaction in
            guard try await transaction.first(DossierQueries.lockDraft, (id, capacity.principal)) != nil else {
                throw DossierError.notFound
            }
            try await transaction.run(DossierQueries.removeAttachment, (attachment, id))
        }
    }

    func open(_ draft: Draft, with attachments: [Attachment]) async throws -> OpenDraft {
        guard let revision = try await catalogue.revision(draft.revisionID), let form = revision.form else {
            throw DossierError.notOnline
        }
        return OpenDraft(
            draft: draft, revision: revision, form: form,
            answers: try Answers(stored: draft.answers).computed(by: form),
            attachments: attachments)
    }

    /// Drafts that one account may have: all of them are listed on one page.
    package static let mostDrafts = 50

    /// Bytes a file may have, and files a draft may have.
    package static let largestFile = 10 * 1024 * 1024
    package static let mostFiles = 20
}

/// A draft with the form it is pinned to, what was answered so far, and its files.
package struct OpenDraft: Sendable {
    package let draft: Draft
    package let revision: Revision
    package let form: Form
    package var answers: Answers
    package internal(set) var attachments: [Attachment]

    /// How many files hang on each field.
    package var attachmentCounts: [String: Int] {
        attachments.reduce(into: [:]) { counts, attachment in counts[attachment.fieldID, default: 0] += 1 }
    }
}

extension Dossiers {
    /// The code that a draft's submission got, nil while it is a draft.
    package func code(of id: Dossier.ID, filedBy capacity: Capacity) async throws -> String? {
        try await database.first(DossierQueries.codeOf, (id, capacity.principal), as: capacity.scope)
    }

    /// Puts whole sections of answers into a draft at once, as the demonstration does.
    package func fill(_ id: Dossier.ID, of account: Account.ID, with answers: JSON, at now: Date) async throws {
        let open = try await draft(id, of: .own(account))
        try await database.run(
            DossierQueries.saveDraft,
            (id, account, Answers(json: answers).stored, open.form.sections.map(\.id), now), as: .account(account))
    }
}
