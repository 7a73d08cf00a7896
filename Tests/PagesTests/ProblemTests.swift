import Core
import Testing

@testable import Pages

@Suite("Mistakes found at start")
struct ProblemTests {
    @Test(
        "a mistake is refused with its file, line and what would be right",
        arguments: [
            ("a\n{{nope}}", "sample.mustache:2: there is no 'nope' in Sample (applicant, big, days, due,"),
            (
                "{{#rows}}\n\n{{title}}{{/rows}}",
                "sample.mustache:3: there is no 'title' in Row (children, code, note, person)"
            ),
            ("{{#rows}}{{title}}{{/rows}}", "nor in Chrome (nav, signedIn, site)"),
            ("{{applicant.age}}", "sample.mustache:1: there is no 'age' in Person (name)"),
            ("{{due.amount}}", "'due.amount': Optional<Due> has no fields to name"),
            ("{{note}}", "'note' may be missing: write {{#note}}{{.}}{{/note}}"),
            ("{{late}}", "'late' is a Bool"),
            ("{{rows}}", "'rows' is a list"),
            ("{{applicant}}", "'applicant' is Person, whose fields"),
            ("{{.}}", "{{.}} stands for the value of a section"),
            ("{{#text}}x{{/text}}", "'text' is String: a section stands over"),
            ("{{#number}}x{{/number}}", "'number' is Int: a section stands over"),
            ("{{{text}}}", "prints only HTML, and 'text' is String"),
            ("{{html}}", "'html' is HTML: write {{{html}}}"),
            ("{{#late}}\nx", "sample.mustache:1: the section 'late' is never closed"),
            (
                "{{#late}}\n{{#note}}{{/late}}{{/note}}",
                "sample.mustache:2: '{{/late}}' where 'note', opened at line 2,"
            ),
            ("{{/late}}", "closes a section that isn't open"),
            ("x {{late", "'{{' without its '}}'"),
            ("{{a b}}", "'a b' isn't a name"),
            ("{{&text}}", "'{{&' isn't part of this template language"),
            ("{{=<% %>=}}", "'{{=' isn't part"),
            ("{{>nope/x}}", "there is no template 'nope/x'; there are layout, loop/a, loop/b, sample"),
            ("{{>loop/a}}", "loop/b.mustache:2: the template 'loop/a' contains itself"),
            ("{{t nope}}", "there is no text 'nope'"),
            ("{{{content}}}", "only the layout has content"),
            ("<p", "ends in the middle of a tag"),
            ("<p {{#late}}><b {{/late}}>", "the section ends in another tag than it began"),
        ]
    )
    func mistake(template: String, expected: String) throws {
        let site = try Site([
            "sample.mustache": template, "loop/a.mustache": "{{>loop/b}}", "loop/b.mustache": "\n{{>loop/a}}",
        ])
        let problems = try site.problems(Sample.self)
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
    }

    @Test("all mistakes of all pages are reported together, each once")
    func together() throws {
        struct Other: Page {
            static let template = "other"
            let title: String
        }
        let site = try Site(["sample.mustache": "{{x}}\n{{y}}", "other.mustache": "<a href={{title}}>"])
        var templates = try site.templates()
        let error = try #require(throws: TemplateProblems.self) { try templates.compile([Sample.self, Other.self]) }
        #expect(error.problems.map(\.line) == [1, 2, 1])
        #expect(error.description.split(separator: "\n").count == 3)
    }

    @Test("a struct is refused when a template could never print one of its fields")
    func structs() throws {
        struct Unfit: Page {
            static let template = "sample"
            let ratio: Double
            let rows: [Row]
            struct Row: Fields {
                let colour: [Float?]
            }
        }
        struct Hiding: Page {
            static let template = "sample"
            let site: String
            let page: Int
        }
        struct Empty: Page { static let template = "sample" }
        struct Lost: Page {
            static let template = "lost/page"
            let title: String
        }
        let site = try Site(["sample.mustache": ""])
        #expect(
            try site.problems(Unfit.self).map { $0.prefix { $0 != "," } } == [
                "Unfit: 'ratio' is a Double", "Row: 'colour' is a Array<Optional<Float>>",
            ]
        )
        #expect(
            try site.problems(Hiding.self) == [
                "Hiding: 'page' has a meaning of its own in templates: choose another name",
                "Hiding: 'site' would hide the field of Chrome with this name",
            ]
        )
        #expect(try site.problems(Empty.self) == ["Empty: isn't a struct with stored fields"])
        #expect(try site.problems(Lost.self) == ["Lost: there is no template 'lost/page'; there are layout, sample"])
    }

    @Test("a layout without a place for the page is refused")
    func layoutWithoutContent() throws {
        let site = try Site(["sample.mustache": "x", "layout.mustache": "<p>"])
        #expect(try site.problems(Sample.self) == ["layout.mustache: has no {{{content}}} for the page"])
    }

    @Test("a page that ends inside a tag is refused, though the layout would end it")
    func pageEndsInTag() throws {
        let site = try Site(["sample.mustache": "<p class='", "layout.mustache": "{{{content}}}'>"])
        #expect(
            try site.problems(Sample.self) == [
                "sample.mustache: ends in the middle of a tag, or of a title, script or style"
            ])
    }
}
