import Accounts
import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /thu-tuc/{code}/nop`: may you use this form, and have you begun already.
    @Sendable func showStart(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response
    {
        let opening = try await opening(context, caller)
        return try await startPage(opening, FormFields([]), request, context, caller)
    }

    /// `POST /thu-tuc/{code}/nop`: the questions first, then the agency, then the draft.
    @Sendable func start(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response {
        let fields = try await request.form(from: caller.visitor)
        let opening = try await opening(context, caller)
        let answers = opening.form.eligibility.map { ($0, fields[$0.id]) }
        var problems = answers.filter { $0.1 != "yes" && $0.1 != "no" }
            .map { FieldProblem(field: $0.0.id, code: "required") }
        let chosen = fields["for"].map(FilingFor.init) ?? opening.chosen(by: caller)
        let child: Child?
        do {
            child = try chosen == .child ? Child(fields, on: Day(of: context.now)) : nil
        } catch let failure as ValidationFailure {
            problems += failure.problems
            child = nil
        }
        if !opening.choices.contains(where: { $0.choice == chosen }) {
            problems.append(FieldProblem(field: "for", code: "required"))
        }
        guard problems.isEmpty, let chosen else {
            return try await startPage(opening, fields, request, context, caller, problems: problems)
        }
        let refusals = answers.filter { ($0.1 == "yes") == $0.0.refuses }.map { $0.0.explanation[context.language] }
        guard refusals.isEmpty else {
            let words = words(context)
            let page = RefusalPage(
                title: words("dossiers.title.refusal"), code: opening.code, procedure: opening.name(words),
                reasons: refusals)
            return respond(page, to: caller.visitor, context, request)
        }
        return try await chooseAgency(opening, fields, chosen, child, request, context, caller)
    }

    private func chooseAgency(
        _ opening: Opening, _ fields: FormFields, _ chosen: FilingFor, _ child: Child?, _ request: Request,
        _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let day = Day(of: context.now)
        let province = fields["province"] ?? ""
        let ward = fields["ward"] ?? ""
        let isAsked = fields["step"] == "agency"
        if isAsked, !province.isEmpty, !opening.form.isReceivedByWard || !ward.isEmpty,
            let agency = try await agencies.receiving(
                opening.form.receiving, province: province, ward: ward.isEmpty ? nil : ward, on: day)
        {
            let mandate: Mandate.ID? = if case .principal(let id) = chosen { id } else { nil }
            let capacity = try await accounts.work(under: mandate, in: caller.session, at: context.now)
            guard let profile = try await accounts.profile(of: capacity.principal) else {
                throw RequestFailure.forbidden
            }
            let draft = try await dossiers.openDraft(
                of: opening.code, with: agency.code, for: profile, by: capacity, child: child, at: context.now)
            return .seeOther(Link(context.language, path: ["ho-so-nhap", draft.description]).address)
        }
        return try await agencyPage(
            opening, fields, province: province, isWrong: isAsked && (province.isEmpty || fields["ward"] != nil),
            request,
            context, caller)
    }

    private func agencyPage(
        _ opening: Opening, _ fields: FormFields, province: String, isWrong: Bool, _ request: Request,
        _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let day = Day(of: context.now)
        let asksWard = opening.form.isReceivedByWard && !province.isEmpty
        let wrong = asksWard ? "ward" : "province"
        let label = words("dossiers.agency.\(wrong)")
        let message = words.message(FieldProblem(field: wrong, code: "required"), label: label)
        let builder = FieldBuilder(words: words, messages: isWrong ? [wrong: message] : [:])
        var views = [
            builder.choice(
                "province", label: words("dossiers.agency.province"),
                options: try await agencies.provinces(on: day).map { ($0.code, $0.name) }, chosen: province)
        ]
        if asksWard {
            views.append(
                builder.choice(
                    "ward", label: words("dossiers.agency.ward"),
                    options: try await agencies.wards(of: province, on: day).map { ($0.code, $0.name) },
                    chosen: fields["ward"]))
        }
        let page = AgencyPage(
            title: words.title("dossiers.title.agency", hasErrors: isWrong), code: opening.code,
            procedure: opening.name(words), errors: FieldBuilder.summary(views), hasErrors: isWrong, fields: views,
            carried: (opening.form.eligibility.map(\.id) + FilingFor.inputs).compactMap { name in
                fields[name].map { HiddenView(name: name, value: $0) }
            },
            asksWard: opening.form.isReceivedByWard && province.isEmpty)
        return respond(page, to: caller.visitor, context, request)
    }

    private func startPage(
        _ opening: Opening, _ fields: FormFields, _ request: Request, _ context: PortalContext, _ caller: Applicant,
        problems: [FieldProblem] = []
    ) async throws -> Response {
        let words = words(context)
        let drafts = try await dossiers.drafts(of: caller.capacity, procedure: opening.code, limit: 5)
        func label(_ field: String) -> String {
            opening.form.eligibility.first { $0.id == field }?.question[words.language]
                ?? words("dossiers.for.\(field == "for" ? "label" : field)")
        }
        let messages = Dictionary(problems.map { ($0.field, words.message($0, label: label($0.field))) }) { $1 }
        let builder = FieldBuilder(words: words, messages: messages)
        let chosen = fields["for"].flatMap(FilingFor.init) ?? opening.chosen(by: caller)
        let questions =
            filingFields(opening.choices, chosen: chosen, fields, builder)
            + opening.form.eligibility.map { item in
                builder.yesNo(item.id, label: item.question[words.language], chosen: fields[item.id])
            }
        let page = StartPage(
            title: words.title("dossiers.title.start", hasErrors: !messages.isEmpty), code: opening.code,
            procedure: opening.name(words), errors: FieldBuilder.summary(questions), hasErrors: !messages.isEmpty,
            hasDrafts: !drafts.isEmpty, drafts: drafts.map { DraftLine($0, words) }, questions: questions)
        return respond(page, to: caller.visitor, context, request)
    }

    /// A procedure with the form that it is filed by.
    private struct Opening {
        let code: String
        let form: Form
        let choices: [(choice: FilingFor, label: String)]

        /// For whom the caller works just now, where that can be chosen.
        func chosen(by caller: Applicant) -> FilingFor {
            let now = caller.capacity.agent.map { FilingFor.principal($0.mandate) } ?? .oneself
            return choices.contains { $0.choice == now } ? now : choices[0].choice
        }

        func name(_ words: Words) -> String { form.title[words.language] }
    }

    /// - Throws: a page of its own for a form that the caller can use for nobody: said here and not after twenty questions.
    private func opening(_ context: PortalContext, _ caller: Applicant) async throws -> Opening {
        let code = context.parameter("code") ?? ""
        guard let procedure = try await catalogue.procedure(code) else { throw RequestFailure.notFound }
        guard let id = procedure.revisionID, let form = try await catalogue.revision(id)?.form else {
            throw DossierError.notOnline
        }
        let choices = try await filingChoices(form, code, context, caller)
        guard !choices.isEmpty else { throw RequestFailure(.forbidden, type: "wrong-subject") }
        return Opening(code: code, form: form, choices: choices)
    }
}

extension DraftLine {
    init(_ draft: DraftSummary, _ words: Words) {
        let english = words.language == .en ? draft.procedureNameEnglish : nil
        self.init(
            id: draft.id.description, procedure: english ?? draft.procedureName,
            saved: words.formats.dateTime(draft.updatedAt))
    }
}
