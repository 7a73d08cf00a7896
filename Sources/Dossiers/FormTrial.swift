package import Catalogue
package import Core
import Postgres

/// Answers with which a publisher tries out a form that isn't published yet: read and judged as an applicant's are, and
/// kept nowhere but on the page.
package struct FormTrial: Sendable {
    package let form: Form
    package private(set) var answers: Answers
    /// How many files were chosen for each field; their contents stay where they are.
    package private(set) var files: [String: Int]

    /// - Parameter carried: what the page before had, as it came back from it; nil, or nonsense, begins anew.
    package init(_ form: Form, carried: String?) {
        self.form = form
        let json = try? JSON(parsing: Array((carried ?? "").utf8), limits: Answers.limits)
        let text = (json?["answers"]).map { JSONText($0.serialized()) }
        answers = text.flatMap { try? Answers(stored: $0) } ?? Answers()
        files = (json?["files"]?.object ?? [:]).compactMapValues(\.int)
        answers = answers.computed(by: form)
    }

    /// For the next page.
    package var carried: String {
        let answers = (try? JSON(parsing: Array(answers.stored.text.utf8), limits: Answers.limits)) ?? .null
        return String(
            decoding: JSON.object(["answers": answers, "files": .object(files.mapValues(JSON.integer))]).serialized(),
            as: UTF8.self)
    }

    /// Puts a section's answers in the place of what was there.
    package mutating func answer(_ section: Form.Section, with given: Answers, files chosen: [String: Int]) {
        answers.replace(section, with: given)
        answers = answers.computed(by: form)
        for field in section.fields where field.kind == .file {
            if let count = chosen[field.id], count > 0 { files[field.id] = count }
        }
    }
}

extension Dossiers {
    /// Everything that would keep a trial's answers from being submitted.
    package func problems(of trial: FormTrial, on day: Day) async throws -> [FieldProblem] {
        try await problems(of: trial.answers, to: trial.form, attachments: trial.files, on: day)
    }
}
