import Accounts
import Catalogue
import Core
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Agencies' systems among those who publish")
struct PublishingClientsTests {
    /// Who writes, submits and then publishes, and whether that is two: `a` and `b` are people, `x` and `y` systems.
    private static let acts: [(writes: Actor, submits: Actor, publishes: Actor, isAllowed: Bool)] = {
        let all: [Actor] = [.a, .b, .x, .y]
        return all.flatMap { writes in
            all.flatMap { submits in
                all.map { publishes in (writes, submits, publishes, publishes != writes && publishes != submits) }
            }
        }
    }()

    enum Actor: String, Sendable { case a, b, x, y }

    @Test("nobody, person or system, publishes what they wrote or submitted")
    func everyThree() async throws {
        try await withDesk { desk in
            let editors = try await desk.editors()
            for (writes, submits, publishes, isAllowed) in Self.acts {
                let (writer, submitter, publisher) = (editors[writes]!, editors[submits]!, editors[publishes]!)
                let id = try await desk.nextDraft(by: writer)
                try await desk.publishing.submit(id, version: 2, by: submitter, at: desk.now)
                do {
                    try await desk.publishing.publish(id, by: publisher, at: desk.now)
                    #expect(isAllowed, "\(writes) \(submits) \(publishes)")
                } catch PublishingError.secondPersonNeeded {
                    #expect(!isAllowed, "\(writes) \(submits) \(publishes)")
                    try await desk.publishing.handBack(id, by: submitter, at: desk.now)
                    try await desk.publishing.discard(id, by: submitter, at: desk.now)
                }
            }
        }
    }

    @Test("and the database refuses it too, as it refuses acts that nobody did or that two did at once")
    func walls() async throws {
        try await withDesk { desk in
            let editors = try await desk.editors()
            let published = "state = 'published', published_at = now()"
            func refuses(_ change: String, _ id: Revision.ID) async {
                await #expect(throws: PostgresError.self, "\(change)") {
                    try await desk.test.sql("update procedure_revisions set \(change) where id = '\(id)'")
                }
            }
            let person = try await desk.nextDraft(by: editors[.a]!)
            await refuses("state = 'submitted', submitted_at = now()", person)
            await refuses("written_by = null", person)
            await refuses("written_by_client = 'x'", person)
            await refuses("written_by_client = 'nobody', written_by = null", person)
            try await desk.publishing.submit(person, version: 2, by: editors[.x]!, at: desk.now)
            for change in [
                published, "\(published), published_by = written_by", "\(published), published_by_client = 'x'",
                "\(published), published_by_client = submitted_by_client",
                "\(published), published_by_client = 'y', published_by = (select id from accounts where login = 'hai')",
                "submitted_by_client = null", "submitted_by = written_by",
                "state = 'scheduled', publish_at = now()",
                "state = 'scheduled', publish_at = now(), published_by_client = 'x'",
            ] { await refuses(change, person) }
            try await desk.test.sql(
                "update procedure_revisions set \(published), published_by_client = 'y' where id = '\(person)'")
        }
    }

    @Test("who only says what an edit was for doesn't become its author")
    func summary() async throws {
        try await withDesk { desk in
            let editors = try await desk.editors()
            let id = try await desk.nextDraft(by: editors[.x]!)
            let written = try await desk.publishing.work(id, for: editors[.x]!).facts
            try await desk.publishing.save(
                id, version: 2, facts: written, form: nil, summary: "Vì sao", by: editors[.a]!)
            let work = try await desk.publishing.work(id, for: editors[.a]!)
            #expect(work.writtenBy == .client("x") && work.summary == "Vì sao")
            var facts = Desk.facts
            facts["name"] = "Nuôi chó"
            try await desk.publishing.save(
                id, version: 3, facts: .object(facts), form: nil, summary: "Vì sao", by: editors[.a]!)
            #expect(try await desk.publishing.work(id, for: editors[.a]!).writtenBy == editors[.a]!.author)
        }
    }
}

extension Desk {
    /// Two people and two systems of one agency.
    fileprivate func editors() async throws -> [PublishingClientsTests.Actor: Editor] {
        for id in ["x", "y"] {
            try await test.sql(
                """
                insert into api_clients (id, agency_code, name, secret_hash, scopes, created_at)
                values ('\(id)', 'G15', '\(id)', '', '{}', now())
                """)
        }
        return [
            .a: author, .b: reviewer, .x: Editor(.client("x"), agency: "Bộ Tư pháp"),
            .y: Editor(.client("y"), agency: "Bộ Tư pháp"),
        ]
    }

    /// A complete draft of version 2 that an editor wrote.
    fileprivate func nextDraft(by editor: Editor) async throws -> Revision.ID {
        let latest = try await test.sql("select id from procedure_revisions where state = 'published'").first
        let id =
            if let source = latest.flatMap(Revision.ID.init) {
                try await publishing.begin(from: source, by: editor, at: now)
            } else {
                try await publishing.begin(newProcedure: "1.900001", name: "Nuôi mèo", by: editor, at: now)
            }
        // Each says something else, or nobody would have written it.
        var facts = Self.facts
        facts["source"] = .string("Bản \(id)")
        try await publishing.save(id, version: 1, facts: .object(facts), form: nil, summary: nil, by: editor)
        return id
    }
}
