import Accounts
import ArgumentParser
import Core
import Cryptography
import Dossiers
import Foundation
import HTTPTypes
import Journal
import Postgres
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Results that anyone can verify")
struct ResultTests {
    /// One that the demonstration issued: id, code of verification, dossier, agency, applicant's login.
    private struct Issued {
        let id: String
        let code: String
        let dossier: String
        let agency: String
        let login: String
        let officer: String

        init(_ demonstration: Demonstration) async throws {
            let officers = demonstration.facts.accounts.filter { $0.role == "officer" }.map { "'\($0.user)'" }
            let rows = try await demonstration.test.sql(
                """
                alter table results no force row level security; alter table dossiers no force row level security;
                select concat_ws('|', r.id, r.code, d.code, r.agency_code, a.login, o.login)
                from results r join dossiers d on d.id = r.dossier_id join accounts a on a.id = d.account_id
                join accounts o on o.agency_code = r.agency_code and o.login in (\(officers.joined(separator: ",")))
                order by r.issued_at, o.login limit 1
                """)
            try await demonstration.test.sql(
                "alter table results force row level security; alter table dossiers force row level security")
            let parts = try #require(rows.first).split(separator: "|").map(String.init)
            (id, code, dossier, agency, login, officer) = (parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
        }
    }

    @Test("the applicant downloads document and signature, and they verify with nothing but the published certificates")
    func download() async throws {
        try await Demonstration.with { demonstration async throws in
            let issued = try await Issued(demonstration)
            let role = demonstration.facts.accounts.first { $0.user == issued.login }?.role ?? "citizen"
            let applicant = try await demonstration.browser(role, login: issued.login)
            #expect(try await applicant.get("/ho-so/\(issued.dossier)").text.contains(issued.code))
            let path = "/ho-so/\(issued.dossier)/ket-qua/\(issued.id)"
            let document = try await applicant.get(path)
            #expect(document.status == .ok)
            let signature = try await applicant.get(path + "/chu-ky.p7s")
            #expect(signature.headers[.contentType] == "application/pkcs7-signature")
            let trust = try await applicant.get("/.well-known/portal-trust.pem")
            let found = try CMSVerifier(trust: trust.body).verify(signature.body, of: document.body)
            #expect(found.signer.subject.hasPrefix("CN="))

            let folder = NSTemporaryDirectory() + "result-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            for (name, bytes) in [
                ("result.pdf", document.body), ("result.p7s", signature.body), ("trust.pem", trust.body),
                ("other.pdf", document.body + [0x0A]),
            ] { try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)")) }
            let options = ["--signature", folder + "/result.p7s", "--trust", folder + "/trust.pem"]
            try VerifyResult.parse([folder + "/result.pdf"] + options).run()
            #expect(throws: ExitCode.self) { try VerifyResult.parse([folder + "/other.pdf"] + options).run() }

            // Nobody else's.
            let other = try await demonstration.browser(role == "business" ? "citizen" : "business")
            #expect(try await other.get(path).status == .notFound)
            #expect(try await other.get(path + "/chu-ky.p7s").status == .notFound)
        }
    }

    @Test("anyone looks a result up by its code or by the document, and learns nothing of the applicant")
    func publicPage() async throws {
        try await Demonstration.with { demonstration async throws in
            let issued = try await Issued(demonstration)
            let role = demonstration.facts.accounts.first { $0.user == issued.login }?.role ?? "citizen"
            let document = try await demonstration.browser(role, login: issued.login)
                .get("/ho-so/\(issued.dossier)/ket-qua/\(issued.id)").text
            let stranger = TestClient(demonstration.house.site)
            let page = try await stranger.get("/xac-minh/ket-qua/\(issued.code)")
            #expect(page.status == .ok && page.text.contains("Kết quả có hiệu lực"))
            let name = try #require(
                try await demonstration.test.sql("select name from accounts where login = '\(issued.login)'").first)
            for secret in [issued.dossier, issued.login, name] { #expect(!page.text.contains(secret)) }
            let typed = issued.code.lowercased().replacing("-", with: " ")
            let query = typed.replacing(" ", with: "+")
            #expect(try await stranger.get("/xac-minh?ma=\(query)").location == "/xac-minh/ket-qua/\(issued.code)")
            #expect(try await stranger.get("/xac-minh?ma=xyz").status == .unprocessableContent)
            let unknown = try await stranger.get("/xac-minh/ket-qua/00000-00000-00000-00000")
            #expect(unknown.status == .notFound && unknown.text.contains("Không có kết quả nào mang mã này"))

            let token = page.text.formToken
            let path = "/xac-minh/ket-qua/\(issued.code)"
            let same = try await stranger.upload(path, [("csrf", token, nil), ("file", document, "a.pdf")])
            #expect(same.text.contains("Tệp này đúng là tệp cơ quan đã cấp."))
            let other = try await stranger.upload(path, [("csrf", token, nil), ("file", document + " ", "a.pdf")])
            #expect(other.text.contains("Tệp này khác với tệp cơ quan đã cấp."))
            let empty = try await stranger.upload(path, [("csrf", token, nil)])
            #expect(empty.status == .unprocessableContent)
            let found = try await stranger.upload("/xac-minh", [("csrf", token, nil), ("file", document, "a.pdf")])
            #expect(found.text.contains(issued.code))
            let none = try await stranger.upload("/xac-minh", [("csrf", token, nil), ("file", "x", "a.pdf")])
            #expect(none.text.contains("Không có kết quả nào là tệp này"))
        }
    }

