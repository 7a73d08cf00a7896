import Accounts
import Agencies
import Core
import Feedback
import Files
import FoundationEssentials
import Hummingbird
import Pages
import Server

/// Where officers handle what was sent to their agency.
extension Web {
    /// `GET /can-bo/phan-anh?loc=&after=`
    @Sendable func listAgencyFeedback(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let today = Day(of: context.now)
        let query = try request.queryFields()
        let filter = query["loc"].flatMap(FeedbackFilter.init) ?? .open
        let cursor = query["after"].flatMap { FeedbackCursor($0) }
        async let agency = agencies.agency(staff.agency)
        async let counters = feedback.counters(of: staff.agency, on: today)
        async let figures = feedback.figures(of: staff.agency, on: today)
        async let rules = feedback.rules(on: today)
        let found =
            filter == .closed
            ? try await feedback.closed(at: staff.agency, after: cursor, limit: 50)
            : try await feedback.open(
                at: staff.agency, in: filter.states, overdueOn: filter == .late ? today : nil, after: cursor, limit: 50)
        func link(_ filter: FeedbackFilter, after: String = "") -> Link {
            Link(words.language, path: ["can-bo", "phan-anh"], query: ["loc": filter.rawValue, "after": after])
        }
        let counted = try await counters
        let page = FeedbackDeskPage(
            title: filter == .open
                ? words("feedback.title.desk")
                : words("feedback.title.desk_filtered", ["filter": words("feedback.filter.\(filter.rawValue)")]),
            notice: query["done"].flatMap(FeedbackAct.init).map { _ in words("feedback.done.act") },
            agency: try await agency?.name ?? staff.agency,
            filters: FeedbackFilter.allCases.map { each in
                let name = words("feedback.filter.\(each.rawValue)")
                return FeedbackDeskPage.FilterView(
                    label: each.count(counted).map { "\(name) (\(words.formats.number($0)))" } ?? name,
                    link: link(each), isCurrent: each == filter)
            },
            isEmpty: found.items.isEmpty,
            items: found.items.map { FeedbackLineView($0, path: ["can-bo", "phan-anh"], words, at: context.now) },
            next: found.next.map { link(filter, after: $0.description) }, year: String(today.components.year),
            figures: words.rows(of: try await figures), source: try await rules.source)
        return respond(page, to: staff.visitor, context, request)
    }

    /// `GET /can-bo/phan-anh/{code}?viec=`: with the form of one act.
    @Sendable func showAgencyFeedback(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let query = try request.queryFields()
        let record = try await feedback.record(try feedbackCode(context), for: staff.party)
        var post = UploadPost()
        post.input["act"] = query["viec"]
        if query["viec"] == FeedbackAct.publish.rawValue {
            post.input["question"] = record.item.body
            post.input["public_answer"] = record.answer
        }
        let isDone = query["done"].flatMap(FeedbackAct.init) != nil
        return try await deskItem(
            record, post, request, context, staff, notice: isDone ? "feedback.done.act" : nil)
    }

    /// `POST /can-bo/phan-anh/{code}`: shows what will be said and to whom, then does it.
    @Sendable func actOnFeedback(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        var post = try await UploadPost.read(
            request, secret: staff.visitor.secret, most: Feedback.mostFiles, receive: feedback.receiveFile)
        let code = try feedbackCode(context)
        guard let act = FeedbackAct(rawValue: post["act"]) else { throw RequestFailure.malformed }
        guard staff.party.may(act) else { throw RequestFailure.forbidden }
        var problems = post.refused
        if act == .forward { problems += try await findTarget(&post, context) }
        let wording = PublicWording(question: post["question"], answer: post["public_answer"])
        let deed = FeedbackDeed(
            act, note: post["note"], target: post["target"], files: post.files, wording: wording)
        let isEdit = post.isRemoval || post["step"] == "edit"
        if !isEdit, problems.isEmpty {
            do {
                if post["step"] == "send" {
                    try await feedback.act(
                        deed, on: code, seen: Int(post["version"]) ?? 0, by: staff.party, at: context.now)
                    let path = act.transfers ? ["can-bo", "phan-anh"] : ["can-bo", "phan-anh", code]
                    return .seeOther(Link(context.language, path: path, query: ["done": act.rawValue]).address)
                }
                let record = try await feedback.record(code, for: staff.party)
                problems = deed.problems(author: record.item.author)
                guard Int(record.item.version) == Int(post["version"]), record.item.state.acts.contains(act) else {
                    throw FeedbackError.changedMeanwhile
                }
                if problems.isEmpty { return try await preview(deed, of: record, post, request, context, staff) }
            } catch let failure as ValidationFailure {
                problems = failure.problems
            } catch FeedbackError.changedMeanwhile {
                problems = [FieldProblem(field: "version", code: "feedback_changed_meanwhile")]
            } catch FeedbackError.illegalMove {
                problems = [FieldProblem(field: "version", code: "feedback_changed_meanwhile")]
            }
        }
        let record = try await feedback.record(code, for: staff.party)
        return try await deskItem(record, post, request, context, staff, problems: isEdit ? [] : problems)
    }

