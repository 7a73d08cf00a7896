import Accounts
import Catalogue
import Core
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Publishing revisions")
struct PublishingTests {
    @Test("a procedure begins as a draft, is submitted, and is published by a second person")
    func twoPeople() async throws {
        try await withDesk { desk in
            let id = try await desk.begin()
            #expect(try await desk.test.sql("select count(*) from procedures where code = '1.900001'") == ["0"])
            try await desk.complete(id)
            try await desk.publishing.submit(id, version: 2, by: desk.author, at: desk.now)
            await #expect(throws: PublishingError.secondPersonNeeded) {
                try await desk.publishing.publish(id, by: desk.author, at: desk.now)
            }
            try await desk.publishing.publish(id, by: desk.reviewer, at: desk.now)
            let listed = try await desk.test.sql(
                "select name || ' ' || edited_here from procedures where code = '1.900001'")
            #expect(listed == ["Nuôi mèo true"])
            let kinds = try await desk.test.sql("select kind from journal_entries where subject = 'procedure:1.900001'")
            #expect(Set(kinds) == ["revision.begun", "revision.submitted", "procedure.published"])
        }
    }

    @Test("the database itself refuses one person's publication and any edit of what was submitted or published")
    func walls() async throws {
        try await withDesk { desk in
            let id = try await desk.begin()
            try await desk.complete(id)
            try await desk.publishing.submit(id, version: 2, by: desk.author, at: desk.now)
            for statement in [
                "update procedure_revisions set facts = '{}' where id = '\(id)'",
                "update procedure_revisions set state = 'published', published_at = now(), published_by = submitted_by where id = '\(id)'",
                "delete from procedure_revisions where id = '\(id)'",
            ] {
                await #expect(throws: PostgresError.self, "\(statement)") { try await desk.test.sql(statement) }
            }
            try await desk.publishing.publish(id, by: desk.reviewer, at: desk.now)
            await #expect(throws: PostgresError.self) {
                try await desk.test.sql(
                    "update procedure_revisions set state = 'draft', published_at = null where id = '\(id)'")
            }
        }
    }

    @Test("what is missing or contradicts itself keeps a draft from being submitted until it is mended or explained")
    func findings() async throws {
        try await withDesk { desk in
            let id = try await desk.begin()
            await #expect { try await desk.publishing.submit(id, version: 1, by: desk.author, at: desk.now) } throws: {
                error in
                guard case PublishingError.notReady(let findings) = error else { return false }
                return Set(findings.map(\.subject)) == [
                    "steps", "channels", "documents", "time", "subjects", "executing",
                ]
            }
            var facts = Desk.facts
            facts["channels"] = [["method": "ONLINE", "quantity": 1, "unit": "OTHER", "fees": []]]
            try await desk.save(id, facts, version: 1)
            await #expect(throws: PublishingError.self) {
                try await desk.publishing.submit(id, version: 2, by: desk.author, at: desk.now)
            }
            facts["explanations"] = ["unit_other:ONLINE": "Theo lịch hẹn."]
            try await desk.save(id, facts, version: 2)
            try await desk.publishing.submit(id, version: 3, by: desk.author, at: desk.now)
        }
    }

    @Test("an edit of an older version is refused, and the newer one stays")
    func versions() async throws {
        try await withDesk { desk in
            let id = try await desk.begin()
            try await desk.save(id, Desk.facts, version: 1)
            await #expect(throws: PublishingError.editedMeanwhile) {
                try await desk.save(id, ["name": "Khác"], version: 1)
            }
            // Whatever a page sends as its version: one that no number of the database holds is none.
            await #expect(throws: PublishingError.editedMeanwhile) {
                try await desk.save(id, ["name": "Khác"], version: .max)
            }
            #expect(try await desk.publishing.work(id, for: desk.author).facts["name"] == "Nuôi mèo")
        }
    }

    @Test(
        "what was handed back, changed and submitted again is not published by who saw it before, nor thrown away unseen"
    )
    func unseen() async throws {
        try await withDesk { desk in
            let id = try await desk.begin()
            await #expect(throws: PublishingError.editedMeanwhile) {
                try await desk.save(id, Desk.facts, version: 1)
                try await desk.publishing.discard(id, version: 1, by: desk.reviewer, at: desk.now)
            }
            try await desk.publishing.submit(id, version: 2, by: desk.author, at: desk.now)
            let seen = try await desk.publishing.work(id, for: desk.reviewer).version
            try await desk.publishing.handBack(id, by: desk.author, at: desk.now)
            try await desk.save(id, Desk.facts.merging(["name": "Nuôi hổ"]) { $1 }, version: 3)
            try await desk.publishing.submit(id, version: 4, by: desk.author, at: desk.now)
            await #expect(throws: PublishingError.editedMeanwhile) {
                try await desk.publishing.publish(id, version: seen, by: desk.reviewer, at: desk.now)
            }
            try await desk.publishing.publish(id, version: 4, by: desk.reviewer, at: desk.now)
        }
    }

    @Test("one draft at a time, of twenty begun at once")
    func oneDraft() async throws {
        try await withDesk { desk in
            let id = try await desk.begin()
            try await desk.complete(id)
            try await desk.publishing.submit(id, version: 2, by: desk.author, at: desk.now)
            try await desk.publishing.publish(id, by: desk.reviewer, at: desk.now)
            let begun = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        (try? await desk.publishing.begin(from: id, by: desk.author, at: desk.now)) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(begun == 1)
        }
    }

    @Test("a scheduled revision is published on its day, once, and can be withdrawn before")
    func schedule() async throws {
        try await withDesk { desk in
            let id = try await desk.begin()
            try await desk.complete(id)
            try await desk.publishing.submit(id, version: 2, by: desk.author, at: desk.now)
            let day = desk.now.addingTimeInterval(86_400)
            try await desk.publishing.publish(id, on: day, by: desk.reviewer, at: desk.now)
            #expect(try await desk.publishing.publishDue(at: desk.now) == 0)
            try await desk.publishing.handBack(id, by: desk.author, at: desk.now)
            #expect(try await desk.publishing.publishDue(at: day) == 0)
            try await desk.publishing.submit(id, version: 3, by: desk.author, at: desk.now)
            try await desk.publishing.publish(id, on: day, by: desk.reviewer, at: desk.now)
            #expect(try await desk.publishing.publishDue(at: day) == 1)
            #expect(try await desk.publishing.publishDue(at: day) == 0)
            #expect(try await desk.publishing.work(id, for: desk.author).state == .published)
        }
    }

    @Test("another agency's procedures don't exist for a publisher; a national editor works on all")
    func agencies() async throws {
        try await withDesk { desk in
            let id = try await desk.begin()
            let stranger = Editor(desk.reviewer.author, agency: "Bộ Y tế", isNational: false)
            await #expect(throws: PublishingError.notFound) { try await desk.publishing.work(id, for: stranger) }
            await #expect(throws: PublishingError.notFound) {
                try await desk.publishing.revisions(of: "1.900001", for: stranger)
            }
            await #expect(throws: PublishingError.notFound) {
                try await desk.publishing.discard(id, by: stranger, at: desk.now)
            }
            #expect(try await desk.publishing.list(for: stranger, state: "", text: "", after: "", limit: 10).isEmpty)
            let national = Editor(desk.reviewer.author, agency: "Bộ Y tế", isNational: true)
            #expect(try await desk.publishing.work(id, for: national).number == 1)
        }
    }

    @Test("the next revision retires the one before, and a retired procedure names its replacement")
    func succession() async throws {
        try await withDesk { desk in
            let first = try await desk.publishFirst()
            let second = try await desk.publishing.begin(from: first, by: desk.author, at: desk.now)
            try await desk.save(second, Desk.facts, version: 1)
            try await desk.publishing.submit(second, version: 2, by: desk.author, at: desk.now)
            try await desk.publishing.publish(second, by: desk.reviewer, at: desk.now)
            let states = try await desk.test.sql("select state from procedure_revisions order by number")
            #expect(states == ["retired", "published"])
            try await desk.publishing.retire(
                "1.900001", reason: "Bãi bỏ", replacement: nil, by: desk.author, at: desk.now)
            await #expect(throws: PublishingError.notFound) {
                try await desk.publishing.retire(
                    "1.900001", reason: "Nữa", replacement: nil, by: desk.author, at: desk.now)
            }
            #expect(
                try await desk.test.sql("select retired_reason from procedures where code = '1.900001'") == ["Bãi bỏ"])
        }
    }
}

