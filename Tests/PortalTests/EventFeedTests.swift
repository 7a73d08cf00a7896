import Core
import Dossiers
import Foundation
import HTTPTypes
import Journal
import Postgres
import Server
import Synchronization
import TestSupport
import Testing

@testable import Portal

@Suite("What agencies' systems follow")
struct EventFeedTests {
    @Test(
        "an agency reads what happened to its dossiers, its own reports under its own names, and nothing of another's")
    func story() async throws {
        try await Demonstration.with { demonstration async throws in
            try await demonstration.sequencer.sealBatch()
            let own = try await AgencySystem(demonstration, 0)
            let other = try await AgencySystem(demonstration, 1)
            let before = try await own.follow()
            #expect(before.events.allSatisfy { $0["type"]?.string?.hasPrefix("dossier.") == true })
            let code = try #require(try await own.registered().first)
            for (status, event) in [(2, "nhan-1"), (4, "nhan-2")] {
                let body = AgencySystem.body(status: status, event: event)
                #expect(try await own.post("/api/v1/dossiers/\(code)/status", body, key: event).status == .created)
            }
            // Committed, but without a position yet: nobody reads it before its place is certain.
            #expect(try await own.follow(after: before.next).events.isEmpty)
            try await demonstration.sequencer.sealBatch()
            let (events, next) = try await own.follow(after: before.next, limit: 1)
            #expect(events.map { $0["event_id"]?.string } == ["nhan-1", "nhan-2"])
            #expect(events.map { $0["dossier"]?.string } == [code, code])
            #expect(events.map { $0["type"]?.string } == ["dossier.status_changed", "dossier.status_changed"])
            #expect(events.map { $0["status"]?.int } == [2, 4])
            #expect(events.map { $0["previous_status"]?.int } == [1, 2])
            #expect(events.map { $0["version"]?.int } == [2, 3])
            #expect(Set(events.compactMap { $0["id"]?.string }).count == 2)
            #expect(try await own.follow(after: before.next).events == events)
            // Another agency's events move its place on, and that is all it learns of them.
            let theirs = try await other.follow(after: before.next)
            #expect(theirs.events.isEmpty && theirs.next == next)
            let people = try await demonstration.test.sql(
                "select name from accounts union select applicant_name from dossiers")
            let text = String(decoding: JSON.array(try await own.follow().events).serialized(), as: UTF8.self)
            #expect(people.count > 3 && !people.contains(where: text.contains) && !text.contains("Hòa"))
            // A third party knows from it where every dossier stands.
            var standing: [String: [Int?]] = [:]
            for event in try await own.follow().events {
                standing[event["dossier"]?.string ?? ""] = [event["status"]?.int, event["version"]?.int]
            }
            let agency = demonstration.facts.clients[0].agency
            let stored = try await demonstration.test.sql(
                "select code || ' ' || status || ' ' || version from dossiers where agency_code = '\(agency)'")
            #expect(Set(standing.map { "\($0.key) \($0.value[0] ?? 0) \($0.value[1] ?? 0)" }) == Set(stored))
        }
    }

