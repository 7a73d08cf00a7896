import Accounts
import Core
import FoundationEssentials
import Hummingbird
import Notifications
import Pages
import Server

extension Web {
    /// `GET /thong-bao?after=`: what one was told, newest first, thirty a page.
    @Sendable func listNotices(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        let words = words(context)
        let cursor = try request.queryFields()["after"].flatMap { TimeCursor($0) }
        let found = try await notices.list(of: caller.id, after: cursor ?? .start, limit: 30)
        let page = NoticesPage(
            title: words("notifications.title.notices"), isOfficer: caller.session.kind == .officer,
            isEmpty: found.items.isEmpty,
            hasUnread: found.items.contains { !$0.isRead },
            seen: String(Int(context.now.timeIntervalSince1970)),
            items: found.items.map { notice in
                NoticesPage.NoticeView(
                    id: notice.id.description, subject: notices.subject(of: notice, in: words.language),
                    link: notice.path.flatMap { Link(words.language.pathPrefix + $0) }
                        ?? Link(words.language, path: ["thong-bao"]),
                    at: words.formats.dateTime(notice.createdAt), isUnread: !notice.isRead)
            },
            next: found.next.map { Link(words.language, path: ["thong-bao"], query: ["after": $0.description]) })
        return respond(page, to: caller.visitor, context, request)
    }

    /// `POST /thong-bao/{id}/da-doc`
    @Sendable func readNotice(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        _ = try await request.form(from: caller.visitor)
        guard let id = context.parameter("id").flatMap(Notice.ID.init) else { throw RequestFailure.notFound }
        try await notices.read(id, of: caller.id, at: context.now)
        return .seeOther(Link(context.language, path: ["thong-bao"]).address)
    }

    /// `POST /thong-bao/da-doc`: all that were there when the page was made.
    @Sendable func readAllNotices(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        let form = try await request.form(from: caller.visitor)
        guard let seen = form["seen"].flatMap({ Int($0) }), (0...4_000_000_000).contains(seen) else {
            throw RequestFailure.malformed
        }
        // The second that the page was made in has more than begun.
        try await notices.readAll(
            of: caller.id, upTo: Date(timeIntervalSince1970: Double(seen) + 1), at: context.now)
        return .seeOther(Link(context.language, path: ["thong-bao"]).address)
    }
}
