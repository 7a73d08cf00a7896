import Core
import Dossiers
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Portal

@Suite("The slips that acts give, and the register")
struct SlipStoryTests {
    @Test(
        "each act gives its slip: numbered without gaps, journalled, printed once and the same bytes for everybody ever after"
    )
    func slipsOfActs() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await SlipDesk(demonstration)
            try await desk.act("yeu-cau-bo-sung", [("other", "Nộp bản gốc")])
            try await desk.answer()
            try await desk.act("tiep-nhan", [("note", "")])
            let day = SlipDesk.workingDay(60)
            try await desk.act(
                "gia-han",
                [("day.day", "\(day.2)"), ("day.month", "\(day.1)"), ("day.year", "\(day.0)"), ("reason", "Xác minh")])
            try await desk.act("dung", [("reason", "Chờ")])
            let issued = try await demonstration.test.sql(
                "select kind || ' ' || number || ' ' || (sha256 is null) from slips s join dossiers d on d.id = s.dossier_id where d.code = '\(desk.code)' order by issued_at"
            )
            #expect(issued == ["supplement 1 true", "receipt 1 true", "extension 1 true", "stop 1 true"])
            let entries = try await demonstration.test.sql(
                "select count(*) from journal_entries where kind = 'slip.issued'")
            #expect(entries == ["4"])

