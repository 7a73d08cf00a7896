package import Accounts
import Agencies
import Catalogue
package import Core
import Cryptography
package import FoundationEssentials
import Journal
import Postgres

/// What the applicant gets for a submitted draft.
package struct Submission: Sendable {
    package let code: String
    /// The draft had been submitted before: by a second click, another tab, a repeated request.
    package let isRepetition: Bool
}

extension Dossiers {
    /// Files a draft as a dossier, in one transaction: the dossier with its answers and due date, its first event, the
    /// journal entry and the message to the applicant; the draft is gone. A draft becomes one dossier, of the same id,
    /// however often this is called.
    /// - Parameters:
    ///   - profile: the applicant's, whose dossier it becomes.
    ///   - capacity: of whoever submits it, the applicant or their agent.
    /// - Throws: `DossierError.incomplete` with what is still missing or wrong; `DossierError.notFound`.
    package func submit(
        _ id: Dossier.ID, of profile: Profile, by capacity: Capacity, at now: Date
    ) async throws -> Submission {
        let scope = capacity.scope
        guard let found = try await database.first(DossierQueries.findDraft, (id, profile.id), as: scope) else {
            return try await submitted(id, by: capacity)
        }
        let day = Day(of: now)
        var taken = 0
        while true {
            let number = try await database.one(
                DossierQueries.allocate, (found.agencyCode, day), as: Scope([("synchronous_commit", "off")]))
            do {
                return try await submit(
                    id, of: profile, by: capacity,
                    as: DossierCode(agency: found.agencyCode, day: day, number: Int(number)),
                    at: now)
            } catch let error as PostgresError
                where taken < Self.mostTakenNumbers && error.isUniqueViolation(constraint: "dossiers_code_once")
            {
                // The agency's own system gave that number to a dossier of its own: the next one may be free.
                taken += 1
            }
        }
    }

    /// How many numbers of a day an agency's own system may have used before a submission gives up.
    private static let mostTakenNumbers = 500

    private func submit(
        _ id: Dossier.ID, of profile: Profile, by capacity: Capacity, as code: DossierCode, at now: Date
    ) async throws -> Submission {
        try await database.transaction(as: capacity.scope) { transaction in
            let (drafts, attachments) = try await transaction.together(
                (DossierQueries.lockDraft, (id, profile.id)), (DossierQueries.listAttachments, id))
            guard let draft = drafts.first else { return try await submitted(id, by: capacity) }
            guard draft.isOnline else { throw DossierError.notOnline }
            var open = try await open(draft, with: attachments)
            // Files of questions that are no longer asked stay behind, as their answers do.
            let asked = Set(open.answers.visible(in: open.form).map(\.id))
            for file in open.attachments where !asked.contains(file.fieldID) {
                try transaction.later(DossierQueries.removeAttachment, (file.id, id))
            }
            open.attachments.removeAll { !asked.contains($0.fieldID) }
            let problems = try await problems(of: open, on: Day(of: now))
            guard problems.isEmpty else { throw DossierError.incomplete(problems) }
            let code = code.description
            try await write(open, code: code, of: profile, by: capacity, at: now, in: transaction)
            return Submission(code: code, isRepetition: false)
        }
    }

    /// What keeps a draft from being submitted.
    package func problems(of open: OpenDraft, on day: Day) async throws -> [FieldProblem] {
        try await problems(of: open.answers, to: open.form, attachments: open.attachmentCounts, on: day)
    }

    /// Everything that keeps answers to a form from being submitted.
    func problems(
        of answers: Answers, to form: Form, attachments: [String: Int], on day: Day
    ) async throws -> [FieldProblem] {
        let wanted = answers.places(in: form).map { ($0.province, $0.ward) }
        let places = try await agencies.places(wanted, on: day)
        return form.validate(
            answers, attachments: attachments, today: day, placeExists: { places["\($0.province)/\($0.ward)"] != nil })
    }

    private func submitted(_ id: Dossier.ID, by capacity: Capacity) async throws -> Submission {
        guard let code = try await code(of: id, filedBy: capacity) else { throw DossierError.notFound }
        return Submission(code: code, isRepetition: true)
    }

    private func write(
        _ open: OpenDraft, code: String, of profile: Profile, by capacity: Capacity, at now: Date,
        in transaction: Transaction
    ) async throws {
        let draft = open.draft
        let due = try await deadline(for: open.form, at: draft.agencyCode, receivedAt: now, in: transaction)
        try transaction.later(
            DossierQueries.submit,
            (
                draft.id, code, draft.procedureCode, draft.revisionID, draft.agencyCode, profile.id, profile.name,
                profile.trackingDigits, now, due?.due
            ))
        let answers = open.answers.pruned(by: open.form)
        try transaction.later(
            DossierQueries.answer, (draft.id, answers.submitted, due?.stored, answers.submittedOrigins))
        let entry = JournalEntry(
            kind: "dossier.submitted", subject: "dossier:\(draft.id)", agencyCode: draft.agencyCode,
            actor: capacity.actor, at: now,
            content: .object(
                capacity.journalled.merging([
                    "code": .string(code), "procedure": .string(draft.procedureCode),
                    "status": .integer(DossierStatus.registered.rawValue), "sequence": .integer(1),
                    "version": .integer(1), "answers_sha256": .string(answers.digest),
                    "files_sha256": .array(open.attachments.map { .string(Hex.encode($0.sha256)) }),
                ]) { $1 }))
        let step = DossierStep(
            actor: capacity.actor, status: .registered, occurredAt: now, isOfAgency: false, account: capacity.person)
        try transaction.write(
            [(draft.id, draft.agencyCode, WrittenStep(step: step, version: 1, previousStatus: nil, entry: entry))],
            at: now)
        try await transaction.name(capacity, on: draft.id, at: now)
        try await transaction.tell(profile.id, code: code, status: .registered, at: now)
        try transaction.later(DossierQueries.discardDraft, (draft.id, profile.id))
    }
}

extension Profile {
    /// The last four digits of the personal number or tax code, with which anyone may track the dossier.
    var trackingDigits: String {
        String(login.utf8.filter { (48...57).contains($0) }.suffix(4).map { Character(UnicodeScalar($0)) })
    }
}
