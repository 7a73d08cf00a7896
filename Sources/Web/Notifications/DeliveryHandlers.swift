import Accounts
import Core
import FoundationEssentials
import Hummingbird
import Notifications
import Pages
import Server

extension Web {
    /// `GET /can-bo/thong-bao?state=&after=`: how messages about the agency's dossiers fare, newest first.
    @Sendable func listDeliveries(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let query = try request.queryFields()
        let state = query["state"].flatMap(Delivery.State.init(rawValue:))
        let cursor = query["after"].flatMap { TimeCursor($0) }
        let found = try await deliveries.list(at: staff.agency, state: state, after: cursor ?? .start, limit: 50)
        let filters =
            [
                DeliveriesPage.FilterView(
                    label: words("notifications.deliveries.all"), link: Self.deliveries(nil, words.language),
                    isCurrent: state == nil)
            ]
            + Delivery.State.allCases.map { each in
                DeliveriesPage.FilterView(
                    label: words("notifications.state.\(each.rawValue)"), link: Self.deliveries(each, words.language),
                    isCurrent: each == state)
            }
        let page = DeliveriesPage(
            title: words(
                "notifications.title.deliveries" + (state == nil ? "" : ".state"),
                ["state": state.map { words("notifications.state.\($0.rawValue)") } ?? ""]),
            notice: query["xong"] == nil ? nil : words("notifications.deliveries.retried"), filters: filters,
            isEmpty: found.items.isEmpty,
            deliveries: found.items.map { DeliveriesPage.DeliveryView($0, filter: state, words) },
            next: found.next.map { Self.deliveries(state, words.language, after: $0.description) })
        return respond(page, to: staff.visitor, context, request)
    }

    /// `POST /can-bo/thong-bao/{id}/gui-lai`: has a lost message tried for another day.
    @Sendable func retryDelivery(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let form = try await request.form(from: staff.visitor)
        guard let id = context.parameter("id").flatMap(Delivery.ID.init),
            try await deliveries.retry(id, at: staff.agency, by: staff.session.accountID, now: context.now)
        else { throw RequestFailure.notFound }
        let state = form["state"].flatMap(Delivery.State.init(rawValue:))
        return .seeOther(Self.deliveries(state, context.language, isDone: true).address)
    }

    private static func deliveries(
        _ state: Delivery.State?, _ language: Language, after: String = "", isDone: Bool = false
    ) -> Link {
        Link(
            language, path: ["can-bo", "thong-bao"],
            query: isDone
                ? ["state": state?.rawValue ?? "", "xong": "1"] : ["state": state?.rawValue ?? "", "after": after])
    }

    /// The keys that code puts together.
    static var noticeTextKeys: [String] {
        ["notifications.title.deliveries.state"] + Delivery.State.allCases.map { "notifications.state.\($0.rawValue)" }
            + Channel.allCases.flatMap {
                ["notifications.channel.\($0.rawValue)", "notifications.choices.by.\($0.rawValue)"]
            }
            + Language.allCases.map { "notifications.choices.language.\($0.rawValue)" }
            + DeliveriesPage.DeliveryView.reasons.map { "notifications.reason.\($0)" }
            + ["smtp", "http", "other"].map { "notifications.reason.\($0)" }
    }
}

extension DeliveriesPage.DeliveryView {
    fileprivate init(_ delivery: Delivery, filter: Delivery.State?, _ words: Words) {
        self.init(
            id: delivery.id.description, code: delivery.dossierCode ?? "",
            channel: words("notifications.channel.\(delivery.channel.rawValue)"), recipient: delivery.recipient,
            state: words("notifications.state.\(delivery.state.rawValue)"),
            reason: delivery.reason.map { Self.sentence($0, words) }, attempts: String(delivery.attempts),
            created: words.formats.dateTime(delivery.createdAt), changed: words.formats.dateTime(delivery.changedAt),
            next: delivery.attempts > 0 ? delivery.nextAt.map(words.formats.dateTime) : nil,
            canRetry: delivery.state.isLost, filter: filter?.rawValue ?? "")
    }

    /// What the transports' codes mean.
    private static func sentence(_ reason: String, _ words: Words) -> String {
        if reasons.contains(reason) { return words("notifications.reason.\(reason)") }
        let parts = reason.split(separator: "-", maxSplits: 1)
        let kind = parts.count == 2 && ["smtp", "http"].contains(parts[0]) ? String(parts[0]) : "other"
        return words("notifications.reason.\(kind)", ["code": kind == "other" ? reason : String(parts[1])])
    }

    static let reasons = [
        "timeout", "unknown-host", "no-connection", "no-secure-connection", "sign-in-refused", "cut-off", "folder",
        "no-address", "invalid-address", "no-text",
    ]
}
