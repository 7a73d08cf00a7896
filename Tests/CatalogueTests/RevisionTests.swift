import Catalogue
import Core
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("What was published, and taking the catalogue away")
struct RevisionTests {
    @Test("a revision is read by its number as it was published, with when the next one came; drafts are nobody's")
    func numbered() async throws {
        try await withDesk { desk in
            let first = try await desk.publishFirst()
            let second = try await desk.publishing.begin(from: first, by: desk.author, at: desk.now)
            let catalogue = Catalogue(database: desk.test.application)
            #expect(try await catalogue.revision(2, of: "1.900001") == nil)
            #expect(try await catalogue.revision(1, of: "1.900001")?.isInForce == true)
            var facts = Desk.facts
            facts["name"] = "Nuôi chó"
            try await desk.save(second, facts, version: 1)
            try await desk.publishing.submit(second, version: 2, by: desk.author, at: desk.now)
            try await desk.publishing.publish(second, by: desk.reviewer, at: desk.now.addingTimeInterval(60))
            let old = try #require(try await catalogue.revision(1, of: "1.900001"))
            #expect(try old.facts()["name"] == "Nuôi mèo")
            #expect(!old.isInForce)
            #expect(old.supersededAt == desk.now.addingTimeInterval(60))
            let new = try #require(try await catalogue.revision(2, of: "1.900001"))
            #expect(new.isInForce && new.supersededAt == nil)
            #expect(try await catalogue.revision(3, of: "1.900001") == nil)
            #expect(try await catalogue.revision(1, of: "1.900002") == nil)
            #expect(try await catalogue.publications().map(\.name) == ["Nuôi chó", "Nuôi mèo"])
            #expect(try await catalogue.publications(limit: 1).map(\.number) == [2])
        }
    }

    @Test("programs narrow the list by all its filters, with words and without, page by page")
    func filters() async throws {
        try await TestDatabase.with { test in
            let then = Date(timeIntervalSince1970: 1_795_417_500)
            try await test.owner.transaction {
                try await Catalogue.load(from: TestDatabase.root + "/SQL/seed", into: $0, at: then)
            }
            let catalogue = Catalogue(database: test.application)
            var now = then
            func codes(_ wanted: ProcedureSearch, _ online: Bool? = nil, _ since: Date? = nil) async throws -> Set<
                String
            > {
                var wanted = wanted
                var codes: [String] = []
                repeat {
                    (wanted.isOnline, wanted.updatedSince) = (online, since)
                    let found = try await catalogue.list(wanted, at: now)
                    codes += found.items.map(\.code)
                    wanted.after = found.next ?? ""
                } while !wanted.after.isEmpty
                #expect(codes.count == Set(codes).count)
                return Set(codes)
            }
            for text in ["", "đăng ký"] {
                let wanted = ProcedureSearch(text: text, limit: 3)
                let all = try await codes(wanted)
                let (online, offline) = (try await codes(wanted, true), try await codes(wanted, false))
                #expect(!online.isEmpty && !offline.isEmpty)
                #expect(online.isDisjoint(with: offline) && online.union(offline) == all)
                #expect(try await codes(wanted, nil, then) == all)
                #expect(try await codes(wanted, nil, then.addingTimeInterval(1)).isEmpty)
                var field = wanted
                field.field = "Hộ tịch"
                let narrowed = try await codes(field, true)
                #expect(!narrowed.isEmpty && narrowed.isStrictSubset(of: online))
                var agency = wanted
                agency.agency = "Bộ không có"
                #expect(try await codes(agency).isEmpty)
            }
            try await test.sql(
                "update procedures set updated_at = updated_at + interval '2 seconds' where code = '1.001193'")
            // Without anybody listening, what was read is good for a second.
            now += 1
            #expect(try await codes(ProcedureSearch(), nil, then.addingTimeInterval(1)) == ["1.001193"])
        }
    }

    @Test("every process is told once of a statement that changes what the public reads, and of no draft")
    func told() async throws {
        try await withDesk { desk in
            let first = try await desk.publishFirst()
            let heard = desk.test.worker.listen("portal_catalogue")
            var notices = heard.makeAsyncIterator()
            #expect(await notices.next() == .listening)
            let draft = try await desk.publishing.begin(from: first, by: desk.author, at: desk.now)
            try await desk.save(draft, Desk.facts, version: 1)
            try await desk.test.sql("select pg_notify('portal_catalogue', 'nothing before this')")
            let marked = Notice.notification(channel: "portal_catalogue", payload: "nothing before this")
            #expect(await notices.next() == marked)
            for statement in [
                "update procedure_revisions set state = 'retired' where state = 'published'",
                "update procedures set name = name || '!'",
                """
                insert into procedure_revisions (id, procedure_code, number, state, facts, origin, published_at, created_at)
                select gen_random_uuid(), procedure_code, 100 + count, 'retired', facts, 'seed', now(), now()
                from procedure_revisions, generate_series(1, 50) as count where number = 1
                """,
            ] {
                try await desk.test.sql(statement)
                #expect(await notices.next() == .notification(channel: "portal_catalogue", payload: ""), "\(statement)")
                try await desk.test.sql("select pg_notify('portal_catalogue', 'nothing before this')")
                #expect(await notices.next() == marked)
            }
        }
    }
}
