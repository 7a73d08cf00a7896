import Catalogue
import Core
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /thu-tuc?q=&field=&agency=&subject=&online=&after=`
    @Sendable func search(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response {
        let wanted = try ProcedureSearch(query: request.queryFields())
        let canonical = request.uri.query == nil ? ["thu-tuc"] : nil
        return try await publicPage(request, context, visitor, canonical: canonical) {
            let words = words(context)
            let found = try await catalogue.search(wanted, at: context.now)
            let isEmpty = found.items.isEmpty
            let wider =
                isEmpty && wanted.isNarrowed ? try await catalogue.search(wanted.widened, at: context.now).count : 0
            let suggestions = isEmpty ? try await catalogue.online(limit: 5) : []
            return SearchPage(
                title: title(wanted, words),
                query: wanted.text, isBrowsing: wanted.text.isEmpty, isApproximate: found.isApproximate,
                isEmpty: isEmpty,
                count: words.formats.number(found.count), isNarrowed: wanted.isNarrowed,
                filters: found.facets.map { filters($0, wanted, words) } ?? [],
                clear: wanted.isNarrowed ? wanted.widened.link(words.language) : nil,
                wider: wider == 0
                    ? nil
                    : SearchPage.WiderView(
                        link: wanted.widened.link(words.language),
                        title: words("catalogue.search.none.wider", ["count": words.formats.number(wider)])),
                results: found.items.map { ProcedureLine($0, words.language) },
                next: found.next.map { wanted.link(words.language, after: $0) },
                suggestions: suggestions.map { ProcedureLine($0, words.language) })
        }
    }

    /// `GET /linh-vuc`
    @Sendable func showDirectory(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws
        -> Response
    {
        try await publicPage(request, context, visitor, canonical: ["linh-vuc"]) {
            let words = words(context)
            let directory = try await catalogue.directory()
            func lines(_ counts: [FieldCount], _ filter: String) -> [FieldLine] {
                counts.map { each in
                    FieldLine(
                        name: each.name, count: words.formats.number(each.procedures),
                        link: Link(words.language, path: ["thu-tuc"], query: [filter: each.name]))
                }
            }
            return DirectoryPage(
                title: words("catalogue.title.directory"), fields: lines(directory.fields, "field"),
                subjects: lines(directory.subjects, "subject"))
        }
    }

    /// The words and what they are narrowed down by: two tabs of one question are told apart.
    private func title(_ wanted: ProcedureSearch, _ words: Words) -> String {
        let question =
            wanted.text.isEmpty
            ? words("catalogue.title.browse") : words("catalogue.title.search", ["query": wanted.text])
        let way = wanted.isOnline.map { words("catalogue.search.way.\($0 ? "yes" : "no")") } ?? ""
        return ([question] + [wanted.field, wanted.agency, wanted.subject, way].filter { !$0.isEmpty })
            .joined(separator: ", ")
    }

    /// What the results can be narrowed down by, each choice with how many it would leave.
    private func filters(_ facets: Facets, _ wanted: ProcedureSearch, _ words: Words) -> [SearchPage.FilterView] {
        func filter(_ name: String, _ choices: [Facets.Choice], _ chosen: String) -> SearchPage.FilterView {
            // A page stays light: whoever looks for a rarer one narrows down by another filter first.
            let shown = choices.enumerated().filter { $0.offset < 40 || $0.element.name == chosen }.map(\.element)
            let isMissing = !chosen.isEmpty && !shown.contains { $0.name == chosen }
            return SearchPage.FilterView(
                name: name, label: words("catalogue.search.\(name)"),
                options: ((isMissing ? [(chosen, 0)] : []) + shown.map { ($0.name, $0.count) }).map { choice, count in
                    FieldView.OptionView(
                        id: "", name: name, value: choice, label: "\(choice) (\(words.formats.number(count)))",
                        isChosen: choice == chosen)
                })
        }
        let ways = [(true, "yes", facets.online), (false, "no", facets.offline)].map { isOnline, value, count in
            FieldView.OptionView(
                id: "", name: "online", value: value,
                label: words("catalogue.search.online.\(value)", ["count": words.formats.number(count)]),
                isChosen: wanted.isOnline == isOnline)
        }
        return [
            filter("field", facets.fields, wanted.field), filter("agency", facets.agencies, wanted.agency),
            filter("subject", facets.subjects, wanted.subject),
            SearchPage.FilterView(name: "online", label: words("catalogue.search.online"), options: ways),
        ]
    }
}

extension ProcedureSearch {
    /// As a page's address asks for it; what is too long to be anybody's is cut.
    fileprivate init(query: FormFields) {
        func text(_ name: String) -> String { String((query[name] ?? "").cleaned.prefix(name == "q" ? 200 : 400)) }
        self.init(
            text: text("q"), field: text("field"), agency: text("agency"), subject: text("subject"),
            isOnline: ["yes": true, "no": false][query["online"] ?? ""], after: query["after"] ?? "")
    }

    fileprivate var isNarrowed: Bool { !field.isEmpty || !agency.isEmpty || !subject.isEmpty || isOnline != nil }

    fileprivate func link(_ language: Language, after: String = "") -> Link {
        Link(
            language, path: ["thu-tuc"],
            query: [
                "q": text, "field": field, "agency": agency, "subject": subject,
                "online": isOnline.map { $0 ? "yes" : "no" } ?? "", "after": after,
            ])
    }
}