    /// `GET /can-bo/phan-anh/{code}/tep/{id}`
    @Sendable func downloadAgencyFeedbackFile(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try await feedbackFile(
            context.parameter("id") ?? "", of: try feedbackCode(context), for: staff.party, context)
    }

    /// The agency that was typed by its code or by words of its name; one of several is chosen on the page that follows.
    private func findTarget(_ post: inout UploadPost, _ context: PortalContext) async throws -> [FieldProblem] {
        let typed = post["agency"].cleaned
        if !post["target"].isEmpty, post["found"] == typed { return [] }
        post.input["target"] = nil
        guard !typed.isEmpty else { return [FieldProblem(field: "agency", code: "required")] }
        let today = Day(of: context.now)
        if let code = AgencyCode(typed)?.description, try await agencies.record(code)?.summary.exists(on: today) == true
        {
            post.input["target"] = code
            post.input["found"] = typed
            return []
        }
        let found = try await agencies.search(String(typed.prefix(200)), after: "", limit: 20).items.filter {
            $0.exists(on: today)
        }
        if let only = found.first, found.count == 1 {
            post.input["target"] = only.code
            post.input["found"] = typed
            return []
        }
        post.input["found"] = typed
        return [
            found.isEmpty
                ? FieldProblem(field: "agency", code: "unknown_agency")
                : FieldProblem(field: "target", code: "required")
        ]
    }

    private func preview(
        _ deed: FeedbackDeed, of record: FeedbackRecord, _ post: UploadPost, _ request: Request,
        _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let item = record.item
        var target: Agency?
        if deed.act == .forward, let code = deed.target { target = try await agencies.agency(code) }
        if deed.act == .sendBack { target = try await feedback.origin(of: item, at: context.now) }
        let arguments = [
            "name": item.author.name, "code": item.code, "agency": target?.name ?? item.agencyName,
            "url": publicURL + (deed.act == .publish ? "/phan-anh/" : "/phan-anh/cua-toi/") + item.code,
        ]
        let topic = item.accountID == nil ? nil : deed.act.topic
        let names = ["act", "version", "note", "agency", "target", "found", "question", "public_answer"]
        let page = FeedbackPreviewPage(
            title: words("feedback.title.preview", ["code": item.code]), code: item.code,
            action: Link(words.language, path: ["can-bo", "phan-anh", item.code]), act: deed.act.rawValue,
            actName: words("feedback.act.\(deed.act.rawValue)"), target: target?.name, author: item.author.name,
            note: deed.note.paragraphs, hasNote: !deed.note.isEmpty, files: deed.files.map(\.name),
            hasFiles: !deed.files.isEmpty,
            subject: topic.map { texts.text("notifications.\($0).subject", .vi, arguments) },
            letter: topic.map { texts.text("notifications.\($0).body", .vi, arguments).paragraphs } ?? [],
            isUntold: topic == nil, question: deed.wording?.question.paragraphs ?? [],
            answer: deed.wording?.answer.paragraphs ?? [], isPublication: deed.wording != nil,
            hidden: names.compactMap { name in post.input[name].map { HiddenView(name: name, value: $0) } }
                + post.carried(secret: staff.visitor.secret))
        return respond(page, to: staff.visitor, context, request)
    }

