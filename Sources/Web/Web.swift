package import Accounts
package import Agencies
package import Catalogue
import Core
package import Dossiers
package import Feedback
package import Files
import FoundationEssentials
import HTTPTypes
import Hummingbird
package import Journal
package import Notifications
package import Pages
package import Server
package import Webhooks

/// The pages: everything that a person sees.
package struct Web: Sendable {
    let accounts: Accounts
    let agencies: Agencies
    let catalogue: Catalogue
    let dossiers: Dossiers
    let slips: Slips
    let changes: DossierChanges
    let webhooks: Webhooks
    let publishing: Publishing
    let contents: Contents
    let notices: Notices
    let deliveries: Deliveries
    let feedback: Feedback
    /// Counts over the drafts of all people, for publishers: connected as `portal_worker`.
    let deskJobs: Dossiers
    let desk: DeskForms
    /// Template files of procedures.
    let files: FileStore
    /// The journal's tree with its proofs, and the keys that sign receipts.
    let tree: JournalTree
    let texts: Texts
    let cookies: PortalCookies
    let limiters: Limiters
    private let templates: Templates<Chrome>
    private let styles: Link
    private let script: String
    private let favicon: Link
    private let contact: String?
    /// Where the portal is reached, without a slash at the end.
    let publicURL: String
    let cache: PageCache

    /// How often one address may try what invites guessing.
    package struct Limiters: Sendable {
        let signIn: RateLimiter
        let track: RateLimiter
        let search: RateLimiter
        let feedback: RateLimiter
        let verify: RateLimiter
        let mandate: RateLimiter

        /// - Parameters:
        ///   - signIns: how many sign-ins and registrations one address may try in ten minutes.
        ///   - searches: how many searches one address may make in a second, on average.
        package init(signIns: Int, searches: Int) {
            signIn = RateLimiter(RateLimit(name: "sign-in", count: signIns, per: .seconds(600), burst: signIns))
            track = RateLimiter(RateLimit(name: "track", count: 10, per: .seconds(60), burst: 10))
            verify = RateLimiter(RateLimit(name: "verify", count: 60, per: .seconds(60), burst: 60))
            mandate = RateLimiter(RateLimit(name: "mandate", count: 30, per: .seconds(3600), burst: 15))
            feedback = RateLimiter(RateLimit(name: "feedback", count: 30, per: .seconds(3600), burst: 15))
            search = RateLimiter(RateLimit(name: "search", count: searches, per: .seconds(1), burst: 5 * searches))
        }
    }

    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    /// Binds every page to its template in both languages.
    /// - Throws: `TemplateProblems` with all that is wrong in `Templates/`; `Missing` for a file of `Public/`.
    package init(
        accounts: Accounts, agencies: Agencies, catalogue: Catalogue, dossiers: Dossiers, slips: Slips,
        changes: DossierChanges, webhooks: Webhooks, publishing: Publishing, deskJobs: Dossiers, contents: Contents,
        notices: Notices,
        deliveries: Deliveries, feedback: Feedback, files: FileStore, tree: JournalTree,
        texts: Texts,
        templatesDirectory: String, assets: AssetIndex, publicURL: PublicURL, contact: String?, limiters: Limiters,
        development: Bool
    ) throws {
        self.accounts = accounts
        self.agencies = agencies
        self.catalogue = catalogue
        self.dossiers = dossiers
        self.slips = slips
        self.changes = changes
        self.webhooks = webhooks
        self.publishing = publishing
        self.deskJobs = deskJobs
        self.contents = contents
        self.notices = notices
        self.deliveries = deliveries
        self.feedback = feedback
        self.files = files
        self.tree = tree
        func file(_ name: String) throws -> [UInt8] {
            guard let data = FileManager.default.contents(atPath: "\(templatesDirectory)/desk/\(name)") else {
                throw Missing(description: "Templates/desk/\(name) is missing")
            }
            return Array(data)
        }
        desk = try DeskForms(
            parts: file("parts.json"), pieces: file("form.json"), contents: file("contents.json"),
            agencies: file("agencies.json"))
        self.texts = texts
        self.contact = contact
        self.publicURL = publicURL.origin
        cookies = PortalCookies(publicURL)
        self.limiters = limiters
        cache = PageCache(keeps: !development)
        func asset(_ name: String) throws -> Link {
            guard let link = assets.address(of: name).flatMap({ Link($0) }) else {
                throw Missing(description: "Public/\(name) is missing")
            }
            return link
        }
        styles = try asset("dvc.css")
        script = String(try asset("dvc.js").address.dropFirst("/assets/".count))
        favicon = try asset("favicon.svg")
        var templates = try Templates<Chrome>(
            directory: templatesDirectory, texts: texts, development: development)
        try templates.compile(Self.pages)
        try texts.require(Self.textKeys)
        self.templates = templates
    }

    /// Every page, so that nothing can be missing once the program runs.
    static let pages: [any Page.Type] = [
        HomePage.self, SearchPage.self, ProcedurePage.self, DirectoryPage.self, OpenDataPage.self, DeskListPage.self,
        DeskNewPage.self,
        DeskProcedurePage.self, DeskRevisionPage.self, DeskQuestionsPage.self, DeskFormPage.self, DeskPreviewPage.self,
        DeskDifferencePage.self, DeskDocumentPage.self, DeskTemplatesPage.self, DeskAgenciesPage.self,
        DeskCalendarPage.self,
        DeskCalendarPreviewPage.self, DeskHoursPage.self, DeskHoursPreviewPage.self, LifeEventsPage.self,
        LifeEventPage.self, CommonQuestionsPage.self,
        CommonQuestionPage.self, DeskContentsPage.self, AgenciesPage.self, AgencyRecordPage.self,
        SignInPage.self, MandatesPage.self, MandatePage.self, MandateFormPage.self, FactorPage.self, RecoveryPage.self,
        MembersPage.self, MemberPage.self, ClientsPage.self, ClientPage.self, WebhooksPage.self, WebhookPage.self,
        KeptPage.self, RegisterChoicePage.self, RegisterPage.self, AccountPage.self, NoticesPage.self,
        NotificationChoicesPage.self, DeliveriesPage.self,
        StartPage.self, AgencyPage.self, RefusalPage.self, TasksPage.self, SectionPage.self, CheckPage.self,
        ConfirmationPage.self, DossiersPage.self, DossierPage.self, OfficerDossierPage.self, OfficerListPage.self,
        BatchPage.self, ActPage.self, ConsultationsPage.self, ConsultationPage.self, SupplementPage.self,
        WithdrawPage.self,
        RatingPage.self, ReadersPage.self, DocumentsPage.self,
        DossierRegisterPage.self, FeedbackHomePage.self, FeedbackFormPage.self, FeedbackSentPage.self,
        FeedbackTrackPage.self, FeedbackAnswerPage.self, FeedbackMinePage.self, FeedbackAuthorPage.self,
        FeedbackDeskPage.self, FeedbackDeskItemPage.self, FeedbackPreviewPage.self,
        TrackPage.self, VerifyPage.self, ResultCheckPage.self, RevokeResultPage.self, HelpPage.self, PrivacyPage.self,
        AccessibilityPage.self, ErrorPage.self,
    ]

    /// The keys that code puts together.
    static var textKeys: [String] {
        ["dossiers.title.section", "errors.title", "errors.page.duty-lacking.which"]
            + ["enrol", "code", "renew"].flatMap { kind in
                ["title.factor", "factor.lead", "factor.hint", "factor.button"].map { "accounts.\($0).\(kind)" }
            }
            + Duty.allCases.flatMap {
                [
                    "accounts.duty.\($0.rawValue).name", "accounts.duty.\($0.rawValue).does",
                    "errors.duty_\($0.rawValue)",
                ]
            }
            + ["duties", "unit", "successor"].map { "accounts.staff.field.\($0)" }
            + ["unit", "changed", "factor", "left"].map { "accounts.staff.done.\($0)" }
            + ["field", "agency", "subject", "online.yes", "online.no", "way.yes", "way.no"].map {
                "catalogue.search.\($0)"
            } + ["exact", "case", "method"].map { "catalogue.estimate.basis.\($0)" }
            + DossierStatus.allCases.flatMap { status in
                ["name", "meaning", "next"].map { "dossiers.status.\(status.rawValue).\($0)" }
            } + workTextKeys + noticeTextKeys + deskTextKeys + contentTextKeys + agencyTextKeys + paperTextKeys
            + feedbackTextKeys + verificationTextKeys + clientTextKeys
            + webhookTextKeys + mandateTextKeys + FileRefusal.allCases.map { "errors.\($0.rawValue)" }
            + (TimeLimit.Unit.allCases.map(\.rawValue) + ["OTHER"]).flatMap { unit in
                ["dossiers.limit.\(unit)", "dossiers.limit.\(unit).one"]
            }
    }

    /// A page as an answer to whoever asked for it.
    /// - Parameter hasForm: an unknown visitor needs the cookie behind the form's token.
    func respond<P: Page>(
        _ page: P, to visitor: Visitor, _ context: PortalContext, _ request: Request, hasForm: Bool = false,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        var response = Response.html(render(page, for: visitor, context, request), status: status)
        if hasForm, visitor.isNew {
            response.headers.append(cookies.set(cookies.visitor, to: visitor.secret))
        }
        return response
    }

    func render<P: Page>(_ page: P, for visitor: Visitor, _ context: PortalContext, _ request: Request) -> [UInt8] {
        templates.render(page, chrome: chrome(for: visitor, context, request), language: context.language)
    }

    private func chrome(for visitor: Visitor, _ context: PortalContext, _ request: Request) -> Chrome {
        let token = FormToken.make(cookie: visitor.secret)
        let other: Language = context.language == .vi ? .en : .vi
        let query = request.uri.query.map { "?" + $0 } ?? ""
        return Chrome(
            styles: styles, script: script, favicon: favicon,
            otherLanguage: Link(other.pathPrefix + context.path + query) ?? Link(other, path: []),
            user: visitor.session.map { session in
                Chrome.User(
                    name: session.name, isActing: session.mandateID != nil,
                    principal: session.principal?.name, files: session.kind.files, isOfficer: session.kind == .officer,
                    isPublisher: session.kind == .publisher,
                    unread: session.unreadNotices > 99
                        ? "99+" : session.unreadNotices > 0 ? "\(session.unreadNotices)" : nil,
                    token: token)
            },
            formToken: token, contact: contact, hasNotices: !visitor.notices.isEmpty,
            notices: visitor.notices.map { Chrome.Notice($0, context.language) })
    }

    /// What the desk asks about a procedure, by whose rules the API checks documents too.
    package var procedureQuestions: Form { desk.parts }

    func words(_ context: PortalContext) -> Words { Words(texts: texts, language: context.language) }
}

/// The texts and formats of one language.
struct Words: Sendable {
    let texts: Texts
    let language: Language

    var formats: Formats { Formats(language) }

    func callAsFunction(_ key: String, _ arguments: [String: String] = [:]) -> String {
        texts.text(key, language, arguments)
    }

    /// A text that not every thing of its kind has.
    func optional(_ key: String, _ arguments: [String: String] = [:]) -> String? {
        texts.has(key) ? texts.text(key, language, arguments) : nil
    }

    /// A page's title, marked when the page shows errors so that it is heard first.
    func title(_ key: String, _ arguments: [String: String] = [:], hasErrors: Bool = false) -> String {
        let title = texts.text(key, language, arguments)
        return hasErrors ? texts.text("errors.title", language, ["title": title]) : title
    }

    /// What is wrong with a field, in words that say what to do.
    func message(_ problem: FieldProblem, label: String) -> String {
        texts.text("errors.\(problem.code)", language, problem.arguments.merging(["label": label]) { $1 })
    }
}
