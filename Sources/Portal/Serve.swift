import API
import Accounts
import Agencies
import ArgumentParser
import Catalogue
import Core
import Cryptography
import Dossiers
import Feedback
import Files
import FoundationEssentials
import HTTPTypes
import Journal
import Logging
import Notifications
import Pages
import Papers
import Postgres
import Server
import ServiceLifecycle
import UnixSignals
import Web
import Webhooks

/// Answers people and agencies' systems and, unless told otherwise, does the work that follows.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve pages and API until told to stop.")

    @Flag(help: "Leave the work that follows (numbering the journal, sending messages, …) to `portal worker`.")
    var noJobs = false

    func run() async throws {
        let settings = try Settings()
        let house = try House(settings)
        try await house.checkQueries()
        let server = HTTPServer(house.site, logger: settings.logger("http")) { port in
            settings.logger("portal").info("serving", metadata: ["port": "\(port)", "url": "\(settings.publicURL)"])
        }
        // Stopped from the last to the first: the server before what it stands on.
        var services: [any Service] = [
            house.application, house.worker, house.changes, house.feed,
            CallWriter(calls: house.calls, logger: settings.logger("calls")),
        ]
        if !noJobs { services += try house.jobs(settings) }
        services.append(server)
        try await house.run(services, logger: settings.logger("services"))
    }
}

extension House {
    /// - Throws: with everything in which `SQL/queries` and the database differ.
    func checkQueries() async throws {
        let problems = try await application.check(Settings.queries)
        guard problems.isEmpty else {
            throw ValidationError("SQL/queries and the database don't agree:\n" + problems.joined(separator: "\n"))
        }
    }

    /// Runs until a signal says to stop, or for as long as is told; what is under way is brought to its end.
    func run(_ services: [any Service], until end: Duration? = nil, logger: Logger) async throws {
        var configurations = services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
        if let end {
            configurations.append(
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: End(after: end), successTerminationBehavior: .gracefullyShutdownGroup))
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: configurations, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    private struct End: Service {
        let after: Duration

        func run() async throws {
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: after) }
        }
    }
}

/// All parts of a running portal, put together once.
struct House: Sendable {
    let application: Database
    let worker: Database
    let dossiers: Dossiers
    let slips: Slips
    let site: Site
    /// The same as `dossiers`, for the work that follows: connected as `portal_worker`.
    let jobDossiers: Dossiers
    /// The journal's tree, as the role that may extend it.
    let tree: JournalTree
    let letters: Letters
    let texts: Texts
    let changes: DossierChanges
    let feed: CatalogueFeed
    /// What agencies' systems call.
    let calls: ClientCallLog
    let webhooks: Webhooks
    let webhookCourier: WebhookCourier

