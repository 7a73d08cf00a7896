import Accounts
import Catalogue
import Core
import FoundationEssentials
import Hummingbird
import Pages
import Postgres
import Server

extension Web {
    static let deskFilters = ["", "open", "published", "none", "incomplete", "contradictory", "retired"]

    /// `GET /bien-tap/thu-tuc?state=&q=&after=`
    @Sendable func listDesk(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let query = try request.queryFields()
        let wanted = DeskFilter(
            name: "", state: Self.deskFilters.first { $0 == query["state"] } ?? "",
            text: String((query["q"] ?? "").cleaned.prefix(200)))
        return try await deskList(wanted, after: query["after"] ?? "", nil, request, context, staff)
    }

    /// `POST /bien-tap/bo-loc`: keeps the filter that is looked at under a name.
    @Sendable func keepDeskFilter(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let fields = try await request.form(from: staff.visitor)
        let filter = DeskFilter(
            name: (fields["name"] ?? "").cleaned, state: Self.deskFilters.first { $0 == fields["state"] } ?? "",
            text: String((fields["q"] ?? "").cleaned.prefix(200)))
        var problem: FieldProblem?
        if filter.name.isEmpty {
            problem = FieldProblem(field: "name", code: "required")
        } else if filter.name.utf8.count > 100 {
            problem = FieldProblem(field: "name", code: "too_long", arguments: ["max": "100"])
        } else if try await !publishing.keep(filter, for: staff.session.accountID, at: context.now) {
            problem = FieldProblem(field: "name", code: "too_many_filters")
        }
        guard problem == nil else {
            return try await deskList(filter, after: "", problem, request, context, staff)
        }
        return .seeOther(deskLink(filter, context.language).address)
    }

    /// `POST /bien-tap/bo-loc/xoa`
    @Sendable func dropDeskFilter(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let fields = try await request.form(from: staff.visitor)
        try await publishing.dropFilter(named: fields["name"] ?? "", of: staff.session.accountID)
        return .seeOther(Link(context.language, path: ["bien-tap", "thu-tuc"]).address)
    }

    private func deskLink(_ filter: DeskFilter, _ language: Language, after: String = "") -> Link {
        Link(
            language, path: ["bien-tap", "thu-tuc"], query: ["state": filter.state, "q": filter.text, "after": after])
    }

    private func deskList(
        _ wanted: DeskFilter, after: String, _ problem: FieldProblem?, _ request: Request, _ context: PortalContext,
        _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let editor = try await editor(staff)
        let found = try await publishing.list(
            for: editor, state: wanted.state, text: wanted.text, after: after, limit: 51)
        let load = try await publishing.load(of: found.prefix(50).map(\.code))
        let kept = try await publishing.filters(of: staff.session.accountID)
        let builder = FieldBuilder(
            words: words,
            messages: problem.map { [$0.field: words.message($0, label: words("desk.filters.name"))] } ?? [:])
        let name = builder.input("name", label: words("desk.filters.name"), value: wanted.name)
        let title = [
            wanted.text, wanted.state.isEmpty ? "" : words("desk.filter.\(wanted.state)"), words("desk.title.list"),
        ]
        .filter { !$0.isEmpty }.joined(separator: " – ")
        let page = DeskListPage(
            title: problem == nil ? title : words("errors.title", ["title": title]),
            agency: editor.isNational ? words("desk.list.national") : editor.agency,
            isNational: editor.isNational, query: wanted.text, state: wanted.state,
            errors: FieldBuilder.summary([name]), hasErrors: problem != nil,
            filters: Self.deskFilters.map { state in
                DeskListPage.FilterView(
                    label: words("desk.filter.\(state.isEmpty ? "all" : state)"),
                    link: deskLink(DeskFilter(name: "", state: state, text: wanted.text), words.language),
                    isCurrent: state == wanted.state)
            },
            hasKept: !kept.isEmpty,
            kept: kept.map { filter in
                DeskListPage.FilterView(
                    label: filter.name, link: deskLink(filter, words.language),
                    isCurrent: filter.state == wanted.state && filter.text == wanted.text)
            },
            name: [name], isEmpty: found.isEmpty,
            procedures: found.prefix(50).map { DeskListPage.Line($0, running: load[$0.code] ?? 0, words) },
            next: found.count > 50 ? deskLink(wanted, words.language, after: found[49].code) : nil)
        return respond(
            page, to: staff.visitor, context, request, status: problem == nil ? .ok : .unprocessableContent)
    }
}

extension DeskListPage.Line {
    init(_ procedure: ListedProcedure, running: Int, _ words: Words) {
        let all = Finding.mandatory.count
        self.init(
            code: procedure.code, name: procedure.name, field: procedure.field,
            published: procedure.publishedNumber.map { number in
                words(
                    "desk.list.published",
                    ["number": String(number), "date": procedure.publishedAt.map { words.formats.date($0) } ?? "–"])
            },
            open: procedure.openState.map { words("desk.state.\($0.rawValue)") },
            complete: procedure.missing.map { missing in
                words("desk.list.complete", ["count": String(all - missing), "all": String(all)])
            },
            isIncomplete: procedure.missing ?? 0 > 0,
            unsettled: procedure.unsettled.flatMap { count in
                count == 0 ? nil : words("desk.list.unsettled", ["count": String(count)])
            },
            running: words.formats.number(running), isOnline: procedure.isOnline, isRetired: procedure.isRetired)
    }
}
