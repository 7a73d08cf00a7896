import Agencies
import Catalogue
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /can-bo/ho-so?status=&after=`: the agency's dossiers, newest first, fifty a page.
    @Sendable func listAgencyDossiers(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let query = try request.queryFields()
        let status = query["status"].flatMap { Int($0) }.flatMap(DossierStatus.init(rawValue:))
        let cursor = query["after"].flatMap { DossierCursor($0) }
        async let agency = agencies.agency(staff.agency)
        let found = try await dossiers.list(at: staff.agency, status: status, after: cursor ?? .start, limit: 50)
        func link(_ status: DossierStatus?, after: String? = nil) -> Link {
            let value = status.map { String($0.rawValue) } ?? ""
            return Link(words.language, path: ["can-bo", "ho-so"], query: ["status": value, "after": after ?? ""])
        }
        let filters =
            [
                OfficerListPage.FilterView(
                    label: words("dossiers.filter.all"), link: link(nil), isCurrent: status == nil)
            ]
            + DossierStatus.allCases.map { each in
                OfficerListPage.FilterView(
                    label: words("dossiers.status.\(each.rawValue).name"), link: link(each), isCurrent: each == status)
            }
        let page = OfficerListPage(
            title: words("dossiers.title.officer_list"), agency: try await agency?.name ?? staff.agency,
            filters: filters,
            isEmpty: found.items.isEmpty, dossiers: found.items.map { DossierLine($0, words, at: context.now) },
            next: found.next.map { link(status, after: $0) })
        return respond(page, to: staff.visitor, context, request)
    }

    /// `GET /can-bo/ho-so/{code}`
    @Sendable func showAgencyDossier(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let file = try await dossiers.file(context.parameter("code") ?? "", at: staff.agency)
        let summary = file.dossier.summary
        let contents = try await contents(
            of: file, words, on: Day(of: context.now), files: ["can-bo", "ho-so", summary.code])
        let page = OfficerDossierPage(
            title: words("dossiers.title.show", ["code": summary.code]), code: summary.code,
            procedure: try await filedName(file.dossier, words), applicant: summary.applicantName, number: String(summary.status.rawValue),
            status: words("dossiers.status.\(summary.status.rawValue).name"),
            submitted: words.formats.dateTime(summary.submittedAt),
            received: summary.receivedAt.map(words.formats.dateTime),
            due: DueView(file.dossier, words, at: context.now),
            events: file.events.map { EventView($0, words) }, answers: contents.answers,
            hasFiles: !contents.files.isEmpty, files: contents.files)
        return respond(page, to: staff.visitor, context, request)
    }

    /// `GET /can-bo/ho-so/{code}/tep/{id}`
    @Sendable func downloadAgencyFile(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try await download(context, as: .agency(staff.agency))
    }
}
