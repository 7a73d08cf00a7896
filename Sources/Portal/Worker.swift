import ArgumentParser
import Logging
import ServiceLifecycle

/// Does the work that follows, without answering anybody: beside servers that run with `--no-jobs`, or more of it beside
/// one that doesn't.
struct Worker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Number the journal, send messages and do what else follows, until told to stop.")

    func run() async throws {
        let settings = try Settings()
        let house = try House(settings)
        try await house.checkQueries()
        settings.logger("portal").info("working")
        try await house.run(
            [house.application, house.worker] + house.jobs(settings), logger: settings.logger("services"))
    }
}
