package import Accounts
package import Catalogue
package import Core
package import FoundationEssentials
import Postgres

/// What an earlier dossier of the same account answers of a section that is being filled in.
package struct EarlierAnswers: Sendable, Hashable {
    /// The dossier's code, which stays beside each answer that was taken from it.
    package let code: String
    package let filedAt: Date
    /// By field id: never one that something was typed in.
    package let values: [String: JSON]
}

extension Form {
    /// The answers of an earlier dossier that a section's open questions may take over.
    ///
    /// Within a procedure the same question is the one with the same id. Across procedures only what both forms fill in from
    /// the account is the same, and only where both name the same person: what is asked about somebody else, or only once
    /// (`Section.isOnce`), what is declared, and when something happened is asked anew.
    /// - Parameters:
    ///   - answers: the draft's, with what was just typed.
    ///   - earlier: as they stood at last, under `old`.
    package func takenOver(
        in section: Section, over answers: Answers, from earlier: Answers, under old: Form, on today: Day
    ) -> [String: JSON] {
        let owners = (old.owner(in: earlier), self.owner(in: answers))
        let known = Set(owners.0.keys).intersection(owners.1.keys)
        guard !section.isOnce, known.allSatisfy({ owners.0[$0] == owners.1[$0] }) else { return [:] }
        let given = earlier.visible(in: old)
        var answers = answers
        var taken: [String: JSON] = [:]
        for field in section.fields where field.isOfferedAgain && answers.isOpen(field) {
            let source =
                if code == old.code {
                    given.first { $0.id == field.id && $0.prefill == field.prefill }
                } else {
                    given.first { $0.prefill != nil && $0.prefill == field.prefill && !known.isEmpty }
                }
            // A question that the answers so far, those taken over among them, put aside isn't answered either.
            guard let source, let value = earlier.values[source.id].flatMap({ field.taking($0, from: source) }),
                field.accepts(value, on: today), answers.visible(in: self).contains(where: { $0.id == field.id })
            else { continue }
            answers.values[field.id] = value
            taken[field.id] = value
        }
        return taken
    }

    /// Who the answers say the applicant is, by the names that forms are filled in from; texts folded, for comparison.
    private func owner(in answers: Answers) -> [String: String] {
        let names = [
            "name", "personal_number", "tax_code", "business_name", "representative_name", "representative_number",
        ]
        var owner: [String: String] = [:]
        for field in answers.visible(in: self) {
            guard let name = field.prefill, names.contains(name), let text = answers.values[field.id]?.string
            else { continue }
            owner[name] = text.folded
        }
        return owner
    }
}

extension FormField {
    /// Whether an answer may be offered again in another dossier. Not a yes or no, which is declared anew each time; not a
    /// date, which is when something happened, but for the applicant's birthday. Files have a store of their own.
    var isOfferedAgain: Bool {
        switch kind {
        case .text, .longText, .integer, .money, .choice, .choices, .personalNumber, .taxCode, .phone, .email, .place,
            .group:
            true
        case .date: prefill == "date_of_birth"
        case .yesNo, .file, .guidance, .computed: false
        }
    }

    /// An earlier answer as this question takes it: of a group's items only what may be offered again.
    fileprivate func taking(_ value: JSON, from source: FormField) -> JSON? {
        guard source.kind == kind else { return nil }
        guard kind == .group else { return value }
        let kinds = Dictionary(source.fields.map { ($0.id, $0.kind) }, uniquingKeysWith: { $1 })
        let parts = Set(fields.filter { $0.isOfferedAgain && kinds[$0.id] == $0.kind }.map(\.id))
        let items = (value.array ?? []).map { item in
            JSON.object((item.object ?? [:]).filter { parts.contains($0.key) })
        }
        return items.allSatisfy { $0 == .object([:]) } ? nil : .array(items)
    }

    /// Whether a value would do here; what is missing in a group's items may still be typed.
    fileprivate func accepts(_ value: JSON, on today: Day) -> Bool {
        problems(with: value, named: id, today: today, placeExists: { _ in true }).allSatisfy { $0.code == "required" }
    }
}

extension Answers {
    /// Whether nothing was given to a question, not even what can't be read.
    fileprivate func isOpen(_ field: FormField) -> Bool {
        guard !raw.contains(where: { $0.key == field.id || $0.key.hasPrefix(field.id + ".") }) else { return false }
        return switch values[field.id] {
        case nil, .null: true
        case .string(let text): text.isEmpty
        // A group that has to be answered begins with an empty item.
        case .array(let items): items.allSatisfy { $0 == .object([:]) }
        case .bool, .integer, .double, .object: false
        }
    }

    /// Takes over what an earlier dossier answers; each answer keeps where it came from until it is changed.
    package mutating func takeOver(_ earlier: EarlierAnswers) {
        for (field, value) in earlier.values {
            values[field] = value
            origins[field] = earlier.code
        }
    }
}

extension Dossiers {
    /// What the newest earlier dossier of the account that has any of it answers of a section's open questions: of the same
    /// procedure first. Only dossiers that an agency received are read.
    /// - Parameters:
    ///   - open: the account's draft, with what was just typed.
    ///   - code: of one dossier, when no other is meant.
    package func earlierAnswers(
        for section: Form.Section, of open: OpenDraft, by capacity: Capacity, code: String? = nil, on today: Day
    ) async throws -> EarlierAnswers? {
        let asked = Set(open.answers.page(of: section, in: open.form).map(\.id))
        guard !section.isOnce,
            section.fields.contains(where: { asked.contains($0.id) && $0.isOfferedAgain && open.answers.isOpen($0) })
        else { return nil }
        let found = try await database.all(
            DossierQueries.earlierAnswers, (capacity.principal, open.draft.procedureCode), as: capacity.scope)
        for dossier in found where code == nil || dossier.code == code {
            guard let form = try await catalogue.revision(dossier.revisionID)?.form else { continue }
            let values = open.form.takenOver(
                in: section, over: open.answers, from: try dossier.answers(), under: form, on: today)
            if !values.isEmpty {
                return EarlierAnswers(code: dossier.code, filedAt: dossier.submittedAt, values: values)
            }
        }
        return nil
    }
}

/// A dossier that a draft may take answers from.
struct EarlierDossier: PostgresRow {
    let code: String
    let submittedAt: Date
    let revisionID: Revision.ID
    private let filed: JSONText
    /// What each supplement answered, in their order.
    private let supplemented: JSONText

    init(_ row: inout Row) throws {
        code = try row("code")
        submittedAt = try row("submitted_at")
        revisionID = try row("revision_id")
        filed = try row("answers")
        supplemented = try row("supplemented")
    }

    /// As they stood at last.
    func answers() throws -> Answers {
        var answers = Answers(json: try JSON(parsing: Array(filed.text.utf8), limits: Answers.limits))
        let later = try JSON(parsing: Array(supplemented.text.utf8), limits: Answers.limits)
        for sent in later.array ?? [] { answers.lay(sent.object ?? [:]) }
        return answers
    }
}
