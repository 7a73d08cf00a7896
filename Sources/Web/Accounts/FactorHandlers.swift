import Accounts
import Core
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Papers
import Server

/// The second factor of staff: enrolling an application, the code after the password, recovery codes.
extension Web {
    /// `GET /dang-nhap/ma?next=`: enrolment for who has none, the code's page for who has one, and recovery codes for who
    /// is in already.
    @Sendable func showFactor(
        _ request: Request, _ context: PortalContext, _ caller: FactorCaller
    ) async throws -> Response {
        let back = try request.queryFields()["next"] ?? ""
        return try await factorPage(request, context, caller, back: back)
    }

    /// `POST /dang-nhap/ma`: takes the code, and leads to where the caller was going.
    @Sendable func confirmFactor(
        _ request: Request, _ context: PortalContext, _ caller: FactorCaller
    ) async throws -> Response {
        let form = try await request.form(from: caller.visitor)
        let typed = form["code"] ?? ""
        let session = caller.session
        let back = form["next"] ?? ""
        let kept = KeptStaffForm(carriedBy: form)
        do {
            guard !typed.cleaned.isEmpty else { throw AccountError.wrongCode }
            var response: Response
            let token: String
            if try await accounts.factor(of: session.accountID) == nil {
                let enrolled = try await accounts.enrolFactor(by: typed, for: session, at: context.now)
                token = enrolled.token
                response = try await recoveryPage(
                    enrolled.recoveryCodes, request, context, token: token, back: back, kept: kept)
            } else if session.isHalfOpen {
                token = try await accounts.confirm(session, by: typed, at: context.now)
                response = try await signedInResponse(
                    request, context, token: token, back: back, kept: kept, notices: caller.visitor)
            } else {
                let renewed = try await accounts.renewRecoveryCodes(of: session, by: typed, at: context.now)
                token = renewed.token
                response = try await recoveryPage(
                    renewed.recoveryCodes, request, context, token: token, back: back, kept: kept)
            }
            response.headers.append(cookies.set(cookies.session, to: token))
            return response
        } catch AccountError.wrongFactorState {
            // Sent twice: the first one enrolled it.
            return .seeOther(Link(context.language, path: ["dang-nhap", "ma"], query: ["next": back]).address)
        } catch let error as AccountError {
            let words = words(context)
            let message =
                switch error {
                case .tooManyFailures(let seconds):
                    words("errors.too_many_codes", ["minutes": String(max(1, (seconds + 59) / 60))])
                case .wrongCode, .wrongCredentials, .wrongFactorState:
                    words(typed.cleaned.isEmpty ? "errors.code_missing" : "errors.wrong_code")
                }
            return try await factorPage(
                request, context, caller, back: back, message: message, carried: kept?.carried ?? [])
        }
    }

    /// What comes after a complete sign-in of staff: the form that was carried along, or the page they wanted.
    private func signedInResponse(
        _ request: Request, _ context: PortalContext, token: String, back: String, kept: KeptStaffForm?,
        notices visitor: Visitor
    ) async throws -> Response {
        guard let session = try await accounts.session(token: token, at: context.now) else {
            throw RequestFailure.forbidden
        }
        if let kept,
            let page = keptPage(
                kept, for: Visitor(session: session, secret: token, isNew: false, notices: visitor.notices), request,
                context)
        {
            return page
        }
        return .seeOther(home(of: session, back: back, context))
    }

    /// Where staff go after signing in.
    func home(of session: Session, back: String, _ context: PortalContext) -> String {
        let home =
            switch session.kind {
            case .citizen, .business: "ho-so"
            case .officer: "can-bo/ho-so"
            case .publisher: "bien-tap/thu-tuc"
            }
        return LocalPath(back)?.description ?? "\(context.pathPrefix)/\(home)"
    }

    func factorPage(
        _ request: Request, _ context: PortalContext, _ caller: FactorCaller, back: String, message: String? = nil,
        carried: [HiddenView] = []
    ) async throws -> Response {
        let words = words(context)
        let state = try await accounts.factor(of: caller.session.accountID)
        let enrolment =
            state == nil ? try accounts.enrolment(for: caller.session, issuer: words("accounts.factor.issuer")) : nil
        let kind = state == nil ? "enrol" : caller.session.isHalfOpen ? "code" : "renew"
        let builder = FieldBuilder(words: words, messages: message.map { ["code": $0] } ?? [:])
        let field = builder.input(
            "code", label: words("accounts.factor.code"), hint: words("accounts.factor.hint.\(kind)"), mode: "text",
            autocomplete: "one-time-code", width: "medium")
        let page = FactorPage(
            title: words.title("accounts.title.factor.\(kind)", hasErrors: message != nil),
            errors: FieldBuilder.summary([field]), hasErrors: message != nil,
            heading: words("accounts.title.factor.\(kind)"), lead: words("accounts.factor.lead.\(kind)"),
            enrolment: enrolment.map {
                FactorPage.EnrolmentView(
                    picture: factorPicture($0.address) ?? HTML(unescapedHTML: ""), address: Link($0.address),
                    secret: $0.secret)
            },
            left: kind != "renew"
                ? nil : state.map { words("accounts.factor.left", ["count": String($0.recoveryCodesLeft)]) },
            isSigningIn: caller.session.isHalfOpen, field: field, button: words("accounts.factor.button.\(kind)"),
            back: LocalPath(back)?.description ?? "", kept: carried)
        return respond(page, to: caller.visitor, context, request)
    }

    /// The picture that an application reads the address from.
    private func factorPicture(_ address: String) -> HTML? {
        QRCode(address).map { code in
            let side = code.sizeWithQuietZone
            return HTML(
                unescapedHTML: "<svg width=\"224\" height=\"224\" viewBox=\"0 0 \(side) \(side)\">"
                    + "<rect width=\"\(side)\" height=\"\(side)\" fill=\"#fff\"/><path d=\"\(code.path)\"/></svg>")
        }
    }

    /// The only time that recovery codes are shown.
    private func recoveryPage(
        _ codes: [String], _ request: Request, _ context: PortalContext, token: String, back: String,
        kept: KeptStaffForm?
    ) async throws -> Response {
        let words = words(context)
        guard let session = try await accounts.session(token: token, at: context.now) else {
            throw RequestFailure.forbidden
        }
        let next = kept?.target.description ?? home(of: session, back: back, context)
        let page = RecoveryPage(
            title: words("accounts.title.recovery"), codes: codes.map { RecoveryPage.Code(code: $0) },
            next: Link(next) ?? Link(words.language, path: []))
        return respond(
            page, to: Visitor(session: session, secret: token, isNew: false, notices: []), context, request)
    }
}

/// A member of staff between password and code, or one who looks after their second factor.
struct FactorCaller: Sendable {
    let session: Session
    let visitor: Visitor
}

extension Web {
    /// Staff whose password was right, whatever else is still to come.
    var factorCaller: Audience<FactorCaller> {
        Audience("second factor") { [self] request, context in
            let visitor = try await recognise(request, context)
            guard let session = visitor.session ?? visitor.halfOpen else {
                throw Redirection(to: Link(context.language, path: ["dang-nhap"]).address)
            }
            guard !session.kind.files else { throw RequestFailure.forbidden }
            return FactorCaller(session: session, visitor: visitor)
        }
    }
}
