import Core
package import FoundationEssentials
import Journal
package import Postgres

extension Catalogue {
    /// Loads the procedures and forms of `SQL/seed`: a procedure whose facts or form changed there gets a new published
    /// revision, and one that was revised in the portal is left alone. Repeatable; runs as the owner of the tables.
    package static func load(from directory: String, into transaction: Transaction, at now: Date) async throws {
        guard let procedures = try json(directory + "/procedures.json").array else {
            throw SeedError(path: directory + "/procedures.json", reason: "not a list")
        }
        let options = try json(directory + "/option_sets.json")
        for facts in procedures {
            let line = try CatalogueLine(seed: facts)
            try await transaction.run(
                CatalogueQueries.introduce,
                (
                    JSONText(String(decoding: line.json.serialized(), as: UTF8.self)),
                    facts["field"]?["code"]?.string, facts["name_en"]?.string, now
                ))
            let path = directory + "/forms/\(line.code).json"
            let form: JSON? =
                try FileManager.default.fileExists(atPath: path) ? resolvedForm(path, options: options) : .none
            _ = try ProcedureFacts(json: facts)
            try await publishSeed(line.code, facts: facts, form: form, into: transaction, at: now)
        }
        try await Publishing.examineAll(in: transaction)
    }

    private static func publishSeed(
        _ code: String, facts: JSON, form: JSON?, into transaction: Transaction, at now: Date
    ) async throws {
        let newest = try await transaction.first(CatalogueQueries.newest, code)
        if let newest {
            let storedForm = try newest.form.map { try JSON(parsing: Array($0.text.utf8), limits: seedLimits) }
            let storedFacts = try JSON(parsing: Array(newest.facts.text.utf8), limits: seedLimits)
            guard newest.origin == "seed", storedFacts != facts || storedForm != form else { return }
        }
        let id = Revision.ID.make(at: now)
        let number = (newest?.number ?? 0) + 1
        try await transaction.run(CatalogueQueries.retire, code)
        try await transaction.run(
            CatalogueQueries.publish,
            (
                id, code, number, JSONText(String(decoding: facts.serialized(), as: UTF8.self)),
                form.map { JSONText(String(decoding: $0.serialized(), as: UTF8.self)) }, "seed", now
            ))
        try await transaction.run(CatalogueQueries.point, (code, id, form != nil, now))
        _ = try await transaction.append(
            JournalEntry(
                kind: "procedure.published", subject: "procedure:\(code)", agencyCode: nil, actor: "system", at: now,
                content: ["revision": .string(id.description), "number": .integer(Int(number))]))
    }

    /// The form with its shared lists of options written out, checked so that a broken one is never published.
    private static func resolvedForm(_ path: String, options: JSON) throws -> JSON {
        let resolved = Form.resolving(try json(path), optionSets: options)
        let problems = try Form(json: resolved).check()
        guard problems.isEmpty else {
            throw SeedError(path: path, reason: problems.map(\.description).joined(separator: "; "))
        }
        return resolved
    }

    private static func json(_ path: String) throws -> JSON {
        do {
            return try JSON(parsing: Array(try Data(contentsOf: URL(filePath: path))), limits: seedLimits)
        } catch {
            throw SeedError(path: path, reason: "\(error)")
        }
    }

    static let seedLimits = JSON.Limits(bytes: 16_000_000, depth: 32, elements: 1_000_000)
}

/// A file of the seed that can't be loaded, and why.
package struct SeedError: Error, CustomStringConvertible {
    let path: String
    let reason: String
    package var description: String { "\(path): \(reason)" }
}
