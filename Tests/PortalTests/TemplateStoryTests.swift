import Core
import Cryptography
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Templates of documents, from the desk to the citizen")
struct TemplateStoryTests {
    private static let pdf = Array("%PDF-1.4\n% Tờ khai\n%%EOF\n".utf8)

    @Test("a template is served under its procedure once it was published, for good and under its own name")
    func story() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await DeskVisit(demonstration)
            let digest = Hex.encode(SHA256.hash(Self.pdf))
            let added = try await desk.add(Self.pdf, named: "Tờ khai \"mẫu\".pdf", to: 0, version: 1)
            #expect(added.status == .seeOther && added.location?.hasSuffix("/mau?done=template_added") == true)
            let page = try await desk.client.get(desk.path + "/mau").text
            #expect(page.contains("Tờ khai &quot;mẫu&quot;.pdf") && page.contains("PDF, \(Self.pdf.count) B"))
            let address = "/thu-tuc/1.001193/mau/\(digest)"
            let citizen = TestClient(demonstration.house.site)
            #expect(try await citizen.get(address).status == .notFound)
            #expect(try await citizen.get(desk.path + "/mau/\(digest)").status == .seeOther)
            let proof = try await desk.client.get(desk.path + "/mau/\(digest)")
            #expect(proof.body == Self.pdf && proof.headers[.cacheControl] == "private, no-store")

            try await desk.publish()
            // What is kept in memory is made anew when the database says so; here nobody listens.
            let shown = try await citizen.get("/thu-tuc/1.001193?moi").text
            #expect(shown.contains("href=\"\(address)\""))
            let file = try await citizen.get(address)
            #expect(file.body == Self.pdf)
            #expect(file.headers[.contentType] == "application/pdf")
            #expect(file.headers[.xContentTypeOptions] == "nosniff")
            #expect(file.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(
                file.headers[.contentDisposition]
                    == "attachment; filename=\"T___ khai _m___u_.pdf\"; "
                    + "filename*=UTF-8''T%E1%BB%9D%20khai%20%22m%E1%BA%ABu%22.pdf")
            let tag = try #require(file.headers[.eTag])
            #expect(try await citizen.get(address, headers: [.ifNoneMatch: tag]).status == .notModified)
            for other in [
                "/thu-tuc/1.000656/mau/\(digest)", "/thu-tuc/1.001193/mau/\(digest.uppercased())",
                "/thu-tuc/1.001193/mau/\(String(repeating: "0", count: 64))", "/thu-tuc/1.001193/mau/x",
            ] { #expect(try await citizen.get(other).status == .notFound, "\(other)") }
            let facts = try JSON(parsing: try await citizen.get("/api/v1/procedures/1.001193").body)["facts"]
            let template = facts?["documents"]?.array?.first?["items"]?.array?.first?["templates"]?.array?.first
            #expect(template?["sha256"]?.string == digest && template?["type"] == "pdf")
        }
    }

    @Test(
        "what isn't taken is said beside its document, and nothing changes",
        arguments: [
            ("none", "", "file-0", "hãy chọn tệp"), ("text", "to-khai.pdf", "file-0", "không nhận loại tệp"),
            ("script", "to-khai.pdf", "file-0", "mã lệnh"), ("old", "to-khai.pdf", "file-0", "người khác vừa lưu"),
        ])
    func refused(what: String, name: String, field: String, words: String) async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await DeskVisit(demonstration)
            let bytes: [UInt8] =
                switch what {
                case "text": Array("không phải PDF".utf8)
                case "script": Array("%PDF-1.4\n/JavaScript\n%%EOF\n".utf8)
                case "old": Self.pdf
                default: []
                }
            let answer = try await desk.add(bytes, named: name, to: 0, version: what == "old" ? 7 : 1)
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("href=\"#\(field)\"") && answer.text.contains(words), "\(what)")
            #expect(answer.text.contains("<title>Lỗi"))
            #expect(try await demonstration.test.sql("select count(*) from revision_templates") == ["0"])
            #expect(try await desk.add(Self.pdf, named: "a.pdf", to: 999, version: 1).status == .notFound)
            #expect(try await desk.add(Self.pdf, named: "a.pdf", to: 0, version: 1, token: "x").status == .forbidden)
        }
    }

    @Test("a template is taken off by its document, over the version that was seen; not from what was submitted")
    func removed() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await DeskVisit(demonstration)
            let digest = Hex.encode(SHA256.hash(Self.pdf))
            _ = try await desk.add(Self.pdf, named: "a.pdf", to: 0, version: 1)
            func remove(_ version: Int) async throws -> TestClient.Answer {
                try await desk.client.post(
                    desk.path + "/mau/\(digest)",
                    form: [("csrf", desk.token), ("document", "0"), ("version", String(version))])
            }
            let old = try await remove(1)
            #expect(old.status == .unprocessableContent && old.text.contains("người khác vừa lưu"))
            #expect(try await remove(2).status == .seeOther)
            #expect(try await demonstration.test.sql("select count(*) from revision_templates") == ["0"])
            _ = try await desk.add(Self.pdf, named: "a.pdf", to: 0, version: 3)
            try await desk.submit()
            #expect(try await remove(5).status == .conflict)
            let page = try await desk.client.get(desk.path + "/mau").text
            #expect(page.contains("không thêm hay bỏ tệp được") && !page.contains("type=\"file\""))
        }
    }

    @Test("a file taken at the desk that names a template nobody uploaded is refused by its line")
    func imported() async throws {
        try await Demonstration.with { demonstration async throws in
            let desk = try await DeskVisit(demonstration)
            let unknown = """
                {"format": 1, "procedure": {"code": "1.001193", "name": "Khai sinh", "field": {"name": "Hộ tịch"},
                 "documents": [{"items": [{"name": "Tờ khai", "templates": [
                  {"name": "to-khai.docx", "sha256": "\(String(repeating: "0", count: 64))", "size": 1, "type": "docx"}]}]}]}}
                """
            let answer = try await desk.send(
                desk.path + "/noi-dung", [("csrf", desk.token), ("version", "1")], Array(unknown.utf8), named: "a.json")
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("Dòng 3: Cổng chưa có tệp mẫu “to-khai.docx”"))
            _ = try await desk.add(Self.pdf, named: "a.pdf", to: 0, version: 1)
            let exported = try await desk.client.get(desk.path + "/noi-dung.json")
            let back = try await desk.send(
                desk.path + "/noi-dung", [("csrf", desk.token), ("version", "2")], exported.body, named: "a.json")
            #expect(back.status == .seeOther)
            #expect(try await demonstration.test.sql("select count(*) from revision_templates") == ["1"])
        }
    }
}

