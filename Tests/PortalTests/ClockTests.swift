import Accounts
import Core
import Dossiers
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Portal

@Suite("A dossier's clock, recounts and notices")
struct ClockTests {
    @Test("the due date follows pauses, begins anew after a supplement, is extended once, and both counts are kept")
    func wholeLife() async throws {
        try await Clocked.with { clocked async throws in
            try await clocked.act(.receive(note: ""), "2026-06-01 09:00")
            #expect(try await clocked.due() == "2026-06-02 17:00")
            try await clocked.act(.handOver(unit: nil, to: clocked.officer.id, due: nil, note: ""), "2026-06-01 10:00")
            #expect(try await clocked.value("step_due_at") == "2026-06-01 17:00")
            try await clocked.act(.requestPayment(amount: 8000, reason: "Lệ phí"), "2026-06-01 10:00")
            #expect(try await clocked.due() == "2026-06-02 17:00")
            try await clocked.act(.settlePayment(.paid, note: ""), "2026-06-03 15:00")
            #expect(try await clocked.due() == "2026-06-05 17:00")
            #expect(try await clocked.kept().contains("\"minutes\": 1170"))
            try await clocked.act(
                .askSupplement(
                    SupplementRequest(
                        items: [SupplementRequest.Item(field: nil, what: "Giấy chứng sinh")], note: "", reason: "",
                        answerBy: Day("2026-06-15"))), "2026-06-05 08:00")
            try await clocked.test.sql("update supplements set answered_at = asked_at, answers = '{}'")
            try await clocked.act(.receive(note: ""), "2026-06-08 10:00")
            #expect(try await clocked.due() == "2026-06-09 17:00")
            #expect(try await !clocked.kept().contains("paused"))
            try await clocked.act(.extend(to: Day("2026-06-12"), reason: "Chờ xác minh"), "2026-06-08 11:00")
            #expect(try await clocked.due() == "2026-06-12 17:00")
            try await clocked.act(.stop(reason: "Chờ cơ quan khác"), "2026-06-09 08:00")
            try await clocked.act(.resume(note: ""), "2026-06-10 08:00")
            // The new date was a Friday's; a day of work was kept from being done.
            #expect(try await clocked.due() == "2026-06-15 17:00")
            #expect(try await clocked.kept().contains("given"))
            try await clocked.act(
                .decide(Decision(isGranted: true, title: "Giấy khai sinh", number: "1", note: "")), "2026-06-15 10:00")
            let figures = try await clocked.test.sql(
                "select elapsed - net || ' ' || supplements || ' ' || on_time from dossier_clocks where dossier_id = '\(clocked.id)'"
            )
            // Friday 08:00 to Monday 10:00 is ten hours of work that the index takes off.
            #expect(figures == ["600 1 true"])
            #expect(
                try await clocked.test.sql(
                    "select kind from dossier_pauses where dossier_id = '\(clocked.id)' order by number")
                    == ["payment", "supplement", "stop"])
            #expect(
                try await clocked.test.sql(
                    "select count(*) from dossier_pauses where ended_at is null and dossier_id = '\(clocked.id)'") == [
                        "0"
                    ])
        }
    }

    @Test("what is taken back while a supplement is open leaves its pause open")
    func withdrawal() async throws {
        try await Clocked.with { clocked async throws in
            try await clocked.act(.receive(note: ""), "2026-06-01 09:00")
            try await clocked.act(
                .askSupplement(
                    SupplementRequest(
                        items: [SupplementRequest.Item(field: nil, what: "x")], note: "", reason: "",
                        answerBy: Day("2026-06-15"))), "2026-06-01 10:00")
            try await clocked.house.dossiers.withdraw(
                clocked.code, reason: "", by: .own(clocked.applicant), at: clocked.at("2026-07-01 10:00"))
            #expect(
                try await clocked.test.sql(
                    "select elapsed || ' ' || net || ' ' || on_time from dossier_clocks where dossier_id = '\(clocked.id)'"
                )
                    == ["60 60 true"])
        }
    }

    @Test("a changed calendar counts each open dossier again once, whatever is killed and however many are at it")
    func recount() async throws {
        try await Clocked.with { clocked async throws in
            try await clocked.act(.receive(note: ""), "2026-06-01 09:00")
            let jobs = clocked.house.jobDossiers
            // Nothing has changed yet.
            #expect(try await jobs.recount(at: clocked.at("2026-06-01 10:00")) == nil)
            try await clocked.test.sql(
                "insert into holidays (day, kind, name, status, source) values ('2026-06-02', 'off', 'x', 'official_letter', 'x')"
            )
            try await clocked.test.sql("insert into calendar_recounts (day, requested_at) values ('2026-06-02', now())")
            let before = try await clocked.test.sql("select version from dossiers where id = '\(clocked.id)'")
            // A step, then as after a restart, and two at once.
            _ = try await jobs.recount(at: clocked.at("2026-06-01 10:00"), limit: 1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...2 {
                    group.addTask {
                        while try await jobs.recount(at: clocked.at("2026-06-01 10:00"), limit: 1) != nil {}
                    }
                }
                try await group.waitForAll()
            }
            while try await jobs.recount(at: clocked.at("2026-06-01 10:00"), limit: 1) != nil {}
            #expect(try await clocked.due() == "2026-06-03 17:00")
            #expect(try await clocked.kept().contains("skipped_holiday"))
            #expect(try await clocked.test.sql("select version - 1 from dossiers where id = '\(clocked.id)'") == before)
            #expect(
                try await clocked.test.sql(
                    "select max(count) from (select count(*) from dossier_events where kind = 'recounted' group by dossier_id) c"
                ) == ["1"])
            #expect(try await clocked.letters("dossier.due_moved", code: clocked.code) == 1)
            #expect(
                try await clocked.test.sql(
                    "select count(*) from journal_entries where kind = 'dossier.recounted' and subject = 'dossier:\(clocked.id)'"
                ) == ["1"])
            #expect(
                try await clocked.test.sql("select count(*) from calendar_recounts where finished_at is null") == ["0"])
        }
    }

    @Test("a date that an agency set or extended stays when the calendar changes")
    func givenDatesStay() async throws {
        try await Clocked.with { clocked async throws in
            try await clocked.act(.receive(note: ""), "2026-06-01 09:00")
            try await clocked.act(.extend(to: Day("2026-06-04"), reason: "x"), "2026-06-01 10:00")
            try await clocked.test.sql(
                "insert into holidays (day, kind, name, status, source) values ('2026-06-02', 'off', 'x', 'official_letter', 'x')"
            )
            try await clocked.test.sql("insert into calendar_recounts (day, requested_at) values ('2026-06-02', now())")
            while try await clocked.house.jobDossiers.recount(at: clocked.at("2026-06-01 11:00")) != nil {}
            #expect(try await clocked.due() == "2026-06-04 17:00")
            #expect(try await clocked.letters("dossier.due_moved", code: clocked.code) == 0)
        }
    }

    @Test("each notice of a due date is given once: twice at once, again after a restart, on the next day")
    func notices() async throws {
        try await Clocked.with { clocked async throws in
            try await clocked.act(.receive(note: ""), "2026-06-04 09:00")
            #expect(try await clocked.due() == "2026-06-05 17:00")
            #expect(try await clocked.remind("2026-06-04 06:59") == 0)
            try await clocked.remindTwiceAtOnce("2026-06-04 10:00")
            #expect(try await clocked.remind("2026-06-04 11:00") == 0)
            #expect(try await clocked.given() == ["dossier.due_tomorrow 1"])
            try await clocked.remindTwiceAtOnce("2026-06-05 08:00")
            #expect(try await clocked.given() == ["dossier.due_today 1", "dossier.due_tomorrow 1"])
            // By the end of the day it is in time.
            #expect(try await clocked.remind("2026-06-05 18:00") == 0)
            try await clocked.remindTwiceAtOnce("2026-06-06 08:00")
            try await clocked.remindTwiceAtOnce("2026-06-16 08:00")
            #expect(
                try await clocked.given() == [
                    "dossier.due_today 1", "dossier.due_tomorrow 1", "dossier.late 1", "dossier.late_applicant 1",
                ])
            // A date that moved is another one.
            try await clocked.test.sql("update dossiers set due_at = '2026-06-17 17:00+07' where id = '\(clocked.id)'")
            #expect(try await clocked.remind("2026-06-16 09:00") == 1)
        }
    }

    @Test("after downtime a dossier is told as late once, and not at all when that is long ago")
    func clockJump() async throws {
        try await Clocked.with { clocked async throws in
            try await clocked.act(.receive(note: ""), "2026-06-04 09:00")
            #expect(try await clocked.remind("2026-07-20 08:00") == 0)
            #expect(try await clocked.remind("2026-06-20 08:00") == 1)
            #expect(try await clocked.given() == ["dossier.late 1", "dossier.late_applicant 1"])
        }
    }

    @Test("on a Friday one is told of Monday, and nobody of a dossier whose clock stands still or that nobody has")
    func quiet() async throws {
        try await Clocked.with { clocked async throws in
            try await clocked.act(.receive(note: ""), "2026-06-05 09:00")
            #expect(try await clocked.due() == "2026-06-08 17:00")
            try await clocked.act(.requestPayment(amount: 1000, reason: "x"), "2026-06-05 10:00")
            #expect(try await clocked.remind("2026-06-05 11:00") == 0)
            try await clocked.act(.settlePayment(.paid, note: ""), "2026-06-05 11:00")
            #expect(try await clocked.due() == "2026-06-09 17:00")
            try await clocked.test.sql("update dossiers set due_at = '2026-06-08 17:00+07', assigned_to = null")
            #expect(try await clocked.remind("2026-06-05 12:00") == 1)
            #expect(try await clocked.given() == [])
        }
    }

    @Test("an applicant is told before and after a supplement has to be answered")
    func supplements() async throws {
        try await Clocked.with { clocked async throws in
            try await clocked.act(.receive(note: ""), "2026-06-01 09:00")
            try await clocked.act(
                .askSupplement(
                    SupplementRequest(
                        items: [SupplementRequest.Item(field: nil, what: "x")], note: "", reason: "",
                        answerBy: Day("2026-06-15"))), "2026-06-01 10:00")
            #expect(try await clocked.remind("2026-06-10 08:00") == 0)
            try await clocked.remindTwiceAtOnce("2026-06-12 08:00")
            #expect(try await clocked.given() == ["supplement.due 1"])
            #expect(
                try await clocked.test.sql("select payload->>'due' from outbox where topic = 'supplement.due'")
                    == ["15/06/2026"])
            try await clocked.remindTwiceAtOnce("2026-06-17 08:00")
            #expect(
                try await clocked.given() == [
                    "supplement.due 1", "supplement.unanswered 1", "supplement.unanswered_applicant 1",
                ])
        }
    }

    @Test(
        "a draft is discarded after its owner had notice, also when the job stood still, and kept when it was touched")
    func drafts() async throws {
        try await Clocked.with { clocked async throws in
            try await clocked.test.sql(
                """
                insert into drafts (id, account_id, procedure_code, revision_id, agency_code, answers, saved_sections, created_at,
                    updated_at)
                select gen_random_uuid(), account_id, procedure_code, revision_id, agency_code, '{}', '{}', at, at
                from dossiers, unnest('{2026-01-01 08:00:01.234567+07, 2026-01-02 08:00+07}'::timestamptz[]) as at
                where id = '\(clocked.id)'
                """)
            #expect(try await clocked.remind("2026-02-01 08:00", draftDays: 0) == 0)
            #expect(try await clocked.remind("2026-02-01 08:00", draftDays: 90) == 0)
            // It stood still for months: told first, discarded a week later at the earliest.
            #expect(try await clocked.remind("2026-08-01 08:00", draftDays: 90) == 2)
            #expect(try await clocked.remind("2026-08-07 08:00", draftDays: 90) == 0)
            try await clocked.test.sql(
                "update drafts set updated_at = '2026-08-07 09:00+07' where updated_at = '2026-01-02 08:00+07'")
            try await clocked.remindTwiceAtOnce("2026-08-09 08:00", draftDays: 90)
            #expect(try await clocked.given() == ["draft.expired 1", "draft.expiring 2"])
            #expect(try await clocked.test.sql("select count(*) from drafts where updated_at > '2026-08-01'") == ["1"])
            #expect(
                try await clocked.test.sql("select count(*) from journal_entries where kind = 'draft.expired'") == ["1"]
            )
        }
    }
}