    private func deskItem(
        _ record: FeedbackRecord, _ post: UploadPost, _ request: Request, _ context: PortalContext, _ staff: Staff,
        problems: [FieldProblem] = [], notice: String? = nil
    ) async throws -> Response {
        let words = words(context)
        let item = record.item
        let path = ["can-bo", "phan-anh", item.code]
        let origin = try await feedback.origin(of: item, at: context.now)
        let acts = item.state.acts.filter { staff.party.may($0) && ($0 != .sendBack || origin != nil) }
        let chosen = FeedbackAct(rawValue: post["act"]).flatMap { acts.contains($0) ? $0 : nil }
        let builder = FieldBuilder(words: words, problems: problems, labels: "feedback.desk")
        var fields: [FieldView] = []
        if let chosen { fields = try await questions(of: chosen, post, builder, words, context) }
        let shown = FieldBuilder.summary(fields)
        // What is wrong beyond the form's own fields stands above them.
        let names = Set(fields.map(\.name))
        let others = problems.filter { !names.contains($0.field) }.map {
            ErrorLine(link: .main, message: words.message($0, label: words("feedback.desk.\($0.field)")))
        }
        let errors = others + shown
        let clock = try await feedback.clock(from: item.clockFrom)
        let today = Day(of: context.now)
        let days = clock.lastDays(item.times).filter { acts.contains($0.act) }.map { act, day in
            FeedbackDeskItemPage.DayView(
                act: words("feedback.act.\(act.rawValue)"), day: words.formats.date(day), isLate: day < today)
        }
        let page = FeedbackDeskItemPage(
            title: words.title("feedback.title.show", ["code": item.code], hasErrors: !errors.isEmpty),
            notice: notice.map { words($0) }, errors: errors, hasErrors: !errors.isEmpty,
            item: FeedbackView(
                record, words, at: context.now,
                files: FeedbackView.FileLinks(path: path + ["tep"], word: nil, token: ""), isStaff: true),
            author: words.rows(about: item.author), days: days, hasDays: !days.isEmpty,
            acts: acts.map { act in
                FeedbackDeskItemPage.ActView(
                    label: words("feedback.act.\(act.rawValue)"),
                    link: Link(words.language, path: path, query: ["viec": act.rawValue], fragment: "viec"),
                    isCurrent: act == chosen)
            }, hasActs: !acts.isEmpty,
            form: chosen.map { act in
                FeedbackDeskItemPage.FormView(
                    title: words("feedback.act.\(act.rawValue)"),
                    explanation: words("feedback.act.\(act.rawValue).explanation"),
                    action: Link(words.language, path: path), token: FormToken.make(cookie: staff.visitor.secret),
                    act: act.rawValue, version: String(item.version), hasFiles: act.takesFiles, fields: fields,
                    kept: post.carried(secret: staff.visitor.secret)
                        + (post.input["found"].map { [HiddenView(name: "found", value: $0)] } ?? []))
            }, isPublished: item.state == .published)
        return respond(
            page, to: staff.visitor, context, request, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func questions(
        of act: FeedbackAct, _ post: UploadPost, _ builder: FieldBuilder, _ words: Words, _ context: PortalContext
    ) async throws -> [FieldView] {
        func area(_ name: String) -> FieldView {
            builder.area(
                name, label: words("feedback.desk.\(name)"), hint: words("feedback.desk.\(name).hint"),
                value: post[name])
        }
        switch act {
        case .send, .supplement, .withdraw, .accept: return []
        case .refuse, .ask, .sendBack, .withhold: return [area("note")]
        case .answer:
            return [
                area("note"),
                builder.fileField(
                    post, label: words("feedback.desk.files"), hint: words("feedback.desk.files.hint")),
            ]
        case .publish: return [area("question"), area("public_answer")]
        case .forward:
            var fields = [
                builder.input(
                    "agency", label: words("feedback.desk.agency"), hint: words("feedback.desk.agency.hint"),
                    value: post["agency"], width: "wide")
            ]
            if builder.messages["target"] != nil {
                let found = try await agencies.search(String(post["agency"].cleaned.prefix(200)), after: "", limit: 20)
                fields.append(
                    builder.choice(
                        "target", label: words("feedback.desk.target"),
                        options: found.items.filter { $0.exists(on: Day(of: context.now)) }.map { ($0.code, $0.name) },
                        chosen: post["target"]))
            }
            return fields + [area("note")]
        }
    }
}

extension Staff {
    var party: FeedbackParty { .officer(session.accountID, agency: agency, duties: session.duties) }
}

extension Words {
    fileprivate func rows(about author: FeedbackAuthor) -> [RowView] {
        [("name", author.name), ("address", author.address), ("phone", author.phone), ("email", author.email ?? "")]
            .filter { !$0.1.isEmpty }.map { RowView(label: self("feedback.field.\($0.0)"), value: $0.1) }
    }

    /// An agency's figures with what they are worth.
    fileprivate func rows(of figures: FeedbackFigures) -> [RowView] {
        func hundredths(_ value: Int) -> String {
            let rest = value % 100
            return "\(value / 100)\(language == .vi ? "," : ".")\(rest < 10 ? "0" : "")\(rest)"
        }
        func score(_ score: FeedbackIndex.Score?) -> String {
            guard let score else { return self("feedback.figures.none") }
            return self(
                "feedback.figures.score",
                [
                    "share": hundredths(score.perTenThousand), "points": hundredths(score.hundredths),
                    "most": String(FeedbackIndex.most),
                ])
        }
        let counts = [
            ("received", figures.received), ("handled", figures.handled), ("late", figures.late),
            ("answered", figures.answered), ("likes", figures.likes), ("dislikes", figures.dislikes),
        ]
        return counts.map { RowView(label: self("feedback.figures.\($0.0)"), value: formats.number($0.1)) } + [
            RowView(label: self("feedback.figures.on_time"), value: score(FeedbackIndex.onTime(figures))),
            RowView(label: self("feedback.figures.satisfaction"), value: score(FeedbackIndex.satisfaction(figures))),
            RowView(
                label: self("feedback.figures.criterion"),
                value: self("feedback.figures.of_two", ["points": String(FeedbackIndex.criterion(figures))])),
        ]
    }
}
