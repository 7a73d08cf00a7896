import Dossiers
import Postgres
import TestSupport
import Testing

@testable import Portal

@Suite("Proving that dossiers are what the journal says")
struct VerificationTests {
    @Test("what nobody touched agrees with the journal")
    func untouched() async throws {
        try await Demonstration.with { demonstration async throws in
            #expect(try await Dossiers.disagreements(on: demonstration.house.worker) == [])
        }
    }

    @Test(
        "whatever the owner of the tables rewrites behind the journal's back is found",
        arguments: [
            "update dossier_events set note = 'Đã sửa' where sequence = 2",
            "update dossier_events set officer_name = 'Người khác' where sequence = 2",
            "update dossier_events set message = 'x' where sequence = 2",
            "update dossier_events set status = 7 where sequence = 2",
            "update dossiers set status = 10 where status = 1",
            "update dossier_answers set answers = answers || '{\"applicant_name\": \"Người khác\"}'",
            "delete from attachments where owner_id in (select id from dossiers)",
            "update dossiers set version = version + 1",
        ])
    func rewritten(_ statement: String) async throws {
        try await Demonstration.with { demonstration async throws in
            // Row-level security is forced on the owner too: only who takes it away gets this far.
            let tables = ["dossiers", "dossier_events", "dossier_answers", "attachments"]
            for table in tables { try await demonstration.test.sql("alter table \(table) no force row level security") }
            try await demonstration.test.sql(statement)
            #expect(try await Dossiers.disagreements(on: demonstration.house.worker) != [])
        }
    }
}
