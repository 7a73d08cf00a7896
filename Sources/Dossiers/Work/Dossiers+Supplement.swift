package import Accounts
package import Catalogue
package import Core
import Cryptography
package import Files
package import FoundationEssentials
import Journal
package import Postgres

/// A supplement that the applicant is writing: what is asked, and what was given so far.
package struct OpenSupplement: Sendable {
    package let file: DossierFile
    package let supplement: Supplement
    package let form: Form
    /// As filed and supplemented before, with what is staged over it.
    package let answers: Answers
    package let attachments: [Attachment]

    /// The questions that are open: those asked for, and those that their new answers bring in.
    package var section: Form.Section {
        let asked = Set(supplement.items.compactMap(\.field))
        let before = (try? file.answers()) ?? Answers()
        let known = Set(before.visible(in: form).map(\.id))
        let fields = answers.visible(in: form).filter { field in
            field.kind.isAnswered && (asked.contains(field.id) || !known.contains(field.id))
        }
        return Form.Section(id: "supplement", title: form.title, fields: fields)
    }

    /// What is asked about one question.
    package func what(of field: String) -> String? { supplement.items.first { $0.field == field }?.what }

    /// What is asked and has no question in the form.
    package var others: [String] { supplement.items.filter { $0.field == nil }.map(\.what) }

    package var attachmentCounts: [String: Int] {
        attachments.reduce(into: [:]) { counts, attachment in counts[attachment.fieldID, default: 0] += 1 }
    }
}

extension Dossiers {
    /// The supplement that a dossier of the applicant waits for.
    /// - Throws: `DossierError.notFound`, also when nothing is asked.
    package func openSupplement(of code: String, by capacity: Capacity) async throws -> OpenSupplement {
        let file = try await file(code, of: capacity)
        guard let supplement = file.supplements.last, supplement.isOpen,
            let form = try await catalogue.revision(file.dossier.revisionID)?.form
        else { throw DossierError.notFound }
        let staged = try Answers(stored: supplement.staged)
        var answers = try file.answers()
        answers.lay(staged.values)
        answers.raw = staged.raw
        return OpenSupplement(
            file: file, supplement: supplement, form: form, answers: answers.computed(by: form),
            attachments: file.files(of: supplement))
    }

    /// Keeps what was given so far, right or wrong. Nothing of it is the agency's before it is sent.
    /// - Throws: `DossierError.notFound` once the supplement is sent or closed.
    package func stage(_ given: Answers, in open: OpenSupplement, by capacity: Capacity) async throws {
        var staged = try Answers(stored: open.supplement.staged)
        staged.replace(open.section, with: given)
        let kept = try await database.first(
            WorkQueries.stageSupplement, (open.supplement.id, staged.stored), as: capacity.scope)
        guard kept != nil else { throw DossierError.notFound }
    }

    /// Hangs a file on a question of the supplement.
    package func attach(
        _ file: StoredFile, named name: String, to field: String, of open: OpenSupplement, by capacity: Capacity,
        at now: Date
    ) async throws {
        guard !open.attachments.contains(where: { $0.fieldID == field && $0.sha256 == file.sha256 }) else { return }
        try await database.transaction(as: capacity.scope) { transaction in
            try await transaction.requireOpen(open)
            try await transaction.record(file, at: now)
            try await transaction.run(
                DossierQueries.addAttachment,
                (.make(at: now), Dossier.ID(open.supplement.id.uuid), field, file.sha256, name, now))
        }
    }

    package func detach(_ file: Attachment.ID, from open: OpenSupplement, by capacity: Capacity) async throws {
        try await database.transaction(as: capacity.scope) { transaction in
            try await transaction.requireOpen(open)
            try await transaction.run(
                DossierQueries.removeAttachment, (file, Dossier.ID(open.supplement.id.uuid)))
        }
    }