/// Two publishers of one agency, on a database of their own.
struct Desk {
    let test: TestDatabase
    let publishing: Publishing
    let author: Editor
    let reviewer: Editor
    let now = Date(timeIntervalSince1970: 1_795_417_500)

    static let facts: [String: JSON] = [
        "code": "1.900001", "name": "Nuôi mèo", "promulgator": "Bộ Tư pháp", "state": "ACTIVE", "type": "STANDARD",
        "field": ["name": "Chăn nuôi"], "executing": ["Ủy ban nhân dân cấp xã"], "subjects": ["Công dân Việt Nam"],
        "levels": ["xa"], "steps": ["Nộp hồ sơ."], "source": "Bộ Tư pháp",
        "channels": [["method": "ONLINE", "quantity": 3, "unit": "WORKING_DAY", "fees": []]],
        "documents": [["group": "", "items": [["name": "Tờ khai", "originals": 1, "copies": 0]]]],
    ]

    func begin() async throws -> Revision.ID {
        try await publishing.begin(newProcedure: "1.900001", name: "Nuôi mèo", by: author, at: now)
    }

    func complete(_ id: Revision.ID) async throws { try await save(id, Self.facts, version: 1) }

    func save(_ id: Revision.ID, _ facts: [String: JSON], version: Int) async throws {
        try await publishing.save(id, version: version, facts: .object(facts), form: nil, summary: nil, by: author)
    }

    func publishFirst() async throws -> Revision.ID {
        let id = try await begin()
        try await complete(id)
        try await publishing.submit(id, version: 2, by: author, at: now)
        try await publishing.publish(id, by: reviewer, at: now)
        return id
    }
}

func withDesk(_ body: (Desk) async throws -> Void) async throws {
    try await TestDatabase.with { test in
        try await test.sql(
            """
            insert into agencies (code, name, kind, valid_from, code_status)
            values ('G15', 'Bộ Tư pháp', 'ministry', '2020-01-01', 'verified')
            """)
        var ids: [Account.ID] = []
        for login in ["mot", "hai"] {
            let id = Account.ID.make(at: .now)
            try await test.sql(
                """
                insert into accounts (id, kind, login, name, password_hash, agency_code, created_at)
                values ('\(id)', 'publisher', '\(login)', '\(login)', 'x', 'G15', now())
                """)
            ids.append(id)
        }
        try await body(
            Desk(
                test: test, publishing: Publishing(database: test.application),
                author: Editor(.account(ids[0]), agency: "Bộ Tư pháp", isNational: false),
                reviewer: Editor(.account(ids[1]), agency: "Bộ Tư pháp", isNational: false)))
    }
}