/// One dossier that nobody has looked at, submitted on 29 May 2026 for a limit of a working day; all others are finished.
private struct Clocked {
    let demonstration: Demonstration
    let officer: Officer
    let applicant: Account.ID
    let code: String
    let id: String

    var test: TestDatabase { demonstration.test }
    var house: House { demonstration.house }

    static func with(_ body: @Sendable (Clocked) async throws -> Void) async throws {
        try await Demonstration.with { demonstration async throws in
            let test = demonstration.test
            let row = try #require(
                try await test.sql(
                    """
                    select code || ' ' || id || ' ' || account_id from dossiers
                    where agency_code = 'H26.00070' and status = 1 and procedure_code = '1.001193' limit 1
                    """
                ).first
            ).split(separator: " ").map(String.init)
            let officer = try #require(
                try await test.sql("select id from accounts where login = 'canbo.hoankiem'").first)
            try await test.sql("update dossiers set submitted_at = '2026-05-29 08:00+07' where id = '\(row[1])'")
            try await test.sql("update dossiers set finished_at = now() where id <> '\(row[1])'")
            try await test.sql("update supplements set closed_at = now()")
            try await test.sql("delete from drafts")
            try await test.sql("delete from calendar_recounts")
            try await body(
                Clocked(
                    demonstration: demonstration,
                    officer: Officer(
                        id: try #require(Account.ID(officer)), name: "Trần Thị Bình", agency: "H26.00070", unit: nil,
                        duties: Set(Duty.allCases)),
                    applicant: try #require(Account.ID(row[2])), code: row[0], id: row[1]))
        }
    }

