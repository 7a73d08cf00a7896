import Accounts
import Core
import Cryptography
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Files that agencies' systems send with their reports")
struct ReportedFileTests {
    private static let pdf = Array("%PDF-1.4\n% Giấy khai sinh\n%%EOF\n".utf8)
    private static let digest = Hex.encode(SHA256.hash(pdf))

    @Test("a file is sent once under its digest, and whoever didn't send it knows nothing of it")
    func sending() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, enrolled: "gui-tep", scopes: [.writeResults])
            #expect(try await system.raw("/api/v1/files/\(Self.digest)").status == .notFound)
            let first = try await system.put(Self.pdf, as: Self.digest)
            #expect(first.status == .created)
            #expect(try JSON(parsing: first.body)["media_type"]?.string == "application/pdf")
            #expect(try await system.put(Self.pdf, as: Self.digest.uppercased()).status == .ok)
            #expect(try await system.get("/api/v1/files/\(Self.digest)")["size"]?.int == Self.pdf.count)
            let other = try await AgencySystem(
                demonstration, enrolled: "co-quan-khac", agency: 1, scopes: [.writeResults])
            #expect(try await other.raw("/api/v1/files/\(Self.digest)").status == .notFound)
            #expect(try await other.put(Self.pdf, as: Self.digest).status == .created)
        }
    }

    @Test(
        "what isn't the file of the digest, or no file that may be kept, is refused with the reason",
        arguments: [
            (Array("%PDF-1.4\n% Khác\n%%EOF\n".utf8), "other_digest"), (Array("#!/bin/sh\n".utf8), "file_type_refused"),
            (Array("%PDF-1.4\n/JavaScript\n%%EOF\n".utf8), "file_active_content"), ([], "file_empty"),
        ] as [([UInt8], String)])
    func refusals(bytes: [UInt8], code: String) async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, enrolled: "gui-tep", scopes: [.writeResults])
            let answer = try await system.put(bytes, as: Self.digest)
            #expect(answer.status == .unprocessableContent)
            #expect(try JSON(parsing: answer.body)["errors"]?.array?.first?["code"]?.string == code)
            #expect(try await system.raw("/api/v1/files/\(Self.digest)").status == .notFound)
            #expect(try await system.put(bytes, as: "khong-phai").status == .unprocessableContent)
        }
    }

    @Test("a result comes with its files: applicant, officer and system find them with the event, others don't")
    func result() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(
                demonstration, enrolled: "gui-tep", scopes: [.writeResults, .reportStatus, .readDossiers])
            let code = try #require(
                try await demonstration.test.sql(
                    """
                    select d.code from dossiers d join accounts a on a.id = d.account_id
                    where d.agency_code = 'H26.00070' and d.status = 1 and a.kind = 'citizen' order by d.code limit 1
                    """
                ).first)
            let login = try #require(
                try await demonstration.test.sql(
                    "select a.login from dossiers d join accounts a on a.id = d.account_id where d.code = '\(code)'"
                ).first)
            #expect(try await system.put(Self.pdf, as: Self.digest).status == .created)
            for (status, event) in [(2, "t-1"), (4, "t-2")] {
                #expect(try await system.report(status, of: code, event: event).status == 201)
            }
            #expect(
                try await system.report(9, of: code, event: "t-3", files: [(Self.digest, "Giấy khai sinh.pdf")]) == [])
            let dossier = try await system.get("/api/v1/dossiers/\(code)")
            let files = dossier["events"]?.array?.last?["files"]?.array ?? []
            #expect(files.map { $0["name"]?.string } == ["Giấy khai sinh.pdf"])
            #expect(dossier["events"]?.array?.first?["files"]?.array?.isEmpty == true)
            let id = try #require(files.first?["id"]?.string)
            let url = try #require(files.first?["url"]?.string)
            #expect(try await system.raw(url).body == Self.pdf)

            let applicant = try await demonstration.browser("citizen", login: login)
            #expect(try await applicant.get("/ho-so/\(code)").text.contains("Giấy khai sinh.pdf"))
            #expect(try await applicant.get("/ho-so/\(code)/tep/\(id)").body == Self.pdf)
            let officer = try await demonstration.browser("officer")
            #expect(try await officer.get("/can-bo/ho-so/\(code)").text.contains("/can-bo/ho-so/\(code)/tep/\(id)"))
            #expect(try await officer.get("/can-bo/ho-so/\(code)/tep/\(id)").body == Self.pdf)
            let stranger = try await AgencySystem(
                demonstration, enrolled: "co-quan-khac", agency: 1, scopes: [.readDossiers])
            #expect(try await stranger.raw(url).status == .notFound)
        }
    }

    @Test("a report that waits has its files once its turn has come, and the applicant not before")
    func parked() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(
                demonstration, enrolled: "gui-tep", scopes: [.writeResults, .reportStatus, .readDossiers])
            let code = try #require(try await system.registered().first)
            #expect(try await system.put(Self.pdf, as: Self.digest).status == .created)
            let files = [(Self.digest, "Mẫu phải điền.pdf")]
            #expect(try await system.report(5, of: code, event: "p-2", sequence: 2, files: files) == [])
            let path = "/api/v1/dossiers/\(code)"
            #expect(try await system.get(path)["events"]?.array?.last?["files"]?.array?.isEmpty == true)
            #expect(try await system.report(2, of: code, event: "p-1", sequence: 1).status == 201)
            #expect(try await system.get(path)["events"]?.array?.last?["files"]?.array?.count == 1)
        }
    }

    @Test("files that can't be named are refused by their place, and nothing moves")
    func naming() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(
                demonstration, enrolled: "gui-tep", scopes: [.writeResults, .reportStatus, .readDossiers])
            let code = try #require(try await system.registered().first)
            let other = try await AgencySystem(
                demonstration, enrolled: "co-quan-khac", agency: 1, scopes: [.writeResults])
            #expect(try await other.put(Self.pdf, as: Self.digest).status == .created)
            func problems(_ status: Int, _ files: [(String, String)]) async throws -> [String] {
                try await system.report(status, of: code, event: "sai", files: files)
            }
            #expect(try await problems(5, [(Self.digest, "a.pdf")]) == ["files.0.sha256 unknown_file"])
            #expect(try await system.put(Self.pdf, as: Self.digest).status == .created)
            #expect(try await problems(2, [(Self.digest, "a.pdf")]) == ["files not_with_status"])
            #expect(
                try await problems(5, [(Self.digest, "a.pdf"), ("12", "")]) == [
                    "files.1.sha256 not_a_digest", "files.1.name required",
                ])
            #expect(
                try await problems(5, Array(repeating: (Self.digest, "a.pdf"), count: 11)) == ["files out_of_range"])
            #expect(try await system.get("/api/v1/dossiers/\(code)")["status"]?.int == 1)
            let poor = try await AgencySystem(demonstration, enrolled: "khong-tep", scopes: [.reportStatus])
            #expect(try await poor.report(5, of: code, event: "sai", files: [(Self.digest, "a.pdf")]) == ["403"])
        }
    }
}

extension AgencySystem {
    fileprivate func put(_ bytes: [UInt8], as digest: String) async throws -> TestClient.Answer {
        try await client.send(
            .put, "/api/v1/files/\(digest)", headers: [.authorization: "Bearer \(token)"], body: bytes)
    }

    /// What is wrong with a report that names files; empty when it is taken.
    fileprivate func report(
        _ status: Int, of code: String, event: String, sequence: Int? = nil, files: [(String, String)]
    ) async throws -> [String] {
        let plain = try JSON(parsing: Self.body(status: status, event: event, sequence: sequence)).object ?? [:]
        let named = files.map { digest, name -> JSON in ["sha256": .string(digest), "name": .string(name)] }
        let answer = try await post(
            "/api/v1/dossiers/\(code)/status",
            JSON.object(plain.merging(["files": .array(named)]) { $1 }).serialized(), key: UUID().uuidString)
        guard answer.status.code >= 400 else { return [] }
        let problems = try JSON(parsing: answer.body)["errors"]?.array ?? []
        return problems.isEmpty
            ? ["\(answer.status.code)"]
            : problems.map { "\($0["field"]?.string ?? "") \($0["code"]?.string ?? "")" }
    }
}
