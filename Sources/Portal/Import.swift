import Agencies
import ArgumentParser
import Catalogue
import Core
import Feedback
import Foundation
import Glibc
import Postgres

/// Takes data from files into the database; as the owner of the tables, since serving roles may only read them.
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load reference data, or the national list of procedures.",
        subcommands: [Reference.self, List.self])

    /// `portal import reference`
    struct Reference: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load the units, agencies, calendar, procedures, forms and contents of SQL/seed; repeatable.")

        func run() async throws {
            let totals = try await Import.loadReference(try Settings(), at: Date())
            print("Reference data loaded: \(totals.procedures) procedures, \(totals.online) of them online.")
        }
    }

    /// Loads `SQL/seed` in one transaction and says how many procedures there are now.
    @discardableResult
    static func loadReference(_ settings: Settings, at now: Date) async throws -> CatalogueTotals {
        try await settings.withDatabase(role: nil) { database in
            try await database.transaction { transaction in
                try await Agencies.load(from: settings.path("SQL/seed"), into: transaction, at: now)
                try await Feedback.load(from: settings.path("SQL/seed"), into: transaction)
                try await Catalogue.load(from: settings.path("SQL/seed"), into: transaction, at: now)
                try await Contents.load(from: settings.path("SQL/seed"), into: transaction, at: now)
            }
            return try await Catalogue(database: database).totals()
        }
    }

    /// `portal import catalogue FILE`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "catalogue",
            abstract: "Import the national list of procedures, one JSON object a line; repeatable.")

        @Argument(help: "The file, as exported from the national database of procedures.")
        var file: String

        func run() async throws {
            let settings = try Settings()
            guard let contents = FileManager.default.contents(atPath: file) else {
                throw ValidationError("\(file) can't be read: check the path and its permissions.")
            }
            try await settings.withDatabase(role: nil) { database in
                let bar = ProgressBar(total: contents.count)
                let result = try await Catalogue(database: database).importList(
                    Array(contents), at: Date(), progress: bar.show)
                bar.finish()
                for (line, reason) in result.refused {
                    print("\(file):\(line): \(reason.sentence)")
                }
                guard !result.isTurnedAway else {
                    print(
                        "Nothing was taken: this is not the whole list as it was exported (\(result.refused.count) unusable "
                            + "lines). Fetch the file again; a line that is not JSON means that it is damaged.")
                    throw ExitCode(1)
                }
                let kept = result.changes.filter(\.isKept)
                for line in result.changes where !line.isNew && !line.isKept {
                    print("\(line.code): changed \(line.changed.joined(separator: ", "))")
                }
                for line in kept {
                    let parts = line.changed.joined(separator: ", ")
                    print("\(line.code): edited here, so left alone; the list differs in \(parts)")
                }
                if !result.absent.isEmpty {
                    let more = result.absent.count > 20 ? ", …" : ""
                    print("Not in this list any more: \(result.absent.prefix(20).joined(separator: ", "))\(more)")
                }
                print(
                    "\(result.added) added, \(result.updated) updated, \(result.unchanged) unchanged, "
                        + "\(kept.count) edited here and left alone, "
                        + "\(result.absent.count) not in this list, \(result.refused.count) refused.")
            }
        }
    }
}

/// A bar on a terminal, nothing in a log.
private struct ProgressBar: Sendable {
    let total: Int

    @Sendable func show(_ done: Int) {
        guard isatty(2) == 1, total > 0 else { return }
        let filled = 40 * done / total
        let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: 40 - filled)
        FileHandle.standardError.write(Data("\r\(bar) \(100 * done / total) %".utf8))
    }

    func finish() {
        if isatty(2) == 1 { FileHandle.standardError.write(Data("\n".utf8)) }
    }
}

extension CatalogueLine.Refusal {
    /// For whoever has to mend the file.
    fileprivate var sentence: String {
        switch self {
        case .notJSON(let reason): "not a JSON object: \(reason)"
        case .missing(let member): "“\(member)” is missing or empty"
        case .malformedCode(let code): "“\(code)” is not a procedure code (digit, dot, six digits)"
        case .tooLong(let member): "“\(member)” is too long"
        case .repeated(let line): "this code stands on line \(line) already"
        }
    }
}
