import Accounts
import Core
import Cryptography
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Server

extension Web {
    /// `GET /dang-nhap?next=`
    @Sendable func showSignIn(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response
    {
        let query = try request.queryFields()
        let notice = query["moi"] == nil ? nil : words(context)("errors.registered")
        return signInPage(request, context, visitor, back: query["next"] ?? "", notice: notice)
    }

    /// `POST /dang-nhap`: lets in, and leads back to where the visitor was going.
    @Sendable func signIn(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response {
        let form = try await request.form(from: visitor)
        let login = Self.login(form["login"] ?? "")
        let kept = KeptForm(form)
        let keptByStaff = KeptStaffForm(carriedBy: form)
        let device = DeviceName(userAgent: request.headers[.userAgent] ?? "").text
        let token: String
        do {
            (token, _) = try await accounts.signIn(
                login: login, password: form["password"] ?? "", device: device,
                continuing: request.cookie(cookies.session), at: context.now)
        } catch let error as AccountError {
            let words = words(context)
            let message =
                switch error {
                case .wrongCredentials, .wrongCode, .wrongFactorState: words("errors.wrong_credentials")
                case .tooManyFailures(let seconds):
                    words("errors.too_many_failures", ["minutes": String(max(1, (seconds + 59) / 60))])
                }
            return signInPage(
                request, context, visitor, back: form["next"] ?? "", login: form["login"] ?? "", message: message,
                kept: kept, carried: keptByStaff?.carried ?? [])
        }
        var response: Response
        guard let session = try await accounts.session(token: token, at: context.now) else {
            throw RequestFailure.forbidden
        }
        if session.isHalfOpen {
            response = try await factorResponse(
                request, context, session, token: token, back: form["next"] ?? "", kept: keptByStaff, visitor)
        } else if let kept, session.kind.files {
            let visitor = Visitor(session: session, secret: token, isNew: false, notices: visitor.notices)
            response = try await save(kept, for: Applicant(session: session, visitor: visitor), request, context)
        } else if let keptByStaff, !session.kind.files,
            let page = keptPage(
                keptByStaff,
                for: Visitor(session: session, secret: token, isNew: false, notices: visitor.notices), request, context)
        {
            response = page
        } else {
            response = .seeOther(home(of: session, back: form["next"] ?? "", context))
        }
        response.headers.append(cookies.set(cookies.session, to: token))
        return response
    }

    /// On to the second factor; a form that is carried along goes with the page itself.
    private func factorResponse(
        _ request: Request, _ context: PortalContext, _ session: Session, token: String, back: String,
        kept: KeptStaffForm?, _ visitor: Visitor
    ) async throws -> Response {
        guard let kept else {
            let query: KeyValuePairs<String, String> = LocalPath(back).map { ["next": $0.description] } ?? [:]
            return .seeOther(Link(context.language, path: ["dang-nhap", "ma"], query: query).address)
        }
        let caller = FactorCaller(
            session: session,
            visitor: Visitor(session: nil, secret: token, isNew: false, notices: visitor.notices, halfOpen: session))
        return try await factorPage(request, context, caller, back: back, carried: kept.carried)
    }

    /// `POST /dang-xuat`
    @Sendable func signOut(_ request: Request, _ context: PortalContext, _ caller: Owner) async throws -> Response {
        _ = try await request.form(from: caller.visitor)
        try await accounts.end(caller.session.id, of: caller.id)
        var response = Response.seeOther(Link(context.language, path: []).address)
        response.headers.append(cookies.clear(cookies.session))
        return response
    }

    func signInPage(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor, back: String, login: String = "",
        message: String? = nil, notice: String? = nil, kept: KeptForm? = nil, carried: [HiddenView] = []
    ) -> Response {
        let words = words(context)
        let builder = FieldBuilder(words: words, messages: message.map { ["login": $0] } ?? [:])
        let fields = [
            builder.input(
                "login", label: words("accounts.field.login"), hint: words("accounts.hint.login"), value: login,
                autocomplete: "username"),
            builder.input(
                "password", label: words("accounts.field.password"), type: "password", autocomplete: "current-password"),
        ]
        let page = SignInPage(
            title: words.title("accounts.title.signin", hasErrors: message != nil),
            errors: FieldBuilder.summary(fields), hasErrors: message != nil, notice: notice, fields: fields,
            back: LocalPath(back)?.description ?? "",
            kept: carried + (kept?.fields ?? []).map { HiddenView(name: $0.name, value: $0.value) })
        return respond(page, to: visitor, context, request, hasForm: true)
    }

    /// Numbers are forgiven their spaces and dots; the names of staff are taken as they are.
    private static func login(_ text: String) -> String {
        PersonalNumber(text)?.digits ?? TaxCode(text)?.description ?? text.cleaned
    }
}
