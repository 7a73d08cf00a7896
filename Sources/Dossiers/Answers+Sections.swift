package import Catalogue
package import Core

/// Where the applicant stands with a part of the form.
package enum SectionState: Sendable, Hashable, CaseIterable {
    /// Saved, and nothing in it would keep the form from being submitted.
    case done
    case toDo
    /// What is asked here depends on an answer of an earlier part that is still to be given.
    case cannotStart
    /// Earlier answers have put everything here aside.
    case notNeeded
}

extension Form {
    /// The state of each section, in the form's order.
    /// - Parameters:
    ///   - saved: the sections whose page was saved.
    ///   - problems: what `validate` says of the same answers.
    package func states(
        _ answers: Answers, saved: some Collection<String>, problems: [FieldProblem]
    ) -> [(section: Section, state: SectionState)] {
        let asked = Set(answers.visible(in: self).map(\.id))
        return sections.map { section in
            guard answers.page(of: section, in: self).isEmpty else {
                let isDone = saved.contains(section.id) && !problems.contains { section.holds($0.field) }
                return (section, isDone ? .done : .toDo)
            }
            let isOpen = section.fields.flatMap(\.conditions).contains { condition in
                asked.contains(condition.field) && answers.values[condition.field] == nil
            }
            return (section, isOpen ? .cannotStart : .notNeeded)
        }
    }
}

extension Answers {
    /// The questions that belong on a section's page: those that are asked, and those that another answer on the same
    /// page may still bring in. What an earlier section has put aside is left out.
    package func page(of section: Form.Section, in form: Form) -> [FormField] {
        let asked = Set(visible(in: form).map(\.id))
        let ids = Set(section.fields.map(\.id))
        var shown: Set<String> = []
        return section.fields.filter { field in
            let isPossible = field.conditions.allSatisfy { condition in
                ids.contains(condition.field)
                    ? shown.contains(condition.field)
                    : asked.contains(condition.field) && condition.holds(for: values[condition.field])
            }
            if isPossible { shown.insert(field.id) }
            return isPossible
        }
    }
}
