import Catalogue
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Server

extension Web {
    static let contentNotices = ["added", "saved", "moved", "withdrawn", "restored"]

    /// `GET /bien-tap/noi-dung`
    @Sendable func listContents(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let notice = try request.queryFields()["done"].flatMap { Self.contentNotices.contains($0) ? $0 : nil }
        return try await contentsPage(request, context, staff, notice: notice)
    }

    /// `POST /bien-tap/noi-dung`: moves, withdraws or restores; the button says what and which: `withdraw:question/id/3`.
    @Sendable func arrangeContents(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let fields = try await request.form(from: staff.visitor)
        let action = (fields["action"] ?? "").split(separator: ":", maxSplits: 1).map(String.init)
        let place = action.count > 1 ? action[1].split(separator: "/").map(String.init) : []
        guard place.count == 3, let kind = ContentKind(rawValue: place[0]), let version = Int(place[2]) else {
            throw RequestFailure.malformed
        }
        let editor = try await editor(staff)
        let done: String
        do {
            switch action[0] {
            case "up", "down":
                done = "moved"
                let step = action[0] == "up" ? -1 : 1
                try await contents.move(kind, place[1], by: step, by: editor, at: context.now)
            case "withdraw", "restore":
                let isWithdrawn = action[0] == "withdraw"
                done = isWithdrawn ? "withdrawn" : "restored"
                try await contents.withdraw(
                    kind, place[1], version: version, isWithdrawn, by: editor, at: context.now)
            default: throw RequestFailure.malformed
            }
        } catch PublishingError.editedMeanwhile {
            return try await contentsPage(request, context, staff, isOutdated: true)
        }
        return .seeOther(contentsLink(context, done: done).address)
    }

    /// `GET /bien-tap/noi-dung-moi/{kind}`
    @Sendable func showNewContent(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        contentPage(try contentForm(context), Answers(), request, context, staff)
    }

    /// `POST /bien-tap/noi-dung-moi/{kind}`
    @Sendable func addContent(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let editing = try contentForm(context)
        let post = try await DeskPost.read(
            request, from: staff, editing.form, editing.section, on: Day(of: context.now))
        guard !post.isEditing, post.problems.isEmpty else {
            return contentPage(editing, post.answers, problems: post.problems, request, context, staff)
        }
        do {
            try await contents.add(
                editing.kind, .object(post.answers.values), by: try await editor(staff), at: context.now)
        } catch let failure as ValidationFailure {
            return contentPage(editing, post.answers, problems: failure.problems, request, context, staff)
        }
        return .seeOther(contentsLink(context, done: "added").address)
    }

    /// `GET /bien-tap/noi-dung/{kind}/{id}`
    @Sendable func showContent(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let editing = try contentForm(context)
        let content = try await content(editing, context, staff)
        return contentPage(
            editing, Answers(json: content.body), content: content, version: Int(content.version), request, context,
            staff)
    }

    /// `POST /bien-tap/noi-dung/{kind}/{id}`
    @Sendable func saveContent(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let editing = try contentForm(context)
        let post = try await DeskPost.read(
            request, from: staff, editing.form, editing.section, on: Day(of: context.now))
        let content = try await content(editing, context, staff)
        func again(_ problems: [FieldProblem], _ version: Int) -> Response {
            contentPage(
                editing, post.answers, problems: problems, content: content, version: version, request, context, staff)
        }
        guard !post.isEditing, post.problems.isEmpty else { return again(post.problems, post.version) }
        do {
            try await contents.save(
                content.kind, content.id, version: post.version, body: .object(post.answers.values),
                by: try await editor(staff), at: context.now)
        } catch let failure as ValidationFailure {
            return again(failure.problems, post.version)
        } catch PublishingError.editedMeanwhile {
            // What was typed stays on the page, with the version that it would replace now: a second look decides.
            let problem = FieldProblem(field: editing.section.fields[0].id, code: "content_edited_meanwhile")
            return again([problem], Int(content.version))
        }
        return .seeOther(contentsLink(context, done: "saved").address)
    }

    /// A kind, and the questions that the desk asks about it.
    private struct Editing {
        let kind: ContentKind
        let form: Form
        let section: Form.Section
    }

    private func contentForm(_ context: PortalContext) throws -> Editing {
        guard let kind = context.parameter("kind").flatMap(ContentKind.init(rawValue:)), let form = desk.contents[kind],
            let section = form.section(kind.rawValue)
        else { throw RequestFailure.notFound }
        return Editing(kind: kind, form: form, section: section)
    }

    private func content(_ editing: Editing, _ context: PortalContext, _ staff: Staff) async throws -> Content {
        try await contents.find(editing.kind, context.parameter("id") ?? "", for: try await editor(staff))
    }

    private func contentsLink(_ context: PortalContext, done: String) -> Link {
        Link(context.language, path: ["bien-tap", "noi-dung"], query: ["done": done])
    }

    private func contentPage(
        _ editing: Editing, _ answers: Answers, problems: [FieldProblem] = [], content: Content? = nil,
        version: Int = 0,
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) -> Response {
        let words = words(context)
        let path =
            content.map { ["noi-dung", editing.kind.rawValue, $0.id] } ?? ["noi-dung-moi", editing.kind.rawValue]
        return questionsPage(
            editing.form, editing.section, answers, problems: problems, version: version,
            context: content.map { words.title(of: $0) } ?? words("contents.desk.new"),
            back: Link(words.language, path: ["bien-tap", "noi-dung"]),
            action: Link(words.language, path: ["bien-tap"] + path), request, context, staff)
    }

    private func contentsPage(
        _ request: Request, _ context: PortalContext, _ staff: Staff, notice: String? = nil, isOutdated: Bool = false
    ) async throws -> Response {
        let words = words(context)
        let all = try await contents.list(for: try await editor(staff))
        let page = DeskContentsPage(
            title: words("contents.title.desk"), notice: notice.map { words("contents.done.\($0)") },
            problem: isOutdated ? words("contents.desk.outdated") : nil,
            kinds: ContentKind.allCases.map {
                words.view(of: $0, all.filter { [kind = $0] in $0.kind == kind }, at: context.now)
            })
        return respond(page, to: staff.visitor, context, request, status: isOutdated ? .conflict : .ok)
    }
}
