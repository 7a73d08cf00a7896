import Core
import FoundationEssentials
import Testing

@testable import Pages

/// A template folder in a temporary place, gone at the end of the test.
final class Site {
    let directory: String

    /// `files` by path below the folder; `layout.mustache` is the bare content unless given.
    init(_ files: [String: String]) throws {
        directory = "\(FileManager.default.temporaryDirectory.path)/pages-\(UUID().uuidString)"
        for (path, source) in files.merging(
            ["layout.mustache": "{{{content}}}"], uniquingKeysWith: { given, _ in given })
        {
            try write(path, source)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func write(_ path: String, _ source: String) throws {
        let url = URL(filePath: "\(directory)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(source.utf8).write(to: url)
    }

    func texts() throws -> Texts { try Texts(directory: directory) }

    func templates(development: Bool = false) throws -> Templates<Chrome> {
        try Templates(directory: directory, texts: texts(), development: development)
    }

    /// Binds the page and renders it.
    func render<P: Page>(_ page: P, chrome: Chrome = Chrome(), language: Language = .vi) throws -> String {
        var templates = try templates()
        try templates.compile(P.self)
        return String(decoding: templates.render(page, chrome: chrome, language: language), as: UTF8.self)
    }

    /// What is wrong with the page, a line each, the folder's own path left out.
    func problems<P: Page>(_ page: P.Type) throws -> [String] {
        do {
            var templates = try templates()
            try templates.compile(page)
            return []
        } catch let problems as TemplateProblems {
            return problems.problems.map { $0.description.replacing("\(directory)/", with: "") }
        }
    }
}

/// The chrome of every test's layout.
struct Chrome: Fields {
    var site = "Cổng"
    var nav = [Entry(label: "Trang chủ"), Entry(label: "Tra cứu")]
    var signedIn: Bool = false

    struct Entry: Fields {
        let label: String
    }
}

/// A page with a field of every kind.
struct Sample: Page {
    static let template = "sample"

    var title = "Hồ sơ"
    var text = "a<b"
    var number = 7
    var big: Int64 = -9_000_000_000
    var state = Stage.late
    var link = Link(.vi, path: ["tra-cuu"])
    var html = HTML(unescapedHTML: "<b>đậm</b>")
    var late = true
    var note: String? = "ghi chú"
    var days: Int? = 3
    var missing: String?
    var due: Due? = Due(amount: "20.000", payer: Person(name: "An"))
    var noDue: Due?
    var applicant = Person(name: "Bình")
    var rows = [Row(code: "1", note: nil), Row(code: "2", note: "x")]
    var noRows: [Row] = []
    var tags = ["m", "n"]
    var optionalRows: [Row]? = [Row(code: "9", note: nil)]

    struct Due: Fields {
        let amount: String
        let payer: Person
    }
    struct Person: Fields {
        let name: String
    }
    struct Row: Fields {
        let code: String
        let note: String?
        var person = Person(name: "Chi")
        var children: [Child] = [Child(age: 5)]
    }
    struct Child: Fields {
        let age: Int
    }
    enum Stage: String, Printable {
        case late
    }
}
