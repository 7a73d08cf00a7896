import Core
import Dossiers
import Foundation
import HTTPTypes
import Journal
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Numbered reports of agencies' systems")
struct ReportStoryTests {
    @Test("one that comes early waits for its predecessor, and one that comes late is kept and moves nothing")
    func order() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            let first = try await system.report(2, of: code, event: "so-1", sequence: 1)
            #expect(first.status == 201 && first.body["outcome"]?.string == "applied")
            let early = try await system.report(9, of: code, event: "so-3", sequence: 3)
            #expect(early.status == 202 && early.body["outcome"]?.string == "parked")
            #expect(early.body["waits_for"]?.int == 2 && early.body["dossier"]?["status"]?.int == 2)
            #expect(try await system.get("/api/v1/dossiers/\(code)")["status"]?.int == 2)

            let beyond = try await system.report(9, of: code, event: "so-999", sequence: 102)
            #expect(beyond.status == 422 && beyond.body["errors"]?.array?.first?["field"]?.string == "sequence")

            let waiting = try await system.get("/api/v1/reports")["items"]?.array ?? []
            #expect(waiting.map { $0["event_id"]?.string } == ["so-3"])
            #expect(waiting.first?["state"]?.string == "parked" && waiting.first?["waits_for"]?.int == 2)
            #expect(try await AgencySystem(demonstration, 1).get("/api/v1/reports")["items"]?.array?.isEmpty == true)
            let page = try await demonstration.browser("officer").get("/can-bo/ho-so/\(code)").text
            #expect(page.contains("đang chờ báo cáo số 2"))

            let second = try await system.report(4, of: code, event: "so-2", sequence: 2)
            #expect(second.status == 201)
            #expect(second.body["behind"]?.array?.map { $0["event_id"]?.string } == ["so-3"])
            #expect(second.body["dossier"]?["status"]?.int == 9 && second.body["dossier"]?["version"]?.int == 4)
            #expect(try await system.get("/api/v1/reports")["items"]?.array?.isEmpty == true)

