import Core
import Dossiers
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Portal

@Suite("Counters of dossiers")
struct CountTests {
    @Test("whatever is done at once and rolled back, by one or by many, they are what a recount says")
    func recount() async throws {
        try await Demonstration.with { demonstration async throws in
            let test = demonstration.test
            let worker = demonstration.house.worker
            #expect(try await Dossiers.disagreeingCounts(on: worker) == [], "those that were there")
            let deeds = [
                // One, some, all of a status, or nothing; to another status, agency or day.
                "update dossiers d set status = 1 + floor(random() * 10)::int, version = version + 1",
                "update dossiers d set agency_code = (select code from agencies order by random() limit 1)",
                "update dossiers d set submitted_at = submitted_at - random() * interval '9 days'",
                "update dossiers d set due_at = now()",
            ]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<4 {
                    group.addTask {
                        for round in 0..<6 {
                            let deed = deeds[Int.random(in: 0..<deeds.count)]
                            let some = "(select id from dossiers where random() < 0.3 order by id for update)"
                            let end = Bool.random() ? "commit" : "rollback"
                            try await test.sql(
                                "begin; \(deed) from \(some) as held where held.id = d.id; \(Self.copies(task, round)); \(end)"
                            )
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await Dossiers.disagreeingCounts(on: worker) == [])
            async let one = Dossiers.foldCounts(in: worker)
            async let other = Dossiers.foldCounts(in: worker)
            #expect(try await one + other > 100)
            #expect(try await test.sql("select count(*) from dossier_count_changes") == ["0"])
            #expect(try await test.sql("select count(*) from dossier_counts where count < 0") == ["0"])
            #expect(try await Dossiers.disagreeingCounts(on: worker) == [])
        }
    }

    /// Copies of a few dossiers, made in one statement.
    private static func copies(_ task: Int, _ round: Int) -> String {
        """
        insert into dossiers (id, code, procedure_code, revision_id, agency_code, applicant_name, tracking_digits, status, origin,
            submitted_at, version, waits_for)
        select gen_random_uuid(), 'X-\(task)-\(round)-' || number, procedure_code, revision_id, agency_code, applicant_name,
            tracking_digits, 1 + (number % 10), 'agency', submitted_at - number * interval '7 hours', 1, waits_for
        from (select *, row_number() over (order by id) as number from dossiers order by id limit 5) as few
        """
    }

    @Test("an agency reads its own, by status and by day; what was tampered with is named")
    func reading() async throws {
        try await Demonstration.with { demonstration async throws in
            let dossiers = demonstration.house.dossiers
            let agency = demonstration.facts.clients[0].agency
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            func count(_ status: DossierStatus) async throws -> Int {
                try await dossiers.standing(at: agency).first { $0.status == status }?.count ?? 0
            }
            let (registered, received) = (try await count(.registered), try await count(.received))
            #expect(try await system.report(2, of: code, event: "dem-1").status == 201)
            #expect(try await count(.registered) == registered - 1)
            #expect(try await count(.received) == received + 1)
            let today = Day(of: .now)
            let days = try await dossiers.received(at: agency, from: today - 400, to: today + 1)
            let all = try await dossiers.standing(at: agency)
            #expect(days.map(\.count).reduce(0, +) == all.map(\.count).reduce(0, +) && !days.isEmpty)
            #expect(
                try await demonstration.test.sql(
                    """
                    begin; set local role portal_app; select set_config('portal.agency', '\(agency)', true);
                    select count(*) from (select agency_code from dossier_counts union all
                        select agency_code from dossier_count_changes) as seen where agency_code <> '\(agency)'
                    """) == ["0"])
            try await demonstration.test.sql(
                "insert into dossier_count_changes values ('\(agency)', 2, '\(today)', 1)")
            let found = try await Dossiers.disagreeingCounts(on: demonstration.house.worker)
            #expect(found.first?.hasPrefix("agency \(agency), status 2, day ") == true)
        }
    }
}
