import Accounts
import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

/// The officers' work list: what waits, those due first at the head, many dossiers at a time.
extension Web {
    /// `GET /can-bo/ho-so?group=&status=&order=&who=&procedure=&q=&columns=&size=&after=`: the agency's dossiers as the officer wants
    /// to see them. Without a query, the view that they keep as their first one.
    @Sendable func listWork(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let query = try request.queryFields()
        if query.isEmpty, let first = try await dossiers.workFilters(of: staff.officer).first(where: \.isDefault) {
            let path = Link(context.language, path: ["can-bo", "ho-so"]).address
            return .seeOther("\(path)?\(first.query)")
        }
        return try await workPage(WorkQuery(query), problem: nil, request, context, staff)
    }

    /// `POST /can-bo/bo-loc`: keeps a view under a name.
    @Sendable func keepWorkFilter(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let fields = try await request.form(from: staff.visitor)
        let query = WorkQuery(try FormFields(urlEncoded: Array((fields["query"] ?? "").utf8)))
        do {
            try await dossiers.keepWorkFilter(
                (fields["name"] ?? "").cleaned, query: query.encoded, isDefault: fields["first"] == "yes",
                of: staff.officer, at: context.now)
        } catch let failure as ValidationFailure {
            return try await workPage(
                query, problem: failure.problems.first, name: fields["name"] ?? "", request, context, staff)
        }
        return .seeOther(query.link(context.language).address)
    }

    /// `POST /can-bo/bo-loc/xoa`
    @Sendable func dropWorkFilter(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let fields = try await request.form(from: staff.visitor)
        try await dossiers.dropWorkFilter(fields["name"] ?? "", of: staff.officer)
        return .seeOther(Link(context.language, path: ["can-bo", "ho-so"], query: ["group": "open"]).address)
    }

    private func workPage(
        _ query: WorkQuery, problem: FieldProblem?, name: String = "", _ request: Request, _ context: PortalContext,
        _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let officer = staff.officer
        async let counted = dossiers.workCounts(of: officer, at: context.now)
        async let kept = dossiers.workFilters(of: officer)
        async let colleagues = dossiers.colleagues(of: officer)
        async let agency = agencies.agency(staff.agency)
        let found = try await dossiers.work(
            of: officer, query.view, after: query.after, limit: query.size, at: context.now)
        let counts = try await counted
        let views = try await kept
        let builder = FieldBuilder(
            words: words,
            messages: problem.map { [$0.field: words.message($0, label: words("dossiers.work.keep.name"))] } ?? [:])
        let field = builder.input(
            "name", label: words("dossiers.work.keep.name"), hint: words("dossiers.work.keep.hint"), value: name)
        let columns = query.columns
        let page = OfficerListPage(
            title: words.title("dossiers.title.officer_list", hasErrors: problem != nil),
            agency: try await agency?.name ?? staff.agency, errors: FieldBuilder.summary([field]),
            hasErrors: problem != nil, counters: counters(counts, query, words),
            askedOfUs: words.capped(counts.askedOfUs),
            isAsked: counts.askedOfUs > 0, isSupervisor: officer.duties.contains(.supervise),
            keepsSystems: officer.duties.contains(.supervise) && officer.unit == nil, hasKept: !views.isEmpty,
            kept: views.map { view in
                OfficerListPage.KeptView(
                    label: view.name,
                    link: Link("\(words.language.pathPrefix)/can-bo/ho-so?\(view.query)") ?? query.link(words.language),
                    isFirst: view.isDefault)
            }, keepName: field, query: query.encoded, words: query.view.words, group: query.view.bucket.rawValue,
            statuses: OfficerListPage.Option.list(
                [("", words("dossiers.filter.all"))]
                    + DossierStatus.allCases.map { ("\($0.rawValue)", words("dossiers.status.\($0.rawValue).name")) },
                chosen: [query.view.status.map { "\($0.rawValue)" } ?? ""], name: "status"),
            orders: OfficerListPage.Option.list(
                WorkView.Order.allCases.map { ($0.rawValue, words("dossiers.work.order.\($0.rawValue)")) },
                chosen: [query.view.order.rawValue], name: "order"),
            who: OfficerListPage.Option.list(
                ["anyone", "me", "nobody"].map { ($0, words("dossiers.work.who.\($0)")) }, chosen: [query.who],
                name: "who"),
            procedure: query.view.procedure,
            sizes: OfficerListPage.Option.list(
                WorkQuery.sizes.map { ("\($0)", words.formats.number($0)) }, chosen: ["\(query.size)"], name: "size"),
            columns: OfficerListPage.Option.list(
                WorkQuery.Column.allCases.map { ($0.rawValue, words("dossiers.work.column.\($0.rawValue)")) },
                chosen: columns.map(\.rawValue), name: "columns"),
            heads: columns.map { OfficerListPage.Head(label: words("dossiers.work.column.\($0.rawValue)")) },
            isEmpty: found.lines.isEmpty,
            lines: found.lines.map { WorkLineView($0, columns: columns, words, at: context.now) },
            next: found.next.map { query.link(words.language, after: $0) },
            xlsx: query.link(words.language, file: "xlsx"), csv: query.link(words.language, file: "csv"),
            acts: BatchAct.allCases.filter { !officer.duties.isDisjoint(with: ActRule.of($0.kind).duties) }.map {
                OfficerListPage.Option(
                    id: "act-\($0.rawValue)", name: "act", value: $0.rawValue,
                    label: words("dossiers.batch.\($0.rawValue)"), isChosen: false)
            },
            colleagues: try await colleagues.map {
                OfficerListPage.Option(
                    id: "", name: "officer", value: $0.id.description, label: $0.name, isChosen: $0.id == officer.id)
            })
        return respond(
            page, to: staff.visitor, context, request, status: problem == nil ? .ok : .unprocessableContent)
    }

