import Core

/// What a new form means for answers given to an older one.
package struct FormChange: Sendable, Hashable {
    /// Questions that the new form no longer asks, or asks in another way, so that an answer to them is lost.
    package let lost: [FormField.ID]
    /// Questions that have to be answered and weren't asked before.
    package let required: [FormField.ID]

    package init(from old: Form, to new: Form) {
        let before = Dictionary(old.sections.flatMap(\.fields).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let after = Dictionary(new.sections.flatMap(\.fields).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        lost = old.sections.flatMap(\.fields).filter { field in after[field.id]?.accepts(answersTo: field) != true }
            .map(\.id)
        required = new.sections.flatMap(\.fields)
            .filter { field in field.isRequired && before[field.id].map { field.accepts(answersTo: $0) } != true }.map(
                \.id)
    }
}

extension FormField {
    package typealias ID = String

    /// Whether what was answered to an older question can stand under this one, as far as its kind tells.
    func accepts(answersTo old: FormField) -> Bool {
        switch (old.kind, kind) {
        case (.text, .longText), (.integer, .money), (.money, .integer): true
        default: old.kind == kind
        }
    }
}
