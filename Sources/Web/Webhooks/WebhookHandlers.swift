import Accounts
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Server
import Webhooks

/// Where an agency's systems are told what happens to its dossiers, for who supervises all of the agency.
extension Web {
    /// Officers who supervise the whole agency: what its systems get is everybody's.
    var wholeSupervisor: Audience<Staff> {
        let supervisor = supervisor
        return Audience("whole supervisor") { request, context in
            let caller = try await supervisor.resolve(request, context)
            guard caller.session.unitID == nil else { throw DutyLacking([.supervise]) }
            return caller
        }
    }

    /// `GET /can-bo/he-thong/thong-bao`
    @Sendable func listWebhooks(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let form = WebhookForm(id: Webhook.ID.make(at: context.now).description)
        return try await webhooksPage(form, request, context, staff)
    }

    /// `POST /can-bo/he-thong/thong-bao`: adds one, once however often it comes, and shows its secret.
    @Sendable func addWebhook(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let form = WebhookForm(try await request.form(from: staff.visitor))
        guard let id = Webhook.ID(form.id) else { throw RequestFailure.malformed }
        do {
            let added = try await webhooks.perform(
                .add(name: form.name, address: try form.address(), after: nil), on: id, at: staff.agency,
                by: staff.actor, now: context.now)
            guard let added else { throw RequestFailure.notFound }
            return webhookPage(
                added, secret: webhooks.secret(added.secretNumber, of: id), request, context, staff)
        } catch let failure as ValidationFailure {
            return try await webhooksPage(form, problems: failure.problems, request, context, staff)
        }
    }

    /// `GET /can-bo/he-thong/thong-bao/{id}`
    @Sendable func showWebhook(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        webhookPage(
            try await webhook(context, staff), done: try request.queryFields()["xong"], request, context, staff)
    }

    /// `POST /can-bo/he-thong/thong-bao/{id}`: what `act` says.
    @Sendable func actOnWebhook(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let input = try await request.form(from: staff.visitor)
        let present = try await webhook(context, staff)
        guard let verb = WebhookForm.Verb(rawValue: input["act"] ?? "") else { throw RequestFailure.malformed }
        let form = verb == .save ? WebhookForm(input) : WebhookForm(present)
        do {
            if verb == .test {
                _ = try await webhooks.test(present.id, at: staff.agency, now: context.now)
                return doneWith(verb, present.id, context)
            }
            let act = try await act(verb, form, input, present, staff)
            let changed = try await webhooks.perform(
                act, on: present.id, at: staff.agency, by: staff.actor, now: context.now)
            guard let changed else { return doneWith(verb, nil, context) }
            guard verb == .renew else { return doneWith(verb, present.id, context) }
            return webhookPage(
                changed, secret: webhooks.secret(changed.secretNumber, of: changed.id), request, context, staff)
        } catch let failure as ValidationFailure {
            return webhookPage(present, form: form, problems: failure.problems, request, context, staff)
        } catch WebhookError.unproven(let code) {
            let problem = FieldProblem(
                field: "url", code: "webhook_unproven", arguments: ["code": words(context).webhookAnswer(code)])
            return webhookPage(
                try await webhook(context, staff), form: form, problems: [problem], request, context, staff)
        }
    }

    private func act(
        _ verb: WebhookForm.Verb, _ form: WebhookForm, _ input: FormFields, _ present: Webhook, _ staff: Staff
    ) async throws -> WebhookAct {
        switch verb {
        case .save, .test:
            .change(name: form.name, address: try form.address(), isOn: present.state != .disabled)
        case .on: .change(name: form.name, address: try form.address(), isOn: true)
        case .off: .change(name: form.name, address: try form.address(), isOn: false)
        case .renew: .renewSecret
        case .remove: .remove
        case .replay: .replay(after: try await replayed(input, staff))
        }
    }

