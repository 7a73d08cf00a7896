import Accounts
import Core
import Dossiers
import Files
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /tai-khoan/uy-quyen`
    @Sendable func listMandates(_ request: Request, _ context: PortalContext, _ caller: Owner) async throws -> Response
    {
        let words = words(context)
        let day = Day(of: context.now)
        async let received = accounts.mandates(naming: caller.id)
        async let given = accounts.mandates(givenBy: caller.id)
        let lines = try await (
            received.map { MandateLine($0, for: caller, words, on: day) },
            given.map { MandateLine($0, for: caller, words, on: day) }
        )
        let page = MandatesPage(
            title: words("accounts.title.mandates"),
            notice: try request.queryFields()["xong"].flatMap { words.optional("accounts.mandate.done.\($0)") },
            hasReceived: !lines.0.isEmpty, received: lines.0, hasGiven: !lines.1.isEmpty, given: lines.1)
        return respond(page, to: caller.visitor, context, request)
    }

    /// `GET /tai-khoan/uy-quyen/moi`
    @Sendable func showMandateForm(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        let today = Day(of: context.now)
        var post = UploadPost()
        post.input = ["id": Mandate.ID.make(at: context.now).description, "scope": "all"]
        for (name, day) in [("valid_from", today), ("valid_until", MandateTerms.lastDay(from: today))] {
            for (part, text) in zip(["day", "month", "year"], day.parts) { post.input["\(name).\(part)"] = text }
        }
        return mandateForm(post, request, context, caller, isSent: false)
    }

    /// `POST /tai-khoan/uy-quyen/moi`: given once, however often it comes.
    @Sendable func giveMandate(_ request: Request, _ context: PortalContext, _ caller: Owner) async throws -> Response {
        let post = try await UploadPost.read(
            request, secret: caller.visitor.secret, most: 1, receive: { try files.receive(most: Dossiers.largestFile) })
        guard let id = Mandate.ID(post["id"]) else { throw RequestFailure.malformed }
        guard !post.isRemoval else { return mandateForm(post, request, context, caller, isSent: false) }
        let form = MandateForm(
            post, givenBy: caller.session.kind, login: caller.session.login, on: Day(of: context.now))
        guard let offer = form.offer, let profile = try await accounts.profile(of: caller.id) else {
            return mandateForm(post, request, context, caller, isSent: true)
        }
        try await accounts.give(offer, as: id, by: profile, at: context.now)
        return .seeOther(Link(context.language, path: ["tai-khoan", "uy-quyen"], query: ["xong": "given"]).address)
    }

    /// `GET /tai-khoan/uy-quyen/{id}?next=`: what it allows, and what either of the two can do with it.
    @Sendable func showMandate(_ request: Request, _ context: PortalContext, _ caller: Owner) async throws -> Response {
        let words = words(context)
        let day = Day(of: context.now)
        let mandate = try await mandate(context, of: caller)
        let state = mandate.state(on: day)
        let isGiver = mandate.principalID == caller.id
        let isOpen = state != .revoked && state != .expired
        let role = isGiver ? "giver" : state == .offered ? "invited" : "agent"
        let query = try request.queryFields()
        let page = MandatePage(
            title: words("accounts.title.mandate", ["who": mandate.other(than: caller.id)]),
            notice: query["xong"].flatMap { words.optional("accounts.mandate.done.\($0)") },
            id: mandate.id.description, rows: mandate.rows(words),
            document: mandate.document.map { _ in
                Link(words.language, path: ["tai-khoan", "uy-quyen", mandate.id.description, "van-ban"])
            },
            state: words("accounts.mandate.state.\(state.rawValue)"),
            meaning: words("accounts.mandate.meaning.\(state.rawValue)"),
            canAccept: !isGiver && state == .offered, canEnd: isOpen, ending: words("accounts.mandate.ending.\(role)"),
            end: words("accounts.mandate.end.\(role)"),
            worksFor: MandateLine.WorksFor(
                mandate, for: caller, on: day, next: LocalPath(query["next"] ?? "")?.description ?? ""))
        return respond(page, to: caller.visitor, context, request)
    }

    /// `POST /tai-khoan/uy-quyen/{id}`: accepts it, or ends it.
    @Sendable func answerMandate(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        let form = try await request.form(from: caller.visitor)
        let mandate = try await mandate(context, of: caller)
        guard let profile = try await accounts.profile(of: caller.id) else { throw RequestFailure.forbidden }
        switch form["act"] {
        case "accept": try await accounts.accept(mandate.id, by: profile, at: context.now)
        case "end": try await accounts.revoke(mandate.id, by: profile, at: context.now)
        default: throw RequestFailure.malformed
        }
        return .seeOther(
            Link(
                context.language, path: ["tai-khoan", "uy-quyen", mandate.id.description],
                query: ["xong": form["act"] == "accept" ? "accepted" : "ended"]
            ).address)
    }

    /// `GET /tai-khoan/uy-quyen/{id}/van-ban`: the mandate on paper.
    @Sendable func downloadMandate(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        guard let document = try await mandate(context, of: caller).document else { throw RequestFailure.notFound }
        return try await mandateFile(document, context)
    }

    /// `POST /tai-khoan/tu-cach`: works for somebody else from now on, or for oneself again.
    @Sendable func workFor(_ request: Request, _ context: PortalContext, _ caller: Owner) async throws -> Response {
        let form = try await request.form(from: caller.visitor)
        let text = form["mandate"] ?? ""
        let mandate = Mandate.ID(text)
        guard mandate != nil || text.isEmpty else { throw RequestFailure.malformed }
        try await accounts.work(under: mandate, in: caller.session, at: context.now)
        let next = LocalPath(form["next"] ?? "")?.description
        return .seeOther(next ?? Link(context.language, path: ["ho-so"]).address)
    }

    /// A mandate as a file: what it is stands in the name, whose it is doesn't.
    func mandateFile(_ document: Mandate.Document, _ context: PortalContext) async throws -> Response {
        try await .download(
            path: files.path(of: document.sha256),
            name: "\(words(context)("accounts.mandate.file")).\(document.type.fileExtension)",
            type: document.type.rawValue, context: context)
    }

    private func mandate(_ context: PortalContext, of caller: Owner) async throws -> Mandate {
        guard let id = context.parameter("id").flatMap(Mandate.ID.init),
            let mandate = try await accounts.mandate(id, for: caller.id)
        else { throw RequestFailure.notFound }
        return mandate
    }

    private func mandateForm(
        _ post: UploadPost, _ request: Request, _ context: PortalContext, _ caller: Owner, isSent: Bool
    ) -> Response {
        let words = words(context)
        let form = MandateForm(
            post, givenBy: caller.session.kind, login: caller.session.login, on: Day(of: context.now))
        let fields = form.views(words, isSent: isSent)
        let errors = FieldBuilder.summary(fields)
        let page = MandateFormPage(
            title: words.title("accounts.title.mandate_form", hasErrors: !errors.isEmpty), errors: errors,
            hasErrors: !errors.isEmpty, id: post["id"], fields: fields,
            kept: post.carried(secret: caller.visitor.secret))
        return respond(
            page, to: caller.visitor, context, request, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}

extension MandateLine {
    init(_ mandate: Mandate, for caller: Owner, _ words: Words, on day: Day) {
        self.init(
            address: Link(words.language, path: ["tai-khoan", "uy-quyen", mandate.id.description]),
            who: mandate.other(than: caller.id), scope: mandate.scope(words), days: mandate.days(words),
            state: words("accounts.mandate.state.\(mandate.state(on: day).rawValue)"),
            worksFor: WorksFor(mandate, for: caller, on: day))
    }
}

extension MandateLine.WorksFor {
    /// Nil where the caller can't work under it now, or does already.
    init?(_ mandate: Mandate, for caller: Owner, on day: Day, next: String = "") {
        guard mandate.agentID == caller.id, mandate.state(on: day) == .inForce,
            caller.session.principal == nil || caller.session.mandateID != mandate.id || !next.isEmpty
        else { return nil }
        self.init(
            id: mandate.id.description, name: mandate.principalName, next: next,
            token: FormToken.make(cookie: caller.visitor.secret))
    }
}

extension Mandate {
    /// Who isn't the one who looks.
    fileprivate func other(than account: Account.ID) -> String {
        guard principalID == account else { return principalName }
        return agentName ?? PersonalNumber(agentLogin)?.masked ?? agentLogin
    }

    fileprivate func scope(_ words: Words) -> String {
        terms.procedures.isEmpty
            ? words("accounts.mandate.scope.all")
            : words("accounts.mandate.scope.only", ["codes": terms.procedures.joined(separator: ", ")])
    }

    fileprivate func days(_ words: Words) -> String {
        words(
            "accounts.mandate.days",
            ["from": words.formats.date(terms.validFrom), "until": words.formats.date(terms.validUntil)])
    }

    fileprivate func rows(_ words: Words) -> [RowView] {
        func row(_ name: String, _ value: String?) -> RowView? {
            value.map { RowView(label: words("accounts.mandate.row.\(name)"), value: $0) }
        }
        return [
            row("principal", principalName), row("agent", agentName ?? PersonalNumber(agentLogin)?.masked),
            row("basis", words("accounts.mandate.basis.\(basis.rawValue)")), row("scope", scope(words)),
            row(
                "amount", terms.amountLimit.map(words.formats.money) ?? words("accounts.mandate.amount.none")),
            row("days", days(words)), row("given", words.formats.dateTime(givenAt)),
            row("accepted", acceptedAt.map(words.formats.dateTime)),
            row("ended", revokedAt.map(words.formats.dateTime)),
        ].compactMap(\.self)
    }
}

extension Web {
    /// The keys that code puts together.
    static var mandateTextKeys: [String] {
        ["offered", "upcoming", "in_force", "expired", "revoked"].flatMap { state in
            ["accounts.mandate.state.\(state)", "accounts.mandate.meaning.\(state)"]
        }
            + ["giver", "invited", "agent"].flatMap { ["accounts.mandate.ending.\($0)", "accounts.mandate.end.\($0)"] }
            + ["given", "accepted", "ended"].map { "accounts.mandate.done.\($0)" }
            + Mandate.Basis.allCases.map { "accounts.mandate.basis.\($0.rawValue)" }
            + ["all", "some", "only", "some.only"].map { "accounts.mandate.scope.\($0)" }
            + ["principal", "agent", "basis", "scope", "amount", "days", "given", "accepted", "ended"].map {
                "accounts.mandate.row.\($0)"
            }
            + ["basis", "agent", "scope", "procedures", "amount", "valid_from", "valid_until", "files"].map {
                "accounts.mandate.field.\($0)"
            }
            + ["agent", "procedures", "amount", "valid_until", "files", "files.business"].map {
                "accounts.mandate.field.\($0).hint"
            }
            + [
                "mandate_by_staff", "mandate_only_of_businesses", "mandate_to_oneself", "mandate_on_paper",
                "mandate_ends_before_it_begins", "mandate_already_ended", "mandate_amount_negative",
                "mandate_too_many_procedures", "mandate_procedure_code", "child_of_age",
            ].map { "errors.\($0)" }
    }
}
