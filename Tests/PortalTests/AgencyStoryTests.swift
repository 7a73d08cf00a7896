import Core
import Foundation
import HTTPTypes
import Journal
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("What an agency's system does")
struct AgencyStoryTests {
    @Test("lists, reads and moves its dossiers; repeats are replayed, illegal and malformed moves refused")
    func story() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let list = try await system.get("/api/v1/dossiers?status=1&limit=1")
            let code = try #require(list["items"]?.array?.first?["code"]?.string)
            let path = "/api/v1/dossiers/\(code)"
            #expect(try await system.get(path)["events"]?.array?.count == 1)

            let body = AgencySystem.body(status: 2, event: "e-1")
            let first = try await system.post(path + "/status", body, key: "k-1")
            #expect(first.status == .created)
            let again = try await system.post(path + "/status", body, key: "k-1")
            #expect(again.status == .created && again.body == first.body)
            #expect(again.headers[HTTPField.Name("Idempotent-Replayed")!] == "true")
            let other = AgencySystem.body(status: 4, event: "e-2")
            #expect(try await system.post(path + "/status", other, key: "k-1").status == .unprocessableContent)
            #expect(try await system.post(path + "/status", other, key: nil).status == .badRequest)

            let illegal = try await system.post(
                path + "/status", AgencySystem.body(status: 10, event: "e-3"), key: "k-3")
            let problem = try JSON(parsing: illegal.body)
            #expect(illegal.status == .conflict)
            #expect(problem["current_status"]?.int == 2)
            #expect(problem["allowed"]?.array?.compactMap(\.int) == [4, 5, 6, 7, 8, 9])
            let again409 = try await system.post(
                path + "/status", AgencySystem.body(status: 4, event: "e-1"), key: "k-4")
            #expect(again409.status == .conflict)
            for (status, event) in [(4, "e-5"), (9, "e-6"), (10, "e-7")] {
                let answer = try await system.post(
                    path + "/status", AgencySystem.body(status: status, event: event), key: event)
                #expect(answer.status == .created)
            }
            #expect(try await system.get(path)["events"]?.array?.count == 5)
        }
    }

    @Test("the applicant sees that a system read their dossier, once a day however often it does, and nothing of lists")
    func readers() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let read = try #require(
                try await demonstration.test.sql(
                    """
                    select d.code || ' ' || a.login || ' ' || a.kind
                    from dossiers d join accounts a on a.id = d.account_id
                    where d.agency_code = 'H26.00070' order by d.code limit 1
                    """
                ).first
            ).split(separator: " ").map(String.init)
            let count = "select count(*) from dossier_reads where reader like 'client:%'"
            _ = try await system.get("/api/v1/dossiers")
            #expect(try await demonstration.test.sql(count) == ["0"])
            for _ in 0..<3 { _ = try await system.get("/api/v1/dossiers/\(read[0])") }
            #expect(try await demonstration.test.sql(count) == ["1"])
            let name = try #require(
                try await demonstration.test.sql(
                    "select name from api_clients where 'client:' || id = (select reader from dossier_reads where reader like 'client:%')"
                ).first)
            let applicant = try await demonstration.browser(read[2], login: read[1])
            #expect(try await applicant.get("/ho-so/\(read[0])/da-xem").text.contains(name))
            // Another day is another line; somebody else's dossier is none of theirs, and nobody is told of a try.
            try await demonstration.test.sql(
                "update dossier_reads set hour = hour - interval '1 day' where reader like 'client:%'")
            _ = try await system.get("/api/v1/dossiers/\(read[0])")
            #expect(try await demonstration.test.sql(count) == ["2"])
            let foreign = try #require(
                try await demonstration.test.sql("select code from dossiers where agency_code <> 'H26.00070' limit 1")
                    .first)
            _ = try await system.get("/api/v1/dossiers/\(foreign)")
            #expect(try await demonstration.test.sql(count) == ["2"])
        }
    }

    @Test(
        "a malformed body is refused with every field named",
        arguments: [
            (#"{"occurred_at":"2026-01-01T00:00:00Z","event_id":"a","officer":{"name":"b"}}"#, "status"),
            (#"{"status":11,"occurred_at":"2026-01-01T00:00:00Z","event_id":"a","officer":{"name":"b"}}"#, "status"),
            (
                #"{"status":2,"occurred_at":"2999-01-01T00:00:00Z","event_id":"a","officer":{"name":"b"}}"#,
                "occurred_at"
            ),
            (
                #"{"status":2,"occurred_at":"2026-02-30T00:00:00Z","event_id":"a","officer":{"name":"b"}}"#,
                "occurred_at"
            ),
            (#"{"status":2,"occurred_at":"2026-01-01T00:00:00Z","officer":{"name":"b"}}"#, "event_id"),
            (#"{"status":2,"occurred_at":"2026-01-01T00:00:00Z","event_id":"a"}"#, "officer"),
            (#"{"status":2,"occurred_at":"2026-01-01T00:00:00Z","event_id":"a","officer":{"name":"b"},"x":1}"#, "x"),
            (#"{"status":3,"occurred_at":"2026-01-01T00:00:00Z","event_id":"a","officer":{"name":"b"}}"#, "note"),
            (
                #"{"status":5,"note":" ","occurred_at":"2026-01-01T00:00:00Z","event_id":"a","officer":{"name":"b"}}"#,
                "note"
            ),
            (
                #"{"status":2,"occurred_at":"2020-01-01T00:00:00Z","event_id":"a","officer":{"name":"b"}}"#,
                "occurred_at"
            ),
        ])
    func malformed(body: String, field: String) async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let list = try await system.get("/api/v1/dossiers?limit=1")
            let code = try #require(list["items"]?.array?.first?["code"]?.string)
            let answer = try await system.post("/api/v1/dossiers/\(code)/status", Array(body.utf8), key: "k")
            #expect(answer.status == .unprocessableContent)
            #expect(answer.headers[.contentType] == "application/problem+json")
            let errors = try JSON(parsing: answer.body)["errors"]?.array ?? []
            let named = errors.compactMap { $0["field"]?.string }
            #expect(named.contains(field))
        }
    }

    @Test("what was decided in time is not late while the result waits to be fetched")
    func decidedInTime() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let list = try await system.get("/api/v1/dossiers?status=1&limit=1")
            let code = try #require(list["items"]?.array?.first?["code"]?.string)
            for (status, event) in [(2, "d-1"), (4, "d-2"), (9, "d-3")] {
                let body = AgencySystem.body(status: status, event: event)
                #expect(try await system.post("/api/v1/dossiers/\(code)/status", body, key: event).status == .created)
            }
            let decided = try #require(try await system.get("/api/v1/dossiers/\(code)")["finished_at"]?.string)
            let body = AgencySystem.body(status: 10, event: "d-4")
            #expect(try await system.post("/api/v1/dossiers/\(code)/status", body, key: "d-4").status == .created)
            #expect(try await system.get("/api/v1/dossiers/\(code)")["finished_at"]?.string == decided)
        }
    }

    @Test("another agency's dossier is answered like none at all, to readers and writers")
    func tenancy() async throws {
        try await Demonstration.with { demonstration async throws in
            let own = try await AgencySystem(demonstration, 0)
            let other = try await AgencySystem(demonstration, 1)
            let list = try await own.get("/api/v1/dossiers?limit=100")
            let codes = list["items"]?.array?.compactMap { $0["code"]?.string } ?? []
            #expect(codes.count >= 5)
            for code in codes {
                let found = try await other.raw("/api/v1/dossiers/\(code)")
                let none = try await other.raw("/api/v1/dossiers/\(code)9")
                #expect(found.status == .notFound && none.status == .notFound)
                let write = try await other.post(
                    "/api/v1/dossiers/\(code)/status", AgencySystem.body(status: 2, event: "x"), key: "x")
                #expect(write.status == .notFound)
            }
            let theirs = try await other.get("/api/v1/dossiers?limit=100")["items"]?.array ?? []
            let seen = Set(theirs.compactMap { $0["code"]?.string })
            #expect(seen.isDisjoint(with: codes))
        }
    }

    @Test("raw SQL under the application's role shows a second agency nothing, and nobody anything without a scope")
    func secondWall() async throws {
        try await Demonstration.with { demonstration async throws in
            let agency = demonstration.facts.clients[0].agency
            let other = demonstration.facts.clients[1].agency
            try await demonstration.sequencer.sealBatch()
            func count(_ table: String, as scope: String) async throws -> String? {
                try await demonstration.test.sql(
                    "begin; set local role portal_app; select set_config('portal.agency', '\(scope)', true);"
                        + " select count(*) from \(table)"
                ).last
            }
            for table in ["dossiers", "dossier_answers", "dossier_events", "attachments", "slips", "agency_events"] {
                #expect(try await count(table, as: "") == "0")
            }
            for table in ["dossiers", "agency_events"] {
                #expect(try await count("\(table) where agency_code = '\(agency)'", as: other) == "0")
                #expect(try await count("\(table) where agency_code = '\(agency)'", as: agency) != "0")
            }
            for statement in [
                "update journal_entries set kind = 'x'", "delete from journal_chain", "create table t (x int)",
                "delete from dossier_events", "truncate dossiers",
            ] {
                await #expect(throws: (any Error).self, "\(statement)") {
                    try await demonstration.test.sql("begin; set local role portal_app; \(statement)")
                }
            }
        }
    }
}
