import Core
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Units of an agency, on officers' pages")
struct UnitStoryTests {
    @Test(
        "officers act on what their unit holds, are told who can hand over the rest, and do the counter's work on all")
    func confined() async throws {
        try await Demonstration.with { demonstration async throws in
            let code = try #require(
                try await demonstration.test.sql(
                    "select code from dossiers where agency_code = 'H26.00070' and status = 1 and procedure_code = '1.001193'"
                ).first)
            let dossier = Acted(code: code, test: demonstration.test)
            let citizen = try await demonstration.browser("citizen")
            let clerk = try await demonstration.browser("officer", login: "tiepnhan.hoankiem")
            let office = try await demonstration.browser("officer", login: "xuly.hoankiem")
            let head = try await demonstration.browser("officer", login: "lanhdao.hoankiem")
            let question = [("other", "Nộp thêm bản gốc")]

            #expect(try await dossier.act("tiep-nhan", by: clerk) == "receive")
            #expect(try await dossier.unit() == "Bộ phận một cửa")
            // The office reads, and is told who has it.
            let page = try await office.get("/can-bo/ho-so/\(code)")
            #expect(page.status == .ok && page.text.contains("Bộ phận một cửa đang giữ hồ sơ này"))
            #expect(!page.text.contains("/viec/yeu-cau-bo-sung"))
            let names = try await demonstration.test.sql(
                "select name from accounts where login in ('tiepnhan.hoankiem', 'lanhdao.hoankiem')")
            let refused = try await office.get("/can-bo/ho-so/\(code)/viec/yeu-cau-bo-sung")
            #expect(refused.status == .forbidden && refused.text.contains("Bộ phận một cửa đang giữ hồ sơ này"))
            for name in names { #expect(refused.text.contains(name)) }
            let posted = try await office.post(
                "/can-bo/ho-so/\(code)/viec/yeu-cau-bo-sung",
                form: [("csrf", page.text.formToken), ("version", "2")] + question)
            #expect(posted.status == .forbidden)
            let batch = try await office.post(
                "/can-bo/hang-loat", form: [("csrf", page.text.formToken), ("act", "take"), ("chosen", "\(code):2")])
            #expect(batch.text.contains("Bộ phận một cửa đang giữ hồ sơ. Người có thể chuyển: "))
            #expect(batch.text.components(separatedBy: "badge done").count == 1)
            #expect(try await dossier.events() == "2")

            let units = try await demonstration.test.sql(
                "select id from agency_units where agency_code = 'H26.00070' and name = 'Phòng chuyên môn'")
            #expect(
                try await dossier.act("chuyen-xu-ly", [("unit", units[0]), ("note", "")], by: clerk) == "hand_over")
            #expect(try await clerk.get("/can-bo/ho-so/\(code)/viec/chuyen-xu-ly").status == .forbidden)
            #expect(try await dossier.act("yeu-cau-bo-sung", question, by: office) == "ask_supplement")
            let asked = try await citizen.get("/ho-so/\(code)/bo-sung")
            let sent = try await citizen.post(
                "/ho-so/\(code)/bo-sung",
                form: [("csrf", asked.text.formToken), ("reply", "Đã nộp"), ("action", "send")])
            #expect(sent.status == .seeOther)
            // Reception takes the supplement for the unit that asked, and hands the result out.
            #expect(try await dossier.act("tiep-nhan", by: clerk) == "receive")
            #expect(try await dossier.unit() == "Phòng chuyên môn")
            let decision = [("granted", "yes"), ("title", "Giấy khai sinh"), ("number", "1")]
            #expect(try await dossier.act("quyet-dinh", decision, by: head) == "decide")
            #expect(try await dossier.act("tra-ket-qua", [("way", "counter")], by: clerk) == "give_back")
        }
    }

    @Test("what is handed to a person is held by their unit, and what is given to them they act on wherever it is")
    func person() async throws {
        try await Demonstration.with { demonstration async throws in
            let code = try #require(
                try await demonstration.test.sql(
                    "select code from dossiers where agency_code = 'H26.00070' and status = 1 and procedure_code = '1.001193'"
                ).first)
            let dossier = Acted(code: code, test: demonstration.test)
            let clerk = try await demonstration.browser("officer", login: "tiepnhan.hoankiem")
            let office = try await demonstration.browser("officer", login: "xuly.hoankiem")
            let head = try await demonstration.browser("officer", login: "lanhdao.hoankiem")
            let ids = try await demonstration.test.sql(
                "select id from accounts where login in ('tiepnhan.hoankiem', 'xuly.hoankiem') order by login")
            #expect(try await dossier.act("tiep-nhan", by: clerk) == "receive")
            #expect(try await dossier.act("phan-cong", [("officer", ids[1])], by: head) == "assign")
            #expect(try await dossier.unit() == "Bộ phận một cửa")
            #expect(
                try await dossier.act("chuyen-xu-ly", [("officer", ids[1]), ("note", "")], by: office) == "hand_over")
            #expect(try await dossier.unit() == "Phòng chuyên môn")
        }
    }
}

/// A dossier that officers act on over its pages.
private struct Acted {
    let code: String
    let test: TestDatabase

    /// The notice that follows; nil when the page came back.
    func act(_ slug: String, _ fields: [(String, String)] = [], by officer: TestClient) async throws -> String? {
        let path = "/can-bo/ho-so/\(code)/viec/\(slug)"
        let page = try await officer.get(path)
        guard page.status == .ok else { return page.location?.components(separatedBy: "notice=").last }
        let version = page.text.components(separatedBy: "name=\"version\" value=\"").last?.prefix { $0 != "\"" }
        let answer = try await officer.post(
            path, form: [("csrf", page.text.formToken), ("version", String(version ?? ""))] + fields)
        return answer.location?.components(separatedBy: "notice=").last
    }

    func unit() async throws -> String? {
        try await test.sql(
            "select u.name from dossiers d join agency_units u on u.id = d.unit_id where d.code = '\(code)'"
        ).first
    }

    func events() async throws -> String? {
        try await test.sql(
            "select count(*) from dossier_events e join dossiers d on d.id = e.dossier_id where d.code = '\(code)'"
        ).first
    }
}
