import Accounts
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /ho-so-nhap/{id}`: the list of tasks.
    @Sendable func showTasks(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response
    {
        let open: OpenDraft
        do {
            open = try await draft(context, of: caller)
        } catch DossierError.notFound {
            // Submitted meanwhile, and reached by Back or a bookmark: to the dossier it became.
            return try await dossierInstead(context, caller)
        }
        let words = words(context)
        // A part that the answers have put aside isn't on the list.
        let needed = try await states(of: open, on: Day(of: context.now)).filter { $0.state != .notNeeded }
        let done = needed.count { $0.state == .done }
        let page = TasksPage(
            title: words("dossiers.title.tasks", ["procedure": open.name(words)]), id: open.draft.id.description,
            procedure: open.name(words), agency: open.draft.agencyName,
            child: try await dossiers.child(of: open.draft.id, of: caller.capacity)?.words(words),
            saved: words.formats.dateTime(open.draft.updatedAt),
            progress: words(
                "dossiers.tasks.progress", ["done": String(done), "count": String(needed.count)]),
            tasks: needed.map { section, state in
                let isDone = state == .done
                return TasksPage.TaskView(
                    draft: open.draft.id.description, id: section.id, title: section.title[words.language],
                    status: words(isDone ? "dossiers.task.done" : "dossiers.task.todo"), isDone: isDone)
            },
            canCheck: done == needed.count,
            carried: open.draft.carried.map { carried in
                TasksPage.CarriedView(
                    hasLost: !carried.lost.isEmpty,
                    lost: carried.lost.map { RowView(label: $0.label[words.language], value: $0.answer) },
                    hasRequired: !carried.required.isEmpty, required: carried.required.map { $0[words.language] })
            })
        return respond(page, to: caller.visitor, context, request)
    }

    /// `POST /ho-so-nhap/{id}/xoa`
    @Sendable func discardDraft(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        _ = try await request.form(from: caller.visitor)
        guard let id = context.parameter("id").flatMap(Dossier.ID.init) else { throw DossierError.notFound }
        try await dossiers.discard(id, of: caller.capacity)
        return .seeOther(Link(context.language, path: ["ho-so"]).address)
    }

    /// `GET /ho-so-nhap/{id}/kiem-tra`: all answers before they are submitted.
    @Sendable func showCheck(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response
    {
        let open: OpenDraft
        do {
            open = try await draft(context, of: caller)
        } catch DossierError.notFound {
            return try await dossierInstead(context, caller)
        }
        return try await checkPage(open, request, context, caller, problems: [])
    }

    /// `POST /ho-so-nhap/{id}/nop`: files the draft; again and again, it is one dossier.
    @Sendable func submit(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response {
        let form = try await request.form(from: caller.visitor)
        guard let id = context.parameter("id").flatMap(Dossier.ID.init) else { throw DossierError.notFound }
        if form["declaration"] != "yes", let open = try? await draft(context, of: caller) {
            let problem = FieldProblem(field: "declaration", code: "declaration_required")
            return try await checkPage(open, request, context, caller, problems: [problem])
        }
        guard let profile = try await accounts.profile(of: caller.capacity.principal) else {
            throw RequestFailure.forbidden
        }
        do {
            let submission = try await dossiers.submit(id, of: profile, by: caller.capacity, at: context.now)
            return .seeOther(Link(context.language, path: ["ho-so", submission.code, "da-nop"]).address)
        } catch DossierError.incomplete(let problems) {
            return try await checkPage(
                try await draft(context, of: caller), request, context, caller, problems: problems)
        }
    }

    private func checkPage(
        _ open: OpenDraft, _ request: Request, _ context: PortalContext, _ caller: Applicant, problems: [FieldProblem]
    ) async throws -> Response {
        let words = words(context)
        let day = Day(of: context.now)
        let unfinished = try await dossiers.problems(of: open, on: day)
        let rows = AnswerRows(
            form: open.form, answers: open.answers, attachments: open.attachments, words: words,
            places: try await places(in: open.answers, of: open.form, on: day))
        let messages = SectionQuestions.messages(problems, in: open.form, words)
        let id = open.draft.id.description
        func line(_ problem: FieldProblem, _ message: String) -> ErrorLine {
            let section = open.form.sections.first { section in
                section.holds(problem.field)
            }
            let link =
                if let section {
                    Link(
                        words.language, path: ["ho-so-nhap", id, section.id], query: ["change": "1"],
                        fragment: FieldBuilder.id(problem.field))
                } else {
                    Link("#" + FieldBuilder.id(problem.field)) ?? Link(words.language, path: [])
                }
            return ErrorLine(link: link, message: message)
        }
        let errors = problems.map { line($0, messages[$0.field] ?? $0.code) }
        let warnings = open.form.warnings(open.answers).map { warning in
            line(warning, words.message(warning, label: open.form.label(of: warning.field)?[words.language] ?? ""))
        }
        let page = CheckPage(
            title: words.title("dossiers.title.check", hasErrors: !errors.isEmpty), id: id,
            procedure: open.name(words), agency: open.draft.agencyName,
            child: try await dossiers.child(of: open.draft.id, of: caller.capacity)?.words(words), errors: errors,
            hasErrors: !errors.isEmpty,
            sections: open.form.sections.compactMap { section in
                let rows = rows.rows(section, includesMissing: true)
                guard !rows.isEmpty else { return nil }
                return CheckPage.SectionView(
                    draft: id, id: section.id, title: section.title[words.language], rows: rows)
            },
            isComplete: unfinished.isEmpty, hasWarnings: !warnings.isEmpty, warnings: warnings)
        return respond(
            page, to: caller.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    func draft(_ context: PortalContext, of caller: Applicant) async throws -> OpenDraft {
        guard let id = context.parameter("id").flatMap(Dossier.ID.init) else { throw DossierError.notFound }
        return try await dossiers.draft(id, of: caller.capacity)
    }

    /// Where the applicant stands with each section.
    func states(of open: OpenDraft, on day: Day) async throws -> [(section: Form.Section, state: SectionState)] {
        let problems = try await dossiers.problems(of: open, on: day)
        return open.form.states(open.answers, saved: open.draft.savedSections, problems: problems)
    }

    func dossierInstead(_ context: PortalContext, _ caller: Applicant) async throws -> Response {
        guard let id = context.parameter("id").flatMap(Dossier.ID.init),
            let code = try await dossiers.code(of: id, filedBy: caller.capacity)
        else { throw DossierError.notFound }
        return .seeOther(Link(context.language, path: ["ho-so", code, "da-nop"]).address)
    }
}

extension OpenDraft {
    func name(_ words: Words) -> String { form.title[words.language] }
}
