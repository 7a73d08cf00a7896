import Accounts
import ArgumentParser
import Foundation
import Logging
import Postgres
import Server
import ServiceLifecycle

/// Measures the parts that must be fast, each against a yardstick in the same run: only the ratios mean anything.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure database client and pages as ratios within one run; needs pgbench, psql and wrk.",
        discussion: "Works in a database of its own on the server of DATABASE_URL and drops it afterwards.",
        subcommands: [BenchScale.self])

    @Option(help: "Rounds; each measures every yardstick and every subject once.")
    var rounds = 3

    @Option(help: "Seconds for each measurement.")
    var seconds = 3

    @Option(help: "A national list of procedures to search in; services are made up to ten thousand.")
    var list: String?

    @Option(help: "Dossiers of one agency, to measure officers' work over; needs a superuser in DATABASE_URL.")
    var desk: Int?

    @Option(help: "Dossiers to synchronise, each with two reports; needs a superuser in DATABASE_URL, and curl.")
    var sync: Int?

    func run() async throws {
        let settings = try Settings()
        for tool in ["pgbench", "psql", "wrk"] where Tool.path(of: tool) == nil {
            throw ValidationError("\(tool) is missing: apt-get install postgresql-contrib postgresql-client wrk")
        }
        try await BenchPapers(settings: settings).measure()
        let database = BenchDatabase(server: settings.databaseURL)
        try await database.make(settings)
        do {
            try await measureClient(settings.using(database: database.url))
            try await BenchSearch(settings: settings.using(database: database.url), list: list).measure()
            try await measurePages(settings.using(database: database.url))
            if let sync { try await BenchSync(settings: settings.using(database: database.url), count: sync).measure() }
            // Last but one: its dossiers lie in an agency's lists.
            try await BenchStatus(
                settings: settings.using(database: database.url), rounds: rounds, seconds: seconds
            ).measure()
            if let desk { try await BenchDesk(settings: settings.using(database: database.url), count: desk).measure() }
        } catch {
            database.drop()
            throw error
        }
        database.drop()
    }

    private func measureClient(_ settings: Settings) async throws {
        let queries = try QueryCatalogue(directory: settings.path("SQL/bench/queries"))
        var configuration = Database.Configuration(url: settings.databaseURL)
        configuration.leasedConnections = 16
        let client = BenchClient(database: Database(configuration, queries: queries, logger: settings.logger("bench")))
        var reads = Ratios(goal: 1.0)
        var transactions = Ratios(goal: 0.95)
        for _ in 0..<rounds {
            for kind in ["read", "transaction"] {
                let yardstick = try Tool.pgbench(
                    settings.path("SQL/bench/\(kind).pgbench"), url: settings.databaseURL,
                    each: (kind == "read" ? 1500 : 150) * seconds)
                if kind == "read" {
                    reads.add(try await client.rate(seconds: seconds, client.read), against: yardstick)
                } else {
                    transactions.add(try await client.rate(seconds: seconds, client.change), against: yardstick)
                }
            }
        }
        print("Database client, 16 tasks, against pgbench with 16 clients and the same statements:")
        reads.show("primary-key read")
        transactions.show("durable transaction of three statements")
        await client.database.close()
    }

    private func measurePages(_ settings: Settings) async throws {
        let house = try House(settings)
        let facts = DemoFacts(path: BenchDatabase.factsPath)
        let subjects = try await BenchSubject.all(house: house, settings: settings, facts: facts)
        var services: [any Service] = [house.application, house.worker, house.changes, house.feed]
        services.append(HTTPServer(house.site, logger: settings.quietLogger))
        let group = ServiceGroup(services: services, logger: settings.quietLogger)
        let server = Task { try await group.run() }
        try await Task.sleep(for: .seconds(1))
        var ratios = subjects.map { Ratios(goal: $0.goal) }
        for _ in 0..<rounds {
            for (index, subject) in subjects.enumerated() {
                let base = "http://127.0.0.1:\(settings.port)"
                let yardstick = try await Tool.wrk(base + "/health/live", header: nil, seconds: seconds)
                let rate = try await Tool.wrk(base + subject.path, header: subject.header, seconds: seconds)
                ratios[index].add(rate, against: yardstick)
            }
        }
        print("Pages and API, wrk with 32 connections, against the bare route /health/live of the same process:")
        for (subject, ratio) in zip(subjects, ratios) { ratio.show(subject.name) }
        await group.triggerGracefulShutdown()
        try? await server.value
    }
}

/// Rates of a subject and of its yardstick, pair by pair.
struct Ratios {
    let goal: Double
    private var pairs: [(rate: Double, yardstick: Double)] = []

    init(goal: Double) { self.goal = goal }

    mutating func add(_ rate: Double, against yardstick: Double) { pairs.append((rate, yardstick)) }

    /// One line: the median ratio with the goal, its range, and the median rate for orientation.
    func show(_ name: String) {
        let ratios = pairs.map { $0.rate / max($0.yardstick, 1) }.sorted()
        let rates = pairs.map(\.rate).sorted()
        guard let low = ratios.first, let high = ratios.last else { return }
        let median = ratios[ratios.count / 2]
        func two(_ value: Double) -> String { String(format: "%.2f", value) }
        let verdict = median >= goal ? "reached" : "not reached: \(two(median / goal)) of the goal"
        let padded = name.padding(toLength: 46, withPad: " ", startingAt: 0)
        print(
            "  \(padded)\(two(median)) (\(two(low))–\(two(high))), goal \(two(goal)) \(verdict); \(Int(rates[rates.count / 2])) /s"
        )
    }
}

extension Settings {
    /// The same settings on another database, with a port and folders of the bench's own.
    func using(database url: String) throws -> Settings {
        var environment = ProcessInfo.processInfo.environment
        environment["DATABASE_URL"] = url
        environment["PORT"] = environment["BENCH_PORT"] ?? "18080"
        environment["PUBLIC_URL"] = ""
        environment["SEARCH_RATE"] = "1000000"
        environment["CLIENT_RATE"] = "100000"
        environment["DATABASE_CONNECTIONS"] = "16"
        environment["STAFF_SECOND_FACTOR"] = "optional"
        environment["SECOND_FACTOR_KEY_FILE"] = NSTemporaryDirectory() + "portal-bench-second-factor.key"
        environment["FILES_DIRECTORY"] = NSTemporaryDirectory() + "portal-bench-files"
        environment["MAIL_DIRECTORY"] = NSTemporaryDirectory() + "portal-bench-mail"
        environment["CHECKPOINTS_FILE"] = NSTemporaryDirectory() + "portal-bench-heads"
        return try Settings(environment: environment)
    }

    var quietLogger: Logger {
        var logger = logger("bench")
        logger.logLevel = .error
        return logger
    }
}
