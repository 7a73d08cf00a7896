package import Core

/// The pages of a site, each bound to its template in both languages when the site starts.
///
/// Every page is written inside `layout.mustache`, at its `{{{content}}}`. A name in a template means a field of the
/// row it stands in or else of the chrome; outside of rows, a field of the page or else of the chrome.
package struct Templates<Chrome: Fields>: Sendable {
    private struct Bound: Sendable {
        let vietnamese: Program
        let english: Program

        subscript(language: Language) -> Program {
            switch language {
            case .vi: vietnamese
            case .en: english
            }
        }
    }

    private let files: TemplateFiles
    private let texts: Texts
    private let isDevelopment: Bool
    private var bound: [ObjectIdentifier: Bound] = [:]

    /// Reads all templates below `directory`. In development each page is read and bound again whenever it is rendered.
    package init(directory: String, texts: Texts, development: Bool) throws {
        files = try TemplateFiles(directory: directory)
        self.texts = texts
        isDevelopment = development
    }

    /// Binds a page type to its template. Throws `TemplateProblems` with everything that is wrong.
    package mutating func compile<P: Page>(_ page: P.Type) throws { try compile([page]) }

    /// Binds each page type to its template. Throws `TemplateProblems` with everything that is wrong with any of them.
    package mutating func compile(_ pages: [any Page.Type]) throws {
        var problems: [TemplateProblem] = []
        for page in pages {
            do {
                bound[ObjectIdentifier(page)] = try Bound(
                    vietnamese: Templates.bind(page, files, texts, .vi),
                    english: Templates.bind(page, files, texts, .en)
                )
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw TemplateProblems(problems) }
    }

    /// The page as UTF-8 bytes of an HTML document.
    ///
    /// The page's type must have been compiled. If it wasn't, that is a mistake of the program, and is shown as one
    /// when it runs for debugging; otherwise the page is bound now, at the cost of the time that takes.
    package func render<P: Page>(_ page: P, chrome: Chrome, language: Language) -> [UInt8] {
        if !isDevelopment {
            if let program = bound[ObjectIdentifier(P.self)]?[language] { return program.render(page, chrome: chrome) }
            assertionFailure("\(P.self) was never compiled")
        }
        do {
            let files = isDevelopment ? try TemplateFiles(directory: files.directory) : files
            let texts = isDevelopment ? try Texts(directory: files.directory) : texts
            return try Templates.bind(P.self, files, texts, language).render(page, chrome: chrome)
        } catch {
            return Templates.failure(isDevelopment ? "\(error)" : "\(P.self)")
        }
    }

    private static func bind(
        _ page: any Page.Type, _ files: TemplateFiles, _ texts: Texts, _ language: Language
    ) throws(TemplateProblems) -> Program {
        let compilation = Compilation(page, chrome: Chrome.self, files: files, texts: texts, language: language)
        guard compilation.problems.isEmpty else { throw TemplateProblems(compilation.problems) }
        return compilation.program
    }

    /// What the author of a template sees in place of a page that can't be bound.
    private static func failure(_ message: String) -> [UInt8] {
        var out = Out(capacity: 4096)
        out.writeRaw("<!doctype html><meta charset=\"utf-8\"><title>Templates</title><pre>")
        out.writeEscaped(message)
        out.writeRaw("</pre>\n")
        return out.bytes()
    }
}
