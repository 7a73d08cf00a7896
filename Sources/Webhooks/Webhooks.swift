package import Core
package import Dossiers
package import FoundationEssentials
package import Journal
package import Postgres

/// Where an agency's systems are told what happens to its dossiers: what the agency and its systems do with webhooks.
/// A `WebhookCourier` does the telling.
package struct Webhooks: Sendable {
    private let database: Database
    private let dossiers: Dossiers
    private let secrets: WebhookSecrets
    private let sender: WebhookSender

    /// - Parameter database: connected as `portal_app`.
    package init(database: Database, dossiers: Dossiers, secrets: WebhookSecrets, sender: WebhookSender) {
        self.database = database
        self.dossiers = dossiers
        self.secrets = secrets
        self.sender = sender
    }

    /// How many an agency may have.
    package static let most = 10

    /// An agency's, the oldest first.
    package func list(at agency: String) async throws -> [Webhook] {
        try await database.all(WebhookQueries.list, agency, as: .agency(agency))
    }

    /// - Throws: `WebhookError.notFound`.
    package func webhook(_ id: Webhook.ID, at agency: String) async throws -> Webhook {
        let found = try await database.first(WebhookQueries.find, (id, agency), as: .agency(agency))
        guard let found else { throw WebhookError.notFound }
        return found
    }

    /// The secret with a number, to be shown once: when it is made.
    package func secret(_ number: Int32, of webhook: Webhook.ID) -> String { secrets.secret(number, of: webhook) }

    /// Up to which position an agency's events were recorded before an instant: where a replay from then on begins.
    package func position(at instant: Date, of agency: String) async throws -> Int {
        try await database.one(WebhookQueries.positionAt, (agency, instant), as: .agency(agency))
    }

    /// Does an act of somebody whom the agency trusts with its systems; adding twice under one id adds once.
    /// - Returns: the webhook afterwards, nil when it was removed.
    /// - Throws: `WebhookError`, `ValidationFailure`, `FeedCursorAhead`, `FeedCursorTooOld`.
    @discardableResult
    package func perform(
        _ act: WebhookAct, on id: Webhook.ID, at agency: String, by actor: String, now: Date
    ) async throws -> Webhook? {
        try await prepare(act, on: id, at: agency, now: now)
        return try await database.transaction(as: .agency(agency)) { transaction in
            try await carryOut(act, on: id, at: agency, by: actor, now: now, in: transaction)
        }
    }

    /// The same as a write that may be repeated.
    package func perform(
        _ act: WebhookAct, on id: Webhook.ID, at agency: String, message: IdempotentMessage, now: Date,
        answer: @Sendable (Webhook?) -> (status: Int, body: [UInt8])
    ) async throws -> RememberedAnswer {
        try await prepare(act, on: id, at: agency, now: now)
        return try await database.once(message, as: .agency(agency), at: now) { transaction in
            answer(
                try await carryOut(act, on: id, at: agency, by: message.scope, now: now, in: transaction))
        }
    }

    /// Sends a signed `webhook.test` and notes what was answered.
    /// - Throws: `WebhookError.notFound`.
    package func test(_ id: Webhook.ID, at agency: String, now: Date) async throws -> WebhookAnswer {
        try await test(try await webhook(id, at: agency), at: nil, now: now)
    }

    /// What has to be known before the transaction: no lock waits for an address to answer.
    private func prepare(_ act: WebhookAct, on id: Webhook.ID, at agency: String, now: Date) async throws {
        switch act {
        case .add(let name, let address, let after):
            try check(name, address)
            if let after { try await dossiers.checkCursor(after) }
        case .change(let name, let address, let isOn):
            try check(name, address)
            let present = try await webhook(id, at: agency)
            if isOn, present.state == .disabled || present.url != address.text {
                let answer = try await test(present, at: address.text, now: now)
                guard answer.isTaken else { throw WebhookError.unproven(code: answer.code) }
            }
        case .replay(let after): try await dossiers.checkCursor(after)
        case .renewSecret, .remove: break
        }
    }

    private func check(_ name: String, _ address: WebhookAddress) throws {
        var problems: [FieldProblem] = []
        if name.cleaned.isEmpty { problems.append(FieldProblem(field: "name", code: "required")) }
        if name.utf8.count > 200 {
            problems.append(FieldProblem(field: "name", code: "too_long", arguments: ["max": "200"]))
        }
        if let problem = sender.rules.problem(with: address) { problems.append(problem) }
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
    }

    private func test(_ webhook: Webhook, at url: String?, now: Date) async throws -> WebhookAnswer {
        let body = JSON.object([
            "type": "webhook.test", "timestamp": .string(Timestamp.text(now)),
            "data": ["webhook": .string(webhook.id.description)],
        ]).serialized()
        let code = await sender.send(
            body, to: url ?? webhook.url,
            headers: secrets.headers(
                of: webhook.id, webhook.secretNumber, formerUntil: webhook.formerUntil,
                id: Identifier<WebhookAnswer>.make(at: now).description, at: now, body: body))
        let answer = WebhookAnswer(time: now, code: code, events: 0)
        try await database.run(
            WebhookQueries.note, (webhook.id, answer.text), as: .agency(webhook.agencyCode))
        return answer
    }

    private func carryOut(
        _ act: WebhookAct, on id: Webhook.ID, at agency: String, by actor: String, now: Date,
        in transaction: Transaction
    ) async throws -> Webhook? {
        if case .add(let name, let address, let after) = act {
            let present = try await transaction.all(WebhookQueries.list, agency)
            if let added = present.first(where: { $0.id == id }) { return added }
            guard present.count < Self.most else { throw WebhookError.tooMany }
            let newest = try await dossiers.newestPosition()
            try await transaction.run(
                WebhookQueries.add, (id, agency, name.cleaned, address.text, after ?? newest, now))
        } else {
            guard let present = try await transaction.first(WebhookQueries.lock, (id, agency)) else {
                throw WebhookError.notFound
            }
            switch act {
            case .add: break
            case .change(let name, let address, let isOn):
                let reason: Webhook.Reason? =
                    isOn ? nil : present.url != address.text ? .unproven : present.reason ?? .off
                try await transaction.run(
                    WebhookQueries.change,
                    (id, name.cleaned, address.text, isOn ? .active : .disabled, reason, now))
            case .renewSecret:
                try await transaction.run(
                    WebhookQueries.renewSecret, (id, now.addingTimeInterval(WebhookSecrets.overlap)))
            case .replay(let after): try await transaction.run(WebhookQueries.replay, (id, after, now))
            case .remove: try await transaction.run(WebhookQueries.remove, id)
            }
        }
        let changed = try await transaction.first(WebhookQueries.find, (id, agency))
        _ = try await transaction.append(
            JournalEntry(
                kind: "webhook.\(act.verb)", subject: "webhook:\(id)", agencyCode: agency, actor: actor, at: now,
                content: [
                    "url": changed.map { .string($0.url) } ?? .null,
                    "state": changed.map { .string($0.state.rawValue) } ?? .null,
                    "position": changed.map { .integer($0.position) } ?? .null,
                ]))
        return changed
    }
}