    private func counters(_ counts: WorkCounts, _ query: WorkQuery, _ words: Words) -> [OfficerListPage.Counter] {
        func counter(_ bucket: WorkView.Bucket, _ count: Int?, _ who: WorkView.Assignee = .anyone)
            -> OfficerListPage.Counter
        {
            var other = query
            other.view = WorkView(bucket: bucket, order: query.view.order, assignee: who)
            other.after = nil
            let key = who == .me ? "mine" : bucket.rawValue
            return OfficerListPage.Counter(
                label: words("dossiers.work.group.\(key)"), count: count.map(words.capped),
                isUrgent: bucket == .late && (count ?? 0) > 0, link: other.link(words.language),
                isCurrent: query.view.bucket == bucket && query.view.assignee == who)
        }
        return [
            counter(.fresh, counts.fresh), counter(.dueToday, counts.dueToday), counter(.late, counts.late),
            counter(.waitingApplicant, counts.waitingApplicant), counter(.waitingAgency, counts.waitingAgency),
            counter(.toReturn, counts.toReturn), counter(.open, counts.mine, .me), counter(.open, nil),
            counter(.done, nil),
        ]
    }
}

extension Words {
    /// A number counted to a thousand at most: “1.000+”.
    func capped(_ count: Int) -> String {
        count >= WorkCounts.most ? "\(formats.number(WorkCounts.most))+" : formats.number(count)
    }
}

/// The work list's address.
struct WorkQuery: Sendable, Hashable {
    enum Column: String, CaseIterable {
        case procedure
        case applicant
        case status
        case submitted
        case received
        case due
        case officer
        case step
    }

    static let sizes = [50, 100, 500]

    var view: WorkView
    var columns: [Column]
    var size: Int
    var after: WorkCursor?

