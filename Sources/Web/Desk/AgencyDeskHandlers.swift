import Accounts
import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

/// Agencies at the desk: a publisher's own and those directly below it, or all for national editors.
extension Web {
    /// `GET /bien-tap/co-quan?q=&after=`
    @Sendable func listDeskAgencies(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws
        -> Response
    {
        let (words, today) = (words(context), Day(of: context.now))
        let query = try request.queryFields()
        let text = String((query["q"] ?? "").cleaned.prefix(200))
        let found = try await agencies.list(
            for: AgencyEditor(staff), text: text, after: query["after"] ?? "", limit: 50)
        let page = DeskAgenciesPage(
            title: [text, words("desk.title.agencies")].filter { !$0.isEmpty }.joined(separator: " – "),
            notice: query["done"] == "saved" ? words("desk.done.agency") : nil, query: text,
            isEmpty: found.items.isEmpty,
            agencies: found.items.map { agency in
                DeskAgenciesPage.Line(
                    code: agency.code, name: agency.name,
                    edit: Link(words.language, path: ["bien-tap", "co-quan", agency.code]),
                    hours: Link(words.language, path: ["bien-tap", "co-quan", agency.code, "gio-lam-viec"]),
                    hasEnded: !agency.exists(on: today))
            },
            next: found.next.map { after in
                Link(words.language, path: ["bien-tap", "co-quan"], query: ["q": text, "after": after])
            })
        return respond(page, to: staff.visitor, context, request)
    }

    /// `GET /bien-tap/co-quan/{code}`
    @Sendable func showDeskAgency(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let record = try await agencies.record(context.parameter("code") ?? "", for: AgencyEditor(staff))
        return agencyPage(
            record, Answers(values: record.profile.answers), problems: [], version: record.version, request, context,
            staff)
    }

    /// `POST /bien-tap/co-quan/{code}`
    @Sendable func saveDeskAgency(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let editor = AgencyEditor(staff)
        let record = try await agencies.record(context.parameter("code") ?? "", for: editor)
        let post = try await DeskPost.read(
            request, from: staff, desk.agencies, desk.agencies.sections[0], on: Day(of: context.now))
        let profile = AgencyProfile(answers: post.answers.values)
        let problems = post.isEditing ? [] : post.problems + profile.problems
        guard !post.isEditing, problems.isEmpty else {
            return agencyPage(record, post.answers, problems: problems, version: post.version, request, context, staff)
        }
        do {
            try await agencies.save(profile, of: record.code, version: post.version, by: editor, at: context.now)
        } catch AgencyEditError.editedMeanwhile {
            // What was typed stays on the page, with the version that it would replace now: a second look decides.
            let current = try await agencies.record(record.code, for: editor)
            let problem = FieldProblem(field: "address", code: "agency_edited_meanwhile")
            return agencyPage(
                current, post.answers, problems: [problem], version: current.version, request, context, staff)
        }
        return .seeOther(
            Link(context.language, path: ["bien-tap", "co-quan"], query: ["q": record.code, "done": "saved"]).address)
    }

    private func agencyPage(
        _ record: AgencyRecord, _ answers: Answers, problems: [FieldProblem], version: Int, _ request: Request,
        _ context: PortalContext, _ staff: Staff
    ) -> Response {
        questionsPage(
            desk.agencies, desk.agencies.sections[0], answers, problems: problems, version: version,
            context: "\(record.name) (\(record.code))", back: Link(context.language, path: ["bien-tap", "co-quan"]),
            action: Link(context.language, path: ["bien-tap", "co-quan", record.code]), request, context, staff)
    }
}

extension AgencyEditor {
    init(_ staff: Staff) {
        self.init(
            account: staff.session.accountID.uuid, agency: staff.agency, isNational: staff.session.isNational)
    }
}
