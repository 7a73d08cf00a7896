import Accounts
package import Catalogue
import Core
package import FoundationEssentials
import Journal
package import Postgres

/// What a newer form changed for the owner of a draft.
package struct CarriedOver: Sendable, Hashable {
    /// A question whose answer the new form has no place for, with what was answered.
    package struct Lost: Sendable, Hashable {
        package let label: LocalizedText
        package let answer: String
    }

    package let lost: [Lost]
    /// Questions that have to be answered now and didn't have to before.
    package let required: [LocalizedText]

    /// - Parameters:
    ///   - old: the form that the answers were given to.
    ///   - new: the form that is filed by now.
    init(_ answers: Answers, from old: Form, to new: Form) {
        let change = FormChange(from: old, to: new)
        let given = Set(answers.visible(in: old).map(\.id))
        lost = change.lost.filter(given.contains).compactMap { id in
            guard let field = old.field(id), let answer = answers.values[id]?.plainText, !answer.isEmpty else {
                return nil
            }
            return Lost(label: field.label, answer: answer)
        }
        let asked = Set(answers.visible(in: new).map(\.id))
        required = change.required.filter { asked.contains($0) && answers.values[$0] == nil }.compactMap {
            new.field($0)?.label
        }
    }

    /// With what an earlier note said and is still so: its owner may not have read it yet.
    func following(_ earlier: CarriedOver?, _ answers: Answers, in form: Form) -> CarriedOver {
        guard let earlier else { return self }
        let asked = answers.visible(in: form)
        let labels = Set(asked.map(\.label))
        let open = Set(asked.filter { $0.isRequired && answers.values[$0.id] == nil }.map(\.label))
        return CarriedOver(
            lost: earlier.lost.filter { !labels.contains($0.label) && !lost.contains($0) } + lost,
            required: earlier.required.filter { open.contains($0) && !required.contains($0) } + required)
    }

    private init(lost: [Lost], required: [LocalizedText]) {
        self.lost = lost
        self.required = required
    }

    /// Reads what a draft keeps; nil when it isn't readable.
    package init?(stored: JSONText) {
        guard let json = try? JSON(parsing: Array(stored.text.utf8), limits: Answers.limits) else { return nil }
        lost = (json["lost"]?.array ?? []).compactMap { entry in
            LocalizedText(entry).map { Lost(label: $0, answer: entry["answer"]?.string ?? "") }
        }
        required = (json["required"]?.array ?? []).compactMap { LocalizedText($0) }
    }

    var stored: JSONText {
        JSONText(
            JSON.object([
                "lost": .array(
                    lost.map { ["vi": .string($0.label.vi), "en": .string($0.label.en), "answer": .string($0.answer)] }),
                "required": .array(required.map { ["vi": .string($0.vi), "en": .string($0.en)] }),
            ]).serialized())
    }
}

extension LocalizedText {
    fileprivate init?(_ json: JSON) {
        guard let vi = json["vi"]?.string, let en = json["en"]?.string else { return nil }
        self.init(vi: vi, en: en)
    }
}

extension JSON {
    /// An answer as its owner may want to read it again; codes stay codes.
    fileprivate var plainText: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .array(let elements): elements.map(\.plainText).joined(separator: "; ")
        case .object(let members): members.keys.sorted().compactMap { members[$0]?.plainText }.joined(separator: ", ")
        case .bool, .double, .null: ""
        }
    }
}

/// How the drafts of a procedure would fare if a form were published.
package struct CarryOverPreview: Sendable, Hashable {
    /// Nothing their owners wrote is lost, and nothing new is asked of them.
    package internal(set) var unnoticed = 0
    /// Carried over too; their owners are told what to look at.
    package internal(set) var noticed = 0
}

extension Dossiers {
    /// Carries drafts over to the forms that were published meanwhile, some at a time; a job's, as `portal_worker`.
    /// Gives how many drafts it carried.
    package func carryOver(at now: Date, limit: Int = 200) async throws -> Int {
        let carried = try await database.transaction { transaction in
            guard let pending = try await transaction.first(DossierQueries.pendingPublication, ()) else {
                return nil as Int?
            }
            guard let revision = try await catalogue.revision(pending.revisionID), let form = revision.form else {
                try await transaction.run(DossierQueries.finishPublication, (pending.procedureCode, pending.revisionID))
                return 0
            }
            let drafts = try await transaction.all(
                DossierQueries.draftsToCarry, (pending.procedureCode, pending.revisionID, limit))
            for draft in drafts {
                try await carry(draft, to: revision, form, at: now, in: transaction)
            }
            if drafts.count < limit {
                try await transaction.run(DossierQueries.finishPublication, (pending.procedureCode, pending.revisionID))
            }
            return drafts.count
        }
        return carried ?? 0
    }

    private func carry(
        _ draft: DraftToCarry, to revision: Revision, _ form: Form, at now: Date, in transaction: Transaction
    ) async throws {
        let old = try await catalogue.revision(draft.revisionID)?.form
        let answers = try Answers(stored: draft.answers)
        let note = old.map { CarriedOver(answers, from: $0, to: form).following(draft.carried, answers, in: form) }
        let isNoticed = note.map { !$0.lost.isEmpty || !$0.required.isEmpty } ?? false
        try await transaction.run(
            DossierQueries.carryDraft, (draft.id, revision.id, isNoticed ? note?.stored : nil))
        guard isNoticed else { return }
        try await transaction.enqueue(
            topic: "draft.carried",
            payload: [
                "account": .string(draft.accountID.description), "draft": .string(draft.id.description),
                "procedure": .string(revision.name),
            ], at: now)
    }

    /// What publishing a form would mean for the drafts of its procedure, counted over the newest of them; as
    /// `portal_worker`.
    package func previewCarryOver(of code: String, to form: Form, revision: Revision.ID) async throws
        -> CarryOverPreview
    {
        var preview = CarryOverPreview()
        for draft in try await database.all(DossierQueries.draftsToCarry, (code, revision, 2000)) {
            guard let old = try await catalogue.revision(draft.revisionID)?.form else { continue }
            let note = CarriedOver(try Answers(stored: draft.answers), from: old, to: form)
            if note.lost.isEmpty, note.required.isEmpty { preview.unnoticed += 1 } else { preview.noticed += 1 }
        }
        return preview
    }
}

struct PendingPublication: PostgresRow {
    let procedureCode: String
    let revisionID: Revision.ID

    init(_ row: inout Row) throws {
        procedureCode = try row("procedure_code")
        revisionID = try row("revision_id")
    }
}

struct DraftToCarry: PostgresRow {
    let id: Dossier.ID
    let accountID: Account.ID
    let revisionID: Revision.ID
    let answers: JSONText
    let carried: CarriedOver?

    init(_ row: inout Row) throws {
        id = try row("id")
        accountID = try row("account_id")
        revisionID = try row("revision_id")
        answers = try row("answers")
        carried = try (row("carried") as JSONText?).flatMap(CarriedOver.init(stored:))
    }
}
