package import FoundationEssentials
package import Postgres

/// What agencies follow lies in a table by month, in Vietnam, so that old months can be taken away whole.
///
/// A month is there before it begins: made by `portal migrate` and by a job. Should none be, nothing fails and nothing is lost:
/// rows wait in a part of their own and move when their month is made.
package enum Months {
    /// Makes the month of `now` and three more, where they are missing. As `portal_worker`.
    /// - Returns: how many were missing.
    @discardableResult
    package static func make(at now: Date, in database: Database) async throws -> Int {
        Int(try await database.one(JournalQueries.makeMonths, (now, 4)))
    }

    /// How many rows lie in no month, counted to a thousand; none while the job runs. As `portal_worker`.
    package static func unplaced(in database: Database) async throws -> Int {
        try await database.one(JournalQueries.unplaced, ())
    }
}
