import API
import Accounts
import ArgumentParser
import Core
import Cryptography
import Dossiers
import Foundation
import Logging
import Pages
import Server
import ServiceLifecycle

/// Plays the portal to an agency's system, with the faults of a bad line, and says what the system does right and wrong.
struct Conformance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try out how an agency's system keeps in step.",
        discussion: """
            Serves on PORT like `portal serve`, for the system to be pointed at, and now and then loses an answer, refuses, limits or \
            takes a token back. Let it report on several dossiers, ten reports at least, and follow the events. Use the sandbox's \
            dossiers: what is reported is recorded. Ends after --minutes or at Ctrl-C, with a verdict for each rule of \
            Documentation/agencies.md; fails when one is broken.
            """)

    @Option(help: "The system's client id, as portal client list shows it.")
    var client: String

    @Option(help: "How long to watch.")
    var minutes = 10

    @Option(help: "Language of the verdicts: vi or en.")
    var language = "vi"

    /// What a system that asks too often is told to wait.
    static let limitedSeconds = 2

    func run() async throws {
        let settings = try Settings()
        let house = try House(settings)
        try await house.checkQueries()
        let known = try await settings.withDatabase(role: nil) { database in
            try await Accounts(database: database, passwords: PasswordHasher()).clients()
        }
        guard let agency = known.first(where: { $0.id == client })?.agencyCode else {
            throw ValidationError("there is no client \(client): see portal client list")
        }
        let flags: @Sendable () async throws -> [String: Int] = {
            try await settings.withDatabase(role: "portal_app") { database in
                let counts = try await Dossiers.flags(of: agency, since: Day(of: Date()), in: database)
                return Dictionary(counts.map { ($0.flag, $0.count) }) { $1 }
            }
        }
        let before = try await flags()
        let watch = ConformanceWatch()
        var services: [any Service] = [house.application, house.worker, house.changes, house.feed]
        services += try house.jobs(settings)
        services.append(
            HTTPServer(house.site.with(between: watch.pass), logger: settings.logger("http")) {
                [minutes, client] port in
                settings.logger("conformance").info(
                    "watching", metadata: ["client": "\(client)", "port": "\(port)", "minutes": "\(minutes)"])
            })
        try await house.run(services, until: .seconds(60 * minutes), logger: settings.logger("services"))

        var log = watch.log
        log.flags = try await flags().reduce(into: [:]) { flags, flag in
            let count = flag.value - before[flag.key, default: 0]
            if count > 0 { flags[flag.key] = count }
        }
        let report = ConformanceReport(log, texts: house.texts, language: Language(rawValue: language) ?? .vi)
        print(report.text)
        guard report.isPassed else { throw ExitCode.failure }
    }
}

/// The verdicts as people read them.
struct ConformanceReport {
    let text: String
    let isPassed: Bool

    init(_ log: ConformanceLog, texts: Texts, language: Language) {
        func words(_ key: String, _ arguments: [String: String] = [:]) -> String {
            texts.text("conformance.\(key)", language, arguments)
        }
        var lines = [words("heading", ["calls": String(log.calls.count), "reports": String(log.reports.count)])]
        var isPassed = true
        for rule in ConformanceRule.allCases {
            let name = words("rule.\(rule.rawValue)")
            switch rule.verdict(on: log) {
            case .passed: lines.append("  \(words("passed"))  \(name)")
            case .unseen: lines.append("  \(words("unseen"))  \(name)")
            case .failed(let evidence):
                isPassed = false
                lines.append("  \(words("failed"))  \(name)")
                lines.append("      \(words("evidence")) \(evidence.prefix(5).joined(separator: ", "))")
                lines.append("      \(words("advice.\(rule.rawValue)"))")
            }
        }
        text = lines.joined(separator: "\n")
        self.isPassed = isPassed
    }
}
