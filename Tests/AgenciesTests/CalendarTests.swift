import Agencies
import Core
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("The calendar as editors keep it")
struct CalendarTests {
    private static let calendar = AnnouncedCalendar(days: [
        announced("2026-11-24", .off), announced("2026-11-28", .workingSaturday), announced("2026-12-31", .off),
    ])

    @Test(
        "a change says everything that is wrong with it",
        arguments: [
            ("2026-12-01", CalendarDay.Kind.off, "Nghỉ", "QĐ 1", []),
            ("2026-12-05", .workingSaturday, "Bù", "QĐ 1", []),
            ("2026-12-06", .off, "Chủ nhật", "QĐ 1", []),
            ("2026-12-04", .workingSaturday, "Bù", "QĐ 1", ["day not_a_saturday"]),
            ("2026-12-06", .workingSaturday, "Bù", "QĐ 1", ["day not_a_saturday"]),
            ("2026-11-24", .off, "Nghỉ", "QĐ 1", ["day day_taken"]),
            ("2026-11-28", .off, "Nghỉ", "QĐ 1", ["day day_taken"]),
            ("2036-11-23", .off, "Nghỉ", "QĐ 1", []),
            ("2036-11-25", .off, "Nghỉ", "QĐ 1", ["day day_too_far"]),
            ("2026-12-01", .off, "", "", ["name required", "source required"]),
            ("2026-12-01", .off, String(repeating: "x", count: 401), "QĐ 1", ["name too_long"]),
        ])
    func additions(text: String, kind: CalendarDay.Kind, name: String, source: String, expected: [String]) throws {
        let added = CalendarDay(day: try day(text), kind: kind, name: name, status: .officialLetter, source: source)
        let problems = Self.calendar.problems(with: .add(added), today: try day("2026-11-24"))
        #expect(problems.map { "\($0.field) \($0.code)" } == expected)
    }

    @Test(
        "only a day that is there can be removed, and not without a reason",
        arguments: [
            ("2026-11-24", "QĐ 2", []), ("2026-11-24", "", ["reason required"]),
            ("2026-11-25", "QĐ 2", ["day no_such_day"]),
        ])
    func removals(text: String, reason: String, expected: [String]) throws {
        let problems = Self.calendar.problems(
            with: .remove(try day(text), reason: reason), today: try day("2026-11-24"))
        #expect(problems.map { "\($0.field) \($0.code)" } == expected)
    }

    @Test("any edit makes another version, also of a day in the middle; the same days are the same version")
    func versions() throws {
        let calendar = Self.calendar
        let removed = calendar.applying(.remove(try day("2026-11-28"), reason: "x"))
        let turned = removed.applying(.add(Self.announced("2026-11-28", .off)))
        let moved = removed.applying(.add(Self.announced("2026-12-05", .workingSaturday)))
        let versions = [calendar, removed, turned, moved].map(\.working.version)
        #expect(Set(versions).count == 4)
        let back = removed.applying(.add(Self.announced("2026-11-28", .workingSaturday)))
        #expect(back.working.version == calendar.working.version)
        let saturday = try day("2026-11-28")
        #expect(!removed.working.isWorking(saturday) && calendar.working.isWorking(saturday))
    }

    @Test("a day removed or changed at the desk stays so through an import, and each change is in the journal")
    func imports() async throws {
        try await withSeed { agencies, test in
            let editor = try await editor(of: "G22", isNational: true, test)
            let new = CalendarDay(
                day: try day("2026-12-01"), kind: .off, name: "Nghỉ thử", status: .officialLetter, source: "QĐ 1")
            let other = CalendarDay(
                day: try day("2026-09-01"), kind: .off, name: "Tên khác", status: .officialLetter, source: "QĐ 2")
            try await agencies.make(.add(new), by: editor)
            try await agencies.make(.remove(try day("2026-11-24"), reason: "Thử"), by: editor)
            try await agencies.make(.remove(other.day, reason: "Đổi tên"), by: editor)
            try await agencies.make(.add(other), by: editor)
            let before = try await agencies.announced()
            try await load(into: test)
            let after = try await agencies.announced()
            #expect(after == before)
            let gone = try day("2026-11-24")
            #expect(after[gone] == nil && after[new.day] == new && after[other.day] == other)
            #expect(try await agencies.calendar().isWorking(gone))
            let entries = try await test.sql(
                "select kind || ' ' || subject from journal_entries order by recorded_at, id")
            #expect(
                entries == [
                    "calendar.day_added calendar:2026-12-01", "calendar.day_removed calendar:2026-11-24",
                    "calendar.day_removed calendar:2026-09-01", "calendar.day_added calendar:2026-09-01",
                ])
        }
    }

    @Test("of two who looked at the same calendar only the first changes it, ten times at once as well")
    func meanwhile() async throws {
        try await withSeed { agencies, test in
            let editor = try await editor(of: "G22", isNational: true, test)
            let version = try await agencies.calendar().version
            let made = await withTaskGroup(of: Bool.self) { group in
                for number in 1...10 {
                    group.addTask {
                        let added = CalendarDay(
                            day: Day(number: 20_790 + number), kind: .off, name: "Nghỉ", status: .officialLetter,
                            source: "QĐ 1")
                        let change = CalendarChange.add(added)
                        return (try? await agencies.change(change, seen: version, by: editor, at: .now)) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(made == 1)
            let removal = CalendarChange.remove(try day("2026-11-24"), reason: "Thử")
            await #expect(throws: AgencyEditError.editedMeanwhile) {
                try await agencies.change(removal, seen: version, by: editor, at: .now)
            }
        }
    }

    @Test("an agency's publisher can't change the calendar, and the program can't delete a day")
    func roles() async throws {
        try await withSeed { agencies, test in
            let editor = try await editor(of: "G15", isNational: false, test)
            let version = try await agencies.calendar().version
            await #expect(throws: AgencyEditError.notFound) {
                try await agencies.change(
                    .remove(try day("2026-11-24"), reason: "Thử"), seen: version, by: editor, at: .now)
            }
            await #expect(throws: PostgresError.self) {
                try await test.sql("set role portal_app; delete from holidays")
            }
        }
    }

    private static func announced(_ text: String, _ kind: CalendarDay.Kind) -> CalendarDay {
        CalendarDay(day: Day(text) ?? Day(number: 0), kind: kind, name: "Ngày", status: .officialLetter, source: "QĐ")
    }
}

extension Agencies {
    fileprivate func make(_ change: CalendarChange, by editor: AgencyEditor) async throws {
        try await self.change(change, seen: try await calendar().version, by: editor, at: .now)
    }
}

/// A publisher of an agency, with an account of their own.
func editor(of agency: String, isNational: Bool = false, _ test: TestDatabase) async throws -> AgencyEditor {
    let id = UUID()
    try await test.sql(
        """
        insert into accounts (id, kind, login, name, password_hash, agency_code, created_at)
        values ('\(id)', 'publisher', '\(id)', 'Ai đó', 'x', '\(agency)', now())
        """)
    return AgencyEditor(account: id, agency: agency, isNational: isNational)
}
