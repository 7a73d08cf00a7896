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

@Suite("Receipts that anyone can verify")
struct ReceiptTests {
    /// The receipt of the demonstration's newest dossier of its first citizen, with the keys as published.
    private static func receipt(
        _ demonstration: Demonstration, isProved: Bool
    ) async throws -> (bytes: [UInt8], keys: KnownKeys, code: String) {
        while try await demonstration.sequencer.sealBatch() > 0 {}
        if isProved { _ = try await demonstration.house.tree.sign(at: Date()) }
        let citizen = try await demonstration.browser("citizen")
        let code = try await Self.code(demonstration)
        let answer = try await citizen.get("/ho-so/\(code)/bien-nhan.json")
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentDisposition]?.contains("bien-nhan-\(code).json") == true)
        let published = try await TestClient(demonstration.house.site).get("/.well-known/portal-keys")
        return (answer.body, try #require(KnownKeys(JSON(parsing: published.body))), code)
    }

    private static func code(_ demonstration: Demonstration) async throws -> String {
        let login = try #require(demonstration.facts.accounts.first { $0.role == "citizen" }).user
        return try #require(
            try await demonstration.test.sql(
                """
                select d.code from dossiers d join accounts a on a.id = d.account_id where a.login = '\(login)'
                order by d.submitted_at limit 1
                """
            ).first)
    }

    @Test("a receipt is good by itself, and with a head of the journal it is proved")
    func good() async throws {
        try await Demonstration.with { demonstration async throws in
            let (early, keys, code) = try await Self.receipt(demonstration, isProved: false)
            let first = ReceiptCheck(early, keys: keys)
            #expect(first.faults == [] && !first.isProved)
            let (bytes, _, _) = try await Self.receipt(demonstration, isProved: true)
            let check = ReceiptCheck(bytes, keys: keys)
            #expect(check.faults == [] && check.isProved)
            #expect(check.receipt?.facts.code == code)
            // Written again with spaces, or without the applicant, it is the same receipt.
            let json = try JSON(parsing: bytes)
            var writer = JSONWriter()
            writer.writeIndented(json, level: 0)
            #expect(ReceiptCheck(writer.bytes, keys: keys).isProved)
            var members = try #require(json.object)
            members["applicant"] = nil
            #expect(ReceiptCheck(JSON.object(members).canonical(), keys: keys).isProved)
            members["extra"] = true
            #expect(ReceiptCheck(JSON.object(members).canonical(), keys: keys).faults == [.unreadable])
        }
    }

    @Test("every changed bit of a receipt is found")
    func everyBit() async throws {
        try await Demonstration.with { demonstration async throws in
            let (bytes, keys, _) = try await Self.receipt(demonstration, isProved: true)
            #expect(ReceiptCheck(bytes, keys: keys).isProved)
            var missed: [Int] = []
            var changed = bytes
            for bit in 0..<(bytes.count * 8) {
                changed[bit / 8] ^= 1 << UInt8(bit % 8)
                if ReceiptCheck(changed, keys: keys).isValid { missed.append(bit) }
                changed[bit / 8] ^= 1 << UInt8(bit % 8)
            }
            #expect(missed == [])
        }
    }

    @Test("a receipt signed with a key that the portal took back says so; one of another portal is unknown")
    func revoked() async throws {
        try await Demonstration.with { demonstration async throws in
            let (bytes, keys, _) = try await Self.receipt(demonstration, isProved: true)
            let revoked = KnownKeys(
                keys.keys.map { KnownKey($0.key, notBefore: $0.notBefore, revokedAt: Date(timeIntervalSince1970: 0)) })
            #expect(ReceiptCheck(bytes, keys: revoked).isRevoked)
            #expect(ReceiptCheck(bytes, keys: KnownKeys([])).faults.contains(.unknownKey))
        }
    }

    @Test("a key that is taken back while the server runs is published as such, and receipts are signed with another")
    func revokedMeanwhile() async throws {
        try await Demonstration.with { demonstration async throws in
            let (bytes, keys, _) = try await Self.receipt(demonstration, isProved: false)
            let path = demonstration.settings.signingKeysFile
            var file = try SigningKeys(path: path)
            let isKnown = file.revoke(try #require(keys.keys.last?.id), at: Date())
            #expect(isKnown)
            file.rotate(at: Date())
            try file.write(to: path)
            let (again, published, _) = try await Self.receipt(demonstration, isProved: false)
            #expect(published.keys.count == keys.keys.count + 1)
            #expect(ReceiptCheck(bytes, keys: published).isRevoked)
            #expect(ReceiptCheck(again, keys: published).faults.isEmpty)
        }
    }

    @Test("nobody else gets the receipt, and without a key there is none")
    func others() async throws {
        try await Demonstration.with { demonstration async throws in
            let code = try await Self.code(demonstration)
            let business = try await demonstration.browser("business")
            #expect(try await business.get("/ho-so/\(code)/bien-nhan.json").status == .notFound)
            let officer = try await demonstration.browser("officer")
            #expect(try await officer.get("/ho-so/\(code)/bien-nhan.json").status == .forbidden)
        }
    }

    @Test("the page says in words what a pasted or uploaded receipt is worth, and shows nothing of a forged one")
    func page() async throws {
        try await Demonstration.with { demonstration async throws in
            let (bytes, _, code) = try await Self.receipt(demonstration, isProved: true)
            let stranger = TestClient(demonstration.house.site)
            let token = try await stranger.get("/xac-minh").text.formToken
            let pasted = try await stranger.upload(
                "/xac-minh", [("csrf", token, nil), ("text", " \(String(decoding: bytes, as: UTF8.self))\n", nil)])
            #expect(pasted.status == .ok && pasted.text.contains("Biên nhận hợp lệ") && pasted.text.contains(code))
            let uploaded = try await stranger.upload(
                "/xac-minh", [("csrf", token, nil), ("file", String(decoding: bytes, as: UTF8.self), "bien-nhan.json")])
            #expect(uploaded.text.contains("Biên nhận hợp lệ") && uploaded.text.contains("được chứng minh"))
            let forged = String(decoding: bytes, as: UTF8.self).replacing(code, with: "H01-261124-0001")
            let found = try await stranger.upload("/xac-minh", [("csrf", token, nil), ("text", forged, nil)])
            #expect(found.text.contains("Biên nhận không hợp lệ") && !found.text.contains("H01-261124-0001</dd>"))
            let nothing = try await stranger.upload("/xac-minh", [("csrf", token, nil), ("text", "", nil)])
            #expect(nothing.status == .unprocessableContent && nothing.text.contains("error-summary"))
            #expect(try await stranger.upload("/xac-minh", [("text", "{}", nil)]).status == .forbidden)
        }
    }

    @Test("programs fetch head, keys and proofs, and can prove that the journal only grew")
    func wellKnown() async throws {
        try await Demonstration.with { demonstration async throws in
            let stranger = TestClient(demonstration.house.site)
            #expect(try await stranger.get("/.well-known/portal-tree-head").status == .notFound)
            while try await demonstration.sequencer.sealBatch() > 0 {}
            let first = try #require(try await demonstration.house.tree.sign(at: Date()))
            let citizen = try await demonstration.browser("citizen")
            _ = try await citizen.get("/ho-so")
            let published = try await stranger.get("/.well-known/portal-tree-head")
            #expect(try SignedTreeHead(JSON(parsing: published.body)) == first)
            let size = first.head.size
            let proof = try await stranger.get("/.well-known/portal-proof/consistency?from=1&to=\(size)")
            #expect(try JSON(parsing: proof.body)["proof"]?.array?.isEmpty == false)
            let inclusion = try await stranger.get("/.well-known/portal-proof/inclusion?position=1&size=\(size)")
            #expect(try JSON(parsing: inclusion.body)["path"]?.array?.isEmpty == false)
            for path in ["inclusion?position=0&size=1", "inclusion?position=1", "consistency?from=9&to=99999999"] {
                #expect(try await stranger.get("/.well-known/portal-proof/" + path).status == .notFound)
            }
            let trust = try await stranger.get("/.well-known/portal-trust.pem")
            #expect(trust.text.hasPrefix("-----BEGIN CERTIFICATE-----") && !trust.text.contains("PRIVATE"))
        }
    }

    @Test("the command finds the same without a database")
    func command() async throws {
        try await Demonstration.with { demonstration async throws in
            let (bytes, keys, _) = try await Self.receipt(demonstration, isProved: true)
            let folder = NSTemporaryDirectory() + "receipt-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try Data(bytes).write(to: URL(filePath: folder + "/receipt.json"))
            try Data(keys.json.canonical()).write(to: URL(filePath: folder + "/keys.json"))
            try VerifyReceipt.parse([folder + "/receipt.json", "--keys", folder + "/keys.json"]).run()
            var changed = bytes
            changed[changed.count / 2] ^= 1
            try Data(changed).write(to: URL(filePath: folder + "/receipt.json"))
            #expect(throws: (any Error).self) {
                try VerifyReceipt.parse([folder + "/receipt.json", "--keys", folder + "/keys.json"]).run()
            }
        }
    }
}

extension TestClient {
    /// Sends a form with files: name, content and, for a file, its name.
    func upload(_ path: String, _ parts: [(String, String, String?)]) async throws -> Answer {
        let boundary = "----\(UUID().uuidString)"
        var body = ""
        for (name, content, file) in parts {
            let filename = file.map { "; filename=\"\($0)\"" } ?? ""
            body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\(filename)\r\n\r\n\(content)\r\n"
        }
        body += "--\(boundary)--\r\n"
        return try await send(
            .post, path, headers: [.contentType: "multipart/form-data; boundary=\(boundary)"], body: Array(body.utf8))
    }
}
