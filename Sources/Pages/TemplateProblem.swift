/// Where in the template folder something stands.
struct Place: Hashable, Sendable {
    let file: String
    let line: Int
}

/// One thing wrong with a template, a texts file or a page's struct.
package struct TemplateProblem: Hashable, Sendable, CustomStringConvertible {
    /// The file's path, as given to `Templates` and joined with its path below; a type's name when no file is to blame.
    package let file: String
    /// Counted from 1; 0 when no line is to blame.
    package let line: Int
    /// A sentence for the author, with the names there are.
    package let message: String

    /// `Templates/dossiers/show.mustache:3: there is no 'cod' in …`
    package var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }

    init(_ place: Place, _ message: String) {
        file = place.file
        line = place.line
        self.message = message
    }
}

/// Everything that was found wrong at start, a line each.
package struct TemplateProblems: Error, Sendable, CustomStringConvertible {
    /// In the order of finding, each once.
    package let problems: [TemplateProblem]

    package var description: String { problems.map(\.description).joined(separator: "\n") }

    init(_ found: [TemplateProblem]) {
        var seen: Set<TemplateProblem> = []
        problems = found.filter { seen.insert($0).inserted }
    }
}
