/// What is wrong with one field: a stable code and what the words for it need. The words themselves belong to the
/// surface.
package struct FieldProblem: Error, Sendable, Hashable {
    package let field: String
    /// Stable, such as `required` or `too_long`.
    package let code: String
    package let arguments: [String: String]

    package init(field: String, code: String, arguments: [String: String] = [:]) {
        self.field = field
        self.code = code
        self.arguments = arguments
    }
}

/// Everything that is wrong with what was sent, never just the first thing.
package struct ValidationFailure: Error, Sendable, Hashable {
    package let problems: [FieldProblem]

    package init(problems: [FieldProblem]) { self.problems = problems }
}
