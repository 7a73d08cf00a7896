import Agencies
import Core
import Dossiers
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("The calendar at the desk")
struct CalendarDeskTests {
    @Test("a day is added after its effects were shown, and open dossiers are counted again by it")
    func addition() async throws {
        try await Demonstration.with { demonstration async throws in
            let editor = try await demonstration.browser("publisher", login: "bientap.quocgia")
            let (day, code) = try await Self.lastDue(demonstration)
            let before = try await demonstration.test.sql("select code || due_at::text from dossiers order by code")
            let preview = try await editor.get(Self.path(adding: day))
            #expect(preview.status == .ok && preview.text.contains("được tính lại theo lịch mới"))
            #expect(preview.text.contains(code) && preview.text.contains("muộn hơn"))
            #expect(try await demonstration.test.sql("select count(*) from holidays where edited_here") == ["0"])
            let saved = try await editor.post("/bien-tap/lich", form: preview.text.hiddenFields)
            #expect(saved.status == .seeOther)
            let page = try await editor.get(saved.location ?? "").text
            #expect(page.contains("Đã thêm vào lịch") && page.contains("Nghỉ thử &amp; xem"))
            #expect(
                try await demonstration.test.sql("select code || due_at::text from dossiers order by code") == before)
            #expect(try await Agencies(database: demonstration.test.application).calendar().isWorking(day) == false)
            let jobs = demonstration.house.jobDossiers
            while try await jobs.recount(at: Date()) != nil {}
            let moved = try await demonstration.test.sql(
                "select (due_at at time zone interval '07:00')::date > '\(day)' from dossiers where code = '\(code)'")
            #expect(moved == ["t"])
            let again = try await editor.post("/bien-tap/lich", form: preview.text.hiddenFields)
            #expect(again.status == .unprocessableContent && again.text.contains("ngày này đã có trong lịch"))
        }
    }

    @Test("a day is removed with a reason, and who looked at an older calendar is told and keeps what was typed")
    func removal() async throws {
        try await Demonstration.with { demonstration async throws in
            let editor = try await demonstration.browser("publisher", login: "bientap.quocgia")
            let preview = try await editor.get("/bien-tap/lich/xem-truoc?act=remove&date=2027-09-02")
            #expect(preview.text.contains("Quốc khánh"))
            let fields = preview.text.hiddenFields
            let bare = try await editor.post("/bien-tap/lich", form: fields + [("reason", "")])
            #expect(bare.status == .unprocessableContent && bare.text.contains("href=\"#f-reason\""))
            let other = try await editor.get("/bien-tap/lich/xem-truoc?act=remove&date=2027-09-03").text.hiddenFields
            #expect(try await editor.post("/bien-tap/lich", form: other + [("reason", "Thử")]).status == .seeOther)
            let late = try await editor.post("/bien-tap/lich", form: fields + [("reason", "Công văn 7")])
            #expect(late.status == .unprocessableContent && late.text.contains("Người khác vừa đổi lịch"))
            #expect(late.text.contains("value=\"Công văn 7\""))
            let saved = try await editor.post(
                "/bien-tap/lich", form: late.text.hiddenFields + [("reason", "Công văn 7")])
            #expect(saved.status == .seeOther)
            let days = try await demonstration.test.sql("select day from holidays where removed order by day")
            #expect(days == ["2027-09-02", "2027-09-03"])
            let gone = try await editor.get("/bien-tap/lich/xem-truoc?act=remove&date=2027-09-02")
            #expect(gone.status == .unprocessableContent && gone.text.contains("không còn trong lịch"))
        }
    }

    @Test("a day that won't do is refused with all that is wrong, and nothing typed is lost")
    func refused() async throws {
        try await Demonstration.with { demonstration async throws in
            let editor = try await demonstration.browser("publisher", login: "bientap.quocgia")
            let path = "/bien-tap/lich/xem-truoc?kind=working_saturday&day.day=1&day.month=12&day.year=2026&source=VB+1"
            let answer = try await editor.get(path)
            #expect(answer.status == .unprocessableContent && answer.text.contains("phải là thứ Bảy"))
            for link in ["#f-day", "#f-name", "#f-status"] {
                #expect(answer.text.contains("href=\"\(link)\""), "\(link)")
            }
            #expect(answer.text.contains("value=\"VB 1\"") && answer.text.contains("value=\"2026\""))
            #expect(try await editor.get("/bien-tap/lich/xem-truoc").status == .unprocessableContent)
            #expect(try await editor.get("/bien-tap/lich/xem-truoc?act=remove&date=x").status == .unprocessableContent)
        }
    }

    @Test("an agency's publisher neither sees nor changes the calendar")
    func roles() async throws {
        try await Demonstration.with { demonstration async throws in
            let publisher = try await demonstration.browser("publisher")
            #expect(try await publisher.get("/bien-tap/lich").status == .forbidden)
            #expect(try await publisher.get("/bien-tap/lich/xem-truoc?act=remove&date=2027-09-02").status == .forbidden)
            let token = try await publisher.get("/bien-tap/co-quan/G15").text.formToken
            let version = try await Agencies(database: demonstration.test.application).calendar().version
            let answer = try await publisher.post(
                "/bien-tap/lich",
                form: [
                    ("csrf", token), ("act", "remove"), ("date", "2027-09-02"), ("reason", "x"), ("version", version),
                ])
            #expect(answer.status == .forbidden)
            #expect(try await demonstration.test.sql("select count(*) from holidays where removed") == ["0"])
        }
    }

    @Test("a preview counts the newest open dossiers up to its limit, and leaves alone dates that an agency stated")
    func bounds() async throws {
        try await Demonstration.with { demonstration async throws in
            let (day, code) = try await Self.lastDue(demonstration)
            let added = CalendarDay(day: day, kind: .off, name: "x", status: .officialLetter, source: "x")
            let announced = try await Agencies(database: demonstration.test.application).announced()
            let calendar = announced.applying(.add(added)).working
            let jobs = demonstration.house.jobDossiers
            let whole = try await jobs.previewCalendar(calendar, changing: day)
            #expect(!whole.isPartial && whole.moved <= whole.examined)
            let move = try #require(whole.moves.first { $0.code == code })
            #expect(move.from == day && move.shift > 0)
            let shift = try #require(whole.agencies.first { $0.agency == move.agency })
            #expect((shift.earliest...shift.latest).contains(move.shift))
            let part = try await jobs.previewCalendar(calendar, changing: day, limit: 1, shown: 0)
            #expect(part.isPartial && part.examined <= 1 && part.moves.isEmpty && part.agencies.isEmpty)
            try await demonstration.test.sql(
                "update dossier_answers set deadline = null from dossiers where id = dossier_id and code = '\(code)'")
            let stated = try await jobs.previewCalendar(calendar, changing: day)
            #expect(stated.examined == whole.examined - 1 && !stated.moves.contains { $0.code == code })
            try await demonstration.test.sql("update dossiers set finished_at = now()")
            #expect(try await jobs.previewCalendar(calendar, changing: day).examined == 0)
        }
    }

    private static func path(adding day: Day) -> String {
        let (year, month, date) = day.components
        return "/bien-tap/lich/xem-truoc?kind=off&day.day=\(date)&day.month=\(month)&day.year=\(year)"
            + "&name=Ngh%E1%BB%89+th%E1%BB%AD+%26+xem&status=official_letter&source=VB+1"
    }

    /// The last day on which an open dossier is due, with that dossier.
    private static func lastDue(_ demonstration: Demonstration) async throws -> (Day, String) {
        let due = try await demonstration.test.sql(
            """
            select (due_at at time zone interval '07:00')::date || ' ' || code
            from dossiers join dossier_answers on dossier_id = id
            where status not in (3, 7, 10) and finished_at is null and due_at is not null and deadline is not null
            order by due_at desc limit 1
            """)
        let parts = try #require(due.first).split(separator: " ").map(String.init)
        return (try #require(Day(parts[0])), parts[1])
    }
}

extension String {
    /// The hidden fields of the page's own form, as a browser would send them.
    fileprivate var hiddenFields: [(String, String)] {
        let main = split(separator: "<main").last.map(String.init) ?? self
        return main.matches(of: /<input type="hidden" name="([^"]+)" value="([^"]*)"/).map { match in
            (String(match.1), String(match.2).replacing("&amp;", with: "&"))
        }
    }
}
