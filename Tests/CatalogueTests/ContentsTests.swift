import Accounts
import Core
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Catalogue

@Suite("Contents beside the catalogue")
struct ContentsTests {
    @Test("an edit of an older version is refused, the newer one stays, and every act stands in the journal")
    func versions() async throws {
        try await withContents { desk in
            let id = try await desk.contents.add(.question, desk.question("Nộp ở đâu?"), by: desk.first, at: desk.now)
            try await desk.save(id, "Nộp thế nào?", version: 1, by: desk.first)
            await #expect(throws: PublishingError.editedMeanwhile) {
                try await desk.save(id, "Nộp khi nào?", version: 1, by: desk.second)
            }
            await #expect(throws: PublishingError.editedMeanwhile) {
                try await desk.contents.withdraw(.question, id, version: 1, by: desk.second, at: desk.now)
            }
            let kept = try await desk.contents.find(.question, id, for: desk.second)
            #expect(kept.body["question_vi"] == "Nộp thế nào?" && kept.version == 2 && kept.editor == "mot")
            try await desk.contents.withdraw(.question, id, version: 2, by: desk.second, at: desk.now)
            #expect(try await desk.contents.shown(at: desk.later).questions.isEmpty)
            try await desk.contents.withdraw(.question, id, version: 3, false, by: desk.second, at: desk.now)
            #expect(try await desk.contents.shown(at: desk.later).questions.map(\.id) == [id])
            let kinds = try await desk.test.sql(
                "select kind from journal_entries where subject = 'content:question/\(id)' order by kind")
            #expect(kinds == ["content.added", "content.edited", "content.restored", "content.withdrawn"])
        }
    }

    @Test(
        "an id is made of the title once: it survives another title, and a second content of the same name is refused")
    func ids() async throws {
        try await withContents { desk in
            let id = try await desk.contents.add(.question, desk.question("Có con nhỏ?"), by: desk.first, at: desk.now)
            #expect(id == "co-con-nho")
            try await desk.save(id, "Có con lớn?", version: 1, by: desk.first)
            await #expect {
                try await desk.contents.add(.question, desk.question("Có con nhỏ"), by: desk.second, at: desk.now)
            } throws: { Self.problems($0) == ["question_vi content_taken"] }
            #expect(try await desk.contents.list(for: desk.first).map(\.id) == ["co-con-nho"])
            let notice = try await desk.contents.add(.banner, Self.notice([:]), by: desk.first, at: desk.now)
            #expect(notice == "2026-11-24-bao-tri")
        }
    }

    @Test("who isn't a national editor finds no such desk")
    func nationalOnly() async throws {
        try await withContents { desk in
            let id = try await desk.contents.add(.question, desk.question("Nộp ở đâu?"), by: desk.first, at: desk.now)
            let other = Editor(desk.first.author, agency: "Bộ Tư pháp", isNational: false)
            await #expect(throws: PublishingError.notFound) { try await desk.contents.list(for: other) }
            await #expect(throws: PublishingError.notFound) { try await desk.contents.find(.question, id, for: other) }
            await #expect(throws: PublishingError.notFound) { try await desk.save(id, "Khác", version: 1, by: other) }
            await #expect(throws: PublishingError.notFound) {
                try await desk.contents.add(.question, desk.question("Khác"), by: other, at: desk.now)
            }
            await #expect(throws: PublishingError.notFound) {
                try await desk.contents.move(.question, id, by: 1, by: other, at: desk.now)
            }
            await #expect(throws: PublishingError.notFound) {
                try await desk.contents.withdraw(.question, id, version: 1, by: other, at: desk.now)
            }
        }
    }

    @Test("contents change places with those of their group alone, and not beyond its ends")
    func order() async throws {
        try await withContents { desk in
            for (title, topic) in [("A1", "A"), ("B1", "B"), ("A2", "A"), ("A3", "A")] {
                try await desk.contents.add(.question, desk.question(title, topic: topic), by: desk.first, at: desk.now)
            }
            func order(after id: String, by step: Int) async throws -> [String] {
                try await desk.contents.move(.question, id, by: step, by: desk.first, at: desk.now)
                return try await desk.contents.list(for: desk.first).map(\.id)
            }
            #expect(try await order(after: "a2", by: -1) == ["a2", "b1", "a1", "a3"])
            #expect(try await order(after: "a2", by: -1) == ["a2", "b1", "a1", "a3"])
            #expect(try await order(after: "b1", by: 1) == ["a2", "b1", "a1", "a3"])
            #expect(try await order(after: "a1", by: 1) == ["a2", "b1", "a3", "a1"])
            await #expect(throws: PublishingError.notFound) { try await order(after: "c1", by: 1) }
        }
    }

    @Test("the seed is loaded again without a trace, and what was edited or withdrawn at the desk is left alone")
    func seed() async throws {
        try await withContents { desk in
            func load() async throws {
                try await desk.test.owner.transaction {
                    try await Contents.load(from: TestDatabase.root + "/SQL/seed", into: $0, at: desk.now)
                }
            }
            try await load()
            let entries = try await desk.test.sql("select count(*) from journal_entries where kind = 'content.loaded'")
            try await load()
            #expect(
                try await desk.test.sql("select count(*) from journal_entries where kind = 'content.loaded'") == entries
            )
            #expect(try await desk.test.sql("select distinct version from contents") == ["1"])
            // As an older release left it: brought up to date where nobody touched it.
            try await desk.test.sql(
                "update contents set body = body || '{\"question_vi\": \"Cũ\"}' where kind = 'question'")
            let ids = try await desk.contents.shown(at: desk.now).questions.map(\.id)
            try await desk.save(ids[0], "Sửa ở đây", version: 1, by: desk.first)
            try await desk.contents.withdraw(.question, ids[1], version: 1, by: desk.first, at: desk.now)
            try await load()
            let questions = try await desk.contents.shown(at: desk.later).questions
            #expect(questions.map(\.id) == [ids[0]] + ids.dropFirst(2))
            #expect(questions.first?.question.vi == "Sửa ở đây")
            #expect(questions.dropFirst().allSatisfy { $0.question.vi != "Cũ" })
        }
    }

    @Test("codes are kept as the list spells them; unknown, retired and repeated ones are refused by name")
    func codes() async throws {
        try await withContents { desk in
            try await desk.procedures(["1.000001", "1.000002"])
            try await desk.test.sql(
                "update procedures set retired_at = now(), retired_reason = 'x' where code = '1.000002'")
            func add(_ codes: [String]) async throws {
                let body: JSON = ["procedures": .array(codes.map { ["code": .string($0)] })]
                try await desk.contents.add(.featured, body, by: desk.first, at: desk.now)
            }
            for (codes, problems) in [
                (["1.000001", "9.999999"], ["procedures.1.code unknown_procedure_code 9.999999"]),
                (["1.000002"], ["procedures.0.code unknown_procedure_code 1.000002"]),
                (["1.000001", " 1.000001 "], ["procedures.1.code repeated_procedure_code 1.000001"]),
            ] {
                await #expect { try await add(codes) } throws: { Self.problems($0) == problems }
            }
            try await add([" 1.000001"])
            #expect(try await desk.contents.shown(at: desk.later).featured == ["1.000001"])
        }
    }

    @Test(
        "a notice ends after it begins and leads to a page of ours; a note is in both languages or in none",
        arguments: [
            (ContentKind.banner, ["until_date": "2026-11-24", "until_time": "08:30"], ["until_date not_after_start"]),
            (.banner, ["until_date": "2026-11-23"], ["until_date not_after_start"]),
            (.banner, ["until_time": "08:31"], []),
            (.banner, ["link": "//ke-gian.example"], ["link not_own_page"]),
            (.banner, ["link": "https://ke-gian.example"], ["link not_own_page"]),
            (.banner, ["link": "/\\ke-gian.example"], ["link not_own_page"]),
            (.banner, ["link": "javascript:alert(1)"], ["link not_own_page"]),
            (.banner, ["link": "/en/tro-giup"], ["link not_own_page"]),
            (.banner, ["link": "/thu-tuc?q=khai+sinh#main"], []),
            (.lifeEvent, ["note_vi": "Khi cần."], ["steps.0.note_en both_languages"]),
            (.lifeEvent, ["note_en": "When needed."], ["steps.0.note_vi both_languages"]),
            (.lifeEvent, ["note_vi": "Khi cần.", "note_en": "When needed."], []),
            (.lifeEvent, [:], []),
        ] as [(ContentKind, [String: JSON], [String])])
    func rules(_ kind: ContentKind, _ members: [String: JSON], _ expected: [String]) {
        let step: JSON = .object(members.merging(["code": "1.000001"]) { $1 })
        let body = kind == .banner ? Self.notice(members) : ["steps": [step]]
        #expect(Self.named(kind.problems(body, known: ["1.000001"])) == expected)
    }

    @Test(
        "a notice is there from its first minute, by the clock in Vietnam, and gone with its last",
        arguments: [
            ("2026-11-24T01:29:59Z", false), ("2026-11-24T01:30:00Z", true), ("2026-11-24T01:59:59Z", true),
            ("2026-11-24T02:00:00Z", false),
        ])
    func minutes(_ now: String, _ isShown: Bool) throws {
        let content = Content(kind: .banner, id: "x", body: Self.notice([:]), at: Date(timeIntervalSince1970: 0))
        let now = try Date(now, strategy: .iso8601)
        #expect(ShownContents([content]).notices(at: now).map(\.id) == (isShown ? ["x"] : []))
    }

    @Test("a content that can't be read is left out, and the rest shown")
    func unreadable() {
        let bodies: [JSON] = [[:], "x", ["topic_vi": "A", "topic_en": "A", "question_vi": "B", "question_en": "B"]]
        let contents = bodies.map { Content(kind: .question, id: "x", body: $0, at: Date(timeIntervalSince1970: 0)) }
        #expect(ShownContents(contents).questions.isEmpty)
    }

    @Test(
        "questions are found by the beginnings of words, with or without accents, in question, answer and topic",
        arguments: [
            ("", ["a", "b"]), ("mat khau", ["a"]), ("MẬT KHẨU", ["a"]), ("khau mat", ["a"]), ("password", ["a"]),
            ("quên ti", ["a"]),
            ("tep", ["b"]), ("hồ sơ", ["b"]), ("10 mb", ["b"]), ("mat tep", []), ("atkhau", []), ("...", ["a", "b"]),
        ])
    func search(_ text: String, _ ids: [String]) {
        func content(_ id: String, _ topic: String, _ question: String, _ answer: String, en: String) -> Content {
            Content(
                kind: .question, id: id,
                body: [
                    "topic_vi": .string(topic), "topic_en": "x", "question_vi": .string(question),
                    "question_en": .string(en),
                    "answer_vi": .string(answer), "answer_en": "x",
                ], at: Date(timeIntervalSince1970: 0))
        }
        let shown = ShownContents([
            content("a", "Tài khoản", "Quên mật khẩu?", "Tìm đến nơi hỗ trợ.", en: "Lost password?"),
            content("b", "Nộp hồ sơ", "Tệp nào?", "Không quá 10 MB.", en: "Which files?"),
        ])
        #expect(shown.questions(about: text).map(\.id) == ids)
    }

    @Test(
        "plain text has paragraphs and lists, and nothing else",
        arguments: [
            ("", []), ("Một", [.paragraph("Một")]), ("Một\nhai", [.paragraph("Một hai")]),
            ("Một\n\n\nHai", [.paragraph("Một"), .paragraph("Hai")]),
            (
                "Một:\n- a\n-  b \n\n- c\nHai",
                [.paragraph("Một:"), .list(["a", "b"]), .list(["c"]), .paragraph("Hai")]
            ),
            ("-a\n<b>", [.paragraph("-a <b>")]), ("- ", [.paragraph("-")]),
        ] as [(String, [TextBlock])])
    func blocks(_ text: String, _ expected: [TextBlock]) {
        #expect(TextBlock.blocks(of: text) == expected)
    }

    static func notice(_ members: [String: JSON]) -> JSON {
        .object(
            [
                "text_vi": "Bảo trì", "text_en": "Maintenance", "level": "warning", "from_date": "2026-11-24",
                "from_time": "08:30", "until_date": "2026-11-24", "until_time": "09:00",
            ].merging(members) { $1 })
    }

    private static func named(_ problems: [FieldProblem]) -> [String] {
        problems.map { ([$0.field, $0.code] + $0.arguments.values).joined(separator: " ") }
    }

    private static func problems(_ error: any Error) -> [String]? {
        (error as? ValidationFailure).map { named($0.problems) }
    }
}