    /// What keeps a supplement from being sent: every question asked has to be answered, every paper to be there.
    package func problems(of open: OpenSupplement, reply: String, on day: Day) async throws -> [FieldProblem] {
        // A paper that was filed before counts where it isn't asked for again.
        let asked = Set(open.supplement.items.compactMap(\.field))
        var counts = open.attachmentCounts
        for attachment in open.file.filed where !asked.contains(attachment.fieldID) {
            counts[attachment.fieldID, default: 0] += 1
        }
        let section = open.section
        var problems = try await problems(of: open.answers, to: open.form, attachments: counts, on: day)
            .filter { section.holds($0.field) }
        // The same answer as before isn't one; a paper has to be there even where the form takes it as optional.
        for field in section.fields where asked.contains(field.id) && field.kind == .file {
            guard counts[field.id] == nil, !problems.contains(where: { $0.field == field.id }) else { continue }
            problems.append(FieldProblem(field: field.id, code: "file_required"))
        }
        if !open.others.isEmpty, reply.isEmpty, open.attachmentCounts[Self.otherFiles] == nil {
            problems.append(FieldProblem(field: "reply", code: "required"))
        }
        if reply.utf8.count > OfficerAct.longestText {
            problems.append(
                FieldProblem(field: "reply", code: "too_long", arguments: ["max": String(OfficerAct.longestText)]))
        }
        return problems
    }

    /// What files for other things than questions of the form hang on.
    package static let otherFiles = "supplement_other"

    /// Sends a supplement: from here on it is part of the dossier, and the agency's to look at.
    /// - Throws: `DossierError.incomplete`, `.notFound`.
    package func sendSupplement(
        of code: String, reply: String, by capacity: Capacity, at now: Date
    ) async throws {
        let open = try await openSupplement(of: code, by: capacity)
        let problems = try await problems(of: open, reply: reply, on: Day(of: now))
        guard problems.isEmpty else { throw DossierError.incomplete(problems) }
        let section = open.section
        let asked = Set(section.fields.map(\.id))
        let sent = Answers(values: open.answers.values.filter { asked.contains($0.key) })
        try await database.transaction(as: capacity.scope) { transaction in
            guard let dossier = try await transaction.lock(code, of: capacity.principal)
            else {
                throw DossierError.notFound
            }
            try await transaction.requireOpen(open)
            try transaction.later(
                WorkQueries.answerSupplement,
                (open.supplement.id, sent.submitted, reply.isEmpty ? nil : reply, now))
            _ = try await record(
                DossierStep(
                    actor: capacity.actor, kind: .supplemented, status: dossier.status, occurredAt: now,
                    isOfAgency: false, account: capacity.person,
                    capacity: capacity, note: reply.isEmpty ? nil : reply,
                    detail: [
                        "number": .integer(Int(open.supplement.number)), "answers_sha256": .string(sent.digest),
                        "files_sha256": .array(open.attachments.map { .string(Hex.encode($0.sha256)) }),
                    ], waitsFor: .agency),
                of: dossier, at: now, in: transaction)
        }
    }

    /// Takes a dossier back (status 7), as long as nothing is decided.
    /// - Throws: `DossierError.notFound`, `.illegalMove`; `ValidationFailure` for `reason`.
    package func withdraw(_ code: String, reason: String, by capacity: Capacity, at now: Date) async throws {
        guard reason.utf8.count <= OfficerAct.longestText else {
            throw ValidationFailure(problems: [
                FieldProblem(field: "reason", code: "too_long", arguments: ["max": String(OfficerAct.longestText)])
            ])
        }
        try await database.transaction(as: capacity.scope) { transaction in
            guard let dossier = try await transaction.lock(code, of: capacity.principal)
            else {
                throw DossierError.notFound
            }
            // A second click: it is withdrawn.
            if dossier.status == .withdrawn { return }
            _ = try await record(
                DossierStep(
                    actor: capacity.actor, status: .withdrawn, occurredAt: now, isOfAgency: false,
                    account: capacity.person, capacity: capacity, note: reason.isEmpty ? nil : reason,
                    detail: ["act": "withdraw"]),
                of: dossier, at: now, in: transaction)
        }
    }
}

extension Transaction {
    /// Two tabs: what was sent in one isn't changed in the other.
    fileprivate func requireOpen(_ open: OpenSupplement) async throws {
        guard
            let now = try await first(WorkQueries.openSupplement, open.file.dossier.summary.id),
            now.id == open.supplement.id, now.isOpen
        else { throw DossierError.notFound }
    }
}
