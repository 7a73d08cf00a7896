import Cryptography
package import Foundation
package import Logging
package import Postgres
import ServiceLifecycle

/// Heads of the chain noted outside the database, one line each: position, hash, time.
///
/// Whoever may change the database can cut off the chain's tail without a trace in it; a head noted elsewhere tells.
package struct Checkpoints: Sendable {
    private let path: String

    package init(path: String) { self.path = path }

    /// Notes the present head, unless it was noted last.
    package func note(_ database: Database, at now: Date) async throws {
        guard let head = try await database.first(JournalQueries.head, ()) else { return }
        let line = "\(head.position) \(Hex.encode(head.hash))"
        guard try lines().last?.hasPrefix(line) != true else { return }
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(filePath: path))
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data("\(line) \(Int(now.timeIntervalSince1970))\n".utf8))
        try file.synchronize()
    }

    /// The noted heads that the chain no longer has.
    package func disagreements(with database: Database) async throws -> [String] {
        var found: [String] = []
        for line in try lines() {
            let parts = line.split(separator: " ").map(String.init)
            guard parts.count >= 2, let position = Int(parts[0]) else { continue }
            let link = try await database.all(JournalQueries.page, (position - 1, 1)).first
            if link?.position != position || link.map({ Hex.encode($0.hash) }) != parts[1] {
                found.append("position \(position): the chain no longer has the head noted in \(path)")
            }
        }
        return found
    }

    private func lines() throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }
}

/// Notes the head once a minute.
package struct CheckpointKeeper: Service {
    private let checkpoints: Checkpoints
    private let database: Database
    private let logger: Logger

    package init(checkpoints: Checkpoints, database: Database, logger: Logger) {
        self.checkpoints = checkpoints
        self.database = database
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await checkpoints.note(database, at: Date())
                } catch {
                    logger.warning("journal: the head could not be noted", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}