    @Test(
        "an officer of the agency revokes with a reason; everyone sees it, the applicant is told, a second click changes nothing"
    )
    func revocation() async throws {
        try await Demonstration.with { demonstration async throws in
            let issued = try await Issued(demonstration)
            let officer = try await demonstration.browser("officer", login: issued.officer)
            let path = "/can-bo/ho-so/\(issued.dossier)/ket-qua/\(issued.id)/thu-hoi"
            let form = try await officer.get(path)
            #expect(form.status == .ok)
            let empty = try await officer.post(path, form: [("csrf", form.text.formToken), ("reason", " ")])
            #expect(empty.status == .unprocessableContent)
            let fields = [("csrf", form.text.formToken), ("reason", "Ghi sai số giấy <b>")]
            #expect(try await officer.post(path, form: fields).status == .seeOther)
            #expect(try await officer.post(path, form: fields).status == .seeOther)
            let page = try await TestClient(demonstration.house.site).get("/xac-minh/ket-qua/\(issued.code)")
            #expect(page.text.contains("Kết quả đã bị thu hồi") && page.text.contains("Ghi sai số giấy &lt;b&gt;"))
            #expect(
                try await demonstration.test.sql("select count(*) from outbox where topic = 'result.revoked'") == ["1"])
            #expect(
                try await demonstration.test.sql("select count(*) from journal_entries where kind = 'result.revoked'")
                    == ["1"])
            #expect(try await Dossiers.disagreements(on: demonstration.house.worker) == [])
        }
    }

    @Test(
        "what the owner of the tables changes in a result is found",
        arguments: [
            "update results set number = 'giả'", "update results set kind = 'refused'",
            "update results set signature = '\\x00'", "update results set code = code || 'X'",
            "update results set sha256 = (select sha256 from files where sha256 <> results.sha256 limit 1)",
        ])
    func rewritten(statement: String) async throws {
        try await Demonstration.with { demonstration async throws in
            try await demonstration.test.sql("alter table results no force row level security")
            try await demonstration.test.sql(statement)
            #expect(try await Dossiers.disagreements(on: demonstration.house.worker) != [])
        }
    }

    @Test("row-level security shows a result to its applicant and its agency alone, and lets nobody rewrite it")
    func tenancy() async throws {
        try await Demonstration.with { demonstration async throws in
            let issued = try await Issued(demonstration)
            let house = demonstration.house
            let count = try await house.dossiers.results(of: issued.dossier, as: .agency(issued.agency)).count
            #expect(count == 1)
            #expect(try await house.dossiers.results(of: issued.dossier, as: .agency("G01")).isEmpty)
            #expect(try await house.dossiers.results(of: issued.dossier, as: .none).isEmpty)
            let id = try #require(DossierResult.ID(issued.id))
            let stranger = Officer(
                id: .make(at: Date()), name: "x", agency: "G01", unit: nil, duties: Set(Duty.allCases))
            await #expect(throws: ResultError.notFound) {
                try await house.dossiers.revokeResult(id, because: "x", by: stranger, now: Date())
            }
            let writable = try await demonstration.test.sql(
                "select has_column_privilege('portal_app', 'results', 'sha256', 'update') or has_table_privilege('portal_app', 'results', 'delete')"
            )
            #expect(writable == ["f"])
        }
    }

    @Test("an agency without a key issues nothing, unless the operator allows it unsigned")
    func keyless() async throws {
        try await Demonstration.with { demonstration async throws in
            let dossiers = demonstration.house.dossiers
            let file = try dossiers.storeDocument(SamplePDF.bytes(title: "x"))
            #expect(throws: ResultError.noSigningKey) {
                try dossiers.signResult(file, named: "x.pdf", for: "G01", at: Date())
            }
            #expect(throws: ResultError.noSigningKey) {
                try dossiers.signResult(file, named: "x.pdf", for: "../G01", at: Date())
            }
        }
    }
}

@Suite("Codes of verification")
struct VerificationCodeTests {
    @Test(
        "what people type is read as it is printed",
        arguments: [
            "7F3KQ-0M9XN-C2RTW-8ZB4H", "7f3kq0m9xnc2rtw8zb4h", " 7F3KQ 0M9XN C2RTW 8ZB4H ", "7F3KQ-OM9XN-C2RTW-8ZB4H",
        ])
    func typed(text: String) { #expect(VerificationCode(text)?.description == "7F3KQ-0M9XN-C2RTW-8ZB4H") }

    @Test(
        "what is no code isn't read",
        arguments: [
            "", "7F3KQ", "7F3KQ-0M9XN-C2RTW-8ZB4", "7F3KQ-0M9XN-C2RTW-8ZB4Hx", "7F3KQ-0M9XN-C2RTW-8ZB4U",
            "7F3KQ-0M9XN-C2RTW-8ZB4é",
        ])
    func other(text: String) { #expect(VerificationCode(text) == nil) }
}
