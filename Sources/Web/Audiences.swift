import Accounts
import Catalogue
import Core
import Cryptography
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Server

/// Anyone who opens a page, with their session if they are signed in.
struct Visitor: Sendable {
    let session: Session?
    /// The secret behind this browser's form tokens: the session's token, or that of a cookie for the unknown.
    let secret: String
    /// The unknown visitor has no such cookie yet: a page with a form has to set it.
    let isNew: Bool
    /// Those of the minute in which the page was asked for.
    let notices: [ServiceNotice]
    /// A session that still waits for its second factor: nobody is signed in by it.
    var halfOpen: Session? = nil
}

/// A signed-in citizen or business, for themselves or for whom they act.
struct Applicant: Sendable {
    let session: Session
    let visitor: Visitor

    var capacity: Capacity { session.capacity }
    /// Of whoever the dossiers are.
    var kind: Account.Kind { session.principal?.kind ?? session.kind }
}

/// Anyone who is signed in, on pages of their own account.
struct Owner: Sendable {
    let session: Session
    let visitor: Visitor
    var id: Account.ID { session.accountID }
}

/// A signed-in officer or publisher; both belong to an agency.
struct Staff: Sendable {
    let session: Session
    let visitor: Visitor
    let agency: String

    /// - Throws: `DutyLacking`, shown as a page that says which duty it takes and who gives it.
    func require(_ duty: Duty) throws {
        guard session.duties.contains(duty) else { throw DutyLacking([duty]) }
    }
}

extension Web {
    /// Everyone, known or not.
    var visitor: Audience<Visitor> {
        Audience("everyone") { [self] request, context in try await recognise(request, context) }
    }

    /// Citizens and businesses; the unknown are asked to sign in and come back here afterwards.
    var applicant: Audience<Applicant> {
        Audience("applicant") { [self] request, context in
            try Self.applicant(try await signedIn(request, context))
        }
    }

    /// - Throws: a page that says that the mandate has ended, with the way back to one's own dossiers.
    private static func applicant(_ owner: Owner) throws -> Applicant {
        guard owner.session.kind.files else { throw RequestFailure.forbidden }
        guard !owner.session.hasLostMandate else { throw RequestFailure(.forbidden, type: "mandate-ended") }
        return Applicant(session: owner.session, visitor: owner.visitor)
    }

    /// Citizens and businesses on pages of their own account, for whomever they work just now.
    var filer: Audience<Owner> {
        Audience("applicant") { [self] request, context in
            let owner = try await signedIn(request, context)
            guard owner.session.kind.files else { throw RequestFailure.forbidden }
            return owner
        }
    }

    /// The sender of a section's form, whose session may have ended meanwhile: what was typed is kept.
    var lapsedApplicant: Audience<MaybeApplicant> {
        Audience("applicant") { [self] request, context in
            let visitor = try await recognise(request, context)
            guard let session = visitor.session else { return MaybeApplicant(applicant: nil, visitor: visitor) }
            return MaybeApplicant(
                applicant: try Self.applicant(Owner(session: session, visitor: visitor)), visitor: visitor)
        }
    }

    /// Anyone who is signed in.
    var account: Audience<Owner> {
        Audience("account") { [self] request, context in try await signedIn(request, context) }
    }

    var officer: Audience<Staff> { staff(.officer) }
    var publisher: Audience<Staff> { staff(.publisher) }

    /// A publisher who works for all agencies, and on the calendar.
    var nationalEditor: Audience<Staff> {
        let publisher = publisher
        return Audience("national editor") { request, context in
            let caller = try await publisher.resolve(request, context)
            guard caller.session.isNational else { throw RequestFailure.forbidden }
            return caller
        }
    }

    private func staff(_ kind: Account.Kind) -> Audience<Staff> {
        Audience(kind.rawValue) { [self] request, context in
            let caller: Owner
            do {
                caller = try await signedIn(request, context)
            } catch let redirection as Redirection {
                guard let page = try await keepStaffForm(request, context) else { throw redirection }
                throw Detour(page)
            }
            guard caller.session.kind == kind, let agency = caller.session.agencyCode else {
                throw RequestFailure.forbidden
            }
            if kind == .officer, caller.session.duties.isEmpty { throw DutyLacking(Duty.allCases) }
            return Staff(session: caller.session, visitor: caller.visitor, agency: agency)
        }
    }

    private func signedIn(_ request: Request, _ context: PortalContext) async throws -> Owner {
        let visitor = try await recognise(request, context)
        guard let session = visitor.session else {
            // A posted form can't be repeated by a redirection: its page can, and shows what was saved.
            let query = request.method == .get ? request.uri.query.map { "?" + $0 } ?? "" : ""
            let back = context.pathPrefix + context.path + query
            let path = visitor.halfOpen == nil ? ["dang-nhap"] : ["dang-nhap", "ma"]
            throw Redirection(to: Link(context.language, path: path, query: ["next": back]).address)
        }
        return Owner(session: session, visitor: visitor)
    }

    func recognise(_ request: Request, _ context: PortalContext) async throws -> Visitor {
        let notices = await contents.notices(at: context.now)
        if let token = request.cookie(cookies.session),
            let session = try await accounts.session(token: token, at: context.now)
        {
            return Visitor(
                session: session.isHalfOpen ? nil : session, secret: token, isNew: false, notices: notices,
                halfOpen: session.isHalfOpen ? session : nil)
        }
        if let secret = request.cookie(cookies.visitor), secret.utf8.count == 43 {
            return Visitor(session: nil, secret: secret, isNew: false, notices: notices)
        }
        return Visitor(session: nil, secret: Base64URL.encode(SecureRandom.bytes(32)), isNew: true, notices: notices)
    }
}

extension Request {
    /// The fields of a form that our own page sent to this visitor.
    /// - Parameter limit: bytes, where the route allows more for the sake of files.
    func form(from visitor: Visitor, upTo limit: Int = .max) async throws -> FormFields {
        let fields = try await formFields(upTo: limit)
        try fields.requireToken(cookie: visitor.secret)
        return fields
    }
}
