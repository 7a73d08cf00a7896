import Core
package import FoundationEssentials
package import Postgres

extension Contents {
    /// Loads `SQL/seed/contents.json`: what isn't there is added, what nobody edited here is brought up to date. Repeatable;
    /// runs as the owner of the tables.
    package static func load(from directory: String, into transaction: Transaction, at now: Date) async throws {
        let path = directory + "/contents.json"
        let seed: JSON
        do {
            seed = try JSON(
                parsing: Array(try Data(contentsOf: URL(filePath: path))), limits: Catalogue.seedLimits)
        } catch {
            throw SeedError(path: path, reason: "\(error)")
        }
        for kind in ContentKind.allCases {
            for item in seed[kind.rawValue]?.array ?? [] {
                guard var body = item.object, let id = body.removeValue(forKey: "id")?.string,
                    ShownContents([Content(kind: kind, id: id, body: .object(body), at: now)]).isSomething
                else {
                    throw SeedError(path: path, reason: "\(kind.rawValue) \(item["id"]?.string ?? "?") is incomplete")
                }
                let version = try await transaction.first(
                    ContentsQueries.introduce, (kind, id, JSON.object(body).stored, now))
                guard version != nil else { continue }
                try await transaction.note("content.loaded", kind, id, by: nil, at: now, ["body": .object(body)])
            }
        }
    }
}

extension ShownContents {
    fileprivate var isSomething: Bool {
        !lifeEvents.isEmpty || !questions.isEmpty || !notices.isEmpty || !featured.isEmpty
    }
}