            let links = try await desk.citizen.get("/ho-so/\(desk.code)").text.slipLinks
            #expect(links.count == 4)
            var files: [[UInt8]] = []
            for link in links {
                let first = try await desk.citizen.get(link)
                #expect(first.status == .ok && first.body.starts(with: Array("%PDF-".utf8)))
                #expect(first.headers[.contentDisposition]?.contains(desk.code) == false)
                #expect(try await desk.citizen.get(link).body == first.body)
                #expect(try await desk.officer.get("/can-bo" + link).body == first.body)
                files.append(first.body)
            }
            #expect(Set(files).count == 4)
            #expect(
                try await demonstration.test.sql("select count(*) from journal_entries where kind = 'slip.printed'")
                    == ["4"])
            #expect(try await Dossiers.disagreements(on: demonstration.house.worker) == [])
        }
    }

    @Test("many who ask for a slip at once get the same file, printed once")
    func atOnce() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await SlipDesk(demonstration)
            try await desk.act("tiep-nhan", [("note", "")])
            let link = try #require(try await desk.citizen.get("/ho-so/\(desk.code)").text.slipLinks.first)
            let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<8 { group.addTask { try await desk.citizen.get(link).body } }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            }
            #expect(bodies.count == 1)
            #expect(
                try await demonstration.test.sql("select count(*) from journal_entries where kind = 'slip.printed'")
                    == ["1"])
        }
    }

    @Test(
        "a slip is seen by the applicant and the agency alone, the control sheet by the agency alone; a second click makes no second"
    )
    func whoSees() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await SlipDesk(demonstration)
            try await desk.act("tiep-nhan", [("note", "")])
            let page = try await desk.officer.get("/can-bo/ho-so/\(desk.code)")
            let id = UUID().uuidString.lowercased()
            for _ in 0..<2 {
                let answer = try await desk.officer.post(
                    "/can-bo/ho-so/\(desk.code)/phieu", form: [("csrf", page.text.formToken), ("id", id)])
                #expect(answer.location == "/can-bo/ho-so/\(desk.code)#slips")
            }
            let sheet = "/ho-so/\(desk.code)/phieu/\(id)"
            #expect(try await desk.officer.get("/can-bo" + sheet).status == .ok)
            #expect(try await desk.citizen.get(sheet).status == .notFound)
            #expect(try await desk.citizen.get("/ho-so/\(desk.code)").text.slipLinks.count == 1)
            #expect(try await desk.officer.get("/can-bo/ho-so/\(desk.code)").text.slipLinks.count == 2)
            let business = try await demonstration.browser("business")
            for link in try await desk.citizen.get("/ho-so/\(desk.code)").text.slipLinks {
                #expect(try await business.get(link).status == .notFound)
            }
            // And below the queries' own conditions.
            for (setting, count) in [("portal.agency', 'H26.00004", "0"), ("portal.agency', 'H26.00070", "2")] {
                let seen = try await demonstration.test.sql(
                    "begin; set local role portal_app; select set_config('\(setting)', true); select count(*) from slips"
                )
                #expect(seen.last == count)
            }
        }
    }

    @Test("the control sheet names who got the dossier from whom, a person or a unit, and the receipt what was paid")
    func takersAndFees() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await SlipDesk(demonstration)
            let office = try #require(
                try await demonstration.test.sql(
                    "select a.id || '|' || a.name || '|' || d.unit_id || '|' || u.name from accounts a join staff_duties d on d.account_id = a.id join agency_units u on u.id = d.unit_id where a.login = 'xuly.hoankiem'"
                ).first
            ).split(separator: "|").map(String.init)
            try await desk.act("tiep-nhan", [("note", "")])
            try await desk.act("chuyen-xu-ly", [("unit", office[2]), ("note", "")])
            try await desk.act("chuyen-xu-ly", [("officer", office[0]), ("note", "")])
            try await desk.act("nghia-vu-tai-chinh", [("amount", "123000"), ("reason", "Trích lục")])
            try await desk.act("da-nop-tien", [("outcome", "paid"), ("note", "")])
            try await desk.act("yeu-cau-bo-sung", [("other", "Nộp bản gốc")])
            try await desk.answer()
            try await desk.act("tiep-nhan", [("note", "")])
            let page = try await desk.officer.get("/can-bo/ho-so/\(desk.code)")
            let sheet = UUID().uuidString.lowercased()
            _ = try await desk.officer.post(
                "/can-bo/ho-so/\(desk.code)/phieu", form: [("csrf", page.text.formToken), ("id", sheet)])
            let steps = try await demonstration.test.sql(
                "select (h ->> 'from') || ' → ' || (h ->> 'to') from slips, jsonb_array_elements(data -> 'handovers') h where id = '\(sheet)'"
            )
            #expect(steps.contains("Lê Thu Hà → \(office[3])"), "\(steps)")
            #expect(steps.contains("Lê Thu Hà → \(office[1])"), "\(steps)")
            let fees = try await demonstration.test.sql(
                "select coalesce(f ->> 'note', '') || ' ' || (f ->> 'dong') || ' ' || coalesce(f ->> 'isPaid', '–') from slips s join dossiers d on d.id = s.dossier_id, jsonb_array_elements(s.data -> 'fees') f where d.code = '\(desk.code)' and s.kind = 'receipt' order by s.issued_at"
            )
            #expect(fees.last == "Trích lục 123000 true", "\(fees)")
        }
    }

    @Test(
        "what a slip says can't be changed, nor its file exchanged, nor the slip removed, not even by the owner of the tables",
        arguments: [
            "update slips set data = '{}'", "update slips set number = number + 1",
            "update slips set issued_at = now()",
            "update slips set sha256 = decode(repeat('00', 32), 'hex')", "delete from slips",
        ])
    func stays(statement: String) async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await SlipDesk(demonstration)
            try await desk.act("tiep-nhan", [("note", "")])
            let link = try #require(try await desk.citizen.get("/ho-so/\(desk.code)").text.slipLinks.first)
            #expect(try await desk.citizen.get(link).status == .ok)
            try await demonstration.test.sql("alter table slips no force row level security")
            await #expect(throws: (any Error).self) { try await demonstration.test.sql(statement) }
            // Whoever takes the trigger away is found by the verification.
            guard !statement.hasPrefix("delete"), !statement.contains("sha256"), !statement.contains("number"),
                !statement.contains("issued_at")
            else { return }
            try await demonstration.test.sql("alter table slips disable trigger slips_stay; \(statement)")
            #expect(try await Dossiers.disagreements(on: demonstration.house.worker) != [])
        }
    }

    @Test(
        "the register names the agency's dossiers of a span of days, to print and as spreadsheets, and the journal says so"
    )
    func register() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await SlipDesk(demonstration)
            let today = Day(of: Date())
            let page = try await desk.officer.get("/can-bo/so-theo-doi?from=\(today - 300)&to=\(today)")
            #expect(page.status == .ok && page.text.contains("so-theo-doi.xlsx"))
            let query = "?from=\(today - 300)&to=\(today)"
            for (ending, type, start) in [
                ("pdf", "application/pdf", "%PDF-"), ("csv", "text/csv; charset=utf-8", "\u{FEFF}"),
                ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK"),
            ] {
                let file = try await desk.officer.get("/can-bo/so-theo-doi/so-theo-doi.\(ending)" + query)
                #expect(file.status == .ok && file.headers[.contentType] == type)
                #expect(file.body.starts(with: Array(start.utf8)))
                if ending == "csv" { #expect(file.text.contains(desk.code) && file.text.hasSuffix("\r\n")) }
            }
            let exports = try await demonstration.test.sql(
                "select content ->> 'format' from journal_entries where kind = 'register.exported' order by recorded_at"
            )
            #expect(exports == ["pdf", "csv", "xlsx"])
            for wrong in ["?from=2026-02-01&to=2026-01-01", "?from=2024-01-01&to=2026-01-01", "?from=x&to=y", ""] {
                let answer = try await desk.officer.get("/can-bo/so-theo-doi/so-theo-doi.csv" + wrong)
                #expect(answer.status == .notFound)
            }
            let refused = try await desk.officer.get(
                "/can-bo/so-theo-doi?from.day=31&from.month=2&from.year=2026&to.day=1&to.month=3&to.year=2026")
            #expect(refused.status == .unprocessableContent && refused.text.contains("value=\"31\""))
        }
    }
}

