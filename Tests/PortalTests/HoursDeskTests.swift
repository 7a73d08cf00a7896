import Agencies
import Core
import Dossiers
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal
@testable import Web

@Suite("An agency's own hours at the desk")
struct HoursDeskTests {
    @Test(
        "a day that an agency closes is added after its effects were shown, moves its own dossiers alone, and is taken back"
    )
    func closedDay() async throws {
        try await Demonstration.with { demonstration async throws in
            let editor = try await demonstration.browser("publisher", login: "bientap.quocgia")
            let last = try await demonstration.test.sql(
                """
                select (due_at at time zone interval '07:00')::date || ' ' || dossiers.code || ' ' || agency_code
                from dossiers join dossier_answers on dossier_id = id
                    join agencies on agencies.code = agency_code and not is_sandbox
                where finished_at is null and due_at is not null and deadline is not null order by due_at desc limit 1
                """)
            let parts = try #require(last.first).split(separator: " ").map(String.init)
            let (day, code, agency) = (try #require(Day(parts[0])), parts[1], parts[2])
            let dates = "select code || ' ' || due_at from dossiers where agency_code = '\(agency)' order by code"
            let others = "select code || ' ' || due_at from dossiers where agency_code <> '\(agency)' order by code"
            let (before, elsewhere) = (
                try await demonstration.test.sql(dates), try await demonstration.test.sql(others)
            )
            let page = "/bien-tap/co-quan/\(agency)/gio-lam-viec"
            let (year, month, date) = day.components
            let preview = try await editor.get(
                "\(page)/xem-truoc?act=add_day&day.day=\(date)&day.month=\(month)&day.year=\(year)&hours=&day_source=TB+1"
            )
            #expect(preview.status == .ok && preview.text.contains(code) && preview.text.contains("muộn hơn"))
            #expect(try await demonstration.test.sql(dates) == before)
            let saved = try await editor.post(page, form: preview.text.hiddenFields)
            #expect(saved.location == "\(page)?done=added")
            #expect(try await editor.get(page).text.contains("TB 1"))
            let again = try await editor.post(page, form: preview.text.hiddenFields)
            #expect(again.status == .unprocessableContent && again.text.contains("đã có giờ riêng"))
            let jobs = demonstration.house.jobDossiers
            while try await jobs.recount(at: Date()) != nil {}
            #expect(try await demonstration.test.sql(dates) != before)
            #expect(try await demonstration.test.sql(others) == elsewhere)
            let moved = try await demonstration.test.sql(
                "select (due_at at time zone interval '07:00')::date > '\(day)' from dossiers where code = '\(code)'")
            #expect(moved == ["t"])

            let removal = try await editor.get("\(page)/xem-truoc?act=remove_day&date=\(day)")
            #expect(removal.status == .ok && removal.text.contains("sớm hơn"))
            let bare = try await editor.post(page, form: removal.text.hiddenFields + [("reason", "")])
            #expect(bare.status == .unprocessableContent && bare.text.contains("href=\"#f-reason\""))
            let taken = try await editor.post(page, form: removal.text.hiddenFields + [("reason", "Nhập nhầm")])
            #expect(taken.location == "\(page)?done=removed")
            while try await jobs.recount(at: Date()) != nil {}
            #expect(try await demonstration.test.sql(dates) == before)
            let told = try await demonstration.test.sql(
                "select kind from journal_entries where subject = 'agency:\(agency)' order by recorded_at")
            #expect(told == ["agency.day_added", "agency.day_removed"])
        }
    }

    @Test("a week from a day on counts what is received from then on, half a Saturday as half")
    func week() async throws {
        try await Demonstration.with { demonstration async throws in
            let editor = try await demonstration.browser("publisher", login: "bientap.quocgia")
            let page = "/bien-tap/co-quan/H26.00070/gio-lam-viec"
            let shown = try await editor.get(page)
            #expect(shown.text.contains("value=\"07:30-11:30, 13:00-17:00\"") && shown.text.contains("Theo giờ chung"))
            let days = (1...5).map { "w\($0)=7h30-11h30%3B+13h-17h" }.joined(separator: "&")
            let path = "\(page)/xem-truoc?act=add_week&from.day=1&from.month=1&from.year=2027&\(days)"
            let preview = try await editor.get("\(path)&w6=8:00+%E2%80%93+11:30&w7=&week_source=Q%C4%90+12")
            #expect(preview.status == .ok && preview.text.contains("08:00–11:30"))
            #expect(try await editor.post(page, form: preview.text.hiddenFields).status == .seeOther)
            let agencies = Agencies(database: demonstration.test.application)
            let saturday = try #require(Day("2027-01-09"))
            func minutes(_ received: String) async throws -> Int {
                let time = try await agencies.workingTime(of: "H26.00070", on: try #require(Day(received)))
                return time.spans(on: saturday).reduce(0) { $0 + $1.minutes }
            }
            #expect(try await minutes("2026-12-31") == 0)
            #expect(try await minutes("2027-01-01") == 210)
            // All that is wrong at once, and nothing typed is lost.
            let wrong = try await editor.get("\(path)&w6=s%C3%A1ng&w7=8:00-10:00,9:00-11:00&week_source=")
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("value=\"sáng\""))
            for link in ["#f-w6", "#f-w7", "#f-week-source"] {
                #expect(wrong.text.contains("href=\"\(link)\""), "\(link)")
            }
            #expect(wrong.text.contains("hãy viết giờ theo mẫu"))
        }
    }

    @Test("only who edits an agency sees and changes its hours")
    func roles() async throws {
        try await Demonstration.with { demonstration async throws in
            let publisher = try await demonstration.browser("publisher")
            let own = try await publisher.get("/bien-tap/co-quan/G15/gio-lam-viec")
            #expect(own.status == .ok)
            let foreign = "/bien-tap/co-quan/H26.00070/gio-lam-viec"
            #expect(try await publisher.get(foreign).status == .notFound)
            let form = [
                ("csrf", own.text.formToken), ("act", "add_day"), ("day.day", "1"), ("day.month", "1"),
                ("day.year", "2027"), ("hours", ""), ("day_source", "x"),
                ("version", OwnHours(weeks: [], days: []).version),
            ]
            #expect(try await publisher.post(foreign, form: form).status == .notFound)
            #expect(try await demonstration.test.sql("select count(*) from agency_days") == ["0"])
            #expect(try await demonstration.browser("officer").get(foreign).status == .forbidden)
        }
    }

    @Test(
        "ranges are read as people type them",
        arguments: [
            ("07:30-11:30, 13:00-17:00", "07:30-11:30,13:00-17:00"),
            ("7h30–11h30; 13h - 17h", "07:30-11:30,13:00-17:00"),
            ("8-12", "08:00-12:00"), ("", ""), ("sáng", nil), ("8:00", nil), ("12-8", nil), ("8:75-9", nil),
            ("8-25", nil),
        ] as [(String, String?)])
    func ranges(typed: String, read: String?) {
        #expect(HoursForm.spans(typed).map(WorkingHours.text) == read)
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
