import Core
import Dossiers
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("What an applicant does without scripts")
struct ApplicantStoryTests {
    @Test("twenty submissions of one draft at once make one dossier, and Back leads to it")
    func onceOnly() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let draft = try await Self.copyDraft(demonstration)
            let check = try await citizen.get("/ho-so-nhap/\(draft)/kiem-tra")
            #expect(check.status == .ok)
            let form = [("csrf", check.text.formToken), ("declaration", "yes")]
            let places = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await citizen.post("/ho-so-nhap/\(draft)/nop", form: form).location }
                }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(places.count == 1)
            let confirmation = try #require(places.first ?? nil)
            #expect(try await citizen.get(confirmation).status == .ok)
            #expect(try await citizen.get("/ho-so-nhap/\(draft)").location == confirmation)
            let written = try await demonstration.test.sql(
                "select count(*) from dossiers d join dossier_answers a on a.dossier_id = d.id join dossier_events e"
                    + " on e.dossier_id = d.id join journal_entries j on j.id = e.entry_id where d.id = '\(draft)'")
            #expect(written == ["1"])
        }
    }

    @Test("an incomplete draft isn't filed: every missing answer is named, and nothing is lost")
    func incomplete() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let draft = try await Self.openDraft(citizen)
            let check = try await citizen.get(draft + "/kiem-tra")
            let answer = try await citizen.post(
                draft + "/nop", form: [("csrf", check.text.formToken), ("declaration", "yes")])
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("error-summary"))
        }
    }

    @Test(
        "what was typed is kept when it can't be read, and stands escaped on the page",
        arguments: [
            "\"\u{301} autofocus onfocus=alert(1) x", "<script>alert(1)</script>", "'><img src=x>", "{{title}}",
            "a\u{200D}\"b",
        ])
    func hostileText(text: String) async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let draft = try await Self.openDraft(citizen)
            let page = try await citizen.get(draft + "/applicant")
            let answer = try await citizen.post(
                draft + "/applicant",
                form: [
                    ("csrf", page.text.formToken), ("applicant_name", text), ("applicant_personal_number", text),
                    ("action", "continue"),
                ])
            #expect(answer.status == .unprocessableContent)
            #expect(!answer.text.contains(text) || text == "{{title}}")
            // By bytes: an escape followed by a combining mark is another Character.
            let isEscaped = ["&quot;", "&lt;", "&#39;"].contains { Data(answer.body).range(of: Data($0.utf8)) != nil }
            #expect(isEscaped || text == "{{title}}")
        }
    }

    @Test("a session that ended while typing loses nothing: the form goes through the sign-in page and is saved")
    func lapsedSession() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let draft = try await Self.openDraft(citizen)
            let page = try await citizen.get(draft + "/applicant")
            citizen.setCookie("session", to: nil)
            let lapsed = try await citizen.post(
                draft + "/applicant",
                form: [
                    ("csrf", page.text.formToken), ("applicant_address", "Số 12 ngõ Chợ Khâm Thiên"),
                    ("action", "continue"),
                ])
            #expect(lapsed.text.contains("Số 12 ngõ Chợ Khâm Thiên"))
            let account = try #require(demonstration.facts.accounts.first { $0.role == "citizen" })
            let path = draft.split(separator: "/").last.map { "\($0)/applicant" } ?? ""
            let signedIn = try await citizen.post(
                "/dang-nhap",
                form: [
                    ("csrf", lapsed.text.formToken), ("login", account.user), ("password", account.password),
                    ("kept-path", path), ("kept-applicant_address", "Số 12 ngõ Chợ Khâm Thiên"),
                ])
            #expect(signedIn.location == draft + "/applicant")
            #expect(try await citizen.get(draft + "/applicant").text.contains("Số 12 ngõ Chợ Khâm Thiên"))
        }
    }

    @Test("a section saved after another tab had submitted the draft is told so, with what was typed in a message")
    func submittedMeanwhile() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let draft = try await Self.copyDraft(demonstration)
            let section = try await citizen.get("/ho-so-nhap/\(draft)/child")
            let check = try await citizen.get("/ho-so-nhap/\(draft)/kiem-tra")
            let sent = try await citizen.post(
                "/ho-so-nhap/\(draft)/nop", form: [("csrf", check.text.formToken), ("declaration", "yes")])
            #expect(sent.status == .seeOther)
            let form = [("csrf", section.text.formToken), ("child_name", "Tên vừa gõ lại"), ("action", "continue")]
            let late = try await citizen.post("/ho-so-nhap/\(draft)/child", form: form)
            #expect(late.status == .conflict && late.text.contains("đã được nộp ở một cửa sổ khác"))
            #expect(try #require(late.text.split(separator: "<textarea").last).contains("Tên vừa gõ lại"))
            // Through the sign-in page as well.
            citizen.setCookie("session", to: nil)
            let lapsed = try await citizen.post("/ho-so-nhap/\(draft)/child", form: form)
            let account = try #require(demonstration.facts.accounts.first { $0.role == "citizen" })
            let signedIn = try await citizen.post(
                "/dang-nhap",
                form: [
                    ("csrf", lapsed.text.formToken), ("login", account.user), ("password", account.password),
                    ("kept-path", "\(draft)/child"), ("kept-child_name", "Tên vừa gõ lại"),
                ])
            #expect(signedIn.status == .conflict && signedIn.text.contains("Tên vừa gõ lại"))
            // To anybody else it is nothing.
            let stranger = try await demonstration.browser("business")
            let page = try await stranger.get("/tai-khoan")
            let other = try await stranger.post(
                "/ho-so-nhap/\(draft)/child", form: [("csrf", page.text.formToken), ("child_name", "X")])
            #expect(other.status == .notFound)
        }
    }

    @Test("a form without its token, or from another site, changes nothing")
    func crossSite() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let draft = try await Self.openDraft(citizen)
            #expect(try await citizen.post(draft + "/xoa", form: []).status == .forbidden)
            let page = try await citizen.get(draft)
            let answer = try await citizen.post(
                draft + "/xoa", form: [("csrf", page.text.formToken)], headers: [.origin: "https://evil.example"])
            #expect(answer.status == .forbidden)
            #expect(try await citizen.get(draft).status == .ok)
        }
    }

    @Test("tracking says one and the same for an unknown code and for wrong digits")
    func tracking() async throws {
        try await Demonstration.with { demonstration async throws in
            let stranger = TestClient(demonstration.house.site)
            let code = try #require(
                try await demonstration.test.sql("select code from dossiers order by code limit 1").first)
            let digits = try #require(
                try await demonstration.test.sql("select tracking_digits from dossiers where code = '\(code)'").first)
            func track(_ code: String, _ digits: String) async throws -> String {
                let page = try await stranger.get("/tra-cuu")
                return try await stranger.post(
                    "/tra-cuu", form: [("csrf", page.text.formToken), ("code", code), ("digits", digits)]
                ).text
            }
            let wrong = try await track(code, digits == "0000" ? "1111" : "0000")
            let unknown = try await track("H26.00070-200101-9999", digits)
            #expect(wrong.contains("notice") && unknown.contains("notice"))
            #expect(try await track(code, digits).contains("status-"))
        }
    }

    /// Answers the questions and chooses the agency, as a person does; gives the draft's path.
    private static func openDraft(_ citizen: TestClient) async throws -> String {
        let start = try await citizen.get("/thu-tuc/1.001193/nop")
        var form = [("csrf", start.text.formToken), ("step", "agency"), ("province", "01"), ("ward", "00070")]
        for name in start.text.split(separator: "type=\"radio\"").dropFirst().compactMap({ part in
            part.split(separator: "name=\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
        }) where name != "for" && !form.contains(where: { $0.0 == name }) {
            form.append((name, "no"))
        }
        var answer = try await citizen.post("/thu-tuc/1.001193/nop", form: form)
        if answer.location == nil {
            form = form.map { $0.1 == "no" ? ($0.0, "yes") : $0 }
            answer = try await citizen.post("/thu-tuc/1.001193/nop", form: form)
        }
        return try #require(answer.location)
    }

    /// A complete draft: the demonstration's newest birth registration, filed again as a draft.
    private static func copyDraft(_ demonstration: Demonstration) async throws -> String {
        let id = UUID().uuidString.lowercased()
        _ = try await demonstration.test.sql(
            """
            insert into drafts (id, account_id, procedure_code, revision_id, agency_code, answers, saved_sections, created_at, updated_at)
            select '\(id)', d.account_id, d.procedure_code, d.revision_id, d.agency_code,
                jsonb_build_object('values', a.answers, 'raw', '{}'::jsonb), '{}', now(), now()
            from dossiers d join dossier_answers a on a.dossier_id = d.id
            where d.procedure_code = '1.001193' order by d.submitted_at limit 1;
            insert into attachments (id, owner_id, field_id, sha256, name, added_at)
            select gen_random_uuid(), '\(id)', f.field_id, f.sha256, f.name, now()
            from attachments f where f.owner_id = (select id from dossiers where procedure_code = '1.001193' order by submitted_at limit 1)
            """)
        return id
    }
}