/// Two national editors, on a database of their own.
private struct ContentsDesk {
    let test: TestDatabase
    let contents: Contents
    let first: Editor
    let second: Editor
    let now = Date(timeIntervalSince1970: 1_795_417_500)
    /// When nothing read before is still believed.
    var later: Date { now.addingTimeInterval(.random(in: 2...1_000_000)) }

    func question(_ title: String, topic: String = "Nộp hồ sơ") -> JSON {
        [
            "topic_vi": .string(topic), "topic_en": .string(topic), "question_vi": .string(title),
            "question_en": "Where?",
            "answer_vi": "Ở đây.", "answer_en": "Here.",
        ]
    }

    func save(_ id: String, _ title: String, version: Int, by editor: Editor) async throws {
        try await contents.save(.question, id, version: version, body: question(title), by: editor, at: now)
    }

    func procedures(_ codes: [String]) async throws {
        for code in codes {
            try await test.sql(
                """
                insert into procedures (code, name, field_name, state, kind, promulgator, executing, subjects, digest, updated_at)
                values ('\(code)', 'Thủ tục', 'Hộ tịch', 'ACTIVE', 'STANDARD', 'Bộ Tư pháp', '{}', '{}', '', now())
                """)
        }
    }
}

private func withContents(_ body: (ContentsDesk) async throws -> Void) async throws {
    try await withDesk { desk in
        func national(_ editor: Editor) -> Editor {
            Editor(editor.author, agency: editor.agency, isNational: true)
        }
        try await body(
            ContentsDesk(
                test: desk.test, contents: Contents(database: desk.test.application), first: national(desk.author),
                second: national(desk.reviewer)))
    }
}
