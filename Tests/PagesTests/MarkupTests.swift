import Core
import Testing

@testable import Pages

@Suite("Where a value may stand")
struct MarkupTests {
    @Test(
        "a value is accepted between tags, in quoted attributes and behind the settled start of an address",
        arguments: [
            (#"<!doctype html><p class="status-{{text}}">"#, #"<!doctype html><p class="status-a&lt;b">"#),
            ("<title>{{text}}</title><p>", "<title>a&lt;b</title><p>"),
            ("<textarea>\n{{text}}</textarea>", "<textarea>\na&lt;b</textarea>"),
            ("<TextArea>{{text}}</TEXTAREA ><b>", "<TextArea>a&lt;b</TEXTAREA ><b>"),
            ("<a href='{{link}}'>", "<a href='/tra-cuu'>"),
            (#"<a href = "{{link}}" >"#, #"<a href = "/tra-cuu" >"#),
            (#"<a href="/x/{{text}}">"#, #"<a href="/x/a%3Cb">"#),
            (
                #"<a href="/x/{{text}}/{{number}}?a={{note2}}#{{text}}">"#,
                #"<a href="/x/a%3Cb/7?a=%2F%C4%91%20%26#a%3Cb">"#
            ),
            (#"<a href="?q={{note2}}&amp;p={{number}}">"#, #"<a href="?q=%2F%C4%91%20%26&amp;p=7">"#),
            (##"<a href="#{{text}}">"##, ##"<a href="#a%3Cb">"##),
            (#"<a href="/{{text}}">"#, #"<a href="/a%3Cb">"#),
            (#"<a href="/{{text}}{{number}}-x/y">"#, #"<a href="/a%3Cb7-x/y">"#),
            (#"<a href="https://a.vn/{{text}}">"#, #"<a href="https://a.vn/a%3Cb">"#),
            (#"<a href="HTTPS://a.vn?{{text}}">"#, #"<a href="HTTPS://a.vn?a%3Cb">"#),
            (#"<a href="mailto:{{text}}">"#, #"<a href="mailto:a%3Cb">"#),
            (#"<a href="/in?next={{link}}">"#, #"<a href="/in?next=%2Ftra-cuu">"#),
            (#"<a href="{{t base}}/x/{{text}}">"#, #"<a href="/x/a%3Cb">"#),
            (#"<a href="{{t base}}/">"#, #"<a href="/">"#),
            (#"<use href="/icons.svg#{{text}}"/>"#, #"<use href="/icons.svg#a%3Cb"/>"#),
            (#"<use xlink:href="/i.svg#{{text}}"/>"#, #"<use xlink:href="/i.svg#a%3Cb"/>"#),
            (
                #"<script src="/x.js?v={{number}}" defer></script>{{text}}"#,
                #"<script src="/x.js?v=7" defer></script>a&lt;b"#
            ),
            (#"<script>if (a < b) { c() }</script>{{text}}"#, #"<script>if (a < b) { c() }</script>a&lt;b"#),
            ("<input {{#late}}checked{{/late}}>", "<input checked>"),
            ("<input {{#late}}checked{{/late}}/>", "<input checked/>"),
            ("<input {{#late}}checked{{/late}} {{^late}}disabled{{/late}} required>", "<input checked  required>"),
            (#"<option value="{{text}}"{{#late}} selected{{/late}}>"#, #"<option value="a&lt;b" selected>"#),
            (#"<li{{#late}} class="late"{{/late}}>"#, #"<li class="late">"#),
            (#"<li{{#late}} class=late{{/late}}>"#, #"<li class=late>"#),
            (#"<li{{#late}} title="{{text}}"{{/late}} id="f-{{number}}">"#, #"<li title="a&lt;b" id="f-7">"#),
            (#"<p class="a{{#late}} late{{/late}}{{#tags}} t-{{.}}{{/tags}}">"#, #"<p class="a late t-m t-n">"#),
            (#"<a href="/x{{#late}}?p={{text}}{{/late}}">"#, #"<a href="/x?p=a%3Cb">"#),
            (#"<a href="/x?{{#tags}}t={{.}}&amp;{{/tags}}">"#, #"<a href="/x?t=m&amp;t=n&amp;">"#),
            (#"<a href="{{#late}}{{link}}{{/late}}">"#, #"<a href="/tra-cuu">"#),
            (#"<a href="{{#late}}/x{{/late}}/y">"#, #"<a href="/x/y">"#),
            ("{{#late}}<b>{{text}}</b>{{/late}}", "<b>a&lt;b</b>"),
            ("<title>{{#late}}{{text}}{{/late}}</title>", "<title>a&lt;b</title>"),
            ("a < b << c {{text}}", "a < b << c a&lt;b"),
            (#"<meta name="description" content="{{text}}">"#, #"<meta name="description" content="a&lt;b">"#),
            (#"<meta http-equiv="refresh" content="5"><meta content="{{number}}">"#, nil),
            (#"<br/><svg viewBox="0 0 1 1"><path d="M0"/></svg>{{text}}"#, nil),
        ]
    )
    func accepted(template: String, expected: String?) throws {
        let site = try Site(["context.mustache": template])
        let written = try site.render(Context())
        if let expected { #expect(written == expected) }
    }

    @Test(
        "a value is refused wherever escaping can't make it safe",
        arguments: [
            ("<script>{{text}}</script>", "in <script>"),
            ("<script>'<b>{{text}}</b>'</script>", "in <script>"),
            ("<style>{{text}}</style>", "in <style>"),
            ("<iframe>{{text}}</iframe>", "in <iframe>"),
            ("<!-- {{text}} -->", "comments are written"),
            ("<!-- a --!><p>", "comments are written"),
            ("<![CDATA[ {{text}} ]]>", "comments are written"),
            ("<!doctype {{text}}>", "in a declaration"),
            ("<?x {{text}}?>", "'<' begins no tag"),
            ("</ {{text}}>", "'<' begins no tag"),
            ("<{{text}}>", "a tag's name"),
            ("<b{{text}}>", "a tag's name"),
            ("</{{text}}>", "a tag's name"),
            ("<b {{text}}>", "as an attribute"),
            ("<b a{{text}}='x'>", "as an attribute"),
            ("<b a='x'{{text}}>", "as an attribute"),
            ("<b a {{text}}>", "as an attribute"),
            ("<b a={{text}}>", "in quotes"),
            ("<b a=x{{text}}>", "in quotes"),
            ("<b {{t base}}>", "as an attribute"),
            ("<b onclick='{{text}}'>", "in the attribute 'onclick'"),
            ("<b ONCLICK='{{t language}}'>", "in the attribute 'onclick'"),
            ("<b style='{{text}}'>", "in the attribute 'style'"),
            ("<iframe srcdoc='{{text}}'>", "in the attribute 'srcdoc'"),
            ("<img srcset='/a {{text}}'>", "in the attribute 'srcset'"),
            ("<a ping='/a {{text}}'>", "in the attribute 'ping'"),
            (#"<meta http-equiv="refresh" content="0; url={{text}}">"#, "http-equiv"),
            (#"<meta http-equiv=refresh content="0; url={{text}}">"#, "http-equiv"),
            (#"<meta content="0; url={{text}}" HTTP-EQUIV=refresh>"#, "http-equiv"),
            (#"<meta content="{{text}}"{{#late}} http-equiv="refresh"{{/late}}>"#, "http-equiv"),
            (#"<meta{{#late}} content="{{text}}"{{/late}} http-equiv="refresh">"#, "http-equiv"),
            ("<base href='/{{text}}'>", "in <base>"),
            ("<set to='{{text}}'>", "in <set>"),
            ("<animate values='{{text}}'>", "in <animate>"),
            ("<script src='{{link}}'></script>", "no Link"),
            ("<title><b>{{text}}</b></title>", "write &lt;"),
            ("<textarea></text{{text}}", "a tag's name"),
            ("<svg><title/><a href='{{text}}'></a></svg>", "can't be closed by '/>'"),
            ("<plaintext>", "obsolete"),
            ("<b a='{{{html}}}'>", "only between tags"),
            ("<title>{{{html}}}</title>", "only between tags"),
            ("<b a='x'b='{{text}}'>", "a space, '/' or '>'"),
            ("<b a\"='x'>", "a quote in the name"),
        ]
    )
    func refused(template: String, reason: String) throws {
        let problems = try Site(["context.mustache": template]).problems(Context.self)
        #expect(problems.contains { $0.contains(reason) }, "\(problems)")
    }

    @Test(
        "a value is refused in an address whose scheme and host it could choose",
        arguments: [
            "{{text}}", "{{number}}", "{{state}}", " {{text}}", " {{link}}", "java{{text}}", "javascript:{{text}}",
            "//{{text}}", "/\\{{text}}", "\\{{text}}", "/&#47;{{text}}", "/\t/{{text}}", "&#47;{{text}}", "x/{{text}}",
            "https:{{text}}", "https:/{{text}}", "https://{{text}}", "https://a.vn{{text}}", "https:///{{text}}",
            "https://u@{{text}}", "https://a.vn:{{number}}", "http://a.vn/{{text}}", "data:{{text}}", "mail{{text}}",
            "{{link}}{{text}}", "{{link}}x", "{{link}}/{{text}}", "{{text}}{{link}}", "/x{{link}}", "/{{link}}",
            "{{#late}}/x{{/late}}{{text}}", "{{#late}}{{/late}}{{text}}", "{{#late}}/{{/late}}/x{{text}}",
            "/{{#late}}x{{/late}}{{text}}", "{{#late}}{{text}}{{/late}}", "{{^late}}{{text}}{{/late}}",
            "{{#late}}{{link}}{{/late}}{{text}}", "/{{text}}/{{number}}", "/{{text}}/x", "/{{text}}{{text}}//x",
            "/{{text}}\\x", "/{{text}}{{#late}}/{{text}}{{/late}}", "{{#tags}}/{{.}}{{/tags}}",
            "{{#tags}}/x{{.}}{{/tags}}",
            "{{#late}}/x\" href=\"{{/late}}{{text}}", "/x{{#late}}\" href=\"{{/late}}{{text}}",
            "/x{{#late}}\"><a href=\"{{/late}}{{text}}",
        ]
    )
    func address(value: String) throws {
        for attribute in ["href", "src", "action", "formaction", "xlink:href", "HREF", "data", "poster"] {
            let problems = try Site(["context.mustache": "<a \(attribute)=\"\(value)\">"]).problems(Context.self)
            #expect(!problems.isEmpty, "\(attribute)=\(value)")
        }
    }

    @Test(
        "a section ends where it began in the markup",
        arguments: [
            "{{#late}}<b{{/late}}>", "{{#late}}<b a='{{/late}}'>", "<b a='{{#late}}'{{/late}}>",
            "{{#late}}<title>{{/late}}",
            "<title>{{#late}}</title>{{/late}}", "<scr{{#late}} a{{/late}}ipt>", "<{{#late}}b{{/late}}>",
            "<b{{#late}}r{{/late}}>", "<b {{#late}}on{{/late}}click='x'>", "<b {{#late}}a{{/late}}='{{text}}'>",
            "<b a{{#late}}='x'{{/late}}>", "<b a={{#late}}'x'{{/late}}>", "<b a=x{{#late}}y{{/late}}>",
            "<b {{#tags}}checked{{/tags}}>", "<b a='{{#late}}' b='{{/late}}'>", "<b {{#late}}><b {{/late}}>",
            "<script>{{#late}}x{{/late}}</script>", "<title></tit{{#late}}le>{{/late}}",
            "<title>{{#late}}</title><title>{{/late}}</title>", "<b a='x'{{#late}}c{{/late}}>",
            "<b{{#late}} a='x' {{/late}}c='y'>",
            "<meta content='{{text}}'{{#late}}><meta{{/late}} http-equiv='refresh'>",
        ]
    )
    func section(template: String) throws {
        #expect(try !Site(["context.mustache": template]).problems(Context.self).isEmpty)
    }

    @Test("only the first break of the markup is reported, at its line")
    func firstBreak() throws {
        let site = try Site(["context.mustache": "<p>\n<b a='x'\nb='y'c='z'>\n<!-- x -->\n{{text}}"])
        #expect(try site.problems(Context.self) == ["context.mustache:3: a space, '/' or '>' must stand here"])
    }

    struct Context: Page {
        static let template = "context"
        var text = "a<b"
        var note2 = "/đ &"
        var number = 7
        var state = Sample.Stage.late
        var link = Link(.vi, path: ["tra-cuu"])
        var html = HTML(unescapedHTML: "<b>")
        var late = true
        var tags = ["m", "n"]
    }
}
