import Accounts
import Agencies
import Catalogue
import Core
import Cryptography
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Server

/// An officer who supervises the whole agency, and with it the systems that it runs.
struct SystemKeeper: Sendable {
    let staff: Staff
    let keeper: ClientKeeper
}

/// An agency's systems: what they may do, how they prove who they are, what they called and what of it was refused.
extension Web {
    /// Officers who supervise their whole agency.
    var systemKeeper: Audience<SystemKeeper> {
        let supervisor = supervisor
        return Audience("supervisor of the agency") { request, context in
            let staff = try await supervisor.resolve(request, context)
            return SystemKeeper(staff: staff, keeper: try ClientKeeper(staff.session))
        }
    }

    /// `GET /can-bo/he-thong`
    @Sendable func listClients(
        _ request: Request, _ context: PortalContext, _ caller: SystemKeeper
    ) async throws -> Response {
        let words = words(context)
        async let lag = dossiers.reportLag(at: caller.staff.agency, now: context.now)
        async let waiting = dossiers.openReports(at: caller.staff.agency, after: nil, limit: 50)
        async let found = agencies.agency(caller.staff.agency)
        let month = Day(of: context.now) + -30
        async let compared = dossiers.drift(of: caller.staff.agency, since: month)
        async let flags = dossiers.flags(of: caller.staff.agency, since: month)
        let clients = try await accounts.clients(of: caller.keeper)
        let reports = try await waiting.items
        let drift = try await compared.filter { !$0.agrees }
        let page = ClientsPage(
            title: words("accounts.title.systems"), agency: try await found?.name ?? caller.staff.agency,
            isEmpty: clients.isEmpty, clients: clients.map { ClientsPage.ClientView($0, words, at: context.now) },
            lag: words.sentence(about: try await lag), hasReports: !reports.isEmpty,
            reports: reports.map { report in
                ClientsPage.ReportView(
                    link: Link(words.language, path: ["can-bo", "ho-so", report.code]), code: report.code,
                    sentence: sentence(about: report, words), isOverdue: report.alarmedAt != nil)
            },
            hasCompared: try await !compared.isEmpty, agrees: drift.isEmpty, drift: drift.map(words.sentence),
            hasFlags: try await !flags.isEmpty,
            flags: try await flags.map { words("agencies.flag.\($0.flag)", ["count": words.formats.number($0.count)]) })
        return respond(page, to: caller.staff.visitor, context, request)
    }

    /// `GET /can-bo/he-thong/{client}`
    @Sendable func showClient(
        _ request: Request, _ context: PortalContext, _ caller: SystemKeeper
    ) async throws -> Response {
        try await clientPage(request, context, caller, done: try request.queryFields()["done"])
    }

    /// `POST /can-bo/he-thong/{client}/bi-mat`: another secret, shown in the answer and nowhere else.
    ///
    /// It is made of the secret behind the session and the number that the page showed, so that a second click shows the
    /// same one again, and nothing that could be chosen or is kept here makes it.
    @Sendable func rotateSecret(
        _ request: Request, _ context: PortalContext, _ caller: SystemKeeper
    ) async throws -> Response {
        let form = try await request.form(from: caller.staff.visitor)
        let (id, seen) = (client(context), form["number"].flatMap { Int($0) } ?? 0)
        let secret = Base64URL.encode(
            HMAC.sha256(key: Array(caller.staff.visitor.secret.utf8), Array("client-secret \(seen) \(id)".utf8)))
        do {
            let shown = try await accounts.rotateSecret(
                of: id, to: secret, seen: seen, overlap: 86_400, by: caller.keeper, at: context.now)
            return try await clientPage(request, context, caller, shown: shown)
        } catch let error as ClientError where error != .notFound {
            return try await clientPage(request, context, caller, done: error.notice)
        }
    }

    /// `POST /can-bo/he-thong/{client}/khoa`: adds a public key.
    @Sendable func addClientKey(
        _ request: Request, _ context: PortalContext, _ caller: SystemKeeper
    ) async throws -> Response {
        let form = KeyForm(try await request.form(from: caller.staff.visitor))
        do {
            let key = try form.key(on: Day(of: context.now))
            _ = try await accounts.addKey(
                key, to: client(context), until: form.lastDay.map { ($0 + 1).instant() }, by: caller.keeper,
                at: context.now)
        } catch let problem as FieldProblem {
            return try await clientPage(request, context, caller, form: form, problem: problem)
        } catch let error as ClientError where error != .notFound {
            let problem = FieldProblem(field: "key", code: error.notice)
            return try await clientPage(request, context, caller, form: form, problem: problem)
        }
        return done("key", context)
    }

    /// `POST /can-bo/he-thong/{client}/khoa/thu-hoi`: takes a key back at once.
    @Sendable func revokeClientKey(
        _ request: Request, _ context: PortalContext, _ caller: SystemKeeper
    ) async throws -> Response {
        let form = try await request.form(from: caller.staff.visitor)
        try await accounts.revokeKey(form["kid"] ?? "", of: client(context), by: caller.keeper, at: context.now)
        return done("revoked", context)
    }

