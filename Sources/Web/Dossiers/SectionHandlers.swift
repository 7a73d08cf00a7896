import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /ho-so-nhap/{id}/{section}`: one part of the form, with what was saved, right or wrong.
    @Sendable func showSection(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let open: OpenDraft
        do {
            open = try await draft(context, of: caller)
        } catch DossierError.notFound {
            return try await dossierInstead(context, caller)
        }
        guard let section = open.form.section(context.parameter("section") ?? "") else { throw RequestFailure.notFound }
        let isChange = try request.queryFields()["change"] == "1"
        // What was saved and can't be read is shown with its error at once; what is merely missing isn't held against
        // anyone who has just come.
        let unread = open.answers.unreadable(in: open.form).filter { section.holds($0.field) }
        return try await sectionPage(
            open, section, request, context, caller,
            problems: isChange ? try await problems(open, section, context) : unread,
            isChange: isChange)
    }

    /// `POST /ho-so-nhap/{id}/{section}`: saves what was given, whatever it is, and goes on when it will do.
    @Sendable func saveSection(
        _ request: Request, _ context: PortalContext, _ caller: MaybeApplicant
    ) async throws -> Response {
        guard let applicant = caller.applicant else { return try await keepForm(request, context, caller.visitor) }
        let open: OpenDraft
        do {
            open = try await draft(context, of: applicant)
        } catch DossierError.notFound {
            let post = try await SectionPost.read(
                request, from: applicant.visitor, most: [:], counts: [:], dossiers
            ) { _, _, _ in }
            return try await submittedMeanwhile(post, request, context, applicant)
        }
        guard let section = open.form.section(context.parameter("section") ?? "") else { throw RequestFailure.notFound }
        var isDraft = true
        let post = try await SectionPost.read(
            request, from: applicant.visitor, most: section.mostFiles, counts: open.attachmentCounts, dossiers
        ) { file, name, field in
            guard isDraft else { return }
            do {
                try await dossiers.attach(
                    file, named: name, to: field, of: open.draft.id, by: applicant.capacity, at: context.now)
            } catch DossierError.notFound { isDraft = false }
        }
        do {
            guard isDraft else { throw DossierError.notFound }
            return try await saved(post, of: section, in: open, request, context, applicant)
        } catch DossierError.notFound {
            return try await submittedMeanwhile(post, request, context, applicant)
        }
    }

    /// A section that came after another tab had submitted the draft: its sender is told, and nothing typed is lost.
    private func submittedMeanwhile(
        _ post: SectionPost, _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        guard let id = context.parameter("id").flatMap(Dossier.ID.init),
            let code = try await dossiers.code(of: id, filedBy: caller.capacity)
        else { throw DossierError.notFound }
        return try await tooLate(
            code, post.input, hadFiles: post.hadFiles, notice: "too_late.draft", request, context, caller)
    }

    /// - Throws: `DossierError.notFound` once the draft is submitted or thrown away.
    private func saved(
        _ post: SectionPost, of section: Form.Section, in open: OpenDraft, _ request: Request,
        _ context: PortalContext, _ applicant: Applicant
    ) async throws -> Response {
        var post = post
        let action = post.input["action"]?.first ?? "continue"
        let isChange = post.input["change"]?.first == "1"
        if action.hasPrefix("remove:") { post.removeItem(String(action.dropFirst(7))) }
        var (answers, unread) = section.read(post.input)
        if action.hasPrefix("add:") { answers.addItem(to: String(action.dropFirst(4)), of: section) }
        if action.hasPrefix("remove-file:"), let file = Attachment.ID(String(action.dropFirst(12))) {
            try await dossiers.detach(file, from: open.draft.id, of: applicant.capacity)
        }
        if action.hasPrefix("earlier:") {
            var typed = open
            typed.answers.replace(section, with: answers)
            if let earlier = try await dossiers.earlierAnswers(
                for: section, of: typed, by: applicant.capacity, code: String(action.dropFirst(8)),
                on: Day(of: context.now))
            {
                answers.takeOver(earlier)
            }
        }
        if action.hasPrefix("reuse:") {
            let field = String(action.dropFirst(6))
            try await reuse(post.input["stored-\(field)"]?.first, for: field, section, open, applicant, context)
        }
        let isEditing = action.contains(":") || action == "places"
        try await dossiers.save(
            section, answers: answers, in: open.draft.id, of: applicant.capacity,
            complete: !isEditing && post.refused.isEmpty,
            at: context.now)
        let saved = try await dossiers.draft(open.draft.id, of: applicant.capacity)
        if isEditing {
            return try await sectionPage(
                saved, section, request, context, applicant, problems: unread + post.refused, isChange: isChange)
        }
        let found = try await problems(saved, section, context)
        unread += post.refused + found.filter { problem in !unread.contains { $0.field == problem.field } }
        if action == "later", post.refused.isEmpty {
            return .seeOther(Link(context.language, path: ["ho-so-nhap", open.draft.id.description]).address)
        }
        guard unread.isEmpty else {
            return try await sectionPage(
                saved, section, request, context, applicant, problems: unread, isChange: isChange)
        }
        return .seeOther(try await next(after: section, of: saved, isChange: isChange, context))
    }

    /// Hangs a paper that was filed before on a question, if there is room for it.
    private func reuse(
        _ id: String?, for name: String, _ section: Form.Section, _ open: OpenDraft, _ applicant: Applicant,
        _ context: PortalContext
    ) async throws {
        guard let field = section.fields.first(where: { $0.id == name && $0.kind == .file }),
            let id = id.flatMap(Attachment.ID.init),
            open.attachmentCounts[field.id, default: 0] < field.maximum ?? 1,
            open.attachments.count < Dossiers.mostFiles
        else { return }
        try await dossiers.reuse(id, for: field.id, of: open.draft.id, by: applicant.capacity, at: context.now)
    }

    /// A form whose session ended on the way: kept through the sign-in page and saved behind it.
    private func keepForm(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response {
        let (input, hadFiles) = try await SectionPost.textOnly(request)
        let kept = KeptForm(
            draft: context.parameter("id") ?? "", section: context.parameter("section") ?? "", input: input)
        return signInPage(
            request, context, visitor, back: context.pathPrefix + context.path,
            notice: words(context)(hadFiles ? "errors.files_not_kept" : "errors.session_ended"), kept: kept)
    }

    private func next(
        after section: Form.Section, of open: OpenDraft, isChange: Bool, _ context: PortalContext
    ) async throws -> String {
        let draft = open.draft.id.description
        if isChange { return Link(context.language, path: ["ho-so-nhap", draft, "kiem-tra"]).address }
        let states = try await states(of: open, on: Day(of: context.now))
        let following = states.drop { $0.section.id != section.id }.dropFirst().first { $0.state == .toDo }
        let path =
            following.map { ["ho-so-nhap", draft, $0.section.id] }
            ?? (states.allSatisfy { [.done, .notNeeded].contains($0.state) }
                ? ["ho-so-nhap", draft, "kiem-tra"] : ["ho-so-nhap", draft])
        return Link(context.language, path: path).address
    }

    private func problems(
        _ open: OpenDraft, _ section: Form.Section, _ context: PortalContext
    ) async throws -> [FieldProblem] {
        try await dossiers.problems(of: open, on: Day(of: context.now)).filter { section.holds($0.field) }
    }

    private func sectionPage(
        _ open: OpenDraft, _ section: Form.Section, _ request: Request, _ context: PortalContext, _ caller: Applicant,
        problems: [FieldProblem], isChange: Bool
    ) async throws -> Response {
        let words = words(context)
        let day = Day(of: context.now)
        var wards: [String: [AdministrativeUnit]] = [:]
        for province in SectionQuestions.provincesChosen(section, open.answers) {
            wards[province] = try await agencies.wards(of: province, on: day)
        }
        let stored = section.hasFiles ? try await dossiers.documents(of: caller.capacity, limit: 50) : []
        let questions = SectionQuestions(
            form: open.form, section: section, answers: open.answers, attachments: open.attachments,
            builder: FieldBuilder(words: words, messages: SectionQuestions.messages(problems, in: open.form, words)),
            provinces: section.fields.contains { $0.kind == .place } ? try await agencies.provinces(on: day) : [],
            wards: wards, stored: stored.map(\.attachment)
        ).questions
        let errors = FieldBuilder.summary(questions.flatMap(\.errorHolders))
        let earlier = try await dossiers.earlierAnswers(for: section, of: open, by: caller.capacity, on: day)
        let number = (open.form.sections.firstIndex { $0.id == section.id } ?? 0) + 1
        let page = SectionPage(
            title: words.title(
                "dossiers.title.section", ["section": section.title[words.language], "procedure": open.name(words)],
                hasErrors: !errors.isEmpty),
            heading: section.title[words.language], id: open.draft.id.description, section: section.id,
            procedure: open.name(words),
            step: words("dossiers.part_step", ["number": String(number), "count": String(open.form.sections.count)]),
            guidance: section.guidance?[words.language], errors: errors, hasErrors: !errors.isEmpty,
            earlier: earlier.map { earlier in
                SectionPage.EarlierView(
                    code: earlier.code,
                    offer: words(
                        "dossiers.section.earlier",
                        [
                            "count": words.formats.number(earlier.values.count), "code": earlier.code,
                            "date": words.formats.date(Day(of: earlier.filedAt)),
                        ]))
            },
            questions: questions, hasFiles: section.hasFiles, isChange: isChange)
        return respond(page, to: caller.visitor, context, request, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}

/// The sender of a section's form: an applicant, or someone whose session ended while they were typing.
struct MaybeApplicant: Sendable {
    let applicant: Applicant?
    let visitor: Visitor
}

extension QuestionView {
    /// Its fields, those of a group's items among them.
    var errorHolders: [FieldView] { (field.map { [$0] } ?? []) + (group?.errorHolders ?? []) }
}

extension QuestionView.GroupView {
    /// The fields of its items, and itself when the number of items is wrong.
    fileprivate var errorHolders: [FieldView] {
        let own = error.map { [FieldView(id: id, name: name, label: label, error: $0)] } ?? []
        return own + items.flatMap(\.fields)
    }
}
