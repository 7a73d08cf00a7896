import ArgumentParser
import FoundationEssentials

/// The one executable: each subcommand stands in a file of its own.
@main
struct Portal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portal",
        abstract: "National Public Service Portal.",
        subcommands: [
            Serve.self, Worker.self, Migrate.self, Import.self, Demo.self, Check.self, Verify.self, Keys.self,
            Bench.self, SearchCheck.self, ShowSettings.self, EnrolStaff.self, Client.self, Conformance.self,
        ]
    )
}
