import Core
import Foundation
import HTTPTypes
import Journal
import Server
import TestSupport
import Testing

@testable import Portal

/// Whatever one person's or agency's things are called in an address, nobody else gets them: the same answer as for what
/// doesn't exist, and none of the words planted in them.
@Suite("Nobody reads another's")
struct TenancyTests {
    @Test("every route with a name in it is asked for by every role with the names of another's things")
    func everyRoute() async throws {
        try await Demonstration.with { demonstration async throws in
            let canary = "Chimhoangyen\(UUID().uuidString.prefix(8))"
            let names = try await Self.plant(canary, in: demonstration)
            let strangers = try await Self.strangers(demonstration)
            var tried = 0
            for route in demonstration.house.site.routes where route.path.contains(":") {
                guard route.path.hasPrefix("/ho-so/") || route.path.hasPrefix("/can-bo") else { continue }
                for path in Self.paths(of: route.path, names) {
                    for (role, client) in strangers {
                        let answer =
                            route.method == .get
                            ? try await client.get(path)
                            : try await client.post(
                                path, form: [("csrf", try await Self.token(client)), ("version", "1")])
                        tried += 1
                        #expect(!answer.text.contains(canary), "\(role) reads \(path)")
                        let isRefused = [.notFound, .forbidden, .seeOther, .badRequest].contains(answer.status)
                        #expect(isRefused, "\(role), \(route.method) \(path): \(answer.status)")
                        if answer.status == .seeOther {
                            #expect(
                                answer.location?.contains("/dang-nhap") == true,
                                "\(role), \(path): \(answer.location ?? "")")
                        }
                    }
                }
            }
            #expect(tried > 200)
            // Nothing of it changed a thing.
            let left = try await demonstration.test.sql(
                "select version::text from dossiers where code = '\(names["code"]?.first ?? "")'")
            #expect(left == ["1"])
            // And to whom it belongs, it is there.
            let owner = try await demonstration.browser("citizen").get("/ho-so/\(names["code"]?.first ?? "")")
            #expect(owner.status == .ok && owner.text.contains(canary))
        }
    }

    @Test("lists, exports and the API of another agency know nothing of it")
    func lists() async throws {
        try await Demonstration.with { demonstration async throws in
            let canary = "Chimhoangyen\(UUID().uuidString.prefix(8))"
            let names = try await Self.plant(canary, in: demonstration)
            let code = try #require(names["code"]?.first)
            for (role, client) in try await Self.strangers(demonstration) {
                for path in [
                    "/ho-so", "/can-bo/ho-so", "/can-bo/ho-so?group=open&size=500", "/can-bo/ho-so?q=\(code)",
                    "/can-bo/y-kien", "/kho-giay-to",
                ] {
                    let answer = try await client.get(path)
                    #expect(!answer.text.contains(canary) && !answer.text.contains(code + "<"), "\(role) reads \(path)")
                }
            }
        }
    }

    @Test("with raw SQL under the application's role, the second wall stands by itself")
    func rows() async throws {
        try await Demonstration.with { demonstration async throws in
            _ = try await Self.plant("Chim", in: demonstration)
            try await demonstration.sequencer.sealBatch()
            for table in [
                "dossiers", "dossier_answers", "dossier_events", "attachments", "supplements", "consultations",
                "obligations",
                "dossier_messages", "dossier_notes", "dossier_reads", "dossier_ratings", "work_filters",
                "dossier_agents",
                "dossier_children", "mandates", "drafts", "agency_events", "parked_reports", "report_places",
                "dossier_counts", "dossier_count_changes",
            ] {
                let seen = try await demonstration.test.sql(
                    "set role portal_app; select set_config('portal.agency', 'H26.16', false), set_config('portal.account', gen_random_uuid()::text, false);"
                        + " select count(*) from \(table)")
                #expect(seen.last == "0", "\(table)")
            }
        }
    }

    /// A dossier of the demonstration's citizen with something of each kind in it, all bearing the canary.
    private static func plant(_ canary: String, in demonstration: Demonstration) async throws -> [String: [String]] {
        let code = try #require(
            try await demonstration.test.sql(
                "select code from dossiers where agency_code = 'H26.00070' and status = 1 limit 1"
            ).first)
        let officer = "(select id from accounts where login = 'canbo.hoankiem')"
        let dossier = "(select id from dossiers where code = '\(code)')"
        let consultation = UUID().uuidString.lowercased()
        _ = try await demonstration.test.sql(
            """
            set role portal_app;
            select set_config('portal.agency', 'H26.00070', false);
            update dossiers set applicant_name = '\(canary)' where code = '\(code)';
            update dossier_answers set answers = jsonb_set(answers, '{child_name}', '"\(canary)"') where dossier_id = \(dossier);
            insert into dossier_messages values (gen_random_uuid(), \(dossier), 'agency', \(officer), '\(canary)', '\(canary)', now(), null);
            insert into dossier_notes values (gen_random_uuid(), \(dossier), \(officer), '\(canary)', '\(canary)', now());
            insert into obligations (id, dossier_id, amount, reason, requested_at, requested_by) values (gen_random_uuid(), \(dossier), 1, '\(canary)', now(), \(officer));
            insert into dossier_children values (\(dossier), '\(canary)', '2026-01-01', null);
            insert into supplements (id, dossier_id, number, items, note, asked_at, asked_by, officer_name, staged)
                values (gen_random_uuid(), \(dossier), 1, '[]', '\(canary)', now(), \(officer), '\(canary)', '{}');
            insert into consultations (id, dossier_id, code, procedure, from_agency, to_agency, question, due_at, asked_at, asked_by, officer_name)
                values ('\(consultation)', \(dossier), '\(code)', '\(canary)', 'H26.00070', 'H26.00004', '\(canary)', now(), now(), \(officer), '\(canary)');
            """)
        let files = try await demonstration.test.sql(
            "select id from attachments where owner_id = \(dossier) limit 1")
        return [
            "code": [code], "id": files + [consultation],
            "act": ["tiep-nhan", "tu-choi", "yeu-cau-bo-sung", "phan-cong"],
        ]
    }

    /// Everyone to whom the planted dossier doesn't belong.
    private static func strangers(_ demonstration: Demonstration) async throws -> [(String, TestClient)] {
        _ = try await demonstration.test.sql(
            "insert into accounts (id, kind, login, name, password_hash, agency_code, created_at) select gen_random_uuid(), kind,"
                + " 'canbo.khac', 'Phạm Văn Khác', password_hash, 'H26.16', now() from accounts where login = 'canbo.hoankiem';"
                + "insert into accounts (id, kind, login, name, password_hash, created_at) select gen_random_uuid(), kind,"
                + " '001199000001', 'Người Khác', password_hash, now() from accounts where kind = 'citizen' limit 1;"
                + "set portal.agency = 'H26.16'; insert into staff_duties (account_id, agency_code, duties) select id, agency_code,"
                + " '{receive,process,decide,supervise,read}' from accounts where login = 'canbo.khac'")
        var clients: [(String, TestClient)] = [("nobody", TestClient(demonstration.house.site))]
        for (role, login) in [("officer", "canbo.khac"), ("citizen", "001199000001")] {
            let account = try #require(demonstration.facts.accounts.first { $0.role == role })
            let client = TestClient(demonstration.house.site, peer: "203.0.113.\(20 + clients.count)")
            let page = try await client.get("/dang-nhap")
            let answer = try await client.post(
                "/dang-nhap",
                form: [("csrf", page.text.formToken), ("login", login), ("password", account.password), ("next", "")])
            #expect(answer.status == .seeOther)
            clients.append(("another \(role)", client))
        }
        for role in ["business", "publisher", "employee"] {
            clients.append(
                (role, try await demonstration.browser(role, peer: "203.0.113.\(20 + clients.count)")))
        }
        // The employee works for the business, whose the dossier isn't either.
        if let (_, employee) = clients.last {
            let page = try await employee.get("/tai-khoan/uy-quyen").text
            let id = try #require(
                page.split(separator: "name=\"mandate\" value=\"").dropFirst().first?.prefix { $0 != "\"" })
            let answer = try await employee.post(
                "/tai-khoan/tu-cach", form: [("csrf", page.formToken), ("mandate", String(id))])
            #expect(answer.status == .seeOther)
        }
        return clients
    }

    private static func token(_ client: TestClient) async throws -> String {
        try await client.get("/tai-khoan").text.formToken
    }

    /// The addresses of a route with every name put in its place.
    private static func paths(of route: String, _ names: [String: [String]]) -> [String] {
        route.split(separator: "/").reduce([""]) { paths, part in
            let values = part.hasPrefix(":") ? names[String(part.dropFirst())] ?? ["x"] : [String(part)]
            return paths.flatMap { path in values.map { "\(path)/\($0)" } }
        }
    }
}
