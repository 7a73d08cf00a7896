package import Catalogue
package import Core
import Cryptography
package import FoundationEssentials
package import Postgres

/// What one side of a synchronisation holds of the dossiers that were submitted on a day: how many, and the SHA-256 of the lines
/// `code status`, in the order of their bytes, each ended by a line feed. Either side can work it out with `sort` and `sha256sum`.
package struct DayDigest: PostgresRow, Hashable {
    package let day: Day
    package let count: Int
    package let sha256: [UInt8]

    package init(day: Day, count: Int, sha256: [UInt8]) {
        self.day = day
        self.count = count
        self.sha256 = sha256
    }

    package init(_ row: inout Row) throws {
        day = try row("day")
        count = try row("count")
        sha256 = try row("sha256")
    }

    /// A day without dossiers.
    static func empty(_ day: Day) -> DayDigest { DayDigest(day: day, count: 0, sha256: SHA256.hash([])) }
}

/// The same of a part of a day: of the dossiers whose codes' SHA-256 begins with the same two hex digits.
package struct BucketDigest: PostgresRow {
    package let bucket: String
    package let count: Int
    package let sha256: [UInt8]

    package init(_ row: inout Row) throws {
        bucket = try row("bucket")
        count = try row("count")
        sha256 = try row("sha256")
    }
}

/// Where a dossier stands, for whoever looks for one that differs.
package struct BucketDossier: PostgresRow {
    package let code: String
    package let status: DossierStatus
    package let version: Int32

    package init(_ row: inout Row) throws {
        code = try row("code")
        status = try row("status")
        version = try row("version")
    }
}

/// A day as the agency's system compared it last.
package struct DayComparison: PostgresRow {
    package let day: Day
    package let theirCount: Int32
    package let ourCount: Int32
    package let agrees: Bool
    package let comparedAt: Date

    package init(_ row: inout Row) throws {
        day = try row("day")
        theirCount = try row("their_count")
        ourCount = try row("our_count")
        agrees = try row("agrees")
        comparedAt = try row("compared_at")
    }
}

/// How often an agency's events were flagged.
package struct FlagCount: PostgresRow {
    package let flag: String
    package let count: Int

    package init(_ row: inout Row) throws {
        flag = try row("flag")
        count = try row("count")
    }
}

extension Dossiers {
    /// Digests of an agency's days, those without dossiers included.
    package func digests(of agency: String, from: Day, to: Day) async throws -> [DayDigest] {
        let found = try await database.all(
            SyncQueries.days, (agency, from.instant(), (to + 1).instant()), as: .agency(agency))
        let byDay = Dictionary(found.map { ($0.day, $0) }) { $1 }
        return (0...max(0, to.number - from.number)).map { byDay[from + $0] ?? .empty(from + $0) }
    }

    /// Digests of the parts of a day that have dossiers: where they agree, so do the dossiers.
    package func buckets(of day: Day, at agency: String) async throws -> [BucketDigest] {
        try await database.all(
            SyncQueries.buckets, (agency, day.instant(), (day + 1).instant()), as: .agency(agency))
    }

    /// The dossiers in a part of a day, by their codes.
    /// - Parameter code: behind which to begin; empty for the first page.
    package func dossiers(
        in bucket: String, of day: Day, at agency: String, after code: String, limit: Int
    ) async throws -> Found<BucketDossier> {
        let found = try await database.all(
            SyncQueries.bucket, (agency, day.instant(), (day + 1).instant(), bucket, code, limit + 1),
            as: .agency(agency))
        let page = Array(found.prefix(limit))
        return Found(items: page, next: found.count > limit ? page.last?.code : nil)
    }

    /// Compares days with what the agency's system holds of them, and keeps how they compared.
    /// - Returns: ours, in the order of theirs.
    package func compare(_ theirs: [DayDigest], of agency: String, at now: Date) async throws -> [DayDigest] {
        guard let first = theirs.map(\.day).min(), let last = theirs.map(\.day).max() else { return [] }
        let ours = Dictionary(
            try await digests(of: agency, from: first, to: last).map { ($0.day, $0) }
        ) { $1 }
        let compared = theirs.map { ours[$0.day] ?? .empty($0.day) }
        try await database.run(
            SyncQueries.compare,
            (
                agency, theirs.map(\.day), theirs.map { Int32(clamping: $0.count) }, theirs.map(\.sha256),
                compared.map { Int32(clamping: $0.count) }, compared.map(\.sha256), now
            ), as: .agency(agency))
        return compared
    }

    /// How days compared, the newest first.
    package func drift(of agency: String, since day: Day, limit: Int = 100) async throws -> [DayComparison] {
        try await database.all(SyncQueries.drift, (agency, day, limit), as: .agency(agency))
    }

    /// How often an agency's events were flagged since a day, by flag. For anyone.
    package func flags(of agency: String, since day: Day) async throws -> [FlagCount] {
        try await Self.flags(of: agency, since: day, in: database)
    }

    package static func flags(of agency: String, since day: Day, in database: Database) async throws -> [FlagCount] {
        try await database.all(SyncQueries.flags, (agency, day))
    }
}
