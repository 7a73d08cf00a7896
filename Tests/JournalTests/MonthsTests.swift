import Core
import Foundation
import Journal
import Postgres
import TestSupport
import Testing

@Suite("Tables by month")
struct MonthsTests {
    /// Half an hour before and after a month begins in Vietnam.
    private static let instants = ["2026-11-30T16:30:00Z", "2026-11-30T17:30:00Z", "2027-03-15T05:00:00Z"]

    private static func months(_ test: TestDatabase) async throws -> [String] {
        try await test.sql("select tableoid::regclass::text from agency_events order by position")
    }

    @Test(
        "an event lies in its month in Vietnam; one that no month was made for waits, and moves when its month is made")
    func placing() async throws {
        try await TestDatabase.with { test async throws in
            let at = try Self.instants.map { try #require(Timestamp.instant($0)) }
            #expect(try await Months.make(at: at[0], in: test.worker) == 4)
            #expect(try await Months.make(at: at[0], in: test.worker) == 0)
            for (number, instant) in at.enumerated() {
                try await test.worker.transaction { transaction async throws in
                    _ = try await transaction.append(
                        JournalEntry(
                            kind: "dossier.submitted", subject: "dossier:\(number)", agencyCode: "H26",
                            actor: "account:a",
                            at: instant, content: ["version": 1]))
                }
            }
            try await Samples.sequencer(test).sealBatch()
            #expect(
                try await Self.months(test) == [
                    "agency_events_2026_11", "agency_events_2026_12", "agency_events_unplaced",
                ])
            #expect(try await Months.unplaced(in: test.worker) == 1)
            #expect(try await Months.make(at: at[1], in: test.worker) == 1)
            #expect(try await Months.unplaced(in: test.worker) == 0)
            #expect(try await Self.months(test).last == "agency_events_2027_03")
            let subjects = try await test.worker.subjects(from: 1, to: 3)
            #expect(subjects.contains("feed:H26"))
        }
    }

    @Test("several processes at once make each month once")
    func atOnce() async throws {
        try await TestDatabase.with { test async throws in
            let now = Date()
            let made = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await Months.make(at: now, in: test.worker) } }
                return try await group.reduce(0, +)
            }
            #expect(made == 4)
        }
    }

    @Test(
        "a month by itself is nobody's: not to read, not to write, and neither role makes or removes tables otherwise")
    func grants() async throws {
        try await TestDatabase.with { test async throws in
            try await Months.make(at: Date(), in: test.worker)
            let months = try await test.sql(
                "select inhrelid::regclass from pg_inherits where inhparent = 'agency_events'::regclass order by 1")
            #expect(months.count == 5)
            for month in months where month != "agency_events_unplaced" {
                for role in ["portal_app", "portal_worker"] {
                    for statement in [
                        "select count(*) from \(month)", "delete from \(month)", "drop table \(month)",
                        "alter table agency_events detach partition \(month)",
                    ] {
                        await #expect(throws: PostgresError.self, "\(role): \(statement)") {
                            try await test.sql("begin; set local role \(role); \(statement)")
                        }
                    }
                }
            }
            await #expect(throws: PostgresError.self) {
                try await test.sql("begin; set local role portal_app; select make_months(now(), 1)")
            }
            await #expect(throws: PostgresError.self) {
                try await test.sql("begin; set local role portal_app; select count(*) from agency_events_unplaced")
            }
        }
    }
}
