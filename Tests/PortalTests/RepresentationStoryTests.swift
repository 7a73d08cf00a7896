import Core
import Dossiers
import Foundation
import HTTPTypes
import Notifications
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Acting for others, page by page")
struct RepresentationStoryTests {
    @Test("an employee files for the business, leaves, and a colleague goes on; both are named on what each did")
    func employee() async throws {
        try await Demonstration.with { demonstration async throws in
            let people = try await People(demonstration)
            let quang = try await people.working("001092990141")
            let draft = try await people.draft()
            let filed = try await quang.post(
                "/ho-so-nhap/\(draft)/nop",
                form: [
                    ("csrf", try await quang.get("/ho-so-nhap/\(draft)/kiem-tra").text.formToken),
                    ("declaration", "yes"),
                ])
            let confirmation = try #require(filed.location)
            let code = try #require(confirmation.split(separator: "/").dropFirst().first.map(String.init))
            let page = try await quang.get("/ho-so/\(code)").text
            #expect(page.contains("Đỗ Minh Quang, thay cho Công ty TNHH Thương mại Ví Dụ"))
            #expect(page.contains("Nhân viên của doanh nghiệp"))
            let journal = try await demonstration.test.sql(
                "select content ->> 'principal' = 'account:' || d.account_id and actor <> content ->> 'principal' and content ? 'mandate'"
                    + " from dossiers d join journal_entries e on e.subject = 'dossier:' || d.id where d.code = '\(code)'"
            )
            #expect(journal == ["t"])
            // The officer sees who filed for whom.
            let officer = try await demonstration.browser("officer")
            #expect(try await officer.get("/can-bo/ho-so/\(code)").text.contains("Đỗ Minh Quang"))

            // What happens is told to the employee as to the business, by a link that leads through the mandate.
            let notifications = Notifications(
                database: demonstration.house.worker, letters: demonstration.house.letters, logger: TestDatabase.logger)
            while try await notifications.spread(at: Date()) > 0 {}
            let notices = try await quang.get("/thong-bao").text
            let link = try #require(
                notices.split(separator: "href=\"").map { String($0.prefix { $0 != "\"" }) }
                    .first { $0.hasPrefix("/tai-khoan/uy-quyen/") && $0.hasSuffix("?next=/ho-so/\(code)") })
            #expect(try await quang.get(link).text.contains("value=\"/ho-so/\(code)\""))

            // The business takes the mandate back: at once the employee sees nothing, and is told why.
            let business = try await demonstration.browser("business")
            try await people.end("001092990141", by: business)
            for path in ["/ho-so/\(code)", "/ho-so", "/kho-giay-to", "/ho-so-nhap/\(draft)", "/thu-tuc/1.001193/nop"] {
                let answer = try await quang.get(path)
                #expect(answer.status == .forbidden && !answer.text.contains("Công ty TNHH"), "\(path)")
                #expect(answer.text.contains("không còn được làm thay") && answer.text.contains("/tai-khoan/uy-quyen"))
            }
            #expect(try await quang.get("/tai-khoan/uy-quyen").text.contains("Trở lại hồ sơ của tôi"))
            let withdrawn = try await quang.post(
                "/ho-so/\(code)/rut", form: [("csrf", page.formToken), ("reason", "x")])
            #expect(withdrawn.status == .forbidden)
            try await people.work(quang, under: "")
            #expect(try await quang.get("/ho-so").status == .ok)
            #expect(try await quang.get("/ho-so/\(code)").status == .notFound)

            // The dossier stayed with the business; a colleague writes about it and withdraws it.
            #expect(try await business.get("/ho-so/\(code)").status == .ok)
            let han = try await people.working("001195990163")
            let open = try await han.get("/ho-so/\(code)")
            #expect(open.status == .ok)
            let message = try #require(open.text.hidden("id"))
            let written = try await han.post(
                "/ho-so/\(code)/tin-nhan",
                form: [("csrf", open.text.formToken), ("id", message), ("message", "Công ty xin rút hồ sơ.")])
            #expect(written.status == .seeOther)
            #expect(
                try await officer.get("/can-bo/ho-so/\(code)").text.contains(
                    "Lê Ngọc Hân, thay cho Công ty TNHH Thương mại Ví Dụ"))
            let gone = try await han.post(
                "/ho-so/\(code)/rut", form: [("csrf", open.text.formToken), ("reason", "Đổi ý")])
            #expect(gone.status == .seeOther)
            let told = try await business.get("/ho-so/\(code)").text
            #expect(told.contains("Lê Ngọc Hân, thay cho") && told.contains("Đỗ Minh Quang, thay cho"))
            let receipt = try await business.get("/ho-so/\(code)/bien-nhan.json").text
            #expect(receipt.contains("0199900120") && !receipt.contains("001092990141"))
        }
    }

    @Test("a mandate for some procedures shows and allows nothing of the others, on pages and under raw SQL")
    func narrow() async throws {
        try await Demonstration.with { demonstration async throws in
            let people = try await People(demonstration)
            let business = try await demonstration.browser("business")
            try await people.end("001092990141", by: business)
            let given = try await people.give("001092990141", procedures: "2.000033", by: business)
            #expect(given.location == "/tai-khoan/uy-quyen?xong=given")
            try await people.accept("001092990141")
            let quang = try await people.working("001092990141")
            let covered = try await people.draft(of: "2.000033")
            let other = try await people.draft()
            #expect(try await quang.get("/ho-so-nhap/\(covered)").status == .ok)
            for path in ["", "/kiem-tra", "/applicant"] {
                #expect(try await quang.get("/ho-so-nhap/\(other)\(path)").status == .notFound)
            }
            let list = try await quang.get("/ho-so").text
            #expect(list.contains(covered) && !list.contains(other))
            let submitted = try await quang.post(
                "/ho-so-nhap/\(other)/nop", form: [("csrf", list.formToken), ("declaration", "yes")])
            #expect(submitted.status == .notFound)
            let rows = try await demonstration.test.sql(
                "set role portal_app; select set_config('portal.account', (select id::text from accounts where login = '0199900120'), false),"
                    + " set_config('portal.procedures', '2.000033', false); select id from drafts")
            #expect(rows.dropFirst().elementsEqual([covered]) || rows.last == covered && !rows.contains(other))
            // Both are the business's own.
            let own = try await business.get("/ho-so").text
            #expect(own.contains(covered) && own.contains(other))
        }
    }

    @Test("the first page of a form asks for whom, and only where there is a choice")
    func choice() async throws {
        try await Demonstration.with { demonstration async throws in
            let people = try await People(demonstration)
            let business = try await demonstration.browser("business")
            #expect(!(try await business.get("/thu-tuc/2.000033/nop").text.contains("Bạn nộp cho ai?")))
            // A form for businesses is nothing for a citizen, but for an employee it is.
            #expect(
                try await demonstration.browser("citizen").get("/thu-tuc/2.000033/nop").status == .forbidden)
            let quang = try await demonstration.browser("employee", login: "001092990141")
            let start = try await quang.get("/thu-tuc/2.000033/nop")
            #expect(start.status == .ok)
            let draft = try await people.start(quang, "2.000033", start.text, for: nil)
            #expect(
                try await demonstration.test.sql(
                    "set portal.account = '\(people.business)'; select account_id from drafts where id = '\(draft)'"
                ).last
                    == people.business)
            // From here on the session works for the business, and says so on every page.
            #expect(try await quang.get("/ho-so").text.contains("Bạn đang làm thay cho"))
            let birth = try await quang.get("/thu-tuc/1.001193/nop").text
            #expect(birth.contains("Bạn nộp cho ai?") && !birth.contains("Cho Công ty"))
        }
    }

    @Test("a parent files for a child; one of age is refused with everything kept")
    func child() async throws {
        try await Demonstration.with { demonstration async throws in
            let people = try await People(demonstration)
            let citizen = try await demonstration.browser("citizen")
            let start = try await citizen.get("/thu-tuc/1.001193/nop")
            let refused = try await citizen.post(
                "/thu-tuc/1.001193/nop",
                form: people.answers(start.text) + [
                    ("for", "child"), ("child_name", "Trần \"Bé\" <An>"), ("child_birth.day", "1"),
                    ("child_birth.month", "2"), ("child_birth.year", "2001"), ("child_number", "12"),
                ])
            #expect(refused.text.contains("con từ đủ 18 tuổi") && refused.text.contains("error-summary"))
            #expect(
                refused.text.contains("value=\"Trần &quot;Bé&quot; &lt;An&gt;\"")
                    && refused.text.contains("value=\"2001\""))
            let draft = try await people.start(
                citizen, "1.001193", start.text,
                for: [
                    ("for", "child"), ("child_name", "Trần Bé An"), ("child_birth.day", "1"),
                    ("child_birth.month", "2"), ("child_birth.year", "2026"), ("child_number", ""),
                ])
            for path in ["", "/kiem-tra"] {
                #expect(
                    try await citizen.get("/ho-so-nhap/\(draft)\(path)").text.contains(
                        "Trần Bé An, sinh ngày 01/02/2026"))
            }
            try await people.complete(draft)
            let check = try await citizen.get("/ho-so-nhap/\(draft)/kiem-tra").text
            let filed = try await citizen.post(
                "/ho-so-nhap/\(draft)/nop", form: [("csrf", check.formToken), ("declaration", "yes")])
            let code = try #require(filed.location?.split(separator: "/").dropFirst().first)
            #expect(try await citizen.get("/ho-so/\(code)").text.contains("Trần Bé An, sinh ngày"))
            let officer = try await demonstration.browser("officer")
            #expect(try await officer.get("/can-bo/ho-so/\(code)").text.contains("Trần Bé An, sinh ngày"))
            // Thrown away, nothing of a child remains.
            let second = try await people.start(
                citizen, "1.001193", start.text,
                for: [
                    ("for", "child"), ("child_name", "Trần Bé Bình"), ("child_birth.day", "1"),
                    ("child_birth.month", "2"), ("child_birth.year", "2026"),
                ])
            _ = try await citizen.post("/ho-so-nhap/\(second)/xoa", form: [("csrf", check.formToken)])
            let left = try await demonstration.test.sql(
                "set portal.account = '\(people.citizen)'; select name from dossier_children")
            #expect(left.last == "Trần Bé An")
        }
    }

    @Test("a session that ended while acting is gone on with for the same principal, and for nobody else's account")
    func lapsed() async throws {
        try await Demonstration.with { demonstration async throws in
            let people = try await People(demonstration)
            let quang = try await people.working("001092990141")
            _ = try await demonstration.test.sql("update sessions set last_seen_at = now() - interval '2 hours'")
            #expect(try await quang.get("/ho-so").location?.contains("/dang-nhap") == true)
            try await people.signIn(quang, "001092990141")
            #expect(try await quang.get("/ho-so").text.contains("Bạn đang làm thay cho"))
            _ = try await demonstration.test.sql("update sessions set last_seen_at = now() - interval '2 hours'")
            try await people.signIn(quang, "001195990163")
            #expect(!(try await quang.get("/ho-so").text.contains("Bạn đang làm thay cho")))
        }
    }

    @Test("nobody works under another's mandate, one that isn't accepted, or one that doesn't exist")
    func strangers() async throws {
        try await Demonstration.with { demonstration async throws in
            let people = try await People(demonstration)
            let id = try await people.mandate(of: "001092990141")
            for (role, login) in [("citizen", nil), ("business", nil), ("employee", "001195990163")]
                as [(String, String?)]
            {
                let stranger = try await demonstration.browser(role, login: login)
                let token = try await stranger.get("/tai-khoan").text.formToken
                let answer = try await stranger.post("/tai-khoan/tu-cach", form: [("csrf", token), ("mandate", id)])
                #expect(answer.status == .notFound, "\(role)")
                if role != "business" {
                    for path in ["", "/van-ban"] {
                        #expect(try await stranger.get("/tai-khoan/uy-quyen/\(id)\(path)").status == .notFound)
                    }
                    let ended = try await stranger.post(
                        "/tai-khoan/uy-quyen/\(id)", form: [("csrf", token), ("act", "end")])
                    #expect(ended.status == .notFound)
                }
            }
            for role in ["officer", "publisher"] {
                #expect(try await demonstration.browser(role).get("/tai-khoan/uy-quyen").status == .forbidden)
            }
            let citizen = try await demonstration.browser("citizen")
            let business = try await demonstration.browser("business")
            _ = try await people.give("001194990127", procedures: "", by: business)
            let offered = try await people.mandate(of: "001194990127")
            let token = try await citizen.get("/tai-khoan").text.formToken
            let early = try await citizen.post("/tai-khoan/tu-cach", form: [("csrf", token), ("mandate", offered)])
            #expect(early.status == .notFound)
            // Accepted, it is worked under; and a next page elsewhere is not followed.
            let page = try await citizen.get("/tai-khoan/uy-quyen/\(offered)")
            #expect(page.text.contains("Đồng ý nhận ủy quyền") && page.text.contains("Từ chối"))
            try await people.accept("001194990127")
            let worked = try await citizen.post(
                "/tai-khoan/tu-cach", form: [("csrf", token), ("mandate", offered), ("next", "//evil.example/")])
            #expect(worked.status == .seeOther && worked.location == "/ho-so")
        }
    }

    @Test("a mandate that can't be given says everything that is wrong, and keeps what was typed")
    func refused() async throws {
        try await Demonstration.with { demonstration async throws in
            let citizen = try await demonstration.browser("citizen")
            let page = try await citizen.get("/tai-khoan/uy-quyen/moi").text
            let answer = try await citizen.post(
                "/tai-khoan/uy-quyen/moi",
                form: [
                    ("csrf", page.formToken), ("id", try #require(page.hidden("id"))), ("agent", "001194990127"),
                    ("scope", "some"), ("procedures", "abc <script>"), ("amount", "nhiều"), ("valid_from.day", "31"),
                    ("valid_from.month", "2"), ("valid_from.year", "2026"), ("valid_until.day", "1"),
                    ("valid_until.month", "1"), ("valid_until.year", "2020"),
                ])
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("abc &lt;script&gt;") && answer.text.contains("value=\"nhiều\""))
            #expect(answer.text.contains("error-summary"))
            #expect(
                try await demonstration.test.sql("select count(*) from journal_entries where kind = 'mandate.given'")
                    == ["2"])
        }
    }
}