    /// `POST /can-bo/he-thong/{client}/ngung`: shuts a system out at once.
    @Sendable func disableClient(
        _ request: Request, _ context: PortalContext, _ caller: SystemKeeper
    ) async throws -> Response {
        _ = try await request.form(from: caller.staff.visitor)
        guard try await accounts.disableClient(id: client(context), by: caller.keeper, at: context.now) else {
            throw ClientError.notFound
        }
        return done("disabled", context)
    }

    /// `POST /can-bo/he-thong/{client}/bao-cao`: plays a refused report again.
    @Sendable func replayReport(
        _ request: Request, _ context: PortalContext, _ caller: SystemKeeper
    ) async throws -> Response {
        let form = try await request.form(from: caller.staff.visitor)
        guard let id = form["report"].flatMap(RefusedReport.ID.init) else { throw RequestFailure.notFound }
        let report = try await dossiers.replay(id, by: caller.keeper, at: context.now)
        return done(report.outcome?.rawValue ?? "refused", context)
    }

    private func client(_ context: PortalContext) -> String { context.parameter("client") ?? "" }

    private func done(_ what: String, _ context: PortalContext) -> Response {
        .seeOther(Link(context.language, path: ["can-bo", "he-thong", client(context)], query: ["done": what]).address)
    }

    private func clientPage(
        _ request: Request, _ context: PortalContext, _ caller: SystemKeeper, done: String? = nil,
        shown: String? = nil, form: KeyForm = KeyForm(), problem: FieldProblem? = nil
    ) async throws -> Response {
        let words = words(context)
        let id = client(context)
        let client = try await accounts.client(id, of: caller.keeper)
        async let keys = accounts.keys(of: id, by: caller.keeper)
        async let calls = accounts.calls(of: id, by: caller.keeper, limit: 50)
        let refused = try await dossiers.refusedReports(of: "client:\(id)", at: caller.staff.agency, limit: 20)
        let builder = FieldBuilder(
            words: words,
            messages: problem.map { [$0.field: words.message($0, label: words("accounts.system.field.\($0.field)"))] }
                ?? [:])
        let page = ClientPage(
            client, keys: try await keys, calls: try await calls, refused: refused,
            title: words.title("accounts.title.system", ["name": client.name], hasErrors: problem != nil),
            notice: done, shown: shown, fields: form.fields(builder), words, at: context.now)
        return respond(
            page, to: caller.staff.visitor, context, request, status: problem == nil ? .ok : .unprocessableContent)
    }

    /// The keys that code puts together.
    static var clientTextKeys: [String] {
        ClientScope.allCases.map { Words.scope($0.rawValue) }
            + ["key", "revoked", "disabled", "applied", "parked", "kept", "refused", "secret_changed", "client_out"].map
        {
            "accounts.system.done.\($0)"
        }
            + [
                "key_unreadable", "key_private", "key_unsupported", "key_weak", "key_ended", "too_many_keys",
                "client_out",
            ]
            .map { "errors.\($0)" } + ["key", "until"].map { "accounts.system.field.\($0)" }
            + ["yes", "no"].map { "accounts.system.certificate.\($0)" }
            + ["seconds", "minutes", "hours", "days"].map { "accounts.system.span.\($0)" }
    }
}

/// A key as it was pasted, and until when it shall be good.
struct KeyForm {
    var text = ""
    var lastDay: Day?
    var parts = ["", "", ""]

    init() {}

    init(_ form: FormFields) {
        text = form["key"] ?? ""
        (lastDay, parts) = form.day("until")
    }

    /// - Throws: `FieldProblem`.
    func key(on today: Day) throws -> PublicKey {
        guard !text.trimmed.isEmpty else { throw FieldProblem(field: "key", code: "required") }
        if parts.contains(where: { !$0.isEmpty }) {
            guard let lastDay else { throw FieldProblem(field: "until", code: "invalid_date") }
            guard lastDay >= today else {
                throw FieldProblem(
                    field: "until", code: "date_too_early", arguments: ["min": Formats(.vi).date(today)])
            }
        }
        do { return try PublicKey(pasted: text) } catch {
            throw FieldProblem(field: "key", code: error.code)
        }
    }

    func fields(_ builder: FieldBuilder) -> [FieldView] {
        let words = builder.words
        return [
            builder.area(
                "key", label: words("accounts.system.field.key"), hint: words("accounts.system.hint.key"), value: text),
            builder.date(
                "until", label: words("accounts.system.field.until"), hint: words("accounts.system.hint.until"),
                parts: parts, isOptional: true),
        ]
    }
}

extension PublicKeyFailure {
    fileprivate var code: String {
        switch self {
        case .unreadable: "key_unreadable"
        case .isPrivate: "key_private"
        case .unsupported: "key_unsupported"
        case .weak: "key_weak"
        }
    }
}

extension ClientError {
    /// What the page says of it.
    fileprivate var notice: String {
        switch self {
        case .notFound, .changedMeanwhile: "secret_changed"
        case .isShutOut: "client_out"
        case .keyEnded: "key_ended"
        case .tooManyKeys: "too_many_keys"
        }
    }
}
