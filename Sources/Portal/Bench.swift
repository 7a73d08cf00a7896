import ArgumentParser

/// Placeholder replaced below.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measure, as ratios within one run.")
    func run() async throws {}
}
