import ArgumentParser
import FoundationEssentials
import Pages
import Postgres
import Server

/// Looks at everything that can be wrong before anyone is served.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validate settings, queries, schema and templates; change nothing.")

    @Flag(help: "Print who may call which route, and stop.")
    var routes = false

    func run() async throws {
        let settings = try Settings()
        let house = try House(settings)
        if routes {
            print(house.site.audienceTable, terminator: "")
            return
        }
        var problems = try await house.application.check(Settings.queries)
        let schema = try String(contentsOfFile: settings.path("SQL/schema.sql"), encoding: .utf8)
        if try await Migrator.dumpSchema(url: settings.databaseURL) != schema {
            problems.append(
                "SQL/schema.sql differs from the database: run portal migrate --dump-schema > SQL/schema.sql")
        }
        problems.forEach { print($0) }
        guard problems.isEmpty else { throw ExitCode(1) }
        print("Settings, queries, schema and templates agree.")
    }
}
