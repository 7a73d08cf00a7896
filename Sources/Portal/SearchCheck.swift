import ArgumentParser
import Catalogue
import Core
import FoundationEssentials
import Postgres

/// Asks a set of questions that people ask, and counts how often the right procedure is among the first three.
struct SearchCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search-check",
        abstract: "Print the share of SQL/seed/searches.json that is found in the first three; fails below 95 %.",
        discussion: "Measured on whatever list is loaded: questions whose procedures aren't in it are left out.")

    @Option(help: "Another set: [{\"query\": \"…\", \"codes\": [\"…\"]}].")
    var file: String?

    func run() async throws {
        let settings = try Settings()
        let path = file ?? settings.path("SQL/seed/searches.json")
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) can't be read: check the path and its permissions.")
        }
        let questions = try JSON(parsing: Array(data)).array ?? []
        try await settings.withDatabase(role: nil) { database in
            let catalogue = Catalogue(database: database, synonyms: try settings.synonyms())
            var (asked, found) = (0, 0)
            var times: [Duration] = []
            let now = Date()
            _ = try await catalogue.search(ProcedureSearch(text: "a"), at: now)
            for question in questions {
                guard let text = question["query"]?.string else { continue }
                let codes = (question["codes"]?.array ?? []).compactMap(\.string)
                guard try await Self.isAny(of: codes, in: catalogue) else { continue }
                let start = ContinuousClock.now
                let answer = try await catalogue.search(ProcedureSearch(text: text, limit: 3), at: now)
                times.append(ContinuousClock.now - start)
                asked += 1
                if answer.items.contains(where: { codes.contains($0.code) }) {
                    found += 1
                } else {
                    let first = answer.items.map { "\($0.code) \($0.name.prefix(60))" }.joined(separator: "; ")
                    print("missed “\(text)” (\(codes.joined(separator: ", "))): \(first.isEmpty ? "nothing" : first)")
                }
            }
            let share = asked == 0 ? 0 : 100 * Double(found) / Double(asked)
            times.sort()
            func milliseconds(_ share: Double) -> Double {
                guard !times.isEmpty else { return 0 }
                let time = times[min(times.count - 1, Int(Double(times.count) * share))]
                return Double(time.components.attoseconds / 1_000_000_000_000) / 1000
            }
            print("\(found) of \(asked) in the first three: \((share * 10).rounded() / 10) %")
            print("half took at most \(milliseconds(0.5)) ms, 99 of 100 at most \(milliseconds(0.99)) ms")
            guard share >= 95 else { throw ExitCode(1) }
        }
    }

    private static func isAny(of codes: [String], in catalogue: Catalogue) async throws -> Bool {
        for code in codes where try await catalogue.procedure(code) != nil { return true }
        return false
    }
}
