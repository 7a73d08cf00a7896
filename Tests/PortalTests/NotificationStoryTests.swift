import Core
import Dossiers
import Foundation
import HTTPTypes
import Notifications
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("How people are told")
struct NotificationStoryTests {
    private func spread(_ demonstration: Demonstration, at now: Date = Date()) async throws {
        let notifications = Notifications(
            database: demonstration.house.worker, letters: demonstration.house.letters, logger: TestDatabase.logger)
        while try await notifications.spread(at: now) > 0 {}
    }

    private func carry(_ demonstration: Demonstration, answering outcome: Outcome) async throws {
        struct Answering: Transport {
            let outcome: Outcome
            func send(_ message: OutgoingMessage) async -> Outcome { outcome }
        }
        let courier = Courier(
            .email, by: Answering(outcome: outcome), database: demonstration.house.worker,
            letters: demonstration.house.letters, logger: TestDatabase.logger)
        while try await courier.carry(at: Date(), jitter: 1) != .nothing {}
    }

    @Test("the header counts what is unread, the list leads to the dossier, and reading takes a button")
    func notices() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            try await spread(demonstration)
            let unread = try await demonstration.test.sql(
                "select unread_notices from accounts where login = '001194990127'")[0]
            let page = try await citizen.get("/thong-bao")
            #expect(page.status == .ok && page.text.contains("<span class=\"badge\">\(unread)<"))
            #expect(page.text.contains("href=\"/ho-so/H"))
            #expect(try await citizen.get("/en/thong-bao").text.contains("href=\"/en/ho-so/H"))
            let seen = try #require(page.text.firstMatch(of: /name="seen" value="(\d+)"/)).1
            let action = try #require(page.text.firstMatch(of: /action="(\/thong-bao\/[0-9a-f-]{36}\/da-doc)"/)).1
            let token = page.text.formToken
            #expect(try await citizen.post(String(action), form: [("csrf", token)]).location == "/thong-bao")
            #expect(try await citizen.get("/ho-so").text.contains("<span class=\"badge\">\(Int(unread)! - 1)<"))
            // Somebody else's button does nothing.
            let business = try await demonstration.browser("business")
            let theirs = try await business.get("/thong-bao").text.formToken
            _ = try await business.post(String(action), form: [("csrf", theirs)])
            _ = try await citizen.post("/thong-bao/da-doc", form: [("csrf", token), ("seen", String(seen))])
            let done = try await citizen.get("/thong-bao")
            #expect(!done.text.contains("class=\"badge\"") && !done.text.contains("name=\"seen\""))
        }
    }

    @Test("another address takes the password again; what is wrong is named and everything typed is kept")
    func choices() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let path = "/tai-khoan/thong-bao"
            let token = try await citizen.get(path).text.formToken
            func save(_ fields: [(String, String)]) async throws -> TestClient.Answer {
                try await citizen.post(path, form: [("csrf", token)] + fields)
            }
            let kept = [("email", "lan@example.vn"), ("phone", "0950123406")]
            let plain = try await save(kept + [("channels", "sms"), ("language", "en")])
            #expect(plain.location == path + "?xong=1")
            let wrong = try await save([("email", "lan(at)example.vn"), ("phone", ""), ("channels", "sms")])
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("lan(at)example.vn"))
            let missing = try await save([("email", "lan@example.vn"), ("phone", ""), ("channels", "sms")])
            #expect(missing.status == .unprocessableContent && missing.text.contains("href=\"#f-phone\""))
            let moved = [("email", "moi@example.vn"), ("phone", "0950123406"), ("channels", "email")]
            let refused = try await save(moved + [("present_password", "sai")])
            #expect(refused.status == .unprocessableContent && refused.text.contains("moi@example.vn"))
            let password = try #require(demonstration.facts.accounts.first { $0.role == "citizen" }).password
            #expect(try await save(moved + [("present_password", password)]).status == .seeOther)
            let stored = try await demonstration.test.sql(
                """
                select concat_ws(' ', email, phone, language, notify_email, notify_sms) from accounts
                where login = '001194990127'
                """)
            #expect(stored == ["moi@example.vn 0950123406 vi t f"])
            let noted = try await demonstration.test.sql(
                "select content::text from journal_entries where kind = 'account.notifications_chosen'")
            #expect(noted.count == 2 && !noted.joined().contains("example.vn"))
        }
    }

    @Test("an agency's officers see how messages fare, masked, and have lost ones tried again")
    func deliveries() async throws {
        try await Demonstration.with { demonstration async throws in
            try await spread(demonstration)
            try await carry(demonstration, answering: .bounced("smtp-550"))
            let officer = try await demonstration.browser("officer")
            let page = try await officer.get("/can-bo/thong-bao?state=bounced")
            #expect(page.status == .ok && page.text.contains("l•••@example.vn") && page.text.contains("550"))
            #expect(!page.text.contains("lan@example.vn") && !page.text.contains("Nguyễn Thị Minh Lan"))
            let theirs = Set(page.text.matches(of: /\/can-bo\/ho-so\/(H[^"\/]+)"/).map { String($0.1) })
            let agency = try await demonstration.test.sql(
                "select agency_code from accounts where login = 'canbo.hoankiem'")[0]
            #expect(!theirs.isEmpty && theirs.allSatisfy { $0.hasPrefix(agency + "-") })
            let action = try #require(
                page.text.firstMatch(of: /action="(\/can-bo\/thong-bao\/([0-9a-f-]{36})\/gui-lai)"/))
            let form = [("csrf", page.text.formToken), ("state", "bounced")]
            for _ in 0..<2 {
                let answer = try await officer.post(String(action.1), form: form)
                #expect(answer.location?.hasPrefix("/can-bo/thong-bao?state=bounced") == true)
            }
            let states = try await demonstration.test.sql("select state from deliveries where id = '\(action.2)'")
            #expect(states == ["queued"])
            let others = try await demonstration.test.sql(
                "select id from deliveries where agency_code <> '\(agency)' limit 1")
            let other = try #require(others.first)
            #expect(try await officer.post("/can-bo/thong-bao/\(other)/gui-lai", form: form).status == .notFound)
        }
    }

    @Test("a carrier reports once what became of a message, with a scope of its own")
    func reports() async throws {
        try await Demonstration.with { demonstration async throws in
            try await spread(demonstration)
            try await carry(demonstration, answering: .sent(providerID: nil))
            let id = try await demonstration.test.sql("select id from deliveries limit 1")[0]
            let client = TestClient(demonstration.house.site)
            func report(_ token: String, _ body: String, key: String, id: String) async throws -> TestClient.Answer {
                try await client.send(
                    .post, "/api/v1/deliveries/\(id)/report",
                    headers: [
                        .authorization: "Bearer \(token)", .contentType: "application/json",
                        HTTPField.Name("Idempotency-Key")!: key,
                    ], body: Array(body.utf8))
            }
            let index = try #require(demonstration.facts.clients.firstIndex { $0.clientID == "kenh-nhan-tin" })
            let carrier = try await demonstration.token(index)
            let agency = try await demonstration.token(0)
            let delivered = #"{"state": "delivered"}"#
            #expect(try await report(agency, delivered, key: "1", id: id).status == .forbidden)
            #expect(try await report(carrier, delivered, key: "1", id: UUID().uuidString).status == .notFound)
            #expect(try await report(carrier, #"{"state": "sent"}"#, key: "1", id: id).status == .unprocessableContent)
            let gossip = #"{"state": "bounced", "reason": "lan@example.vn unknown"}"#
            #expect(try await report(carrier, gossip, key: "1", id: id).status == .unprocessableContent)
            for _ in 0..<2 {
                let answer = try await report(carrier, delivered, key: "1", id: id)
                #expect(answer.status == .ok && answer.text.contains("delivered"))
            }
            let bounced = #"{"state": "bounced", "reason": "mailbox-full"}"#
            #expect(try await report(carrier, bounced, key: "2", id: id).text.contains("bounced"))
            #expect(try await report(carrier, delivered, key: "3", id: id).text.contains("bounced"))
            let entries = try await demonstration.test.sql(
                "select count(*) from journal_entries where kind = 'delivery.reported'")
            #expect(entries == ["2"])
        }
    }

    @Test("officers get one digest a working day, with two workers and after a restart")
    func digests() async throws {
        try await Demonstration.with { demonstration async throws in
            let dossiers = demonstration.house.jobDossiers
            let monday = try #require(Day("2027-03-01")).instant(minute: 7 * 60)
            let sunday = monday.addingTimeInterval(-86_400)
            // What an agency has received, one of its units holds.
            try await demonstration.test.sql(
                """
                update dossiers d set unit_id = (
                    select id from agency_units u where u.agency_code = d.agency_code order by name limit 1)
                where received_at is not null
                """)
            #expect(try await dossiers.makeDigests(at: sunday) == 0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { _ = try await dossiers.makeDigests(at: monday) } }
                try await group.waitForAll()
            }
            #expect(try await dossiers.makeDigests(at: monday.addingTimeInterval(3600)) == 0)
            let officers = try await demonstration.test.sql("select count(*) from accounts where kind = 'officer'")
            #expect(try await demonstration.test.sql("select count(*) from digests") == officers)
            let counted = try await demonstration.test.sql(
                """
                select distinct (o.payload ->> 'late')::int = (select count(*) from dossiers d
                    where d.agency_code = a.agency_code and d.finished_at is null and d.due_at < '2027-03-01 00:00:00+07'
                    and (s.unit_id is null or 'supervise' = any (s.duties) or d.unit_id is null or d.unit_id = s.unit_id
                        or d.assigned_to = a.id))
                from outbox o join accounts a on a.id::text = o.payload ->> 'account'
                join staff_duties s on s.account_id = a.id where o.topic = 'officer.digest'
                """)
            #expect(counted == ["t"])
            // One who has less to do than the whole agency is told less.
            let late = try await demonstration.test.sql(
                """
                select coalesce(max(o.payload ->> 'late') filter (where a.login = 'xuly.hoankiem'), '0')::int
                    < (max(o.payload ->> 'late') filter (where a.login = 'lanhdao.hoankiem'))::int
                from outbox o join accounts a on a.id::text = o.payload ->> 'account' where o.topic = 'officer.digest'
                """)
            #expect(late == ["t"])
            #expect(try await dossiers.makeDigests(at: monday.addingTimeInterval(86_400)) > 0)
            try await spread(demonstration, at: monday.addingTimeInterval(2 * 86_400))
            #expect(try await demonstration.browser("officer").get("/thong-bao").text.contains("01/03/2027"))
        }
    }

    @Test("the due date is a file for calendars, of one's own dossiers alone")
    func calendar() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let codes = try await demonstration.test.sql(
                """
                select d.code from dossiers d join accounts a on a.id = d.account_id
                where a.login = '001194990127' and d.due_at is not null and d.status not in (3, 7, 10)
                """)
            let code = try #require(codes.first)
            let link = "/ho-so/\(code)/hen-tra.ics"
            #expect(try await citizen.get("/ho-so/\(code)").text.contains("href=\"\(link)\""))
            let file = try await citizen.get(link)
            #expect(file.status == .ok && file.headers[.contentType] == "text/calendar; charset=utf-8")
            #expect(file.text.hasPrefix("BEGIN:VCALENDAR\r\n") && file.text.contains(code))
            #expect(try await demonstration.browser("business").get(link).status == .notFound)
        }
    }
}