    @Test(
        "a wrong question is told apart from a right one",
        arguments: [
            ("after=x", HTTPResponse.Status.unprocessableContent), ("after=-1", .unprocessableContent),
            ("after=99999999999999999999", .unprocessableContent), ("limit=0", .unprocessableContent),
            ("limit=501", .unprocessableContent), ("wait=31", .unprocessableContent), ("wait=x", .unprocessableContent),
            ("after=1000000", .conflict), ("", .ok), ("after=0&limit=500&wait=30", .ok),
        ])
    func questions(query: String, status: HTTPResponse.Status) async throws {
        try await Demonstration.with { demonstration async throws in
            try await demonstration.sequencer.sealBatch()
            let answer = try await AgencySystem(demonstration, 0).raw("/api/v1/events?\(query)")
            #expect(answer.status == status)
            if status == .conflict { #expect(try JSON(parsing: answer.body)["newest"]?.string?.isEmpty == false) }
        }
    }

    @Test("a client without the scope, and nobody at all, follow nothing")
    func scope() async throws {
        try await Demonstration.with { demonstration async throws in
            let publisher = try await AgencySystem(demonstration, 2)
            #expect(try await publisher.raw("/api/v1/events").status == .forbidden)
            #expect(try await publisher.client.get("/api/v1/events").status == .unauthorized)
        }
    }

    /// The trap of feeds: who takes a number first may commit last, and a reader who has passed it never sees it.
    @Test("readers who follow 24 writers see each committed event once and in its order, though many commit late")
    func commitsOutOfOrder() async throws {
        try await Demonstration.with { demonstration async throws in
            let agencies = demonstration.facts.clients.prefix(2).map(\.agency)
            let readers = [try await AgencySystem(demonstration, 0), try await AgencySystem(demonstration, 1)]
            try await demonstration.sequencer.sealBatch()
            let starts = [try await readers[0].follow().next, try await readers[1].follow().next]
            let application = demonstration.test.client(role: "portal_app") { $0.leasedConnections = 12 }
            let progress = Progress()
            // As two servers would.
            let sequencing = (0..<2).map { _ in
                Task {
                    while !progress.isWritten.load(ordering: .relaxed) { try await demonstration.sequencer.sealBatch() }
                }
            }
            let following = readers.indices.map { index in
                Task { () -> [JSON] in
                    var seen: [JSON] = []
                    var next = starts[index]
                    while !progress.isRead.load(ordering: .relaxed) {
                        let (events, after) = try await readers[index].follow(after: next, limit: 7)
                        seen += events
                        next = after
                    }
                    return seen + (try await readers[index].follow(after: next).events)
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<24 {
                    group.addTask {
                        for step in 0..<12 {
                            let agency = agencies[writer % 2]
                            do {
                                let number = try await application.transaction { transaction async throws -> Int in
                                    // Its place in the queue is taken here; the commit may come long after.
                                    let number = progress.taken.wrappingAdd(1, ordering: .relaxed).newValue
                                    _ = try await transaction.append(
                                        JournalEntry(
                                            kind: "dossier.status_changed", subject: "dossier:\(writer)",
                                            agencyCode: agency, actor: "system", at: Date(),
                                            content: [
                                                "code": "X", "status": 4, "previous_status": 4,
                                                "version": .integer(number),
                                            ]))
                                    try await Task.sleep(for: .milliseconds((writer * 7 + step * 13) % 40))
                                    if (writer + step) % 5 == 0 { throw Abandoned() }
                                    return number
                                }
                                progress.committed.withLock { _ = $0[agency, default: []].insert(number) }
                            } catch is Abandoned {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            progress.isWritten.store(true, ordering: .relaxed)
            for task in sequencing { try await task.value }
            while try await demonstration.sequencer.sealBatch() > 0 {}
            progress.isRead.store(true, ordering: .relaxed)
            var isOutOfOrder = false
            for (index, agency) in agencies.enumerated() {
                let seen = try await following[index].value
                let numbers = seen.compactMap { $0["version"]?.int }
                let positions = seen.compactMap { $0["position"]?.int }
                #expect(numbers.count == Set(numbers).count)
                #expect(Set(numbers) == progress.committed.withLock { $0[agency] })
                #expect(positions == positions.sorted() && Set(positions).count == positions.count)
                isOutOfOrder = isOutOfOrder || numbers != numbers.sorted()
            }
            // Otherwise the trap was never set, and a reader by the numbers taken would have passed as well.
            #expect(isOutOfOrder)
            await application.close()
        }
    }

    @Test(
        "80 readers wait without a connection or a place; they hear of their agency's events at once, others in their time"
    )
    func waiting() async throws {
        try await Demonstration.with { demonstration async throws in
            let own = try await AgencySystem(demonstration, 0)
            let other = try await AgencySystem(demonstration, 1)
            try await demonstration.sequencer.sealBatch()
            let next = try await own.follow().next
            let listening = Task { try await demonstration.house.changes.run() }
            for _ in 0..<100 {
                let found = try await demonstration.test.sql(
                    "select 1 from pg_stat_activity where datname = current_database() and query like 'listen %'")
                if !found.isEmpty { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            let begun = ContinuousClock.now
            let waiting = (0..<80).map { _ in
                Task { try await own.get("/api/v1/events?after=\(next)&wait=30") }
            }
            let elsewhere = Task { () -> (JSON, Duration) in
                (try await other.get("/api/v1/events?after=\(next)&wait=4"), ContinuousClock.now - begun)
            }
            try await Task.sleep(for: .milliseconds(800))
            var isQuiet = false
            for _ in 0..<50 where !isQuiet {
                try await Task.sleep(for: .milliseconds(100))
                let busy = try await demonstration.test.sql(
                    """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()
                    """)
                let text = await demonstration.house.site.metrics.exposition()
                isQuiet = busy == ["0"] && text.contains("portal_http_requests_in_flight 0")
            }
            #expect(isQuiet)
            let code = try #require(try await own.registered().first)
            let body = AgencySystem.body(status: 2, event: "cho-1")
            #expect(try await own.post("/api/v1/dossiers/\(code)/status", body, key: "cho-1").status == .created)
            try await demonstration.sequencer.sealBatch()
            let told = ContinuousClock.now
            for task in waiting {
                #expect(try await task.value["items"]?.array?.first?["event_id"]?.string == "cho-1")
            }
            #expect(ContinuousClock.now - told < .seconds(15))
            let (quiet, time) = try await elsewhere.value
            #expect(quiet["items"]?.array?.isEmpty == true && time >= .seconds(4))
            let later = try await other.get("/api/v1/events?after=\(next)&wait=1")
            #expect(later["items"]?.array?.isEmpty == true && later["next"]?.string != next)
            listening.cancel()
            _ = await listening.result
        }
    }

    private struct Abandoned: Error {}

    private final class Progress: Sendable {
        /// Numbers in the order in which entries were written, which isn't that of their commits.
        let taken = Atomic(0)
        let committed = Mutex<[String: Set<Int>]>([:])
        let isWritten = Atomic(false)
        let isRead = Atomic(false)
    }
}
