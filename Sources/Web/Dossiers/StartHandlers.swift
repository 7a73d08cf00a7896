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
        let opening = try await opening(context)
        try requireSubject(opening.form, caller)
        return try await startPage(opening, request, context, caller, input: [:], isSent: false)
    }

    /// `POST /thu-tuc/{code}/nop`: the questions first, then the agency, then the draft.
    @Sendable func start(_ request: Request, _ context: PortalContext, _ caller: Applicant) async throws -> Response {
        let fields = try await request.form(from: caller.visitor)
        let opening = try await opening(context)
        try requireSubject(opening.form, caller)
        let input = Dictionary(uniqueKeysWithValues: fields.names.map { ($0, fields.all($0)) })
        let answers = opening.form.eligibility.map { ($0, fields[$0.id]) }
        guard answers.allSatisfy({ $0.1 == "yes" || $0.1 == "no" }) else {
            return try await startPage(opening, request, context, caller, input: input, isSent: true)
        }
        let refusals = answers.filter { ($0.1 == "yes") == $0.0.refuses }.map { $0.0.explanation[context.language] }
        guard refusals.isEmpty else {
            let words = words(context)
            let page = RefusalPage(
                title: words("dossiers.title.refusal"), code: opening.code, procedure: opening.name(words),
                reasons: refusals)
            return respond(page, to: caller.visitor, context, request)
        }
        return try await chooseAgency(opening, fields, request, context, caller)
    }

    private func chooseAgency(
        _ opening: Opening, _ fields: FormFields, _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let day = Day(of: context.now)
        let province = fields["province"] ?? ""
        let ward = fields["ward"] ?? ""
        let isAsked = fields["step"] == "agency"
        if isAsked, !province.isEmpty, !opening.form.isReceivedByWard || !ward.isEmpty,
            let agency = try await agencies.receiving(
                opening.form.receiving, province: province, ward: ward.isEmpty ? nil : ward, on: day),
            let profile = try await accounts.profile(of: caller.id)
        {
            let draft = try await dossiers.openDraft(of: opening.code, with: agency.code, for: profile, at: context.now)
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
            carried: opening.form.eligibility.map { HiddenView(name: $0.id, value: fields[$0.id] ?? "") },
            asksWard: opening.form.isReceivedByWard && province.isEmpty)
        return respond(page, to: caller.visitor, context, request)
    }

    private func startPage(
        _ opening: Opening, _ request: Request, _ context: PortalContext, _ caller: Applicant,
        input: [String: [String]], isSent: Bool
    ) async throws -> Response {
        let words = words(context)
        let drafts = try await dossiers.drafts(of: caller.id, procedure: opening.code, limit: 5)
        let missing = opening.form.eligibility.filter { input[$0.id]?.first?.isEmpty != false }
        let messages =
            isSent
            ? Dictionary(
                missing.map { item in
                    (
                        item.id,
                        words.message(
                            FieldProblem(field: item.id, code: "required"), label: item.question[words.language])
                    )
                }
            ) { $1 } : [:]
        let builder = FieldBuilder(words: words, messages: messages)
        let questions = opening.form.eligibility.map { item in
            builder.yesNo(item.id, label: item.question[words.language], chosen: input[item.id]?.first)
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

        func name(_ words: Words) -> String { form.title[words.language] }
    }

    private func opening(_ context: PortalContext) async throws -> Opening {
        let code = context.parameter("code") ?? ""
        guard let procedure = try await catalogue.procedure(code) else { throw RequestFailure.notFound }
        guard let id = procedure.revisionID, let form = try await catalogue.revision(id)?.form else {
            throw DossierError.notOnline
        }
        return Opening(code: code, form: form)
    }

    /// A form for businesses isn't one for citizens: said on a page of its own and not after twenty questions.
    private func requireSubject(_ form: Form, _ caller: Applicant) throws {
        guard form.subjects.contains(caller.session.kind.rawValue) else {
            throw RequestFailure(.forbidden, type: "wrong-subject")
        }
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
