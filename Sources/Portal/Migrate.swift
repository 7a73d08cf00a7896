import ArgumentParser
import FoundationEssentials
import Journal
import Postgres

/// Brings the database to the newest schema.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply the migrations of SQL/migrations that are missing.")

    @Flag(help: "Print the schema that results, as kept in SQL/schema.sql, and change nothing.")
    var dumpSchema = false

    func run() async throws {
        let settings = try Settings()
        if dumpSchema {
            print(try await Migrator.dumpSchema(url: settings.databaseURL), terminator: "")
            return
        }
        let applied = try await Migrator(directory: settings.path("SQL/migrations")).migrate(
            url: settings.databaseURL, logger: settings.logger("migrate"))
        try await settings.withDatabase(role: "portal_worker") { try await Months.make(at: Date(), in: $0) }
        print(applied.isEmpty ? "The database is up to date." : "Applied: " + applied.joined(separator: ", "))
    }
}
