import Accounts
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
        // From where whoever acted for somebody gets back to their own.
        let isOfMandate = ["mandate-ended", "not-covered"].contains(failure.type)
        let page = ErrorPage(
            title: words("\(known).title"), explanation: explanation(of: failure, known, words),
            incident: failure.incident,
            link: Link(words.language, path: isOfMandate ? ["tai-khoan", "uy-quyen"] : []),
            linkText: words(isOfMandate ? "errors.page.link.mandates" : "errors.page.link"))
        return respond(page, to: visitor, context, request, status: failure.status)
    }

    /// What happened and what to do; which duty is lacking or which unit holds the dossier, where that is why.
    private func explanation(of failure: RequestFailure, _ key: String, _ words: Words) -> String {
        let explanation = words("\(key).explanation")
        if let held = failure.problems.first(where: { $0.code == "held_by_unit" }) {
            return words.message(held, label: "") + " " + explanation
        }
        let lacking = failure.problems.filter { $0.code.hasPrefix("duty_") }
        guard !lacking.isEmpty, lacking.count < Duty.allCases.count else { return explanation }
        let names = lacking.map { words("accounts.duty.\($0.code.dropFirst("duty_".count)).name") }
        return words("errors.page.duty-lacking.which", ["duties": names.joined(separator: ", ")]) + " " + explanation
    }
}
