import Catalogue
import Core
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Searching the catalogue")
struct SearchTests {
    @Test("at least 150 questions are asked, and 95 of 100 find their procedure among the first three of what we ship")
    func questions() async throws {
        try await withCatalogue { catalogue, _ in
            let questions = try Self.json("searches.json").array ?? []
            #expect(questions.count >= 150)
            var (asked, found) = (0, 0)
            for question in questions {
                let codes = (question["codes"]?.array ?? []).compactMap(\.string)
                var isHere = false
                for code in codes where try await catalogue.procedure(code) != nil { isHere = true }
                guard isHere, let text = question["query"]?.string else { continue }
                asked += 1
                let items = try await catalogue.search(ProcedureSearch(text: text, limit: 3), at: .now).items
                if items.contains(where: { codes.contains($0.code) }) { found += 1 }
            }
            #expect(asked > 50)
            #expect(Double(found) / Double(asked) >= 0.95, "\(found) of \(asked)")
        }
    }

    @Test(
        "the first answer is the one that people mean",
        arguments: [
            ("đăng ký khai sinh", "1.001193"), ("dang ky khai sinh", "1.001193"), ("dang ky khia sinh", "1.001193"),
            ("dangkykhaisinh", "1.001193"), ("DANG KY KHAI SINH", "1.001193"), ("đổi gplx", "3.000347"),
            ("hộ khẩu", "1.004222"), ("1.001193", "1.001193"), ("1001193", "1.001193"), ("1.00119", "1.001193"),
            ("giấy chứng tử", "1.000656"),
        ])
    func first(_ text: String, _ code: String) async throws {
        try await withCatalogue { catalogue, _ async throws in
            #expect(try await catalogue.search(ProcedureSearch(text: text), at: .now).items.first?.code == code)
        }
    }

    @Test("what is written with the right accents comes before what only sounds like it")
    func accents() {
        let index = SearchIndex(
            [.made("1.000001", "Cấp thẻ kê toán"), .made("1.000002", "Cấp thẻ kế toán")], synonyms: .none)
        #expect(index.search("kế toán").hits.first?.place == 1)
        #expect(index.search("kê toán").hits.first?.place == 0)
    }

    @Test(
        "nonsense, signs and empty words find nothing and harm nothing",
        arguments: ["", "   ", "!!!", "zzzzqqqq", "' or 1=1 --", "\u{0301}"])
    func nothing(_ text: String) {
        #expect(SearchIndex([.made("1.000001", "Đăng ký khai sinh")], synonyms: .none).search(text).hits.isEmpty)
    }

    @Test("a hostile question of thousands of words is answered")
    func long() {
        let index = SearchIndex([.made("1.000001", "Đăng ký khai sinh")], synonyms: .none)
        _ = index.search(String(repeating: "khai sinh xyz ", count: 5_000))
        _ = index.search(String(repeating: "a", count: 100_000))
    }

    @Test("the pages of a search hold every procedure once, and narrowing by field keeps its counts")
    func pages() async throws {
        try await withCatalogue { catalogue, _ in
            var seen: [String] = []
            var after = ""
            var fields: [Facets.Choice] = []
            repeat {
                let found = try await catalogue.search(
                    ProcedureSearch(text: "đăng ký", after: after, limit: 5), at: .now)
                seen += found.items.map(\.code)
                fields = found.facets?.fields ?? []
                after = found.next ?? ""
            } while !after.isEmpty
            #expect(seen.count == Set(seen).count)
            #expect(fields.reduce(0) { $0 + $1.count } == seen.count)
            let field = try #require(fields.first)
            let narrowed = try await catalogue.search(
                ProcedureSearch(text: "đăng ký", field: field.name, limit: 100), at: .now)
            #expect(narrowed.items.count == field.count)
        }
    }

    @Test(
        "what a filter promises is what choosing it leaves, beside any other filter",
        arguments: ["", "đăng ký", "cấp giấy phép"])
    func facets(_ text: String) async throws {
        try await withCatalogue { catalogue, _ in
            func facets(_ wanted: ProcedureSearch) async throws -> Facets {
                try #require(try await catalogue.search(wanted, at: .now).facets)
            }
            let all = ProcedureSearch(text: text, limit: 1)
            var some = all
            some.subject = try #require(try await facets(all).subjects.first?.name)
            some.isOnline = false
            for base in [all, some] {
                let promised = try await facets(base)
                #expect(promised.fields.map(\.count) == promised.fields.map(\.count).sorted(by: >))
                for (choice, narrow) in promised.fields.map({ ($0, \ProcedureSearch.field) })
                    + promised.agencies.map({ ($0, \ProcedureSearch.agency) })
                    + promised.subjects.map({ ($0, \ProcedureSearch.subject) })
                {
                    var narrowed = base
                    narrowed[keyPath: narrow] = choice.name
                    #expect(try await catalogue.search(narrowed, at: .now).count == choice.count, "\(narrowed)")
                }
                for (isOnline, count) in [(true, promised.online), (false, promised.offline)] {
                    var narrowed = base
                    narrowed.isOnline = isOnline
                    #expect(try await catalogue.search(narrowed, at: .now).count == count)
                }
            }
        }
    }

    @Test("what is no longer done is neither found by words nor browsed to, but by its code and by programs")
    func retired() async throws {
        try await withCatalogue { catalogue, test in
            try await test.sql(
                "update procedures set retired_at = now(), retired_reason = 'x', online = false where code = '1.001193'"
            )
            func found(_ text: String) async throws -> Bool {
                try await catalogue.search(ProcedureSearch(text: text, limit: 100), at: .now).items.contains {
                    $0.code == "1.001193"
                }
            }
            for (text, isFound) in [("đăng ký khai sinh", false), ("", false), ("1.001193", true), ("1001193", true)] {
                #expect(try await found(text) == isFound, "\(text)")
            }
            let listed = try await catalogue.list(ProcedureSearch(limit: 100), at: .now).items
            #expect(listed.first { $0.code == "1.001193" }?.isRetired == true)
        }
    }

    @Test("a procedure that was renamed is found by its new name within a second, without anybody listening")
    func fresh() async throws {
        try await withCatalogue { catalogue, test in
            let now = Date()
            #expect(try await catalogue.search(ProcedureSearch(text: "tirilazad"), at: now).items.isEmpty)
            try await test.sql("update procedures set name = 'Cấp tirilazad' where code = '1.001193'")
            let found = try await catalogue.search(ProcedureSearch(text: "tirilazad"), at: now.addingTimeInterval(1))
                .items
            #expect(found.first?.code == "1.001193")
        }
    }

    private func withCatalogue(_ body: (Catalogue, TestDatabase) async throws -> Void) async throws {
        try await TestDatabase.with { test in
            try await test.owner.transaction {
                try await Catalogue.load(from: TestDatabase.root + "/SQL/seed", into: $0, at: .now)
            }
            try await body(
                Catalogue(database: test.application, synonyms: Synonyms(json: try Self.json("synonyms.json"))), test)
        }
    }

    private static func json(_ name: String) throws -> JSON {
        try JSON(parsing: Array(try Data(contentsOf: URL(filePath: TestDatabase.root + "/SQL/seed/" + name))))
    }
}

extension ProcedureSummary {
    static func made(_ code: String, _ name: String) -> ProcedureSummary {
        ProcedureSummary(
            code: code, name: name, field: "Hộ tịch", promulgator: "Bộ Tư pháp")
    }
}
