import Accounts
import Agencies
import Catalogue
import Core
import FoundationEssentials
import Hummingbird
import Pages
import Postgres
import Server

extension Web {
    /// Who sits at the desk, and whose procedures are theirs.
    func editor(_ staff: Staff) async throws -> Editor {
        guard let agency = try await agencies.agency(staff.agency) else { throw RequestFailure.forbidden }
        return Editor(
            .account(staff.session.accountID), agency: agency.name, isNational: staff.session.isNational)
    }

    /// `GET /bien-tap/thu-tuc-moi`
    @Sendable func showNewProcedure(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        newProcedurePage(request, context, staff, fields: nil, problems: [])
    }

    /// `POST /bien-tap/thu-tuc-moi`: the first draft of a procedure that isn't in the national list yet.
    @Sendable func beginProcedure(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let fields = try await request.form(from: staff.visitor)
        let name = (fields["name"] ?? "").cleaned
        var problems: [FieldProblem] = []
        let code = ProcedureCode(fields["code"] ?? "")
        if code == nil { problems.append(FieldProblem(field: "code", code: "invalid_procedure_code")) }
        if name.isEmpty { problems.append(FieldProblem(field: "name", code: "required")) }
        if name.utf8.count > 4000 {
            problems.append(FieldProblem(field: "name", code: "too_long", arguments: ["max": "4000"]))
        }
        guard let code, problems.isEmpty else {
            return newProcedurePage(request, context, staff, fields: fields, problems: problems)
        }
        do {
            let id = try await publishing.begin(
                newProcedure: code.description, name: name, by: try await editor(staff), at: context.now)
            return .seeOther(Link(context.language, path: ["bien-tap", "ban", id.description]).address)
        } catch PublishingError.unusableCode, PublishingError.workInProgress {
            let taken = FieldProblem(field: "code", code: "procedure_code_taken")
            return newProcedurePage(request, context, staff, fields: fields, problems: [taken])
        }
    }

