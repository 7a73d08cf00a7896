import Accounts
import Core
import FoundationEssentials
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /tai-khoan`
    @Sendable func showAccount(_ request: Request, _ context: PortalContext, _ caller: Owner) async throws
        -> Response
    {
        let notice: String? =
            switch try request.queryFields()["xong"] {
            case "mat-khau": words(context)("errors.password_changed")
            case "phien": words(context)("errors.sessions_ended")
            default: nil
            }
        return try await accountPage(request, context, caller, notice: notice)
    }

    /// `POST /tai-khoan/phien`: ends one session.
    @Sendable func endSession(_ request: Request, _ context: PortalContext, _ caller: Owner) async throws
        -> Response
    {
        let form = try await request.form(from: caller.visitor)
        guard let session = form["session"].flatMap(Session.ID.init) else { throw RequestFailure.malformed }
        try await accounts.end(session, of: caller.id)
        return .seeOther(Link(context.language, path: ["tai-khoan"], query: ["xong": "phien"]).address)
    }

    /// `POST /tai-khoan/phien-khac`: signs out everywhere but here.
    @Sendable func endOtherSessions(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        _ = try await request.form(from: caller.visitor)
        try await accounts.endOthers(than: caller.session)
        return .seeOther(Link(context.language, path: ["tai-khoan"], query: ["xong": "phien"]).address)
    }

    /// `POST /tai-khoan/mat-khau`
    @Sendable func changePassword(
        _ request: Request, _ context: PortalContext, _ caller: Owner
    ) async throws -> Response {
        let form = try await request.form(from: caller.visitor)
        let new = form["password"] ?? ""
        var problems: [FieldProblem] = []
        if let code = PasswordRules.problem(with: new, knowing: [caller.session.login, caller.session.name]) {
            problems.append(FieldProblem(field: "password", code: code))
        } else if new != form["password_repeat"] {
            problems.append(FieldProblem(field: "password_repeat", code: "password_mismatch"))
        }
        if problems.isEmpty {
            do {
                try await accounts.changePassword(
                    of: caller.session, from: form["present_password"] ?? "", to: new, at: context.now)
                return .seeOther(Link(context.language, path: ["tai-khoan"], query: ["xong": "mat-khau"]).address)
            } catch AccountError.wrongCredentials {
                problems.append(FieldProblem(field: "present_password", code: "wrong_password"))
            }
        }
        return try await accountPage(request, context, caller, problems: problems)
    }

    private func accountPage(
        _ request: Request, _ context: PortalContext, _ caller: Owner, notice: String? = nil,
        problems: [FieldProblem] = []
    ) async throws -> Response {
        let words = words(context)
        guard let profile = try await accounts.profile(of: caller.id) else { throw RequestFailure.forbidden }
        let sessions = try await accounts.sessions(of: caller.id, at: context.now)
        func label(_ name: String) -> String { words("accounts.field.\(name)") }
        let builder = FieldBuilder(
            words: words,
            messages: Dictionary(problems.map { ($0.field, words.message($0, label: label($0.field))) }) { $1 })
        let fields = [
            ("present_password", "current-password"), ("password", "new-password"), ("password_repeat", "new-password"),
        ]
        .map { name, autocomplete in
            builder.input(
                name, label: name == "password" ? label("new_password") : label(name),
                hint: name == "password" ? words("accounts.hint.password") : nil, type: "password",
                autocomplete: autocomplete)
        }
        let page = AccountPage(
            title: words.title("accounts.title.account", hasErrors: !problems.isEmpty), notice: notice,
            errors: FieldBuilder.summary(fields), hasErrors: !problems.isEmpty, rows: profile.rows(words),
            isStaff: !profile.kind.files,
            sessions: sessions.map { session in
                AccountPage.SessionView(
                    id: session.id.description, device: session.device,
                    since: words.formats.dateTime(session.createdAt),
                    seen: words.formats.dateTime(session.lastSeenAt), isThis: session.id == caller.session.id)
            },
            hasOtherSessions: sessions.count > 1, fields: fields)
        return respond(page, to: caller.visitor, context, request)
    }
}

extension Profile {
    /// What the account knows, numbers masked: the page may be read over a shoulder.
    fileprivate func rows(_ words: Words) -> [RowView] {
        func row(_ key: String, _ value: String?) -> RowView? {
            value.map { RowView(label: words("accounts.field.\(key)"), value: $0) }
        }
        let number = kind == .citizen ? PersonalNumber(login)?.masked ?? login : login
        return [
            row(kind == .business ? "business_name" : "name", name),
            row(kind == .citizen ? "personal_number" : kind == .business ? "tax_code" : "login", number),
            row("date_of_birth", dateOfBirth.map(words.formats.date)),
            row("representative_name", representativeName),
            row("representative_number", representativeNumber.flatMap(PersonalNumber.init)?.masked),
            row("phone", phone), row("email", email), row("agency", agencyCode),
        ].compactMap(\.self)
    }
}
