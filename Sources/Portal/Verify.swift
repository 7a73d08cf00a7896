import ArgumentParser
import Dossiers
import Feedback
import FoundationEssentials
import Journal
import Postgres

/// Proves that what was written is what is there.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that records are what they were when written.",
        subcommands: [VerifyJournal.self, VerifyCounters.self, VerifyReceipt.self, VerifyResult.self])

    /// `portal verify journal`
    struct VerifyJournal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "journal",
            abstract: "Find any entry of the journal that was changed, removed or reordered, and say which.")

        @Option(
            help: "A file of noted heads (CHECKPOINTS_FILE), to find a tail that was cut off or a rewritten journal.")
        var checkpoints: String?

        @Option(help: "The portal's public keys (/.well-known/portal-keys), to check the heads' signatures with.")
        var keys: String?

        func run() async throws {
            let settings = try Settings()
            let noted = try checkpoints.map { try Checkpoints(path: $0).signedHeads() } ?? []
            let known = try keys.map(File.keys)
            let faults = try await settings.withDatabase(role: "portal_worker") { database in
                let found = try await JournalVerification.run(on: database)
                var sentences = found.faults.map(\.sentence)
                sentences += try await Dossiers.disagreements(on: database)
                sentences += try await Feedback.disagreements(on: database)
                let tree = try await TreeVerification.run(on: database, noted: noted, keys: known)
                sentences += tree.faults
                if let checkpoints {
                    sentences += try await Checkpoints(path: checkpoints).disagreements(with: database)
                }
                print("\(found.links) entries in the chain, \(found.waiting) waiting to be numbered.")
                print("\(tree.heads) signed heads, \(noted.count) noted elsewhere.")
                return sentences
            }
            faults.forEach { print($0) }
            guard faults.isEmpty else { throw ExitCode(1) }
            print("Nothing was changed, removed or reordered.")
        }
    }
}

/// `portal verify counters`
struct VerifyCounters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "counters",
        abstract:
            "Count the dossiers of each agency, status and day again, and name each counter that says something else.")

    func run() async throws {
        let found = try await Settings().withDatabase(
            role: "portal_worker", statementTimeout: .seconds(600)
        ) { database in
            try await Dossiers.disagreeingCounts(on: database)
        }
        found.forEach { print($0) }
        guard found.isEmpty else { throw ExitCode(1) }
        print("Every counter is what a recount says.")
    }
}

extension JournalVerification.Fault {
    fileprivate var sentence: String {
        let place = position.map { "position \($0)" } ?? "no position"
        let entry = entryID.map { ", entry \($0)" } ?? ""
        return switch kind {
        case .changed: "\(place)\(entry): the entry was changed"
        case .removed: "\(place)\(entry): the entry or its place in the chain was removed"
        case .broken:
            "\(place)\(entry): the link doesn't follow from the one before; entries were reordered or replaced"
        }
    }
}
