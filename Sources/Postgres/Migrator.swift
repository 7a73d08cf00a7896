import CLibpq
import Foundation
package import Logging

/// Brings a database to the newest schema: the files of `SQL/migrations`, in order, each once.
package struct Migrator: Sendable {
    private let files: [File]

    fileprivate struct File {
        let version: Int
        let name: String
        let sql: String
    }

    /// Why a database was left as it is.
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    /// Reads `NNNN_name.sql` files. Throws `Refusal` when a number is missing or used twice.
    package init(directory: String) throws {
        files = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
            .filter { $0.hasSuffix(".sql") }
            .enumerated()
            .map { index, name in
                guard let version = Int(name.prefix(4)), version == index + 1 else {
                    throw Refusal(description: "\(directory)/\(name): expected number \(index + 1)")
                }
                let text = String(decoding: try Data(contentsOf: URL(filePath: "\(directory)/\(name)")), as: UTF8.self)
                // A checkout with the line ends of Windows is no edit.
                let sql = text.replacing("\r\n", with: "\n")
                return File(version: version, name: String(name.dropLast(4)), sql: sql)
            }
    }

    /// Applies what is missing, each file in a transaction of its own, and names it. One migrator works at a time.
    /// - Throws: `Refusal` for an old server, or a file that was edited after it was applied; `PostgresError`.
    package func migrate(url: String, logger: Logger) async throws -> [String] {
        let connection = try await PlainConnection.connect(url)
        let version = Int(try await connection.execute("show server_version_num").first ?? "") ?? 0
        guard version >= 140_000 else {
            throw Refusal(description: "the server is PostgreSQL \(version / 10_000): version 14 or newer is needed")
        }
        try await connection.execute("set client_min_messages = warning")
        // Waits for another migrator as long as it takes; only then is waiting for a table's lock limited.
        try await connection.execute("select pg_advisory_lock(7201910)")
        try await connection.execute("set lock_timeout = '5s'")
        try await connection.execute(
            """
            create table if not exists schema_migrations (
                version integer not null, name text not null, sha256 text not null, applied_at timestamptz not null default now(),
                constraint schema_migrations_pkey primary key (version))
            """)
        var applied: [String] = []
        for file in files where try await isMissing(file, on: connection) {
            try await apply(file, on: connection)
            logger.info("migrated", metadata: ["migration": "\(file.name)"])
            applied.append(file.name)
        }
        return applied
    }

    private func isMissing(_ file: File, on connection: PlainConnection) async throws -> Bool {
        let known = try await connection.execute("select sha256 from schema_migrations where version = \(file.version)")
            .first
        guard let known else { return true }
        let digest = try await connection.execute("select encode(sha256(convert_to(\(file.literal), 'UTF8')), 'hex')")
            .first
        guard known == digest else {
            throw Refusal(
                description: "migration \(file.name) was edited after it was applied: restore it and write a new one")
        }
        return false
    }

    private func apply(_ file: File, on connection: PlainConnection) async throws {
        let note = """
            insert into schema_migrations (version, name, sha256)
            values (\(file.version), '\(file.name)', encode(sha256(convert_to(\(file.literal), 'UTF8')), 'hex'))
            """
        do {
            if file.sql.hasPrefix("-- no transaction") {
                try await connection.execute(file.sql)
                try await connection.execute(note)
            } else {
                try await connection.execute("begin;\n\(file.sql)\n;\(note);\ncommit")
            }
        } catch let error as PostgresError {
            let message = try await connection.lastMessage()
            _ = try? await connection.execute("rollback")
            guard case .server = error else { throw error }
            throw Refusal(description: "migration \(file.name) failed: \(message)")
        }
    }

    /// The schema as `pg_dump` writes it, without what changes from one server or day to the next, as the months of tables do.
    package static func dumpSchema(url: String) async throws -> String {
        let dumped = try await Blocking.run { () throws -> String in
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "pg_dump", "--schema-only", "--no-owner", "--exclude-table=*_2[0-9][0-9][0-9]_[0-9][0-9]", "--dbname",
                url,
            ]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let bytes = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Refusal(description: "pg_dump failed: is it installed?") }
            return String(decoding: bytes, as: UTF8.self)
        }
        var lines: [Substring] = []
        for line in dumped.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("--") || line.hasPrefix("SET ") || line.hasPrefix("SELECT pg_catalog.set_config")
                || line.hasPrefix("\\restrict") || line.hasPrefix("\\unrestrict")
            {
                continue
            }
            if line.isEmpty, lines.last?.isEmpty != false { continue }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}

extension Migrator.File {
    /// The text as a literal of SQL.
    fileprivate var literal: String { "'" + sql.replacing("'", with: "''") + "'" }
}