private struct SlipDesk {
    let officer: TestClient
    let citizen: TestClient
    let code: String

    init(_ demonstration: Demonstration) async throws {
        officer = try await demonstration.browser("officer")
        citizen = try await demonstration.browser("citizen")
        code = try #require(
            try await demonstration.test.sql(
                "select code from dossiers where agency_code = 'H26.00070' and status = 1 and procedure_code = '1.001193' limit 1"
            ).first)
    }

    func act(_ slug: String, _ fields: [(String, String)]) async throws {
        let path = "/can-bo/ho-so/\(code)/viec/\(slug)"
        let page = try await officer.get(path).text
        let version = page.components(separatedBy: "name=\"version\" value=\"").dropFirst().first?.prefix { $0 != "\"" }
        let form = [("csrf", page.formToken), ("version", version.map(String.init) ?? "")] + fields
        let answer = try await officer.post(path, form: form)
        #expect(answer.status == .seeOther && answer.location?.contains("notice=") == true, "\(slug)")
    }

    /// The applicant answers what was asked of them.
    func answer() async throws {
        let path = "/ho-so/\(code)/bo-sung"
        let page = try await citizen.get(path).text
        let answer = try await citizen.post(
            path, form: [("csrf", page.formToken), ("reply", "Đã nộp"), ("action", "send")])
        #expect(answer.status == .seeOther)
    }

    /// A Wednesday some weeks ahead, as year, month and day.
    static func workingDay(_ ahead: Int) -> (year: Int, month: Int, day: Int) {
        var day = Day(of: Date()) + ahead
        while day.weekday != 3 { day = day + 1 }
        return day.components
    }
}

extension String {
    /// The paths of slips on a page, without the officers' `/can-bo`.
    fileprivate var slipLinks: [String] {
        components(separatedBy: "href=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
            .filter { $0.contains("/phieu/") }.map { $0.replacing("/can-bo", with: "") }
    }
}