    init(_ fields: FormFields) {
        view = WorkView(
            bucket: fields["group"].flatMap(WorkView.Bucket.init) ?? .open,
            status: fields["status"].flatMap { Int($0) }.flatMap(DossierStatus.init(rawValue:)),
            order: fields["order"].flatMap(WorkView.Order.init) ?? .due,
            assignee: fields["who"] == "me" ? .me : fields["who"] == "nobody" ? .nobody : .anyone,
            procedure: String((fields["procedure"] ?? "").cleaned.prefix(40)),
            words: String((fields["q"] ?? "").cleaned.prefix(100)))
        let wanted = Set(fields.all("columns").compactMap(Column.init))
        columns =
            wanted.isEmpty
            ? [.procedure, .applicant, .status, .submitted, .due, .officer] : Column.allCases.filter(wanted.contains)
        size = fields["size"].flatMap { Int($0) }.flatMap { Self.sizes.contains($0) ? $0 : nil } ?? 50
        after = fields["after"].flatMap { WorkCursor($0) }
        // A status that the group doesn't have would show nothing: it is looked for among all.
        if let status = view.status, view.bucket == .open, !WorkView.openStatuses.contains(status) {
            view.bucket = status == .decided ? .toReturn : .done
        }
    }

    var who: String {
        switch view.assignee {
        case .anyone: "anyone"
        case .me: "me"
        case .nobody: "nobody"
        }
    }

    private var pairs: [(String, String)] {
        var pairs = [("group", view.bucket.rawValue)]
        if let status = view.status { pairs.append(("status", "\(status.rawValue)")) }
        if view.order != .due { pairs.append(("order", view.order.rawValue)) }
        if view.assignee != .anyone { pairs.append(("who", who)) }
        if !view.procedure.isEmpty { pairs.append(("procedure", view.procedure)) }
        if !view.words.isEmpty { pairs.append(("q", view.words)) }
        if size != 50 { pairs.append(("size", "\(size)")) }
        return pairs + columns.map { ("columns", $0.rawValue) }
    }

    /// As it is kept: everything but the place in the list.
    var encoded: String {
        pairs.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
    }

    func link(_ language: Language, after: WorkCursor? = nil) -> Link { link(language, to: "ho-so", after: after) }

    /// What this page shows, as a file of this kind.
    func link(_ language: Language, file: String) -> Link {
        link(language, to: "danh-sach/ho-so.\(file)", after: after)
    }

    private func link(_ language: Language, to path: String, after: WorkCursor?) -> Link {
        let cursor = after.map { "&after=\(PercentEncoding.encode($0.description))" } ?? ""
        return Link("\(language.pathPrefix)/can-bo/\(path)?\(encoded)\(cursor)")
            ?? Link(language, path: ["can-bo", "ho-so"])
    }
}

extension WorkLineView {
    init(_ line: WorkLine, columns: [WorkQuery.Column], _ words: Words, at now: Date) {
        let name = words.language == .en ? line.procedureNameEnglish ?? line.procedureName : line.procedureName
        let none = words("dossiers.work.none")
        self.init(
            code: line.code, choice: "\(line.code):\(line.version)", isLate: line.isLate(at: now),
            cells: columns.map { column in
                switch column {
                case .procedure: Cell(text: name, number: nil, isLate: false)
                case .applicant: Cell(text: line.applicantName, number: nil, isLate: false)
                case .status:
                    Cell(
                        text: words("dossiers.status.\(line.status.rawValue).name"),
                        number: String(line.status.rawValue),
                        isLate: false)
                case .submitted: Cell(text: words.formats.dateTime(line.submittedAt), number: nil, isLate: false)
                case .received:
                    Cell(text: line.receivedAt.map(words.formats.dateTime) ?? none, number: nil, isLate: false)
                case .due:
                    Cell(
                        text: line.dueAt.map { words.formats.date($0) } ?? words("dossiers.due.none"), number: nil,
                        isLate: line.isLate(at: now))
                case .officer: Cell(text: line.officerName ?? none, number: nil, isLate: false)
                case .step: Cell(text: line.stepDueAt.map(words.formats.dateTime) ?? none, number: nil, isLate: false)
                }
            })
    }
}