    /// Behind which position: as it was typed, or as the events of a day begin.
    private func replayed(_ input: FormFields, _ staff: Staff) async throws -> Int {
        let text = (input["after"] ?? "").cleaned
        let (day, parts) = input.day("day")
        if text.isEmpty, let day { return try await webhooks.position(at: day.instant(), of: staff.agency) }
        if text.isEmpty, parts.contains(where: { !$0.isEmpty }) {
            throw ValidationFailure(problems: [FieldProblem(field: "day", code: "invalid_date")])
        }
        guard let position = Int(text), position >= 0 else {
            throw ValidationFailure(problems: [FieldProblem(field: "after", code: "webhook_position")])
        }
        do { try await dossiers.checkCursor(position) } catch is FeedCursorAhead, is FeedCursorTooOld {
            throw ValidationFailure(problems: [FieldProblem(field: "after", code: "webhook_position")])
        }
        return position
    }

    private func webhook(_ context: PortalContext, _ staff: Staff) async throws -> Webhook {
        guard let id = context.parameter("id").flatMap(Webhook.ID.init) else { throw RequestFailure.notFound }
        return try await webhooks.webhook(id, at: staff.agency)
    }

    private func doneWith(_ verb: WebhookForm.Verb, _ id: Webhook.ID?, _ context: PortalContext) -> Response {
        let path = ["can-bo", "he-thong", "thong-bao", id?.description ?? ""]
        return .seeOther(Link(context.language, path: path, query: ["xong": verb.rawValue]).address)
    }

