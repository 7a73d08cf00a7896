import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /bien-tap/ban/{id}/xem-truoc/{section}?rong=`: a section as the citizen will see it, every question of it.
    @Sendable func previewForm(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let preview = try await preview(request, context, staff)
        return try await previewPage(preview, FormTrial(preview.form, carried: nil), [], nil, request, context, staff)
    }

    /// `POST /bien-tap/ban/{id}/xem-truoc/{section}?rong=`: answers tried out as an applicant's would be read and judged;
    /// goes on to the next section, and after the last one says what would come of them. Nothing is kept.
    @Sendable func tryForm(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        var preview = try await preview(request, context, staff)
        let fields = try await request.form(from: staff.visitor)
        var post = SectionPost(input: Dictionary(uniqueKeysWithValues: fields.names.map { ($0, fields.all($0)) }))
        let action = fields["action"] ?? "continue"
        if action.hasPrefix("remove:") { post.removeItem(String(action.dropFirst(7))) }
        var (given, problems) = preview.section.read(post.input)
        if action.hasPrefix("add:") { given.addItem(to: String(action.dropFirst(4)), of: preview.section) }
        var trial = FormTrial(preview.form, carried: fields["carried"])
        trial.answer(
            preview.section, with: given,
            files: post.input.mapValues { $0.count { !$0.isEmpty } })
        guard !action.contains(":"), action != "places" else {
            return try await previewPage(preview, trial, problems, nil, request, context, staff)
        }
        let found = try await dossiers.problems(of: trial, on: Day(of: context.now))
        problems += found.filter { problem in
            preview.section.holds(problem.field) && !problems.contains { $0.field == problem.field }
        }
        guard problems.isEmpty else {
            return try await previewPage(preview, trial, problems, nil, request, context, staff)
        }
        let rest = preview.form.sections.drop { $0.id != preview.section.id }.dropFirst()
        if let next = rest.first(where: { !trial.answers.page(of: $0, in: preview.form).isEmpty }) {
            preview.section = next
            return try await previewPage(preview, trial, [], nil, request, context, staff)
        }
        return try await previewPage(preview, trial, [], found, request, context, staff)
    }

    private struct Preview {
        let revision: Revision.ID
        let form: Form
        var section: Form.Section
        let isNarrow: Bool
        let name: String
    }

    private func preview(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Preview {
        let work = try await work(context, staff)
        guard let json = work.form, let form = try? Form(json: json),
            let section = form.section(context.parameter("section") ?? "") ?? form.sections.first
        else { throw RequestFailure.notFound }
        let isNarrow = try request.queryFields()["rong"] == "360"
        return Preview(revision: work.id, form: form, section: section, isNarrow: isNarrow, name: work.name)
    }

    /// - Parameter outcome: after the last section, everything that would keep the answers from being submitted.
    private func previewPage(
        _ preview: Preview, _ trial: FormTrial, _ problems: [FieldProblem], _ outcome: [FieldProblem]?,
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let day = Day(of: context.now)
        let (form, section) = (preview.form, preview.section)
        var wards: [String: [AdministrativeUnit]] = [:]
        for province in SectionQuestions.provincesChosen(section, trial.answers) {
            wards[province] = try await agencies.wards(of: province, on: day)
        }
        let questions = SectionQuestions(
            form: form, section: section, answers: trial.answers, attachments: [],
            builder: FieldBuilder(words: words, messages: SectionQuestions.messages(problems, in: form, words)),
            provinces: try await agencies.provinces(on: day), wards: wards)
        // Whoever only looks sees every question; whoever answers sees what an applicant with these answers would.
        let shown = request.method == .get ? questions.everything : questions.questions
        let errors = FieldBuilder.summary(shown.flatMap(\.errorHolders))
        let base = ["bien-tap", "ban", preview.revision.description, "xem-truoc"]
        func link(_ section: Form.Section, isNarrow: Bool) -> Link {
            Link(words.language, path: base + [section.id], query: ["rong": isNarrow ? "360" : ""])
        }
        let page = DeskPreviewPage(
            title: words.title("desk.title.preview", ["procedure": preview.name], hasErrors: !errors.isEmpty),
            id: preview.revision.description, procedure: form.title[words.language],
            heading: section.title[words.language], guidance: section.guidance?[words.language],
            sections: form.sections.map { each in
                DeskPreviewPage.LinkView(
                    link: link(each, isNarrow: preview.isNarrow), title: each.title[words.language],
                    isCurrent: each.id == section.id)
            },
            isNarrow: preview.isNarrow, width: link(section, isNarrow: !preview.isNarrow),
            action: link(section, isNarrow: preview.isNarrow), carried: trial.carried, errors: errors,
            hasErrors: !errors.isEmpty, isDone: outcome != nil, isAccepted: outcome?.isEmpty == true,
            outcome: (outcome ?? []).map {
                words.message($0, label: form.label(of: $0.field)?[words.language] ?? $0.field)
            },
            eligibility: form.eligibility.map { $0.question[words.language] }, questions: shown)
        return respond(page, to: staff.visitor, context, request, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}
