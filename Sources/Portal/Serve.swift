import API
import Accounts
import Agencies
import ArgumentParser
import Catalogue
import Core
import Cryptography
import Dossiers
import Files
import FoundationEssentials
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

/// Answers people and agencies' systems, and does the work that follows: numbering the journal, sending messages.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve pages and API until told to stop.")

    func run() async throws {
        let settings = try Settings()
        let house = try House(settings)
        let problems = try await house.application.check(Settings.queries)
        guard problems.isEmpty else {
            throw ValidationError("SQL/queries and the database don't agree:\n" + problems.joined(separator: "\n"))
        }
        let server = HTTPServer(house.site, logger: settings.logger("http")) { port in
            settings.logger("portal").info("serving", metadata: ["port": "\(port)", "url": "\(settings.publicURL)"])
        }
        // Stopped from the last to the first: the server before what it stands on.
        var services: [any Service] = [house.application, house.worker]
        services += [house.sequencer, house.checkpoints, house.notifications, house.changes, house.feed]
        services += [house.publications, house.punctuality, house.housekeeping]
        services.append(server)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { service in
                    ServiceGroupConfiguration.ServiceConfiguration(service: service)
                }, gracefulShutdownSignals: [.sigterm, .sigint], logger: settings.logger("services")))
        try await group.run()
    }
}

/// All parts of a running portal, put together once.
struct House: Sendable {
    let application: Database
    let worker: Database
    let dossiers: Dossiers
    let slips: Slips
    let site: Site
    let sequencer: Sequencer
    let checkpoints: CheckpointKeeper
    let notifications: Notifications
    let changes: DossierChanges
    let feed: CatalogueFeed
    let publications: Publications
    let punctuality: Punctuality
    let housekeeping: Housekeeping

    /// - Parameter clock: what time it is for whoever is answered.
    init(_ settings: Settings, clock: @escaping @Sendable () -> Date = { Date() }) throws {
        let publicURL = try settings.checkedPublicURL()
        application = try settings.database(role: "portal_app", connections: settings.databaseConnections)
        worker = try settings.database(role: "portal_worker", connections: 3)
        let accounts = Accounts(
            database: application, passwords: PasswordHasher(), secondFactor: try settings.secondFactor())
        let agencies = Agencies(database: application)
        feed = CatalogueFeed(database: worker)
        let catalogue = Catalogue(database: application, synonyms: try settings.synonyms(), feed: feed)
        let files = try FileStore(directory: settings.filesDirectory)
        dossiers = Dossiers(database: application, catalogue: catalogue, agencies: agencies, files: files)
        let jobs = Dossiers(
            database: worker, catalogue: Catalogue(database: worker), agencies: Agencies(database: worker),
            files: files)
        publications = Publications(
            publishing: Publishing(database: worker), dossiers: jobs, logger: settings.logger("publications"))
        let texts = try Texts(directory: settings.path("Templates"))
        slips = Slips(
            database: application, files: files, printer: Printer { key, arguments in texts.text(key, .vi, arguments) })
        let assets = try AssetIndex(directory: settings.path("Public"))
        let metrics = Metrics()
        changes = DossierChanges(database: worker, logger: settings.logger("changes"))
        let web = try Web(
            accounts: accounts, agencies: agencies, catalogue: catalogue, dossiers: dossiers, slips: slips,
            changes: changes,
            publishing: Publishing(database: application), deskJobs: jobs,
            contents: Contents(database: application, feed: feed), files: files, texts: texts,
            templatesDirectory: settings.path("Templates"), assets: assets, publicURL: publicURL,
            contact: settings.supportContact.isEmpty ? nil : settings.supportContact,
            limiters: Web.Limiters(signIns: settings.signInRate, searches: settings.searchRate),
            development: settings.isDevelopment)
        let api = API(
            accounts: accounts, agencies: agencies, catalogue: catalogue,
            publishing: Publishing(database: application), dossiers: dossiers, parts: web.procedureQuestions,
            words: { texts.text($0, $1, $2) },
            limiter: RateLimiter(RateLimit(name: "token", count: 5, per: .seconds(1), burst: 60)))
        var server = ServerSettings(publicURL: publicURL, host: settings.host, port: settings.port)
        server.trustedProxies = settings.trustedProxies.compactMap { AddressRange($0) }
        site = try Site(
            server, routes: web.routes + api.routes, assets: assets, metrics: metrics,
            renderPage: { failure, context, request in web.show(failure, context, request) },
            renderProblem: { failure, context, request in
                API.problem(failure, context, request) { key, language, arguments in
                    texts.text(key, language, arguments)
                }
            }, translate: { RequestFailure($0) }, clock: clock)
        let database = application
        site.health.require("database") { (try? await database.ping()) == true }
        sequencer = Sequencer(database: worker, logger: settings.logger("journal"))
        checkpoints = CheckpointKeeper(
            checkpoints: Checkpoints(path: settings.checkpointsFile), database: worker,
            logger: settings.logger("journal"))
        notifications = try Notifications(
            database: worker, letters: Letters(texts: texts, publicURL: publicURL.origin),
            directory: settings.mailDirectory, logger: settings.logger("notifications"))
        punctuality = Punctuality(dossiers: jobs, logger: settings.logger("punctuality"))
        housekeeping = Housekeeping(database: worker, logger: settings.logger("housekeeping"))
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

/// Publishes scheduled revisions on their day, and carries drafts over to what was published.
struct Publications: Service {
    let publishing: Publishing
    let dossiers: Dossiers
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await publishing.publishDue(at: Date())
                    while try await dossiers.carryOver(at: Date()) > 0 {}
                } catch {
                    logger.warning("publications could not be completed yet", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(2))
            }
        }
    }
}

/// Counts once an hour how punctual each agency was.
struct Punctuality: Service {
    let dossiers: Dossiers
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = Duration.seconds(3600)
                do {
                    try await dossiers.measurePerformance(at: Date())
                } catch {
                    logger.warning("punctuality could not be counted yet", metadata: ["error": "\(error)"])
                    pause = .seconds(60)
                }
                try? await Task.sleep(for: pause)
            }
        }
    }
}

/// Removes what nobody needs any more: old sessions and tokens, and answers too old to be repeated.
struct Housekeeping: Service {
    let database: Database
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Accounts(database: database, passwords: PasswordHasher()).purge(at: Date())
                    try await Idempotency.forget(before: Date().addingTimeInterval(-7 * 86_400), in: database)
                } catch {
                    logger.warning("old records could not be removed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(600))
            }
        }
    }
}