/// A publisher with a complete draft of one procedure open.
private struct DeskVisit {
    let demonstration: Demonstration
    let client: TestClient
    let token: String
    let path: String

    init(_ demonstration: Demonstration) async throws {
        self.demonstration = demonstration
        var document = try await demonstration.document("1.001193")
        document.complete()
        let writer = try await Repository(demonstration)
        let draft = try await writer.put(PublishingStoryTests.draft, document.bytes)
        path = "/bien-tap/ban/\(try JSON(parsing: draft.body)["id"]?.string ?? "")"
        client = try await demonstration.browser("publisher")
        token = try await client.get(path).text.formToken
    }

    func add(
        _ bytes: [UInt8], named name: String, to document: Int, version: Int, token: String? = nil
    ) async throws -> TestClient.Answer {
        try await send(
            path + "/mau",
            [("csrf", token ?? self.token), ("version", String(version)), ("document", String(document))],
            bytes, named: name)
    }

    func send(
        _ path: String, _ fields: [(String, String)], _ bytes: [UInt8], named name: String
    ) async throws -> TestClient.Answer {
        var body: [UInt8] = []
        for (field, value) in fields {
            body += "--x\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n".utf8
        }
        let filename = name.replacing("\"", with: "%22")
        body += "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(filename)\"\r\n".utf8
        body += Array("Content-Type: application/octet-stream\r\n\r\n".utf8) + bytes + Array("\r\n--x--\r\n".utf8)
        return try await client.send(
            .post, path, headers: [.contentType: "multipart/form-data; boundary=x"], body: body)
    }

    func submit() async throws {
        let version = try await demonstration.test.sql("select version from procedure_revisions where state = 'draft'")
        let answer = try await client.post(
            path + "/gui", form: [("csrf", token), ("version", version.first ?? ""), ("summary", "Mẫu mới")])
        guard answer.status == .seeOther else { throw Demonstration.Missing() }
    }

    /// Submitted here, published by somebody who neither wrote nor submitted it.
    func publish() async throws {
        try await submit()
        let system = try await Repository(demonstration, enrolled: "duyet", scopes: ["procedure:publish"])
        let answer = try await system.publish(PublishingStoryTests.draft, [:])
        guard answer.status == .ok else { throw Demonstration.Missing() }
    }
}