    func act(_ act: OfficerAct, _ time: String) async throws {
        let version = try await test.sql("select version from dossiers where id = '\(id)'").first.flatMap { Int32($0) }
        _ = try await house.dossiers.act(act, on: code, seen: try #require(version), by: officer, at: at(time))
    }

    /// `2026-06-01 09:00`, in Vietnam.
    func at(_ text: String) throws -> Date {
        let parts = text.split(separator: " ")
        let clock = parts[1].split(separator: ":").compactMap { Int($0) }
        return try #require(Day(String(parts[0]))).instant(minute: clock[0] * 60 + clock[1])
    }

    func due() async throws -> String? { try await value("due_at") }

    func value(_ column: String) async throws -> String? {
        try await test.sql(
            "select to_char(\(column) at time zone interval '07:00', 'YYYY-MM-DD HH24:MI') from dossiers where id = '\(id)'"
        ).first
    }

    func kept() async throws -> String {
        try await test.sql("select coalesce(deadline::text, '') from dossier_answers where dossier_id = '\(id)'").first
            ?? ""
    }

    func remind(_ time: String, draftDays: Int = 0) async throws -> Int {
        try await house.jobDossiers.remind(at: at(time), draftDays: draftDays)
    }

    /// As two processes would.
    func remindTwiceAtOnce(_ time: String, draftDays: Int = 0) async throws {
        async let first = remind(time, draftDays: draftDays)
        async let second = remind(time, draftDays: draftDays)
        _ = try await (first, second)
    }

    /// Topics of the notices in the outbox, with how many there are of each.
    func given() async throws -> [String] {
        try await test.sql(
            """
            select topic || ' ' || count(*) from outbox
            where topic ~ '^(dossier.due|dossier.late|supplement|draft.exp)' group by topic order by topic
            """)
    }

    func letters(_ topic: String, code: String) async throws -> Int? {
        try await test.sql("select count(*) from outbox where topic = '\(topic)' and payload->>'code' = '\(code)'")
            .first
            .flatMap { Int($0) }
    }
}
