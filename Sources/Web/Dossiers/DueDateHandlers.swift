import Accounts
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /ho-so/{code}/hen-tra.ics`: the due date for the applicant's own calendar.
    @Sendable func takeDueDate(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let words = words(context)
        let dossier = try await dossiers.dossier(context.parameter("code") ?? "", of: caller.capacity)
        let summary = dossier.summary
        guard let due = summary.dueAt else { throw RequestFailure.notFound }
        let procedure = try await filedName(dossier, words)
        let file = CalendarFile(
            uid: "\(summary.id)@portal", sequence: Int(summary.version), madeAt: context.now, day: Day(of: due),
            summary: words("dossiers.calendar.summary", ["code": summary.code]),
            description: words(
                "dossiers.calendar.description",
                ["procedure": procedure, "code": summary.code, "due": words.formats.dateTime(due)]),
            place: summary.agencyName, url: publicURL + Link(words.language, path: ["ho-so", summary.code]).address,
            isCancelled: summary.status == .withdrawn || summary.status == .refusedAtReception)
        var response = Response(status: .ok, type: "text/calendar; charset=utf-8", file.bytes)
        response.headers[.contentDisposition] = "attachment; filename=\"hen-tra.ics\""
        response.headers[.cacheControl] = "private, no-store"
        return response
    }
}