    private func webhooksPage(
        _ form: WebhookForm, problems: [FieldProblem] = [], _ request: Request, _ context: PortalContext,
        _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let found = try await webhooks.list(at: staff.agency)
        let fields = form.fields(words, problems)
        let page = WebhooksPage(
            title: words.title("webhooks.title.list", hasErrors: !problems.isEmpty),
            errors: FieldBuilder.summary(fields), hasErrors: !problems.isEmpty,
            notice: try request.queryFields()["xong"].flatMap { words.optional("webhooks.done.\($0)") },
            isEmpty: found.isEmpty,
            webhooks: found.map { webhook in
                WebhooksPage.Line(
                    link: Link(
                        context.language, path: ["can-bo", "he-thong", "thong-bao", webhook.id.description]),
                    name: webhook.name, url: webhook.url, state: words("webhooks.state.\(webhook.state.rawValue)"),
                    isTroubled: webhook.state != .active,
                    last: webhook.answers.first.map {
                        "\(words.formats.dateTime($0.time)): \(words.webhookAnswer($0.code))"
                    })
            }, mayAdd: found.count < Webhooks.most, id: form.id, fields: fields)
        return respond(
            page, to: staff.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private func webhookPage(
        _ webhook: Webhook, form: WebhookForm? = nil, problems: [FieldProblem] = [], secret: String? = nil,
        done: String? = nil, _ request: Request, _ context: PortalContext, _ staff: Staff
    ) -> Response {
        let words = words(context)
        let fields = (form ?? WebhookForm(webhook)).fields(words, problems)
        let replay = WebhookForm.replayFields(words, problems)
        let page = WebhookPage(
            title: words.title("webhooks.title.show", ["name": webhook.name], hasErrors: !problems.isEmpty),
            errors: FieldBuilder.summary(fields + replay), hasErrors: !problems.isEmpty,
            notice: done.flatMap { words.optional("webhooks.done.\($0)") }, name: webhook.name, secret: secret,
            action: Link(context.language, path: ["can-bo", "he-thong", "thong-bao", webhook.id.description]),
            url: webhook.url, state: words("webhooks.state.\(webhook.state.rawValue)"),
            reason: webhook.reason.map { words("webhooks.reason.\($0.rawValue)") }, isOn: webhook.state != .disabled,
            position: String(webhook.position), failingSince: webhook.failingSince.map(words.formats.dateTime),
            nextAt: webhook.state == .failing ? words.formats.dateTime(webhook.nextAt) : nil,
            formerUntil: webhook.formerUntil.flatMap { $0 > context.now ? words.formats.dateTime($0) : nil },
            hasAnswers: !webhook.answers.isEmpty,
            answers: webhook.answers.map { answer in
                WebhookPage.Answer(
                    time: words.formats.dateTime(answer.time), answer: words.webhookAnswer(answer.code),
                    events: answer.events == 0 ? words("webhooks.test") : words.formats.number(answer.events))
            }, fields: fields, replayFields: replay)
        return respond(
            page, to: staff.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// The keys that code puts together.
    static var webhookTextKeys: [String] {
        Webhook.State.allCases.map { "webhooks.state.\($0.rawValue)" }
            + Webhook.Reason.allCases.map { "webhooks.reason.\($0.rawValue)" }
            + WebhookForm.Verb.allCases.map { "webhooks.done.\($0.rawValue)" }
            + (Words.webhookAnswers + ["http", "other"]).map { "webhooks.answer.\($0)" }
            + ["name", "url", "after", "day"].map { "webhooks.field.\($0)" } + ["webhooks.test"]
    }
}

/// What a form of a webhook's page says.
struct WebhookForm {
    var id = ""
    var name = ""
    var url = ""

    enum Verb: String, CaseIterable {
        case save
        case test
        case on
        case off
        case renew
        case replay
        case remove
    }

    init(id: String) { self.id = id }

    init(_ form: FormFields) {
        id = form["id"] ?? ""
        name = (form["name"] ?? "").cleaned
        url = (form["url"] ?? "").cleaned
    }

    init(_ webhook: Webhook) {
        name = webhook.name
        url = webhook.url
    }

    /// - Throws: `ValidationFailure` with everything that is wrong at first sight.
    func address() throws -> WebhookAddress {
        guard let address = WebhookAddress(url) else {
            let missing = name.isEmpty ? [FieldProblem(field: "name", code: "required")] : []
            let code = url.isEmpty ? "required" : "webhook_url"
            throw ValidationFailure(problems: missing + [FieldProblem(field: "url", code: code)])
        }
        return address
    }

    func fields(_ words: Words, _ problems: [FieldProblem]) -> [FieldView] {
        let builder = Self.builder(words, problems)
        return [
            builder.input(
                "name", label: words("webhooks.field.name"), hint: words("webhooks.hint.name"), value: name,
                width: "wide"),
            builder.input(
                "url", label: words("webhooks.field.url"), hint: words("webhooks.hint.url"), value: url, type: "url",
                mode: "url", width: "wide"),
        ]
    }

    static func replayFields(_ words: Words, _ problems: [FieldProblem]) -> [FieldView] {
        let builder = builder(words, problems)
        return [
            builder.date(
                "day", label: words("webhooks.field.day"), hint: words("webhooks.hint.day"), parts: ["", "", ""],
                isOptional: true),
            builder.input(
                "after", label: words("webhooks.field.after"), hint: words("webhooks.hint.after"), mode: "numeric",
                width: "short", isOptional: true),
        ]
    }

    private static func builder(_ words: Words, _ problems: [FieldProblem]) -> FieldBuilder {
        FieldBuilder(
            words: words,
            messages: Dictionary(
                problems.map { ($0.field, words.message($0, label: words("webhooks.field.\($0.field)"))) },
                uniquingKeysWith: { first, _ in first }))
    }
}

extension Words {
    static let webhookAnswers = [
        "timeout", "unknown-host", "no-connection", "no-secure-connection", "cut-off", "address-refused",
        "cursor-too-old",
    ]

    /// What an address answered, or why it didn't.
    func webhookAnswer(_ code: String) -> String {
        if Self.webhookAnswers.contains(code) { return self("webhooks.answer.\(code)") }
        guard code.hasPrefix("http-") else { return self("webhooks.answer.other", ["code": code]) }
        return self("webhooks.answer.http", ["code": String(code.dropFirst(5))])
    }
}

extension Staff {
    /// As the journal names who did something.
    fileprivate var actor: String { "account:\(session.accountID)" }
}
