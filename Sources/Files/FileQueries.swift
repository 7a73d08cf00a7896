package import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/files.sql`, one typed line each.
package enum FileQueries {
    static let record = Query("files.record", [UInt8].self, Int.self, String.self, Date.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [record]
}

extension Transaction {
    /// Says that a file is there, so that a row may name it. Repeatable.
    package func record(_ file: StoredFile, at now: Date) async throws {
        try await run(FileQueries.record, (file.sha256, file.size, file.type.rawValue, now))
    }
}
