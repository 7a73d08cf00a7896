import Accounts
import Catalogue
import Core
import Cryptography
import Dossiers
import Foundation
import HTTPTypes
import Postgres
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("What an agency's system does with procedures")
struct PublishingStoryTests {
    static let draft = "/api/v1/procedures/1.001193/draft"

    @Test("a form kept in a repository becomes a draft, is mended, submitted, and published by a person")
    func story() async throws {
        try await Demonstration.with { demonstration async throws in
            let repository = try await Repository(demonstration)
            #expect(try await repository.send(.get, Self.draft).status == .notFound)
            var document = try await demonstration.document("1.001193")
            document.facts["name"] = "Đăng ký khai sinh từ kho"
            let begun = try await repository.put(Self.draft, document.bytes)
            #expect(begun.status == .created && begun.headers[.eTag] == "\"1\"")
            let made = try JSON(parsing: begun.body)
            #expect(made["state"] == "draft" && made["number"] == 2 && made["version"] == 1)

            let read = try await repository.send(.get, Self.draft)
            #expect(read.headers[.eTag] == "\"1\"")
            let kept = try JSON(parsing: read.body)["document"]
            #expect(kept?["procedure"]?["name"] == "Đăng ký khai sinh từ kho")
            #expect(try await demonstration.deskPage().contains("Kho biểu mẫu Bộ Tư pháp"))

            let early = try await repository.post(Self.draft + "/submission", ["summary": "Tên mới"])
            let missing = try JSON(parsing: early.body)
            #expect(early.status == .unprocessableContent && missing["type"] == "/problems/revision-not-ready")
            #expect(missing["findings"]?.array?.first?["subject"] == "steps")
            #expect(missing["findings"]?.array?.first?["message"]?.string?.hasPrefix("Thiếu phần bắt buộc") == true)

            document.settle(try JSON(parsing: read.body)["findings"]?.array ?? [])
            let mended = try await repository.put(Self.draft, document.bytes, version: 1)
            #expect(mended.status == .ok && mended.headers[.eTag] == "\"2\"")
            #expect(
                try await repository.post(Self.draft + "/submission", ["summary": " "]).status == .unprocessableContent)
            let submitted = try await repository.post(Self.draft + "/submission", ["summary": "Tên mới"], version: 2)
            #expect(submitted.status == .ok)
            #expect(try JSON(parsing: submitted.body)["state"] == "submitted")
            let late = try await repository.put(Self.draft, document.bytes, version: 3)
            #expect(late.status == .conflict)
            #expect(try JSON(parsing: late.body)["state"] == "submitted")

            let reviewer = try await demonstration.browser("publisher")
            let id = try #require(made["id"]?.string)
            let page = try await reviewer.get("/bien-tap/ban/\(id)")
            let published = try await reviewer.post(
                "/bien-tap/ban/\(id)/cong-bo", form: [("csrf", page.text.formToken), ("version", "3")])
            #expect(published.status == .seeOther)
            #expect(try await repository.client.get("/api/v1/procedures/1.001193").text.contains("từ kho"))
            let actors = try await demonstration.test.sql(
                "select distinct actor from journal_entries where kind like 'revision.%'")
            #expect(actors == ["client:bieu-mau-botuphap"])
        }
    }

    @Test("no system publishes what it wrote or submitted, whatever its scopes; another one may, at once or on a day")
    func twoSystems() async throws {
        try await Demonstration.with { demonstration async throws in
            let both = ["procedure:write", "procedure:publish"]
            let one = try await Repository(demonstration, enrolled: "mot", scopes: both)
            let other = try await Repository(demonstration, enrolled: "hai", scopes: both)
            var document = try await demonstration.document("1.001193")
            document.complete()
            #expect(try await one.put(Self.draft, document.bytes).status == .created)
            #expect(try await other.publish(Self.draft, [:]).status == .conflict)
            #expect(try await one.post(Self.draft + "/submission", ["summary": "Một"]).status == .ok)
            let own = try await one.publish(Self.draft, [:])
            #expect(own.status == .forbidden)
            #expect(try JSON(parsing: own.body)["type"] == "/problems/second-person-needed")
            for day in ["2020-01-01", "2026-02-30", "mai"] {
                let answer = try await other.publish(Self.draft, ["on": .string(day)])
                #expect(answer.status == .unprocessableContent, "\(day)")
            }
            let scheduled = try await other.publish(Self.draft, ["on": "2999-12-01"])
            #expect(try JSON(parsing: scheduled.body)["state"] == "scheduled")
            #expect(try JSON(parsing: scheduled.body)["publish_at"]?.string?.hasPrefix("2999-11-30T17:00") == true)
            let id = try #require(try JSON(parsing: scheduled.body)["id"]?.string)
            let publisher = try await demonstration.browser("publisher")
            let page = try await publisher.get("/bien-tap/ban/\(id)")
            _ = try await publisher.post("/bien-tap/ban/\(id)/tra-lai", form: [("csrf", page.text.formToken)])
            // The one wrote it, the other submits it: now neither may publish.
            #expect(try await other.post(Self.draft + "/submission", ["summary": "Hai"]).status == .ok)
            for system in [one, other] {
                #expect(try await system.publish(Self.draft, [:]).status == .forbidden)
            }
            let third = try await Repository(demonstration, enrolled: "ba", scopes: ["procedure:publish"])
            let published = try await third.publish(Self.draft, [:])
            #expect(try JSON(parsing: published.body)["state"] == "published")
        }
    }

    @Test("each scope opens its own routes and no other, and another agency's procedure is answered like none at all")
    func walls() async throws {
        try await Demonstration.with { demonstration async throws in
            let document = try await demonstration.document("1.001193").bytes
            let writes: [(HTTPRequest.Method, String, [UInt8])] = [
                (.put, "", document), (.delete, "", []), (.post, "/submission", Array(#"{"summary":"x"}"#.utf8)),
            ]
            let publication: (HTTPRequest.Method, String, [UInt8]) = (.post, "/publication", Array("{}".utf8))
            func statuses(_ system: Repository, _ calls: [(HTTPRequest.Method, String, [UInt8])]) async throws -> Set<
                Int
            > {
                var found: Set<Int> = []
                for (method, path, body) in calls {
                    found.insert(try await system.send(method, Self.draft + path, body).status.code)
                }
                return found
            }
            let reader = try await Repository(demonstration, token: try await demonstration.token(0))
            #expect(try await statuses(reader, writes + [publication, (.get, "", [])]) == [403])
            let publisher = try await Repository(demonstration, enrolled: "duyet", scopes: ["procedure:publish"])
            #expect(try await statuses(publisher, writes) == [403])
            #expect(try await statuses(publisher, [publication]) == [404])
            let writer = try await Repository(demonstration)
            #expect(try await statuses(writer, [publication]) == [403])
            let stranger = try await Repository(
                demonstration, enrolled: "yte", agency: "G22", scopes: ["procedure:write", "procedure:publish"])
            #expect(try await writer.put(Self.draft, document).status == .created)
            #expect(try await statuses(stranger, writes + [publication, (.get, "", [])]) == [404])
            let nobody = TestClient(demonstration.house.site)
            #expect(try await nobody.send(.put, Self.draft, body: document).status == .unauthorized)
        }
    }

    @Test("a repeated write gets the first answer again; the same key for another body is refused, and no key too")
    func repetition() async throws {
        try await Demonstration.with { demonstration async throws in
            let repository = try await Repository(demonstration)
            let document = try await demonstration.document("1.001193").bytes
            #expect(try await repository.put(Self.draft, document, key: nil).status == .badRequest)
            let first = try await repository.put(Self.draft, document, key: "a")
            let again = try await repository.put(Self.draft, document, key: "a")
            #expect(again.status == .created && again.body == first.body && again.headers[.eTag] == "\"1\"")
            #expect(again.headers[HTTPField.Name("Idempotent-Replayed")!] == "true")
            let other = try await repository.put(Self.draft, document + [0x20], key: "a")
            #expect(try JSON(parsing: other.body)["type"] == "/problems/idempotency-key-reused")
            for _ in 0..<2 {
                #expect(try await repository.send(.delete, Self.draft, version: 1, key: "a").status == .noContent)
            }
            #expect(try await repository.send(.delete, Self.draft, key: "b").status == .notFound)
            let kinds = try await demonstration.test.sql(
                "select kind from journal_entries where subject = 'procedure:1.001193' and actor like 'client:%' order by kind"
            )
            #expect(kinds == ["revision.begun", "revision.discarded"])
        }
    }

    @Test(
        "a draft is replaced only by who names its version: without one 428, with an old one 412, both say which it is")
    func versions() async throws {
        try await Demonstration.with { demonstration async throws in
            let repository = try await Repository(demonstration)
            let document = try await demonstration.document("1.001193").bytes
            #expect(try await repository.put(Self.draft, document, version: 1).status == .preconditionFailed)
            #expect(try await repository.put(Self.draft, document).status == .created)
            let blind = try await repository.put(Self.draft, document)
            #expect(blind.status == .preconditionRequired)
            #expect(try JSON(parsing: blind.body)["version"] == 1)
            #expect(try await repository.put(Self.draft, document, version: 1).status == .ok)
            let old = try await repository.put(Self.draft, document, version: 1)
            #expect(old.status == .preconditionFailed)
            #expect(try JSON(parsing: old.body)["version"] == 2)
            #expect(
                try await repository.post(Self.draft + "/submission", ["summary": "x"], version: 1).status
                    == .preconditionFailed)
            #expect(try await repository.send(.delete, Self.draft, version: 1).status == .preconditionFailed)
            #expect(try await repository.send(.delete, Self.draft).status == .preconditionRequired)
            for tag in ["1", "W/\"1\"", "*", "\"01\"", "\"\""] {
                let answer = try await repository.send(.put, Self.draft, document, tag: tag)
                #expect(answer.status == .badRequest, "\(tag)")
            }
            #expect(try await repository.send(.delete, Self.draft, version: 2).status == .noContent)
        }
    }

    @Test("of twenty at once that replace the same version one wins, each time, and the others are told")
    func manyAtOnce() async throws {
        try await Demonstration.with { demonstration async throws in
            let repository = try await Repository(demonstration)
            let document = try await demonstration.document("1.001193")
            func race(version: Int?) async throws -> (statuses: [Int: Int], winner: String) {
                let answers = try await withThrowingTaskGroup(of: (String, TestClient.Answer).self) { group in
                    for index in 0..<20 {
                        var mine = document
                        mine.facts["name"] = .string("Tên \(version ?? 0)-\(index)")
                        let bytes = mine.bytes
                        let name = "Tên \(version ?? 0)-\(index)"
                        group.addTask { (name, try await repository.put(Self.draft, bytes, version: version)) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let winner = try #require(answers.first { $0.1.status.code < 300 }?.0)
                return (Dictionary(answers.map { ($0.1.status.code, 1) }, uniquingKeysWith: +), winner)
            }
            for version in [nil, 1, 2] {
                let (statuses, winner) = try await race(version: version)
                #expect(statuses == (version == nil ? [201: 1, 428: 19] : [200: 1, 412: 19]))
                let kept = try JSON(parsing: try await repository.send(.get, Self.draft).body)["document"]
                #expect(kept?["procedure"]?["name"]?.string == winner)
            }
        }
    }

    @Test("what is wrong with a document is said with its line and place in the caller's language, and nothing is kept")
    func mistakes() async throws {
        try await Demonstration.with { demonstration async throws in
            let repository = try await Repository(demonstration)
            let body = """
                {"format": 1,
                 "procedure": {"code": "1.001193", "name": "Khai sinh", "field": {"name": "Hộ tịch"},
                  "channels": [{"method": "ONLINE", "quantity": 1,
                   "unit": "FORTNIGHT"}]},
                 "form": null}
                """
            let answer = try await repository.put(Self.draft, Array(body.utf8))
            #expect(answer.status == .unprocessableContent)
            let problem = try JSON(parsing: answer.body)
            let error = try #require(problem["errors"]?.array?.first)
            #expect(error["line"] == 4 && error["field"] == "procedure.channels.0.unit")
            #expect(error["code"] == "invalid_choice" && error["message"]?.string?.contains("Đơn vị") == true)
            let english = try await repository.send(.put, Self.draft, Array(body.utf8), language: "en")
            #expect(String(decoding: english.body, as: UTF8.self).contains("Unit"))
            #expect(try await repository.send(.get, Self.draft).status == .notFound)
            let wrongType = try await repository.client.send(
                .put, Self.draft,
                headers: [
                    .authorization: "Bearer \(repository.token)", HTTPField.Name("Idempotency-Key")!: "t",
                    .contentType: "text/plain",
                ], body: Array(body.utf8))
            #expect(wrongType.status == .unsupportedMediaType)
            let large = [UInt8](repeating: 0x20, count: 3_000_001)
            #expect(try await repository.put(Self.draft, large).status == .contentTooLarge)
        }
    }

    @Test("every form that comes with the portal goes out and back without a difference")
    func roundtrip() async throws {
        try await Demonstration.with { demonstration async throws in
            let forms = try await demonstration.test.sql(
                """
                select p.code || ' ' || a.code from procedures p join agencies a on a.name = p.promulgator
                where p.online order by 1
                """)
            #expect(forms.count == 10)
            for line in forms {
                let parts = line.split(separator: " ").map(String.init)
                let (code, agency) = (parts[0], parts[1])
                let repository = try await Repository(
                    demonstration, enrolled: "kho-\(code)", agency: agency, scopes: ["procedure:write"])
                let document = try await demonstration.document(code)
                let path = "/api/v1/procedures/\(code)/draft"
                let answer = try await repository.put(path, document.bytes)
                #expect(answer.status == .created, "\(code): \(answer.text)")
                let kept = try JSON(parsing: try await repository.send(.get, path).body)["document"] ?? .null
                #expect(RevisionChange.all(from: document.json, to: kept) == [], "\(code)")
            }
        }
    }
}

/// A procedure's document as an agency keeps it.
struct KeptDocument: Sendable {
    var facts: [String: JSON]
    let form: JSON

    var json: JSON { ["format": 1, "procedure": .object(facts), "form": form] }
    var bytes: [UInt8] { ProcedureDocument(facts: .object(facts), form: form == .null ? nil : form).text }

    /// What the seed's facts lack, and an explanation for what contradicts itself.
    mutating func complete() {
        settle(
            Finding.all(facts: json["procedure"] ?? .null, form: nil).map {
                ["code": .string($0.kind.rawValue), "subject": .string($0.subject)]
            })
    }

    mutating func settle(_ findings: [JSON]) {
        facts["steps"] = ["Nộp hồ sơ."]
        if facts["subjects"]?.array?.isEmpty != false { facts["subjects"] = ["Công dân Việt Nam"] }
        if facts["executing"]?.array?.isEmpty != false { facts["executing"] = ["Ủy ban nhân dân cấp xã"] }
        let pairs = findings.filter { $0["code"] != "missing" }.map { finding in
            ("\(finding["code"]?.string ?? ""):\(finding["subject"]?.string ?? "")", JSON.string("Theo quy định."))
        }
        facts["explanations"] = .object(Dictionary(pairs, uniquingKeysWith: { $1 }))
    }
}

extension Demonstration {
    /// The document of a procedure's published revision, as the desk exports it.
    func document(_ code: String) async throws -> KeptDocument {
        let stored = try await test.sql(
            """
            select jsonb_build_object('facts', facts, 'form', form) from procedure_revisions
            where procedure_code = '\(code)' and state = 'published'
            """)
        let limits = JSON.Limits(bytes: 4_000_000, depth: 32, elements: 200_000)
        let json = try JSON(parsing: Array((stored.first ?? "").utf8), limits: limits)
        return KeptDocument(facts: json["facts"]?.object ?? [:], form: json["form"] ?? .null)
    }

    func deskPage() async throws -> String {
        try await browser("publisher").get("/bien-tap/thu-tuc/1.001193").text
    }
}

/// An agency's repository that sends its procedures.
struct Repository: Sendable {
    let client: TestClient
    let token: String

    init(_ demonstration: Demonstration, token: String) async throws {
        client = TestClient(demonstration.house.site)
        self.token = token
    }

    /// The demonstration's own.
    init(_ demonstration: Demonstration) async throws {
        try await self.init(demonstration, token: try await demonstration.token(2))
    }

    /// One that is enrolled for the test.
    init(
        _ demonstration: Demonstration, enrolled id: String, agency: String = "G15", scopes: [String]
    ) async throws {
        let accounts = Accounts(database: demonstration.test.owner, passwords: PasswordHasher())
        let secret = try await accounts.enrolClient(id: id, agency: agency, name: id, scopes: scopes, at: .now)
        let client = try #require(try await accounts.client(id: id, secret: secret, at: .now))
        try await self.init(demonstration, token: try await accounts.issueToken(to: client, at: .now))
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8] = [], version: Int? = nil, tag: String? = nil,
        key: String? = UUID().uuidString, language: String? = nil
    ) async throws -> TestClient.Answer {
        var headers: HTTPFields = [.authorization: "Bearer \(token)"]
        if !body.isEmpty { headers[.contentType] = "application/json" }
        headers[HTTPField.Name("Idempotency-Key")!] = key
        headers[.ifMatch] = tag ?? version.map { "\"\($0)\"" }
        headers[.acceptLanguage] = language
        return try await client.send(method, path, headers: headers, body: body)
    }

    func put(
        _ path: String, _ body: [UInt8], version: Int? = nil, key: String? = UUID().uuidString
    ) async throws -> TestClient.Answer {
        try await send(.put, path, body, version: version, key: key)
    }

    /// Publishes what it has just read.
    func publish(_ draft: String, _ body: JSON) async throws -> TestClient.Answer {
        let tag = try await send(.get, draft).headers[.eTag]
        return try await send(.post, draft + "/publication", body.serialized(), tag: tag)
    }

    func post(_ path: String, _ body: JSON, version: Int? = nil) async throws -> TestClient.Answer {
        try await send(.post, path, body.serialized(), version: version)
    }
}
