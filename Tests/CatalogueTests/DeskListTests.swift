import Accounts
import Catalogue
import Core
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("The publishers' list")
struct DeskListTests {
    @Test("a procedure shows how many mandatory parts and explanations it lacks, as it is written")
    func completeness() async throws {
        try await withDesk { desk in
            let id = try await desk.begin()
            func line() async throws -> ListedProcedure? { try await Self.list(desk, "").first }
            let mandatory = Finding.mandatory.count
            #expect(try await line()?.missing == mandatory - 1)
            #expect(try await Self.list(desk, "incomplete").count == 1)
            var facts = Desk.facts
            facts["channels"] = [["method": "ONLINE", "quantity": 3, "unit": "OTHER", "fees": []]]
            try await desk.save(id, facts, version: 1)
            #expect(try await line()?.missing == 0)
            #expect(try await line()?.unsettled == 1)
            #expect(try await Self.list(desk, "incomplete").isEmpty)
            #expect(try await Self.list(desk, "contradictory").count == 1)
            facts["explanations"] = ["unit_other:ONLINE": "Theo lịch hẹn."]
            try await desk.save(id, facts, version: 2)
            #expect(try await line()?.unsettled == 0)
            #expect(try await Self.list(desk, "contradictory").isEmpty)
        }
    }

    @Test("revisions of the time before it was kept are looked at when reference data is loaded")
    func old() async throws {
        try await withDesk { desk in
            _ = try await desk.publishFirst()
            try await desk.test.sql("update procedure_revisions set missing = null, unsettled = null")
            #expect(try await Self.list(desk, "").first?.missing == nil)
            try await desk.test.owner.transaction { try await Publishing.examineAll(in: $0) }
            #expect(try await Self.list(desk, "").first?.missing == 0)
        }
    }

    @Test("filters are kept by name for their owner alone, thirty at most")
    func filters() async throws {
        try await withDesk { desk in
            let author = try #require(desk.author.author.account)
            let reviewer = try #require(desk.reviewer.author.account)
            func keep(_ name: String, _ text: String) async throws -> Bool {
                try await desk.publishing.keep(
                    DeskFilter(name: name, state: "open", text: text), for: author, at: desk.now)
            }
            #expect(try await keep("Ô tô", "oto"))
            #expect(try await keep("Ăn uống", "an"))
            #expect(try await keep("Ô tô", "xe"))
            #expect(try await desk.publishing.filters(of: author).map(\.text) == ["an", "xe"])
            #expect(try await desk.publishing.filters(of: reviewer).isEmpty)
            try await desk.publishing.dropFilter(named: "Ô tô", of: reviewer)
            #expect(try await desk.publishing.filters(of: author).count == 2)
            for number in 3...30 { #expect(try await keep("\(number)", "")) }
            #expect(try await !keep("31", ""))
            #expect(try await keep("Ô tô", "lại"))
            try await desk.publishing.dropFilter(named: "Ô tô", of: author)
            #expect(try await keep("31", ""))
            // The wall behind the statement's own condition.
            let seen = try await desk.test.sql(
                "set role portal_app; set portal.account = '\(reviewer)'; select count(*) from desk_filters")
            #expect(seen == ["0"])
        }
    }

    private static func list(_ desk: Desk, _ state: String) async throws -> [ListedProcedure] {
        try await desk.publishing.list(for: desk.author, state: state, text: "", after: "", limit: 10)
    }
}
