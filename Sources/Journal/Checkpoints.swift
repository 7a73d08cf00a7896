import Core
import Cryptography
package import Foundation
package import Logging
package import Postgres
import ServiceLifecycle

/// Heads of the chain noted outside the database, one line each: position, hash, time; and, as lines of JSON, the signed
/// heads of the tree.
///
/// Whoever may change the database can cut off the chain's tail without a trace in it; a head noted elsewhere tells.
package struct Checkpoints: Sendable {
    private let path: String

    package init(path: String) { self.path = path }

    /// Notes the present head, unless it was noted last.
    package func note(_ database: Database, at now: Date) async throws {
        guard let head = try await database.first(JournalQueries.head, ()) else { return }
        let line = "\(head.position) \(Hex.encode(head.hash))"
        guard try lines().last(where: { !$0.hasPrefix("{") })?.hasPrefix(line) != true else { return }
        try append("\(line) \(Int(now.timeIntervalSince1970))")
    }

    /// Notes a signed head of the tree, unless it was noted last.
    package func note(_ head: SignedTreeHead) throws {
        let line = String(decoding: head.statement.json.canonical(), as: UTF8.self)
        guard try lines().last(where: { $0.hasPrefix("{") }) != line else { return }
        try append(line)
    }

    /// The signed heads that were noted, in their order.
    package func signedHeads() throws -> [SignedTreeHead] {
        try lines().filter { $0.hasPrefix("{") }.compactMap { line in
            (try? JSON(parsing: Array(line.utf8))).flatMap(SignedTreeHead.init)
        }
    }

    private func append(_ line: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(filePath: path))
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data("\(line)\n".utf8))
        try file.synchronize()
    }

    /// The noted heads that the chain no longer has.
    package func disagreements(with database: Database) async throws -> [String] {
        var found: [String] = []
        for line in try lines() where !line.hasPrefix("{") {
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

/// Signs the tree's head when it is due, and notes heads in the second place: the signed ones at once, the chain's once a
/// minute. The only writer of that file in its process.
package struct CheckpointKeeper: Service {
    private let checkpoints: Checkpoints
    private let tree: JournalTree
    private let logger: Logger

    /// - Parameter tree: connected as `portal_worker`.
    package init(checkpoints: Checkpoints, tree: JournalTree, logger: Logger) {
        self.checkpoints = checkpoints
        self.tree = tree
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var second = 0
            while !Task.isCancelled {
                do {
                    while let head = try await tree.sign(at: Date()) { try checkpoints.note(head) }
                    if second % 60 == 0 { try await checkpoints.note(tree.database, at: Date()) }
                } catch is CancellationError {
                    break
                } catch {
                    logger.warning("journal: the head could not be noted", metadata: ["error": "\(error)"])
                }
                second += 1
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
