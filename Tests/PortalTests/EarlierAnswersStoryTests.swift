import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Portal

@Suite("Answering as in an earlier dossier")
struct EarlierAnswersStoryTests {
    @Test("one button fills in what is empty, says from where, and the officer reads it too")
    func story() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let earlier = try await Self.earlier(demonstration, received: true)
            let draft = try await Self.draft(demonstration)
            let path = "/ho-so-nhap/\(draft)/mother"
            let page = try await citizen.get(path)
            #expect(page.text.contains("value=\"earlier:\(earlier)\""))
            let typed = "Số nhà vừa gõ"
            let filled = try await citizen.post(
                path,
                form: [
                    ("csrf", page.text.formToken), ("mother_residence_detail", typed), ("action", "earlier:\(earlier)"),
                ])
            let name = try #require(
                try await demonstration.test.sql(
                    "select answers->>'mother_name' from dossier_answers a join dossiers d on d.id = a.dossier_id"
                        + " where d.code = '\(earlier)'"
                ).first)
            #expect(filled.text.contains("value=\"\(name)\"") && filled.text.contains("value=\"\(typed)\""))
            #expect(filled.text.contains("Lấy từ hồ sơ \(earlier) của bạn."))
            // Nothing is left to offer but dates, which aren't.
            #expect(!filled.text.contains("value=\"earlier:"))
            #expect(try await citizen.get(path).text.contains("Lấy từ hồ sơ \(earlier) của bạn."))
            let check = try await citizen.get("/ho-so-nhap/\(draft)/kiem-tra")
            #expect(check.text.contains("lấy từ hồ sơ \(earlier)"))

            // The rest as it was filed before, and then to the agency.
            _ = try await demonstration.test.sql(
                "update drafts set answers = jsonb_set(answers, '{values}', (select a.answers from dossier_answers a"
                    + " join dossiers d on d.id = a.dossier_id where d.code = '\(earlier)')) where id = '\(draft)'")
            let form = try await citizen.get("/ho-so-nhap/\(draft)/kiem-tra")
            let sent = try await citizen.post(
                "/ho-so-nhap/\(draft)/nop", form: [("csrf", form.text.formToken), ("declaration", "yes")])
            #expect(sent.status == .seeOther)
            let code = try #require(
                try await demonstration.test.sql("select code from dossiers where id = '\(draft)'").first)
            #expect(try await citizen.get("/ho-so/\(code)").text.contains("lấy từ hồ sơ \(earlier)"))
            let seen = try await demonstration.browser("officer").get("/can-bo/ho-so/\(code)")
            #expect(seen.text.contains("lấy từ hồ sơ \(earlier)"))
        }
    }

    @Test("nothing is offered from a dossier that wasn't received, was refused, or is another account's")
    func refused() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let earlier = try await Self.earlier(demonstration, received: false)
            let draft = try await Self.draft(demonstration)
            func fill() async throws -> String {
                let page = try await citizen.get("/ho-so-nhap/\(draft)/mother")
                #expect(!page.text.contains("earlier:"))
                let answer = try await citizen.post(
                    "/ho-so-nhap/\(draft)/mother",
                    form: [("csrf", page.text.formToken), ("action", "earlier:\(earlier)")])
                return answer.text
            }
            #expect(!(try await fill()).contains("Lấy từ hồ sơ"))
            _ = try await demonstration.test.sql("update dossiers set received_at = now(), status = 3")
            #expect(!(try await fill()).contains("Lấy từ hồ sơ"))
            _ = try await demonstration.test.sql(
                "update dossiers set status = 2, account_id = (select id from accounts where kind = 'business' limit 1)"
            )
            #expect(!(try await fill()).contains("Lấy từ hồ sơ"))
            // The second wall stands by itself.
            let owner = try #require(
                try await demonstration.test.sql("select account_id from drafts where id = '\(draft)'").first)
            for table in ["dossiers", "dossier_answers"] {
                let seen = try await demonstration.test.sql(
                    "set role portal_app; select set_config('portal.account', '\(owner)', false);"
                        + " select count(*) from \(table)")
                #expect(seen.last == "0", "\(table)")
            }
        }
    }

    /// The code of the citizen's birth registration, the only dossier that an agency received if any was.
    private static func earlier(_ demonstration: Demonstration, received: Bool) async throws -> String {
        let code = try #require(
            try await demonstration.test.sql(
                "select code from dossiers where procedure_code = '1.001193' order by submitted_at limit 1"
            ).first)
        _ = try await demonstration.test.sql(
            "update dossiers set received_at = null, status = 1 where code <> '\(code)' or not \(received);"
                + "update dossiers set received_at = submitted_at, status = 2 where code = '\(code)' and \(received)")
        return code
    }

    /// A draft of the same procedure in which the child is registered and nothing is said of its mother yet.
    private static func draft(_ demonstration: Demonstration) async throws -> String {
        let id = UUID().uuidString.lowercased()
        _ = try await demonstration.test.sql(
            """
            insert into drafts (id, account_id, procedure_code, revision_id, agency_code, answers, saved_sections, created_at, updated_at)
            select '\(id)', d.account_id, d.procedure_code, d.revision_id, d.agency_code,
                jsonb_build_object('raw', '{}'::jsonb, 'values', (select jsonb_object_agg(key, value) from jsonb_each(a.answers)
                    where key not like 'mother%')), '{}', now(), now()
            from dossiers d join dossier_answers a on a.dossier_id = d.id
            where d.procedure_code = '1.001193' order by d.submitted_at limit 1;
            insert into attachments (id, owner_id, field_id, sha256, name, added_at)
            select gen_random_uuid(), '\(id)', f.field_id, f.sha256, f.name, now()
            from attachments f where f.owner_id = (select id from dossiers where procedure_code = '1.001193' order by submitted_at limit 1)
            """)
        return id
    }
}