            let late = try await system.report(4, of: code, event: "so-2b", sequence: 2)
            #expect(late.status == 200 && late.body["outcome"]?.string == "kept")
            let dossier = try await system.get("/api/v1/dossiers/\(code)")
            #expect(dossier["status"]?.int == 9 && dossier["version"]?.int == 5)
            #expect(dossier["events"]?.array?.map { $0["status"]?.int } == [1, 2, 4, 9])
            try await demonstration.sequencer.sealBatch()
            let feed = try await system.follow().events.filter { $0["dossier"]?.string == code }
            #expect(feed.last?["type"]?.string == "dossier.reported_late" && feed.last?["status"]?.int == 9)
            // What was kept doesn't stand in the way of what comes next, though it is older.
            #expect(try await system.report(10, of: code, event: "so-4", sequence: 4).status == 201)
            #expect(
                try await demonstration.test.sql("select count(*) from dossier_events where event_id = 'so-2b'") == [
                    "1"
                ])
        }
    }

    @Test("sent again under another key, an event gets its answer again if it says the same, wherever it stands")
    func repetitions() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let codes = try await system.registered()
            let code = try #require(codes.first)
            let now = Date.now
            let first = try await system.report(2, of: code, event: "lap-1", sequence: 1, at: now)
            let again = try await system.report(2, of: code, event: "lap-1", sequence: 1, key: "khac", at: now)
            #expect(again.status == 201 && again.body == first.body)
            let other = try await system.report(4, of: code, event: "lap-1", sequence: 2, key: "khac-2", at: now)
            #expect(other.status == 409 && other.body["type"]?.string == "/problems/event-repeated")
            #expect(try await system.report(4, of: code, event: "lap-3", sequence: 3, at: now).status == 202)
            let parked = try await system.report(4, of: code, event: "lap-3", sequence: 3, key: "khac-3", at: now)
            #expect(parked.status == 202 && parked.body["waits_for"]?.int == 2)
            let taken = try await system.report(4, of: code, event: "lap-3b", sequence: 3, at: now)
            #expect(taken.status == 409 && taken.body["type"]?.string == "/problems/sequence-taken")
            // Its event comes true without its number: when its turn comes, it is done.
            let plain = try await system.report(4, of: code, event: "lap-3", key: "khac-4", at: now)
            #expect(plain.status == 201)
            let between = try await system.report(9, of: code, event: "lap-2", sequence: 2, at: now)
            #expect(between.status == 201 && between.body["behind"]?.array?.isEmpty == true)
            #expect(try await system.report(10, of: code, event: "lap-4", sequence: 4, at: now).status == 201)
            if let another = codes.dropFirst().first {
                #expect(try await system.report(2, of: another, event: "lap-1", key: "khac-5", at: now).status == 409)
            }
        }
    }

    @Test("one that can't follow when its turn comes is refused, said so, and replaced by a right one of its number")
    func refusal() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            #expect(try await system.report(4, of: code, event: "sai-0", sequence: 1).status == 409)
            #expect(try await system.report(10, of: code, event: "sai-2", sequence: 2).status == 202)
            #expect(try await system.report(9, of: code, event: "sai-3", sequence: 3).status == 202)
            let first = try await system.report(2, of: code, event: "sai-1", sequence: 1)
            #expect(first.status == 201 && first.body["behind"]?.array?.isEmpty == true)
            let open = try await system.get("/api/v1/reports?limit=1")
            #expect(open["items"]?.array?.first?["state"]?.string == "refused")
            #expect(open["items"]?.array?.first?["reason"]?.string == "/problems/illegal-move")
            let rest = try await system.get("/api/v1/reports?after=\(open["next"]?.string ?? "")")
            #expect(rest["items"]?.array?.map { $0["waits_for"]?.int } == [2] && rest["next"] == .null)
            let page = try await demonstration.browser("officer").get("/can-bo/ho-so/\(code)").text
            #expect(page.contains("bị từ chối vì hồ sơ không chuyển được"))
            let right = try await system.report(4, of: code, event: "sai-2b", sequence: 2)
            #expect(right.status == 201 && right.body["behind"]?.array?.count == 1)
            #expect(try await system.get("/api/v1/dossiers/\(code)")["status"]?.int == 9)
            #expect(try await system.get("/api/v1/reports")["items"]?.array?.isEmpty == true)
            // All that was sent is there, whatever became of it.
            #expect(
                try await demonstration.test.sql(
                    "select event_id || ' ' || outcome from parked_reports order by sequence")
                    == ["sai-2 replaced", "sai-3 applied"])
        }
    }

    @Test("a gap that stays open too long is said once, to the agency, its officers and whoever watches the portal")
    func alarm() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            #expect(try await system.report(4, of: code, event: "ho-2", sequence: 2).status == 202)
            let dossiers = demonstration.house.jobDossiers
            #expect(try await dossiers.alarmGaps(openFor: 3600, at: .now.addingTimeInterval(3500)) == 0)
            #expect(try await system.get("/api/v1/reports")["items"]?.array?.first?["overdue_since"] == .null)
            #expect(try await dossiers.alarmGaps(openFor: 3600, at: .now.addingTimeInterval(3700)) == 1)
            #expect(try await dossiers.alarmGaps(openFor: 3600, at: .now.addingTimeInterval(3800)) == 0)
            let report = try await system.get("/api/v1/reports")["items"]?.array?.first
            #expect(report?["overdue_since"]?.string != nil)
            #expect(
                try await demonstration.browser("officer").get("/can-bo/ho-so/\(code)").text
                    .contains("đã chờ quá lâu báo cáo số 1"))
            let watched = await demonstration.house.site.metrics.exposition()
            #expect(watched.contains("portal_reports_waiting 1") && watched.contains("portal_reports_overdue 1"))
            #expect(try await system.report(2, of: code, event: "ho-1", sequence: 1).status == 201)
            #expect(await demonstration.house.site.metrics.exposition().contains("portal_reports_overdue 0"))
        }
    }

    @Test("a change of another version than there is is refused with where the dossier stands")
    func precondition() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            let now = Date.now
            #expect(try await system.report(2, of: code, event: "ban-1", at: now, version: 1).status == 201)
            let gone = try await system.report(4, of: code, event: "ban-2", version: 1)
            #expect(gone.status == 412 && gone.body["type"]?.string == "/problems/version-gone")
            #expect(gone.body["current_status"]?.int == 2 && gone.body["version"]?.int == 2)
            // The first answer comes again, although its version is gone as well.
            #expect(try await system.report(2, of: code, event: "ban-1", at: now, version: 1).status == 201)
            #expect(try await system.report(4, of: code, event: "ban-2", key: "ban-2b", version: 2).status == 201)
            let path = "/api/v1/dossiers/\(code)/status"
            let odd = try await system.post(
                path, AgencySystem.body(status: 9, event: "ban-3"), key: "ban-3", headers: [.ifMatch: "*"])
            #expect(odd.status == .badRequest)
        }
    }

    /// Twins get the same legal history: one in order, the other shuffled, with repetitions, from three connections at once.
    @Test("a history that comes shuffled, doubled and resent leaves a dossier as one that came in order")
    func shuffled() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0, peer: "127.0.0.1")
            let template = try #require(try await system.registered().first)
            let count = 24
            try await Self.clone(template, count: count, in: demonstration)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    group.addTask {
                        var random = Seeded(state: UInt64(number) &* 7919 &+ 1)
                        let history = Self.history(&random)
                        let begun = Date.now.addingTimeInterval(-3600)
                        @Sendable func send(_ step: Int, to twin: String, key: String) async throws {
                            for attempt in 1... {
                                let answer = try await system.report(
                                    history[step].rawValue, of: "\(template)-\(twin)\(number)",
                                    event: "\(twin)\(number)-\(step + 1)", sequence: step + 1, key: key,
                                    at: begun.addingTimeInterval(Double(step * 60)))
                                // On a busy machine the site may ask to send again, as it may anybody.
                                if answer.status == 503, attempt < 20 {
                                    try await Task.sleep(for: .milliseconds(200))
                                    continue
                                }
                                #expect([201, 202].contains(answer.status), "\(number), \(step): \(answer)")
                                return
                            }
                        }
                        for step in history.indices { try await send(step, to: "A", key: "A\(number)-\(step)") }
                        var sent = history.indices.flatMap { step in
                            // Once, again under its key, or also under another.
                            [(step, "k")] + (random.next() % 2 == 0 ? [(step, "k")] : [])
                                + (random.next() % 3 == 0 ? [(step, "other")] : [])
                        }
                        sent.shuffle(using: &random)
                        try await withThrowingTaskGroup(of: Void.self) { lines in
                            for line in 0..<3 {
                                let mine = sent.enumerated().filter { $0.offset % 3 == line }.map(\.element)
                                lines.addTask {
                                    for (step, key) in mine {
                                        try await send(step, to: "B", key: "B\(number)-\(step)-\(key)")
                                    }
                                }
                            }
                            try await lines.waitForAll()
                        }
                    }
                }
                try await group.waitForAll()
            }
            func standing(_ twin: String) async throws -> [String] {
                try await demonstration.test.sql(
                    """
                    select concat_ws(' ', regexp_replace(code, '^.*-[AB]', ''), status, received_at, due_at, finished_at,
                        version, waits_for, (select string_agg(event.status || '@' || event.occurred_at, ',' order by sequence)
                            from dossier_events event where event.dossier_id = dossier.id and event.kind = 'status'))
                    from dossiers dossier where code like '\(template)-\(twin)%' order by code
                    """)
            }
            let (inOrder, shuffled) = (try await standing("A"), try await standing("B"))
            #expect(inOrder.count == count && inOrder == shuffled)
            #expect(
                try await demonstration.test.sql(
                    "select count(*) from parked_reports where outcome is distinct from 'applied'")
                    == ["0"])
            #expect(try await demonstration.test.sql("select count(*) > 20 from parked_reports") == ["t"])
            #expect(
                try await demonstration.test.sql("select count(*) from dossier_events where kind = 'reported_late'")
                    == ["0"])
        }
    }

    /// A random walk along the table of statuses, from a dossier that was just filed.
    private static func history(_ random: inout Seeded) -> [DossierStatus] {
        var steps: [DossierStatus] = []
        var (status, isReceived) = (DossierStatus.registered, false)
        while steps.count < 9 {
            let allowed = status.allowed(received: isReceived)
            guard let next = allowed.randomElement(using: &random) else { break }
            steps.append(next)
            status = next
            isReceived = isReceived || next == .received
        }
        return steps
    }

    private static func clone(_ template: String, count: Int, in demonstration: Demonstration) async throws {
        try await demonstration.test.sql(
            """
            insert into dossiers (id, code, procedure_code, revision_id, agency_code, account_id, applicant_name,
                tracking_digits, status, origin, submitted_at, due_at, version, waits_for)
            select gen_random_uuid(), code || '-' || twin || number, procedure_code, revision_id, agency_code, account_id,
                applicant_name, tracking_digits, 1, origin, now() - interval '2 hours', due_at, 1, waits_for
            from dossiers, unnest(array['A', 'B']) twin, generate_series(0, \(count - 1)) number
            where code = '\(template)'
            """)
    }

    /// The same walks in every run (SplitMix64).
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
