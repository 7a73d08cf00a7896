import Catalogue
import Core
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Importing the national list")
struct ImportTests {
    @Test("new lines are added, changed ones updated, equal ones left, and what changed is told")
    func updates() async throws {
        try await TestDatabase.with { test in
            let first = try await take([line("1.000001", "Một"), line("1.000002", "Hai")], test)
            #expect((first.added, first.updated, first.unchanged) == (2, 0, 0))
            let again = try await take([line("1.000001", "Một"), line("1.000002", "Hai mới")], test)
            #expect((again.added, again.updated, again.unchanged) == (0, 1, 1))
            #expect(again.changes.map(\.code) == ["1.000002"])
            #expect(again.changes.first?.changed == ["name"])
        }
    }

    @Test("what a publisher edited here is left alone, and said so")
    func keepsEdits() async throws {
        try await TestDatabase.with { test in
            _ = try await take([line("1.000001", "Một")], test)
            try await test.sql("update procedures set name = 'Sửa ở đây', edited_here = true")
            let result = try await take([line("1.000001", "Một khác")], test)
            #expect((result.added, result.updated, result.unchanged) == (0, 0, 0))
            #expect(result.changes.map(\.isKept) == [true])
            #expect(try await test.sql("select name from procedures") == ["Sửa ở đây"])
        }
    }

    @Test(
        "a line that lacks something is reported with its number, and the rest taken",
        arguments: [#"{"code": "1.000009"}"#, #"{"code": "abc", "name": "x"}"#, "{}", #"{"code": 3}"#])
    func badLines(_ bad: String) async throws {
        try await TestDatabase.with { test in
            let result = try await take([line("1.000001", "Một"), bad, line("1.000002", "Hai")], test)
            #expect(result.refused.map(\.line) == [2])
            #expect(result.added == 2 && !result.isTurnedAway)
        }
    }

    @Test(
        "a damaged file is reported by its line and not taken in part: broken or foreign lines, wrong encoding, NUL, a huge line",
        arguments: [
            Array("{broken".utf8), Array("[1".utf8), Array("<p>502 Bad Gateway</p>".utf8),
            [UInt8](repeating: 0x78, count: 10_000_000),
            Array(#"{"code": "1.000009", "name": ""#.utf8) + [0xE9, 0xFF] + Array(#""}"#.utf8),
            Array(#"{"code": "1.000009", "name": "a\u0000b"}"#.utf8), [0xFF, 0xFE, 0x7B, 0x00],
        ] as [[UInt8]])
    func damaged(_ bad: [UInt8]) async throws {
        try await TestDatabase.with { test in
            let contents =
                Array(line("1.000001", "Một").utf8) + [0x0A] + bad + [0x0A] + Array(line("1.000002", "Hai").utf8)
            let result = try await Catalogue(database: test.owner).importList(contents, at: .now, progress: { _ in })
            #expect(result.refused.map(\.line) == [2] && result.isTurnedAway)
            #expect(try await test.sql("select count(*) from procedures") == ["0"])
        }
    }

    @Test("an empty file is no list; the mark of UTF-8 before one is no part of its first line")
    func edges() async throws {
        try await TestDatabase.with { test in
            for empty in ["", "\n\n", "\u{FEFF}"] { #expect(try await take([empty], test).isTurnedAway) }
            let marked = try await take(["\u{FEFF}" + line("1.000001", "Một")], test)
            #expect(marked.added == 1 && marked.refused.isEmpty)
        }
    }

    @Test("the second of two lines with a code is refused and names the first")
    func repeated() async throws {
        try await TestDatabase.with { test in
            let result = try await take([line("1.000001", "Một"), line("1.000001", "Khác")], test)
            #expect(result.refused.count == 1)
            #expect(result.refused.first?.reason == .repeated(firstLine: 1))
        }
    }

    @Test(
        "a file that can't be the list is not taken in part: an error page, another table, a list of which much is broken"
    )
    func turnedAway() async throws {
        try await TestDatabase.with { test in
            let good = (0..<100).map { line("1.\(100_000 + $0)", "Thủ tục \($0)") }
            for lines in [
                [String](repeating: "<p>502 Bad Gateway</p>", count: 40),
                good + [String](repeating: #"{"code": "x"}"#, count: 11),
            ] {
                let result = try await take(lines, test)
                #expect(result.isTurnedAway && result.refused.count >= 11)
                #expect(try await test.sql("select count(*) from procedures") == ["0"])
            }
            let result = try await take(good + [String](repeating: #"{"code": "x"}"#, count: 5), test)
            #expect(!result.isTurnedAway && result.added == 100)
        }
    }

    @Test(
        "what stands in the list no longer is said, and stays; names are trimmed, and agencies without a name left out")
    func absent() async throws {
        try await TestDatabase.with { test in
            let nameless = line("1.000003", " Ba ").replacing("\"Ủy ban nhân dân cấp xã\"", with: "\"\", \" Sở Y tế \"")
            _ = try await take([line("1.000001", "Một"), line("1.000002", "Hai"), nameless], test)
            #expect(
                try await test.sql("select name || executing::text from procedures where code = '1.000003'") == [
                    "Ba{\"Sở Y tế\"}"
                ])
            try await test.sql("update procedures set edited_here = true where code = '1.000002'")
            let result = try await take([nameless], test)
            #expect(result.absent == ["1.000001"] && result.unchanged == 1)
            #expect(try await test.sql("select count(*) from procedures") == ["3"])
        }
    }

    @Test("two imports at once end as one would")
    func twiceAtOnce() async throws {
        try await TestDatabase.with { test in
            let lines = (0..<1200).map { line("1.\(100_000 + $0)", "Thủ tục \($0)") }
            async let one = take(lines, test)
            async let two = take(lines.reversed(), test)
            let added = try await (one.added, two.added)
            #expect(added.0 + added.1 == 1200)
            #expect(try await test.sql("select count(*) from procedures") == ["1200"])
        }
    }

    private func take(_ lines: [String], _ test: TestDatabase) async throws -> CatalogueImport {
        try await Catalogue(database: test.owner).importList(
            Array(lines.joined(separator: "\n").utf8), at: .now, progress: { _ in })
    }

    private func line(_ code: String, _ name: String) -> String {
        """
        {"code": "\(code)", "name": "\(name)", "categories": ["Hộ tịch"], "state": "ACTIVE", "type": "STANDARD", \
        "departmentPromulgate": "Bộ Tư pháp", "departments": ["Ủy ban nhân dân cấp xã"], "formalityTargetType": []}
        """
    }
}
