import Core
import Testing

@testable import Pages

@Suite("The Mustache subset")
struct MustacheTests {
    @Test(
        "each construct prints what it says",
        arguments: [
            ("{{text}}", "a&lt;b"),
            ("{{ text }}", "a&lt;b"),
            ("{{number}} {{big}}", "7 -9000000000"),
            ("{{state}}", "late"),
            ("{{link}}", "/tra-cuu"),
            ("{{{html}}}", "<b>đậm</b>"),
            ("a{{! a comment }}b", "ab"),
            ("{{#late}}yes{{/late}}{{^late}}no{{/late}}", "yes"),
            ("{{#signedIn}}yes{{/signedIn}}{{^signedIn}}no{{/signedIn}}", "no"),
            ("{{#note}}[{{.}}|{{text}}]{{/note}}{{^note}}none{{/note}}", "[ghi chú|a&lt;b]"),
            ("{{#missing}}[{{.}}]{{/missing}}{{^missing}}none{{/missing}}", "none"),
            ("{{#days}}{{.}} ngày{{/days}}", "3 ngày"),
            ("{{#due}}{{amount}} {{payer.name}} {{site}}{{/due}}", "20.000 An Cổng"),
            ("{{#noDue}}{{amount}}{{/noDue}}{{^noDue}}{{text}}{{/noDue}}", "a&lt;b"),
            ("{{applicant.name}}", "Bình"),
            ("{{#applicant}}{{name}}{{/applicant}}", "Bình"),
            ("{{#rows}}{{code}}{{#note}}={{.}}{{/note}};{{/rows}}", "1;2=x;"),
            ("{{#rows}}{{person.name}} {{page.applicant.name}} {{site}} {{/rows}}", "Chi Bình Cổng Chi Bình Cổng "),
            ("{{#rows}}{{#children}}{{age}}{{#page.late}}!{{/page.late}}{{/children}}{{/rows}}", "5!5!"),
            ("{{#noRows}}x{{/noRows}}{{^noRows}}Chưa có{{/noRows}}", "Chưa có"),
            ("{{^rows}}none{{/rows}}", ""),
            ("{{#tags}}{{.}}-{{text}} {{/tags}}", "m-a&lt;b n-a&lt;b "),
            ("{{#optionalRows}}<ul>{{#.}}<li>{{code}}</li>{{/.}}</ul>{{/optionalRows}}", "<ul><li>9</li></ul>"),
            ("{{#nav}}{{label}},{{/nav}}", "Trang chủ,Tra cứu,"),
            ("a { b } }} c", "a { b } }} c"),
        ]
    )
    func construct(template: String, expected: String) throws {
        #expect(try Site(["sample.mustache": template]).render(Sample()) == expected)
    }

    @Test(
        "a tag alone on its line takes the line with it",
        arguments: [
            ("a\n{{#late}}\nb\n{{/late}}\nc", "a\nb\nc"),
            ("a\n  {{! note }}  \nb", "a\nb"),
            ("a\r\n{{#late}}\r\nb\r\n{{/late}}\r\nc", "a\r\nb\r\nc"),
            ("{{#rows}}\n{{code}}\n{{/rows}}\n", "1\n2\n"),
            ("a {{#late}}b{{/late}}\nc", "a b\nc"),
            ("{{#late}} {{/late}}\n", " \n"),
            ("  {{text}}\n", "  a&lt;b\n"),
        ]
    )
    func standalone(template: String, expected: String) throws {
        #expect(try Site(["sample.mustache": template]).render(Sample()) == expected)
    }

    @Test("a partial sees the names of the place where it stands")
    func partial() throws {
        let site = try Site([
            "sample.mustache": "{{#rows}}{{>rows/one}}{{/rows}}|{{>rows/title}}",
            "rows/one.mustache": "<i>{{code}}</i>",
            "rows/title.mustache": "{{title}}",
        ])
        #expect(try site.render(Sample()) == "<i>1</i><i>2</i>|Hồ sơ")
    }

    @Test("the layout prints the page's and the chrome's names around the content")
    func layout() throws {
        let site = try Site([
            "layout.mustache":
                "<title>{{title}} - {{site}}</title>{{#nav}}<b>{{label}}</b>{{/nav}}<main>{{{content}}}</main>",
            "sample.mustache": "<p>{{text}}</p>",
        ])
        #expect(
            try site.render(Sample())
                == "<title>Hồ sơ - Cổng</title><b>Trang chủ</b><b>Tra cứu</b><main><p>a&lt;b</p></main>"
        )
    }

    @Test("the content keeps the page's names wherever the layout puts it")
    func contentScope() throws {
        struct Plain: Page {
            static let template = "plain"
            let label: String
        }
        let site = try Site([
            "layout.mustache": "{{#nav}}{{label}}:{{{content}}};{{/nav}}", "plain.mustache": "{{label}}",
        ])
        #expect(try site.render(Plain(label: "page")) == "Trang chủ:page;Tra cứu:page;")
    }

    @Test("text with braces in it is no template")
    func bracesInValues() throws {
        let site = try Site(["sample.mustache": "{{text}}"])
        #expect(try site.render(Sample(text: "{{title}} {{{html}}}")) == "{{title}} {{{html}}}")
    }

    @Test("in development a changed template and text show at the next request, and mistakes in words")
    func development() throws {
        let site = try Site(["sample.mustache": "{{t x}}", "texts.json": #"{"x": {"vi": "một", "en": "one"}}"#])
        let templates = try site.templates(development: true)
        func render() -> String {
            String(decoding: templates.render(Sample(), chrome: Chrome(), language: .vi), as: UTF8.self)
        }
        #expect(render() == "một")
        try site.write("sample.mustache", "{{t x}} {{number}}")
        try site.write("texts.json", #"{"x": {"vi": "hai", "en": "two"}}"#)
        #expect(render() == "hai 7")
        try site.write("sample.mustache", "\n{{nope}}<")
        #expect(render().contains("sample.mustache:2: there is no &#39;nope&#39; in Sample"))
    }
}