    /// - Parameter clock: what time it is for whoever is answered.
    init(_ settings: Settings, clock: @escaping @Sendable () -> Date = { Date() }) throws {
        let publicURL = try settings.checkedPublicURL()
        application = try settings.database(role: "portal_app", connections: settings.databaseConnections)
        worker = try settings.database(role: "portal_worker", connections: 8)
        let accounts = Accounts(
            database: application, passwords: PasswordHasher(), secondFactor: try settings.secondFactor())
        let agencies = Agencies(database: application)
        feed = CatalogueFeed(database: worker)
        let calls = ClientCallLog(database: worker)
        self.calls = calls
        let catalogue = Catalogue(database: application, synonyms: try settings.synonyms(), feed: feed)
        let files = try FileStore(directory: settings.filesDirectory)
        dossiers = Dossiers(
            database: application, catalogue: catalogue, agencies: agencies, files: files, signers: settings.signers)
        let keyFile = try SigningKeyFile(path: settings.signingKeysFile, logger: settings.logger("keys"))
        tree = JournalTree(database: worker, keys: keyFile.keys)
        let jobs = Dossiers(
            database: worker, catalogue: Catalogue(database: worker), agencies: Agencies(database: worker),
            files: files)
        jobDossiers = jobs
        let feedback = Feedback(database: application, agencies: agencies, files: files)
        let texts = try Texts(directory: settings.path("Templates"))
        self.texts = texts
        letters = try Letters(texts: texts, publicURL: publicURL.origin)
        slips = Slips(
            database: application, files: files, printer: Printer { key, arguments in texts.text(key, .vi, arguments) })
        let assets = try AssetIndex(directory: settings.path("Public"))
        let metrics = Metrics()
        metrics.gauge("portal_reports_waiting", help: "Reports of agencies' systems that wait for one before them.") {
            (try? await jobs.reportGaps()).map { Double($0.waiting) }
        }
        metrics.gauge("portal_reports_overdue", help: "Of these, those that have waited too long.") {
            (try? await jobs.reportGaps()).map { Double($0.overdue) }
        }
        let unplaced = worker
        metrics.gauge(
            "portal_months_unplaced", help: "Events of agencies' feeds that no month was made for; 0 while jobs run."
        ) {
            (try? await Months.unplaced(in: unplaced)).map(Double.init)
        }
        changes = DossierChanges(database: worker, logger: settings.logger("changes"))
        let sender = try settings.webhookSender()
        let secrets = try settings.webhookSecrets()
        webhooks = Webhooks(database: application, dossiers: dossiers, secrets: secrets, sender: sender)
        webhookCourier = WebhookCourier(
            database: worker, dossiers: jobs, secrets: secrets, sender: sender, logger: settings.logger("webhooks"))
        let web = try Web(
            accounts: accounts, agencies: agencies, catalogue: catalogue, dossiers: dossiers, slips: slips,
            changes: changes, webhooks: webhooks,
            publishing: Publishing(database: application), deskJobs: jobs,
            contents: Contents(database: application, feed: feed),
            notices: Notices(database: application, letters: letters),
            deliveries: Deliveries(database: application), feedback: feedback, files: files,
            tree: JournalTree(database: application, keys: keyFile.keys), texts: texts,
            templatesDirectory: settings.path("Templates"), assets: assets, publicURL: publicURL,
            contact: settings.supportContact.isEmpty ? nil : settings.supportContact,
            limiters: Web.Limiters(signIns: settings.signInRate, searches: settings.searchRate),
            development: settings.isDevelopment)
        let api = API(
            accounts: accounts, agencies: agencies, catalogue: catalogue,
            publishing: Publishing(database: application), dossiers: dossiers, changes: changes,
            webhooks: webhooks, deliveries: Deliveries(database: worker), feedback: feedback,
            parts: web.procedureQuestions,
            words: { [texts] in texts.text($0, $1, $2) },
            limiter: RateLimiter(RateLimit(name: "token", count: 5, per: .seconds(1), burst: 60)),
            clients: RateLimiter(
                RateLimit(
                    name: "client", count: settings.clientRate, per: .seconds(1), burst: 4 * settings.clientRate)),
            nationalPath: settings.nationalPath, issuer: publicURL.origin)
        var server = ServerSettings(publicURL: publicURL, host: settings.host, port: settings.port)
        server.trustedProxies = settings.trustedProxies.compactMap { AddressRange($0) }
        server.certificateHeader = HTTPField.Name(settings.clientCertificateHeader)
        site = try Site(
            server, routes: web.routes + api.routes, assets: assets, metrics: metrics,
            renderPage: { failure, context, request in web.show(failure, context, request) },
            renderProblem: { [texts] failure, context, request in
                API.problem(failure, context, request) { key, language, arguments in
                    texts.text(key, language, arguments)
                }
            }, translate: { RequestFailure($0) }, observe: { calls.note(ClientCall($0)) }, clock: clock)
        let database = application
        site.health.require("database") { (try? await database.ping()) == true }
    }
}

extension ClientCall {
    fileprivate init(_ answered: AnsweredCall) {
        self.init(
            at: answered.at, agencyCode: answered.agency, clientID: answered.client, request: answered.request,
            method: answered.method, route: answered.route, status: answered.status, problem: answered.problem)
    }
}

extension Settings {
    /// What people say for what the law says, as the operator's files have it.
    func synonyms() throws -> Synonyms {
        let file = path("SQL/seed/synonyms.json")
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Unusable(description: "\(file) can't be read")
        }
        return Synonyms(json: try JSON(parsing: Array(data)))
    }

    func checkedPublicURL() throws -> PublicURL {
        guard let url = PublicURL(publicURL) else {
            throw Unusable(description: "PUBLIC_URL must be http:// or https:// and a host, not \(publicURL)")
        }
        return url
    }
}
