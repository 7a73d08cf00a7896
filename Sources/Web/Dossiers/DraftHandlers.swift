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
    @Sendable func showTasks(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response {
        let open: OpenDraft
        do {
            open = try await draft(context, of: caller)
        } catch DossierError.notFound {
            // Submitted meanwhile, and reached by Back or a bookmark: to the dossier it became.
            return try await dossierInstead(context, caller)
        }
        let words = words(context)
        let done = try await finishedSections(of: open, on: Day(of: context.now))
        let page = TasksPage(
            title: words("dossiers.title.tasks", ["procedure": open.name(words)]), id: open.draft.id.description,
            procedure: open.name(words), agency: open.draft.agencyName,
            saved: words.formats.dateTime(open.draft.updatedAt),
            progress: words(
                "dossiers.tasks.progress", ["done": String(done.count), "count": String(open.form.sections.count)]),
            tasks: open.form.sections.map { section in
                let isDone = done.contains(section.id)
                return TasksPage.TaskView(
                    draft: open.draft.id.description, id: section.id, title: section.title[words.language],
                    status: words(isDone ? "dossiers.task.done" : "dossiers.task.todo"), isDone: isDone)
            },
            canCheck: done.count == open.form.sections.count)
        return respond(page, to: caller.visitor, context, request)
    }

    /// `POST /ho-so-nhap/{id}/xoa`
    @Sendable func discardDraft(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        _ = try await request.form(from: caller.visitor)
        guard let id = context.parameter("id").flatMap(Dossier.ID.init) else { throw DossierError.notFound }
        try await dossiers.discard(id, of: caller.id)
        return .seeOther(Link(context.language, path: ["ho-so"]).address)
    }

    /// `GET /ho-so-nhap/{id}/kiem-tra`: all answers before they are submitted.
    @Sendable func showCheck(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response {
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
        guard let profile = try await accounts.profile(of: caller.id) else { throw RequestFailure.forbidden }
        do {
            let submission = try await dossiers.submit(id, by: profile, at: context.now)
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
        let errors = problems.map { problem in
            let section = open.form.sections.first { section in
                section.fields.contains { $0.id == problem.field.prefix { $0 != "." } }
            }
            let link =
                if let section {
                    Link(
                        words.language, path: ["ho-so-nhap", id, section.id], query: ["change": "1"],
                        fragment: FieldBuilder.id(problem.field))
                } else {
                    Link("#" + FieldBuilder.id(problem.field)) ?? Link(words.language, path: [])
                }
            return ErrorLine(link: link, message: messages[problem.field] ?? problem.code)
        }
        let page = CheckPage(
            title: words.title("dossiers.title.check", hasErrors: !errors.isEmpty), id: id,
            procedure: open.name(words), agency: open.draft.agencyName, errors: errors, hasErrors: !errors.isEmpty,
            sections: open.form.sections.map { section in
                CheckPage.SectionView(
                    draft: id, id: section.id, title: section.title[words.language],
                    rows: rows.rows(section, includesMissing: true))
            },
            isComplete: unfinished.isEmpty)
        return respond(page, to: caller.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    func draft(_ context: PortalContext, of caller: Applicant) async throws -> OpenDraft {
        guard let id = context.parameter("id").flatMap(Dossier.ID.init) else { throw DossierError.notFound }
        return try await dossiers.draft(id, of: caller.id)
    }

    /// The sections that were saved and hold nothing that would keep them from being submitted.
    private func finishedSections(of open: OpenDraft, on day: Day) async throws -> Set<String> {
        let wrong = Set(try await dossiers.problems(of: open, on: day).map { $0.field.prefix { $0 != "." } })
        let saved = Set(open.draft.savedSections)
        return Set(
            open.form.sections.filter { section in
                saved.contains(section.id) && !section.fields.contains { wrong.contains($0.id[...]) }
            }.map(\.id))
    }

    func dossierInstead(_ context: PortalContext, _ caller: Applicant) async throws -> Response {
        guard let id = context.parameter("id").flatMap(Dossier.ID.init),
            let code = try await dossiers.code(of: id, filedBy: caller.id)
        else { throw DossierError.notFound }
        return .seeOther(Link(context.language, path: ["ho-so", code, "da-nop"]).address)
    }
}

extension OpenDraft {
    func name(_ words: Words) -> String { form.title[words.language] }
}