/// Those of the demonstration who act for others.
private struct People {
    let demonstration: Demonstration
    let business: String
    let citizen: String

    init(_ demonstration: Demonstration) async throws {
        self.demonstration = demonstration
        func account(_ login: String) async throws -> String {
            try #require(
                try await demonstration.test.sql("select id from accounts where login = '\(login)'").first)
        }
        business = try await account("0199900120")
        citizen = try await account("001194990127")
    }

    /// An employee who works for the business.
    func working(_ login: String) async throws -> TestClient {
        let client = try await demonstration.browser("employee", login: login)
        try await work(client, under: try await mandate(of: login))
        return client
    }

    func work(_ client: TestClient, under mandate: String) async throws {
        let token = try await client.get("/tai-khoan").text.formToken
        let answer = try await client.post("/tai-khoan/tu-cach", form: [("csrf", token), ("mandate", mandate)])
        #expect(answer.status == .seeOther)
    }

    /// The newest that names a person.
    func mandate(of login: String) async throws -> String {
        try #require(
            try await demonstration.test.sql(
                "set portal.account = '\(business)'; select id from mandates where agent_login = '\(login)' order by given_at desc, id desc limit 1"
            ).last)
    }

    func end(_ login: String, by giver: TestClient) async throws {
        let page = try await giver.get("/tai-khoan/uy-quyen/\(try await mandate(of: login))")
        let answer = try await giver.post(
            "/tai-khoan/uy-quyen/\(try await mandate(of: login))",
            form: [("csrf", page.text.formToken), ("act", "end")])
        #expect(answer.status == .seeOther)
    }

    func give(_ login: String, procedures: String, by giver: TestClient) async throws -> TestClient.Answer {
        let page = try await giver.get("/tai-khoan/uy-quyen/moi").text
        let parts = ["valid_from", "valid_until"].flatMap { name in
            ["day", "month", "year"].map { ("\(name).\($0)", page.value(of: "\(name).\($0)") ?? "") }
        }
        return try await giver.post(
            "/tai-khoan/uy-quyen/moi",
            form: [
                ("csrf", page.formToken), ("id", try #require(page.hidden("id"))), ("basis", "employment"),
                ("agent", login), ("scope", procedures.isEmpty ? "all" : "some"), ("procedures", procedures),
            ] + parts)
    }

    func accept(_ login: String) async throws {
        let role = login == "001194990127" ? "citizen" : "employee"
        let client = try await demonstration.browser(role, login: login)
        let id = try await mandate(of: login)
        let page = try await client.get("/tai-khoan/uy-quyen/\(id)")
        let answer = try await client.post(
            "/tai-khoan/uy-quyen/\(id)", form: [("csrf", page.text.formToken), ("act", "accept")])
        #expect(answer.status == .seeOther)
    }

    func signIn(_ client: TestClient, _ login: String) async throws {
        let account = try #require(demonstration.facts.accounts.first { $0.user == login })
        let page = try await client.get("/dang-nhap").text
        let answer = try await client.post(
            "/dang-nhap",
            form: [("csrf", page.formToken), ("login", login), ("password", account.password), ("next", "")])
        #expect(answer.status == .seeOther)
    }

    /// The answers with which the first page lets through.
    func answers(_ page: String, _ answer: String = "no") -> [(String, String)] {
        var form = [("csrf", page.formToken), ("step", "agency"), ("province", "01"), ("ward", "00070")]
        for name in page.split(separator: "type=\"radio\"").dropFirst().compactMap({ part in
            part.split(separator: "name=\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
        }) where name != "for" && !form.contains(where: { $0.0 == name }) {
            form.append((name, answer))
        }
        return form
    }

    /// - Parameter extra: for whom; nil for whoever is chosen already.
    func start(
        _ client: TestClient, _ procedure: String, _ page: String, for extra: [(String, String)]?
    ) async throws -> String {
        for answer in ["no", "yes"] {
            let posted = try await client.post(
                "/thu-tuc/\(procedure)/nop", form: answers(page, answer) + (extra ?? []))
            if let location = posted.location { return String(try #require(location.split(separator: "/").last)) }
        }
        throw Demonstration.Missing()
    }

    /// A complete draft of the business, by the answers of a birth registration of the demonstration; of another procedure, an
    /// empty one.
    func draft(of procedure: String = "1.001193") async throws -> String {
        let id = UUID().uuidString.lowercased()
        _ = try await demonstration.test.sql(
            """
            insert into drafts (id, account_id, procedure_code, revision_id, agency_code, answers, saved_sections, created_at, updated_at)
            select '\(id)', '\(business)', '\(procedure)', (select published_revision from procedures where code = '\(procedure)'), 'H26.00070', '{"values": {}, "raw": {}}', '{}', now(), now()
            """)
        if procedure == "1.001193" { try await complete(id) }
        return id
    }

    /// Fills a draft with what the demonstration's first birth registration says.
    func complete(_ id: String) async throws {
        let model = "(select id from dossiers where procedure_code = '1.001193' order by submitted_at limit 1)"
        _ = try await demonstration.test.sql(
            """
            update drafts set answers = jsonb_build_object('values', (select answers from dossier_answers where dossier_id = \(model)), 'raw', '{}'::jsonb)
            where id = '\(id)';
            insert into attachments (id, owner_id, field_id, sha256, name, added_at)
            select gen_random_uuid(), '\(id)', f.field_id, f.sha256, f.name, now() from attachments f where f.owner_id = \(model)
            """)
    }
}

extension String {
    /// The value of a hidden input.
    fileprivate func hidden(_ name: String) -> String? {
        split(separator: "<input type=\"hidden\" name=\"\(name)\" value=\"").dropFirst().first.map {
            String($0.prefix { $0 != "\"" })
        }
    }

    /// The value of an input that shows.
    fileprivate func value(of name: String) -> String? {
        split(separator: "name=\"\(name)\"").dropFirst().first?.split(separator: "value=\"").dropFirst().first.map {
            String($0.prefix { $0 != "\"" })
        }
    }
}
