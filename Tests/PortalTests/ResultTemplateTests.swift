import ArgumentParser
import Core
import Cryptography
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Results issued from the template")
struct ResultTemplateTests {
    @Test(
        "what is shown is what is issued: the document reads, its code is scanned, its signature verifies, and it is revoked"
    )
    func issued() async throws {
        try await Demonstration.with { demonstration async throws in
            let officer = try await demonstration.browser("officer")
            let code = try #require(
                try await demonstration.test.sql(
                    "select code from dossiers where agency_code = 'H26.00070' and status = 1 and procedure_code = '1.001193'"
                ).first)
            let path = "/can-bo/ho-so/\(code)/viec/"
            let receiving = try await officer.get(path + "tiep-nhan").text
            let received = try await officer.post(
                path + "tiep-nhan", form: [("csrf", receiving.formToken), ("version", receiving.hidden("version"))])
            #expect(received.status == .seeOther)

            let page = try await officer.get(path + "quyet-dinh").text
            let count = "select count(*) from results r join dossiers d on d.id = r.dossier_id where d.code = '\(code)'"
            func decide(_ fields: [(String, String)]) async throws -> TestClient.Answer {
                try await officer.post(
                    path + "quyet-dinh",
                    form: [
                        ("csrf", page.formToken), ("version", page.hidden("version")), ("granted", "yes"),
                        ("title", "Giấy khai sinh"), ("source", "template"),
                    ] + fields)
            }
            let bare = try await decide([("number", ""), ("text", ""), ("position", "")])
            #expect(bare.status == .unprocessableContent)
            for link in ["#f-number", "#f-text", "#f-position"] {
                #expect(bare.text.contains("href=\"\(link)\""), "\(link)")
            }
            let words = [("number", "12/GKS-UBND"), ("position", "Chủ tịch")]
            let shown = try await decide(words + [("text", "Cấp cho cháu An.\nCó hiệu lực từ <b>ngày ký</b>.")])
            #expect(shown.status == .ok && shown.text.contains("Văn bản sẽ ban hành"))
            #expect(shown.text.contains("<p>Cấp cho cháu An.</p>") && shown.text.contains("&lt;b&gt;ngày ký"))
            #expect(shown.text.contains("Số: 12/GKS-UBND") && shown.text.contains("CHỦ TỊCH"))
            let digest = ("previewed", shown.text.hidden("previewed"))
            // Other words are shown before they are issued, too.
            let changed = try await decide(words + [("text", "Cấp cho cháu Bình."), digest])
            #expect(changed.status == .ok && changed.text.contains("<p>Cấp cho cháu Bình.</p>"))
            #expect(try await demonstration.test.sql(count) == ["0"])
            let done = try await decide(words + [("text", "Cấp cho cháu An.\nCó hiệu lực từ <b>ngày ký</b>."), digest])
            #expect(done.location == "/can-bo/ho-so/\(code)?notice=decide")
            #expect(try await demonstration.test.sql(count) == ["1"])

            let row = try #require(
                try await demonstration.test.sql(
                    "select r.id || ' ' || r.code || ' ' || r.template from results r join dossiers d on d.id = r.dossier_id where d.code = '\(code)'"
                ).first
            ).split(separator: " ").map(String.init)
            #expect(row[2] == "nd30-2020")
            let file = "/can-bo/ho-so/\(code)/ket-qua/\(row[0])"
            let document = try await officer.get(file)
            let signature = try await officer.get(file + "/chu-ky.p7s")
            let trust = try await officer.get("/.well-known/portal-trust.pem")
            let folder = Folder()
            for (name, bytes) in [
                ("a.pdf", document.body), ("a.p7s", signature.body), ("trust.pem", trust.body),
                ("b.pdf", document.body + [0x0A]),
            ] { try folder.write(bytes, as: name) }
            let text = try folder.run("pdftotext", ["a.pdf", "-"]).output
            for part in [
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "GIẤY KHAI SINH", "12/GKS-UBND", "Cấp cho cháu An.",
                "Lê Thu Hà", code, row[1],
            ] { #expect(text.contains(part), "\(part)") }
            _ = try folder.run("pdftoppm", ["-r", "200", "-png", "-singlefile", "a.pdf", "a"])
            let scanned = try folder.run("zbarimg", ["-q", "--raw", "a.png"]).output.trimmingCharacters(in: .newlines)
            #expect(scanned.hasSuffix("/xac-minh/ket-qua/\(row[1])"))
            func openssl(_ name: String) throws -> Int32 {
                try folder.run(
                    "openssl",
                    [
                        "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", "a.p7s", "-content", name,
                        "-CAfile", "trust.pem", "-out", "/dev/null",
                    ]
                ).status
            }
            #expect(try openssl("a.pdf") == 0)
            #expect(try openssl("b.pdf") != 0)
            let options = ["--signature", folder.path("a.p7s"), "--trust", folder.path("trust.pem")]
            try VerifyResult.parse([folder.path("a.pdf")] + options).run()
            #expect(throws: ExitCode.self) { try VerifyResult.parse([folder.path("b.pdf")] + options).run() }

            let stranger = TestClient(demonstration.house.site)
            let open = "/xac-minh/ket-qua/\(row[1])"
            #expect(try await stranger.get(open).text.contains("Kết quả có hiệu lực"))
            let revoking = try await officer.get(file + "/thu-hoi")
            let revoked = try await officer.post(
                file + "/thu-hoi", form: [("csrf", revoking.text.formToken), ("reason", "Ghi sai")])
            #expect(revoked.status == .seeOther)
            #expect(try await stranger.get(open).text.contains("Kết quả đã bị thu hồi"))
        }
    }

    @Test("without a form in force, or without the agency's key, nothing is issued and the page says why")
    func impossible() async throws {
        try await Demonstration.with { demonstration async throws in
            let officer = try await demonstration.browser("officer")
            let code = try #require(
                try await demonstration.test.sql(
                    "select code from dossiers where agency_code = 'H26.00070' and status in (2, 4) limit 1"
                ).first)
            let path = "/can-bo/ho-so/\(code)/viec/quyet-dinh"
            let page = try await officer.get(path).text
            #expect(page.contains("name=\"source\""))
            try await demonstration.test.sql("update result_templates set valid_from = '2099-01-01'")
            let answer = try await officer.post(
                path,
                form: [
                    ("csrf", page.formToken), ("version", page.hidden("version")), ("granted", "yes"), ("title", "A"),
                    ("source", "template"), ("number", "1"), ("text", "B"), ("position", "C"),
                ])
            #expect(answer.status == .unprocessableContent && answer.text.contains("chưa có mẫu văn bản kết quả"))
        }
    }
}

/// Files in a place of their own, for tools of others.
private final class Folder {
    private let root = NSTemporaryDirectory() + "result-\(UUID().uuidString)"

    init() { try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func write(_ bytes: [UInt8], as name: String) throws { try Data(bytes).write(to: URL(filePath: path(name))) }

    func run(_ name: String, _ arguments: [String]) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.currentDirectoryURL = URL(filePath: root)
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }
}

extension String {
    /// The value of the page's first hidden field of a name.
    fileprivate func hidden(_ name: String) -> String {
        guard let range = range(of: "name=\"\(name)\" value=\"") else { return "" }
        return String(self[range.upperBound...].prefix { $0 != "\"" })
    }
}
