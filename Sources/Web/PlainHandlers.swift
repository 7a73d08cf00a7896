import Catalogue
import Core
package import Hummingbird
import Pages
package import Server

extension Web {
    @Sendable func showHelp(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response {
        respond(HelpPage(title: words(context)("plain.title.help")), to: visitor, context, request)
    }

    @Sendable func showPrivacy(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws
        -> Response
    {
        respond(PrivacyPage(title: words(context)("plain.title.privacy")), to: visitor, context, request)
    }

    @Sendable func showAccessibility(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        respond(AccessibilityPage(title: words(context)("plain.title.accessibility")), to: visitor, context, request)
    }

    /// A failure as a page: what happened, what is kept, what to do; the incident's name when it is our fault.
    package func show(_ failure: RequestFailure, _ context: PortalContext, _ request: Request) -> Response {
        let words = words(context)
        let key = "errors.page.\(failure.type)"
        let known = texts.has("\(key).title") ? key : "errors.page.internal"
        let visitor = Visitor(session: nil, secret: "", isNew: false, notices: contents.lastNotices(at: context.now))
        let page = ErrorPage(
            title: words("\(known).title"), explanation: words("\(known).explanation"), incident: failure.incident,
            link: Link(words.language, path: []), linkText: words("errors.page.link"))
        return respond(page, to: visitor, context, request, status: failure.status)
    }
}
