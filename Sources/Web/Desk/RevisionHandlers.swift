import Accounts
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Postgres
import Server

extension Web {
    /// `GET /bien-tap/ban/{id}`
    @Sendable func showRevision(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let notice = try request.queryFields()["done"].flatMap { Self.deskNotices.contains($0) ? $0 : nil }
        return try await revisionPage(try await work(context, staff), request, context, staff, notice: notice)
    }

    /// `GET /bien-tap/ban/{id}/phan/{part}`
    @Sendable func showPart(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let work = try await work(context, staff)
        let (part, section) = try part(context)
        return partPage(
            work, section, Answers(values: part.answers(work.facts)), problems: [], version: work.version, request,
            context,
            staff)
    }

    /// `POST /bien-tap/ban/{id}/phan/{part}`
    @Sendable func savePart(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let (part, section) = try part(context)
        let post = try await DeskPost.read(request, from: staff, desk.parts, section, on: Day(of: context.now))
        let work = try await work(context, staff)
        guard !post.isEditing, post.problems.isEmpty else {
            return partPage(
                work, section, post.answers, problems: post.problems, version: post.version, request, context, staff)
        }
        let facts = part.facts(work.facts, with: post.answers.values)
        do {
            try await publishing.save(
                work.id, version: post.version, facts: facts, form: work.form, summary: work.summary,
                by: try await editor(staff))
        } catch PublishingError.editedMeanwhile {
            // What was typed stays on the page, with the version that it would replace now: a second look decides.
            let problem = FieldProblem(field: section.fields[0].id, code: "edited_meanwhile")
            return partPage(
                work, section, post.answers, problems: [problem], version: work.version, request, context, staff)
        }
        return .seeOther(revisionLink(work.id, context, done: "saved").address)
    }

    /// `POST /bien-tap/ban/{id}/giai-thich`: a contradiction that is as it should be, and why.
    @Sendable func explainFinding(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let fields = try await request.form(from: staff.visitor)
        let work = try await work(context, staff)
        let id = fields["finding"] ?? ""
        guard Finding.all(facts: work.facts, form: work.form).contains(where: { $0.id == id && $0.canBeExplained })
        else {
            throw PublishingError.editedMeanwhile
        }
        var members = work.facts.object ?? [:]
        var explanations = members["explanations"]?.object ?? [:]
        let text = String((fields["explanation"] ?? "").cleaned.prefix(1000))
        explanations[id] = text.isEmpty ? nil : .string(text)
        members["explanations"] = .object(explanations)
        try await publishing.save(
            work.id, version: Int(fields["version"] ?? "") ?? 0, facts: .object(members), form: work.form,
            summary: work.summary, by: try await editor(staff))
        return .seeOther(revisionLink(work.id, context, done: "explained").address)
    }

    /// `POST /bien-tap/ban/{id}/gui`: hands the draft to a second person, with what it changes in the author's words.
    @Sendable func submitRevision(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let fields = try await request.form(from: staff.visitor)
        let work = try await work(context, staff)
        let editor = try await editor(staff)
        let version = Int(fields["version"] ?? "") ?? 0
        let summary = String((fields["summary"] ?? "").cleanedLines.prefix(2000))
        guard !summary.isEmpty else {
            return try await revisionPage(
                work, request, context, staff, problem: FieldProblem(field: "summary", code: "required"))
        }
        do {
            try await publishing.save(
                work.id, version: version, facts: work.facts, form: work.form, summary: summary, by: editor)
            try await publishing.submit(work.id, version: version + 1, by: editor, at: context.now)
        } catch PublishingError.notReady {
            return try await revisionPage(
                try await publishing.work(work.id, for: editor), request, context, staff,
                problem: FieldProblem(field: "findings", code: "revision_not_ready"))
        }
        return .seeOther(revisionLink(work.id, context, done: "submitted").address)
    }

    /// `POST /bien-tap/ban/{id}/tra-lai`: back to its author.
    @Sendable func handBackRevision(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws
        -> Response
    {
        _ = try await request.form(from: staff.visitor)
        let work = try await work(context, staff)
        try await publishing.handBack(work.id, by: try await editor(staff), at: context.now)
        return .seeOther(revisionLink(work.id, context, done: "returned").address)
    }

    /// `POST /bien-tap/ban/{id}/cong-bo`: publishes what somebody else submitted, now or from a day on.
    @Sendable func publishRevision(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws
        -> Response
    {
        let fields = try await request.form(from: staff.visitor)
        let work = try await work(context, staff)
        var day: Day?
        let parts = ["day", "month", "year"].map { (fields["publish_on.\($0)"] ?? "").cleaned }
        if !parts.allSatisfy(\.isEmpty) {
            let numbers = parts.map { Int($0) ?? 0 }
            day = Day(year: numbers[2], month: numbers[1], day: numbers[0])
            guard let day, day >= Day(of: context.now) else {
                return try await revisionPage(
                    work, request, context, staff, problem: FieldProblem(field: "publish_on", code: "not_a_coming_day"))
            }
        }
        try await publishing.publish(
            work.id, version: Int(fields["version"] ?? "") ?? 0, on: day.map { $0.instant() },
            by: try await editor(staff), at: context.now)
        let isLater = day.map { $0.instant() > context.now } ?? false
        return .seeOther(revisionLink(work.id, context, done: isLater ? "scheduled" : "published").address)
    }

    /// `POST /bien-tap/ban/{id}/bo`: throws a draft away.
    @Sendable func discardRevision(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws
        -> Response
    {
        let fields = try await request.form(from: staff.visitor)
        let work = try await work(context, staff)
        try await publishing.discard(
            work.id, version: Int(fields["version"] ?? "") ?? 0, by: try await editor(staff), at: context.now)
        let path =
            work.publishedRevision == nil ? ["bien-tap", "thu-tuc"] : ["bien-tap", "thu-tuc", work.procedureCode]
        return .seeOther(Link(context.language, path: path, query: ["done": "discarded"]).address)
    }

    func work(_ context: PortalContext, _ staff: Staff) async throws -> RevisionWork {
        guard let id = context.parameter("id").flatMap(Revision.ID.init) else { throw PublishingError.notFound }
        return try await publishing.work(id, for: try await editor(staff))
    }

    func revisionLink(_ id: Revision.ID, _ context: PortalContext, done: String? = nil) -> Link {
        let path = ["bien-tap", "ban", id.description]
        guard let done else { return Link(context.language, path: path) }
        return Link(context.language, path: path, query: ["done": done])
    }

    private func part(_ context: PortalContext) throws -> (FactsPart, Form.Section) {
        guard let part = context.parameter("part").flatMap(FactsPart.init(rawValue:)),
            let section = desk.parts.section(part.rawValue)
        else { throw RequestFailure.notFound }
        return (part, section)
    }

    private func partPage(
        _ work: RevisionWork, _ section: Form.Section, _ answers: Answers, problems: [FieldProblem], version: Int,
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) -> Response {
        questionsPage(
            desk.parts, section, answers, problems: problems, version: version, context: work.name,
            back: revisionLink(work.id, context),
            action: Link(context.language, path: ["bien-tap", "ban", work.id.description, "phan", section.id]),
            more: section.id == FactsPart.documents.rawValue
                ? DeskQuestionsPage.MoreView(
                    link: Link(context.language, path: ["bien-tap", "ban", work.id.description, "mau"]),
                    title: words(context)("desk.revision.templates")) : nil, request, context, staff)
    }
}

extension RevisionWork {
    var name: String { facts["name"]?.string ?? procedureCode }
}
