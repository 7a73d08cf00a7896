package import Core

/// An electronic form: what is asked, under which conditions, and who receives the answers. Part of a revision, so it
/// never changes once published.
package struct Form: Sendable {
    package struct Section: Sendable {
        package let id: String
        package let title: LocalizedText
        package let guidance: LocalizedText?
        package let fields: [FormField]
        /// What is asked here is about this one request, such as the child whose birth is registered: no answer to it is
        /// offered from an earlier one.
        package let isOnce: Bool

        package init(
            id: String, title: LocalizedText, guidance: LocalizedText? = nil, fields: [FormField], isOnce: Bool = false
        ) {
            self.id = id
            self.title = title
            self.guidance = guidance
            self.fields = fields
            self.isOnce = isOnce
        }

        /// Whether files are asked for here.
        package var hasFiles: Bool { fields.contains { $0.kind == .file } }
    }

    /// A yes-or-no question before anything is filled in; one answer to it means that this form is not for you.
    package struct Eligibility: Sendable {
        package let id: String
        package let question: LocalizedText
        /// The answer that refuses.
        package let refuses: Bool
        package let explanation: LocalizedText
    }

    /// The time limit by which the portal counts, and where it comes from.
    package struct Limit: Sendable {
        package let timeLimit: TimeLimit
        package let basis: LocalizedText
    }

    package let code: String
    package let title: LocalizedText
    package let paperForm: String
    /// `citizen`, `business` or both.
    package let subjects: [String]
    /// Kind of the agency that receives, as in `agencies.kind`.
    package let receiving: String
    /// Nil when the data gives none: the agency states the date on receipt.
    package let limit: Limit?
    package let eligibility: [Eligibility]
    package let sections: [Section]

    package func section(_ id: String) -> Section? { sections.first { $0.id == id } }

    package func field(_ id: String) -> FormField? {
        for section in sections { if let field = section.fields.first(where: { $0.id == id }) { return field } }
        return nil
    }

    /// The label of a field by the name of its input: `workers.0.name` is the name asked of each worker.
    package func label(of name: String) -> LocalizedText? {
        let parts = name.split(separator: ".").map(String.init)
        guard let field = parts.first.flatMap(field) else { return nil }
        guard field.kind == .group, parts.count > 2 else { return field.label }
        return field.fields.first { $0.id == parts[2] }?.label ?? field.label
    }

    /// Whether agencies of the receiving kind serve a ward and not a whole province.
    package var isReceivedByWard: Bool { receiving.hasPrefix("commune") }
}

/// A text in both languages of the interface.
package struct LocalizedText: Sendable, Hashable {
    package let vi: String
    package let en: String

    package init(vi: String, en: String) {
        self.vi = vi
        self.en = en
    }

    package subscript(language: Language) -> String {
        switch language {
        case .vi: vi
        case .en: en
        }
    }
}