    private func newProcedurePage(
        _ request: Request, _ context: PortalContext, _ staff: Staff, fields: FormFields?, problems: [FieldProblem]
    ) -> Response {
        let words = words(context)
        let labels = ["code": words("desk.new.code"), "name": words("desk.new.name")]
        let builder = FieldBuilder(
            words: words,
            messages: Dictionary(
                problems.map { ($0.field, words.message($0, label: labels[$0.field] ?? "")) }, uniquingKeysWith: { $1 })
        )
        let views = [
            builder.input(
                "code", label: words("desk.new.code"), hint: words("desk.new.code.hint"), value: fields?["code"] ?? ""),
            builder.area("name", label: words("desk.new.name"), value: fields?["name"] ?? ""),
        ]
        let page = DeskNewPage(
            title: words.title("desk.title.new", hasErrors: !problems.isEmpty), errors: FieldBuilder.summary(views),
            hasErrors: !problems.isEmpty, fields: views)
        return respond(
            page, to: staff.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// `GET /bien-tap/thu-tuc/{code}`
    @Sendable func showDeskProcedure(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let notice = try request.queryFields()["done"].flatMap { Self.deskNotices.contains($0) ? $0 : nil }
        return try await deskProcedurePage(request, context, staff, fields: nil, problems: [], notice: notice)
    }

    static let deskNotices: Set<String> = [
        "saved", "submitted", "returned", "scheduled", "published", "discarded", "retired", "imported", "explained",
        "template_added", "template_removed",
    ]

    /// `POST /bien-tap/thu-tuc/{code}/ban-moi`: a draft that begins as a copy of a revision.
    @Sendable func beginRevision(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let fields = try await request.form(from: staff.visitor)
        guard let source = fields["revision"].flatMap(Revision.ID.init) else { throw RequestFailure.malformed }
        let editor = try await editor(staff)
        do {
            let id = try await publishing.begin(from: source, by: editor, at: context.now)
            return .seeOther(Link(context.language, path: ["bien-tap", "ban", id.description]).address)
        } catch PublishingError.workInProgress {
            // Asked for twice, or by two people: to the work that there is.
            let code = context.parameter("code") ?? ""
            let open = try await publishing.revisions(of: code, for: editor).first { $0.state.isOpen }
            let path = open.map { ["bien-tap", "ban", $0.id.description] } ?? ["bien-tap", "thu-tuc", code]
            return .seeOther(Link(context.language, path: path).address)
        }
    }

    /// `POST /bien-tap/thu-tuc/{code}/ngung`: takes a procedure out of use.
    @Sendable func retireProcedure(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let fields = try await request.form(from: staff.visitor)
        let code = context.parameter("code") ?? ""
        let reason = (fields["reason"] ?? "").cleaned
        let replacement = (fields["replacement"] ?? "").cleaned
        var problems: [FieldProblem] = []
        if reason.isEmpty { problems.append(FieldProblem(field: "reason", code: "required")) }
        if reason.utf8.count > 2000 {
            problems.append(FieldProblem(field: "reason", code: "too_long", arguments: ["max": "2000"]))
        }
        if !replacement.isEmpty {
            let found = replacement == code ? nil : try await catalogue.procedure(replacement)
            // Who is sent on must arrive at something that is still done.
            if found?.retiredAt != nil {
                problems.append(FieldProblem(field: "replacement", code: "replacement_retired"))
            }
            if found == nil { problems.append(FieldProblem(field: "replacement", code: "unknown_procedure")) }
        }
        guard problems.isEmpty else {
            return try await deskProcedurePage(request, context, staff, fields: fields, problems: problems, notice: nil)
        }
        try await publishing.retire(
            code, reason: reason, replacement: replacement.isEmpty ? nil : replacement, by: try await editor(staff),
            at: context.now)
        return .seeOther(
            Link(context.language, path: ["bien-tap", "thu-tuc", code], query: ["done": "retired"]).address)
    }

    private func deskProcedurePage(
        _ request: Request, _ context: PortalContext, _ staff: Staff, fields: FormFields?, problems: [FieldProblem],
        notice: String?
    ) async throws -> Response {
        let words = words(context)
        let code = context.parameter("code") ?? ""
        let revisions = try await publishing.revisions(of: code, for: try await editor(staff))
        let procedure = try await catalogue.procedure(code)
        let usage = try await publishing.usage(of: code)
        let labels = ["reason": words("desk.retire.reason"), "replacement": words("desk.retire.replacement")]
        let builder = FieldBuilder(
            words: words,
            messages: Dictionary(
                problems.map { ($0.field, words.message($0, label: labels[$0.field] ?? "")) }, uniquingKeysWith: { $1 })
        )
        let retirement = [
            builder.area("reason", label: words("desk.retire.reason"), value: fields?["reason"] ?? ""),
            builder.input(
                "replacement", label: words("desk.retire.replacement"), hint: words("desk.retire.replacement.hint"),
                value: fields?["replacement"] ?? "", isOptional: true),
        ]
        let hasOpen = revisions.contains { $0.state.isOpen }
        let page = DeskProcedurePage(
            title: words.title("desk.title.procedure", ["code": code], hasErrors: !problems.isEmpty), code: code,
            name: procedure?.name ?? code, notice: notice.map { words("desk.done.\($0)") },
            isPublished: revisions.contains { $0.state == .published } && procedure?.isOnline == true,
            revisions: zip(revisions, revisions.dropFirst().map(Optional.some) + [nil]).map { revision, earlier in
                let hangs = usage.first { $0.revision == revision.id }
                return DeskProcedurePage.Line(
                    procedure: code, id: revision.id.description, number: String(revision.number),
                    state: words("desk.state.\(revision.state.rawValue)"), isOpen: revision.state.isOpen,
                    canCopy: !hasOpen && !revision.state.isOpen, acts: words.acts(revision), summary: revision.summary,
                    usage: hangs.map { hangs in
                        words(
                            "desk.usage",
                            [
                                "drafts": words.formats.number(hangs.drafts),
                                "running": words.formats.number(hangs.running),
                            ])
                    },
                    comparison: earlier.map { comparison($0.number, revision.number, code, words) })
            },
            retirement: retirement, errors: FieldBuilder.summary(retirement), hasErrors: !problems.isEmpty)
        return respond(
            page, to: staff.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    func comparison(_ from: Int32, _ to: Int32, _ code: String, _ words: Words) -> Link {
        Link(
            words.language, path: ["bien-tap", "thu-tuc", code, "khac-biet"],
            query: ["tu": String(from), "den": String(to)])
    }
}

extension RevisionState {
    /// Whether somebody is still at work on it.
    var isOpen: Bool {
        switch self {
        case .draft, .submitted, .scheduled: true
        case .published, .retired: false
        }
    }
}

extension Words {
    /// What happened to a revision, in the order in which it did.
    fileprivate func acts(_ revision: RevisionSummary) -> [String] {
        if revision.isSeed, let at = revision.publishedAt {
            return [self("desk.act.seed", ["date": formats.dateTime(at)])]
        }
        let author = revision.author ?? "–"
        var acts = [self("desk.act.begun", ["date": formats.dateTime(revision.createdAt), "name": author])]
        if let at = revision.submittedAt {
            acts.append(self("desk.act.submitted", ["date": formats.dateTime(at), "name": author]))
        }
        if let at = revision.publishAt {
            acts.append(self("desk.act.scheduled", ["date": formats.dateTime(at), "name": revision.publisher ?? "–"]))
        }
        if let at = revision.publishedAt {
            acts.append(self("desk.act.published", ["date": formats.dateTime(at), "name": revision.publisher ?? "–"]))
        }
        return acts
    }
}
