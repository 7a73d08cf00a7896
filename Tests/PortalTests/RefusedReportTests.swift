import Accounts
import Core
import Dossiers
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Portal

@Suite("Reports that a rule refused")
struct RefusedReportTests {
    private static let path = "/can-bo/he-thong/mot-cua-hoan-kiem"

    @Test("each is kept as it came, with the reason; the same one again is counted; what isn't a rule's is not kept")
    func kept() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            #expect(try await system.report(9, of: code, event: "e-1").status == 409)
            let body = AgencySystem.body(status: 2, event: "e-2")
            for key in ["k-1", "k-2"] {
                #expect(try await system.post("/api/v1/dossiers/KHONG-CO/status", body, key: key).status == .notFound)
            }
            let junk = Array("{\"event_id\": ".utf8)
            #expect(try await system.post("/api/v1/dossiers/\(code)/status", junk, key: "k-3").status == .badRequest)
            let unknown = Array(#"{"event_id": "e-4", "status": 99}"#.utf8)
            #expect(
                try await system.post("/api/v1/dossiers/\(code)/status", unknown, key: "k-4").status
                    == .unprocessableContent)
            // Nobody's fault but the key's, the token's or the rate's.
            #expect(try await system.post("/api/v1/dossiers/\(code)/status", body, key: nil).status == .badRequest)
            let follower = try await AgencySystem(demonstration, enrolled: "may-thu", scopes: [.readEvents])
            #expect(try await follower.report(2, of: code, event: "e-5").status == 403)
            #expect(
                try await demonstration.test.sql(
                    "select problem || ' ' || coalesce(event_id, '-') || ' ' || times || ' ' || actor from refused_reports order by problem"
                ) == [
                    "illegal-move e-1 1 client:mot-cua-hoan-kiem", "invalid e-4 1 client:mot-cua-hoan-kiem",
                    "malformed - 1 client:mot-cua-hoan-kiem", "not-found e-2 2 client:mot-cua-hoan-kiem",
                ])
            let raw = try await demonstration.test.sql(
                "select encode(message, 'hex') from refused_reports where problem = 'malformed'")
            #expect(raw == ["7b226576656e745f6964223a20"])
            let page = try await demonstration.browser("officer", login: "lanhdao.hoankiem").get(Self.path).text
            for words in ["Không chuyển được tình trạng", "status: Không thuộc các giá trị cho phép", "số lần: 2"] {
                #expect(page.contains(words), "\(words)")
            }
            let other = try await demonstration.browser("officer", login: "lanhdao.saigon")
            #expect(try await !other.get("/can-bo/he-thong/mot-cua-sai-gon").text.contains("e-1"))
        }
    }

    @Test("played again it goes the way of the call: refused while the reason stands, taken once when it is gone")
    func replayed() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let head = try await demonstration.browser("officer", login: "lanhdao.hoankiem")
            let code = try #require(try await system.registered().first)
            #expect(try await system.report(4, of: code, event: "e-9").status == 409)
            let id = try await demonstration.test.sql("select id from refused_reports")[0]
            let form = [("csrf", try await head.get(Self.path).text.formToken), ("report", id)]
            let still = try await head.post("\(Self.path)/bao-cao", form: form)
            #expect(still.location == "\(Self.path)?done=refused")
            #expect(try await head.get(still.location ?? "").text.contains("notice warning"))
            #expect(try await system.report(2, of: code, event: "e-1").status == 201)
            let stranger = try await demonstration.browser("officer", login: "lanhdao.saigon")
            let strange = [("csrf", try await stranger.get("/can-bo/he-thong").text.formToken), ("report", id)]
            #expect(
                try await stranger.post("/can-bo/he-thong/mot-cua-sai-gon/bao-cao", form: strange).status != .seeOther)
            for _ in 1...2 {
                #expect(try await head.post("\(Self.path)/bao-cao", form: form).location == "\(Self.path)?done=applied")
            }
            #expect(try await !head.get(Self.path).text.contains("e-9"))
            #expect(
                try await demonstration.test.sql(
                    """
                    select event.status || ' ' || event.event_id || ' ' || entry.actor
                    from dossier_events event join journal_entries entry on entry.id = event.entry_id
                    join dossiers dossier on dossier.id = event.dossier_id
                    where dossier.code = '\(code)' and event.event_id is not null order by event.sequence
                    """) == ["2 e-1 client:mot-cua-hoan-kiem", "4 e-9 client:mot-cua-hoan-kiem"])
            #expect(
                try await demonstration.test.sql(
                    "select content ->> 'outcome' from journal_entries where kind = 'report.replayed' order by recorded_at"
                ) == ["refused", "applied"])
            // The system itself, repeating what it sent, gets the answer of what was taken.
            let again = try await system.get("/api/v1/dossiers/\(code)")
            #expect(again["status"]?.int == 4)
        }
    }

    @Test("played by eight at once it is taken once")
    func atOnce() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            _ = try await system.report(4, of: code, event: "e-9")
            _ = try await system.report(2, of: code, event: "e-1")
            let id = try await demonstration.test.sql("select id from refused_reports")[0]
            let head = try await demonstration.browser("officer", login: "lanhdao.hoankiem")
            let form = [("csrf", try await head.get(Self.path).text.formToken), ("report", id)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...8 {
                    group.addTask { _ = try await head.post("\(Self.path)/bao-cao", form: form) }
                }
                try await group.waitForAll()
            }
            #expect(
                try await demonstration.test.sql(
                    "select count(*) from dossier_events where event_id = 'e-9'"
                        + " union all select count(*) from journal_entries where kind = 'report.replayed'") == [
                        "1", "1",
                    ])
        }
    }

    @Test("one that came in some other way since isn't listed any more")
    func cameSince() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            #expect(try await system.report(2, of: code, event: "e-1", version: 99).status == 412)
            let actor = "client:mot-cua-hoan-kiem"
            let agency = demonstration.facts.clients[0].agency
            #expect(try await demonstration.house.dossiers.refusedReports(of: actor, at: agency, limit: 9).count == 1)
            #expect(try await system.report(2, of: code, event: "e-1", key: "k-2").status == 201)
            #expect(try await demonstration.house.dossiers.refusedReports(of: actor, at: agency, limit: 9).isEmpty)
        }
    }

    @Test("the lag is the median and the 95 of 100 of the last day")
    func lag() async throws {
        try await Demonstration.with { demonstration async throws in
            let agency = demonstration.facts.clients[0].agency
            let empty = try await demonstration.house.dossiers.reportLag(
                at: agency, now: .now.addingTimeInterval(10 * 86_400))
            #expect(empty.reports == 0)
            let system = try await AgencySystem(demonstration, 0)
            let codes = try await system.registered()
            let now = Date()
            for (code, minutes) in zip(codes, [1.0, 60.0]) {
                let answer = try await system.report(
                    2, of: code, event: "e-\(code)", at: now.addingTimeInterval(-minutes * 60))
                #expect([201, 422].contains(answer.status))
            }
            let lag = try await demonstration.house.dossiers.reportLag(at: agency, now: .now)
            #expect(lag.reports > 0 && lag.median >= 0 && lag.most >= lag.median)
        }
    }
}
