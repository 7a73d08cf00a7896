import Core
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Journal
import Server
import Webhooks

extension API {
    /// `GET /api/v1/webhooks`
    @Sendable func listWebhooks(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let found = try await webhooks.list(at: caller.agency)
        return .json(JSON.object(["items": .array(found.map(WebhookJSON.webhook))]).serialized())
    }

    /// `GET /api/v1/webhooks/{id}`
    @Sendable func showWebhook(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let found = try await webhooks.webhook(try context.webhook(), at: caller.agency)
        return .json(WebhookJSON.webhook(found).serialized())
    }

    /// `POST /api/v1/webhooks` with `Idempotency-Key`: a new one, disabled until it answers a test, with its secret.
    @Sendable func addWebhook(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        try await perform(on: .make(at: context.now), answering: 201, request, context, caller) { json in
            var reader = WebhookReader(json, ["name", "url", "after"])
            let (name, address) = (reader.text("name"), reader.address())
            let after = json["after"] == nil ? nil : reader.position()
            try reader.check()
            return address.map { .add(name: name, address: $0, after: after) }
        }
    }

    /// `PUT /api/v1/webhooks/{id}` with `Idempotency-Key`: another name or address; turns it on or off.
    @Sendable func changeWebhook(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        try await perform(on: try context.webhook(), request, context, caller) { json in
            var reader = WebhookReader(json, ["name", "url", "state"])
            let (name, address, isOn) = (reader.text("name"), reader.address(), reader.isOn())
            try reader.check()
            return address.map { .change(name: name, address: $0, isOn: isOn) }
        }
    }

    /// `POST /api/v1/webhooks/{id}/secret` with `Idempotency-Key`: another secret; the former one signs for a day, too.
    @Sendable func renewWebhookSecret(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        try await perform(on: try context.webhook(), request, context, caller) { json in
            try WebhookReader(json, []).check()
            return .renewSecret
        }
    }

    /// `POST /api/v1/webhooks/{id}/replay` with `Idempotency-Key`: tells again of what happened behind a position.
    @Sendable func replayWebhook(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        try await perform(on: try context.webhook(), request, context, caller) { json in
            var reader = WebhookReader(json, ["after"])
            let after = reader.position()
            try reader.check()
            return .replay(after: after)
        }
    }

    /// `POST /api/v1/webhooks/{id}/test`: sends `webhook.test`; says what was answered. Changes nothing else.
    @Sendable func testWebhook(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let answer = try await webhooks.test(try context.webhook(), at: caller.agency, now: context.now)
        return .json(WebhookJSON.answer(answer).serialized())
    }

    /// `DELETE /api/v1/webhooks/{id}` with `Idempotency-Key`
    @Sendable func removeWebhook(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let id = try context.webhook()
        let message = IdempotentMessage(
            scope: caller.actor, key: "webhook \(id) \(try request.idempotencyKey())", body: [])
        return .remembered(
            try await webhooks.perform(.remove, on: id, at: caller.agency, message: message, now: context.now) { _ in
                (204, [])
            })
    }

    private func perform(
        on id: Webhook.ID, answering status: Int = 200, _ request: Request, _ context: PortalContext,
        _ caller: AgencyCaller, _ read: (JSON) throws -> WebhookAct?
    ) async throws -> Response {
        let key = try request.idempotencyKey()
        let body = try await request.jsonBytes()
        guard let act = try read(JSON(sent: body)) else { throw RequestFailure.malformed }
        let message = IdempotentMessage(scope: caller.actor, key: "\(context.path) \(key)", body: body)
        let answer = try await webhooks.perform(
            act, on: id, at: caller.agency, message: message, now: context.now
        ) { webhook in
            (status, webhook.map { WebhookJSON.webhook($0).serialized() } ?? [])
        }
        switch act {
        case .add, .renewSecret: return .remembered(try withSecret(answer))
        case .change, .replay, .remove: return .remembered(answer)
        }
    }

    /// Secrets are remembered nowhere: what is remembered says which one it was.
    private func withSecret(_ answer: RememberedAnswer) throws -> RememberedAnswer {
        var members = try JSON(parsing: answer.body).object ?? [:]
        guard let id = members["id"]?.string.flatMap(Webhook.ID.init), let number = members["secret_number"]?.int else {
            return answer
        }
        members["secret"] = .string(webhooks.secret(Int32(number), of: id))
        return RememberedAnswer(
            status: answer.status, body: JSON.object(members).serialized(), isReplay: answer.isReplay)
    }
}

/// Webhooks as the API shows them (`Public/openapi.yaml`, schemas `Webhook…`).
private enum WebhookJSON {
    static func webhook(_ webhook: Webhook) -> JSON {
        [
            "id": .string(webhook.id.description), "name": .string(webhook.name), "url": .string(webhook.url),
            "state": .string(webhook.state.rawValue), "reason": webhook.reason.map { .string($0.rawValue) } ?? .null,
            "position": .string(String(webhook.position)), "secret_number": .integer(Int(webhook.secretNumber)),
            "former_secret_until": time(webhook.formerUntil), "failing_since": time(webhook.failingSince),
            "next_attempt_at": webhook.state == .failing ? time(webhook.nextAt) : .null,
            "answers": .array(webhook.answers.map(answer)), "created_at": time(webhook.createdAt),
        ]
    }

    static func answer(_ answer: WebhookAnswer) -> JSON {
        [
            "time": time(answer.time), "answer": .string(answer.code), "taken": .bool(answer.isTaken),
            "events": .integer(answer.events),
        ]
    }

    private static func time(_ instant: Date?) -> JSON { instant.map { .string(Timestamp.text($0)) } ?? .null }
}

/// Reads what was sent strictly, and gathers all that is wrong.
private struct WebhookReader {
    private let json: JSON
    private var problems: [FieldProblem] = []

    init(_ json: JSON, _ known: [String]) {
        self.json = json
        guard let members = json.object else {
            problems = [FieldProblem(field: "", code: "not_an_object")]
            return
        }
        problems = members.keys.sorted().filter { !known.contains($0) }.map {
            FieldProblem(field: $0, code: "unknown_field")
        }
    }

    mutating func text(_ field: String) -> String {
        let text = json[field]?.string
        if text == nil {
            problems.append(FieldProblem(field: field, code: json[field] == nil ? "required" : "not_text"))
        }
        return text ?? ""
    }

    mutating func address() -> WebhookAddress? {
        let text = text("url")
        let address = WebhookAddress(text)
        if address == nil, !problems.contains(where: { $0.field == "url" }) {
            problems.append(FieldProblem(field: "url", code: "webhook_url"))
        }
        return address
    }

    mutating func isOn() -> Bool {
        let state = text("state")
        if !["active", "disabled"].contains(state), !problems.contains(where: { $0.field == "state" }) {
            problems.append(FieldProblem(field: "state", code: "invalid_choice"))
        }
        return state == "active"
    }

    mutating func position() -> Int {
        let text = text("after")
        guard let position = Int(text), position >= 0 else {
            if !problems.contains(where: { $0.field == "after" }) {
                problems.append(FieldProblem(field: "after", code: "not_a_cursor"))
            }
            return 0
        }
        return position
    }

    func check() throws { if !problems.isEmpty { throw ValidationFailure(problems: problems) } }
}

extension PortalContext {
    /// - Throws: 404 for what can't be one's identifier.
    fileprivate func webhook() throws -> Webhook.ID {
        guard let id = parameter("id").flatMap(Webhook.ID.init) else { throw RequestFailure.notFound }
        return id
    }
}
