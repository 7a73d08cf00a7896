import Accounts
import Core
import Cryptography
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("How agencies' systems prove who they are")
struct ClientCredentialStoryTests {
    @Test("one that signs gets a token for each assertion once, until its key is taken back, and its tokens with it")
    func assertions() async throws {
        try await Demonstration.with { demonstration async throws in
            let accounts = Accounts(database: demonstration.test.owner, passwords: PasswordHasher())
            let facts = demonstration.facts.clients[0]
            let (first, second, stranger) = (SigningKey(), SigningKey(), SigningKey())
            let kid = try await accounts.addKey(try first.shown, to: facts.clientID, by: .operators, at: .now)
            let again = try await accounts.addKey(try first.shown, to: facts.clientID, by: .operators, at: .now)
            #expect(try [kid, again] == [first.shown.thumbprint, first.shown.thumbprint])
            let client = TestClient(demonstration.house.site)
            let assertion = Assertion(client: facts.clientID)
            let answer = try await client.token(assertion.signed(by: first))
            let token = try #require(try JSON(parsing: answer.body)["access_token"]?.string)
            #expect(try await client.events(token) == .ok)
            // Shown again, signed by somebody else, or by a key that isn't known yet.
            #expect(try await client.token(assertion.signed(by: first)).status == .unauthorized)
            #expect(
                try await client.token(Assertion(client: facts.clientID).signed(by: stranger)).status == .unauthorized)
            #expect(
                try await client.token(Assertion(client: facts.clientID).signed(by: second)).status == .unauthorized)
            #expect(try await client.token(Assertion(client: "khong-co").signed(by: first)).status == .unauthorized)
            // The other key is added, and the first goes: both were good meanwhile.
            _ = try await accounts.addKey(try second.shown, to: facts.clientID, by: .operators, at: .now)
            #expect(try await client.token(Assertion(client: facts.clientID).signed(by: second)).status == .ok)
            #expect(try await client.token(Assertion(client: facts.clientID).signed(by: first)).status == .ok)
            for _ in 1...2 { try await accounts.revokeKey(kid, of: facts.clientID, by: .operators, at: .now) }
            #expect(try await client.events(token) == .unauthorized)
            #expect(try await client.token(Assertion(client: facts.clientID).signed(by: first)).status == .unauthorized)
            #expect(try await client.token(Assertion(client: facts.clientID).signed(by: second)).status == .ok)
            await #expect(throws: ClientError.keyEnded) {
                try await accounts.addKey(try first.shown, to: facts.clientID, by: .operators, at: .now)
            }
            let noted = try await demonstration.test.sql(
                "select kind from journal_entries where kind like 'client.key%' order by recorded_at, id")
            #expect(noted == ["client.key_added", "client.key_added", "client.key_revoked"])
        }
    }

    @Test("of two assertions that are the same and come at once, one is good")
    func atOnce() async throws {
        try await Demonstration.with { demonstration async throws in
            let accounts = Accounts(database: demonstration.test.owner, passwords: PasswordHasher())
            let (key, id) = (SigningKey(), demonstration.facts.clients[0].clientID)
            _ = try await accounts.addKey(try key.shown, to: id, by: .operators, at: .now)
            let text = Assertion(client: id).signed(by: key)
            let statuses = try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                for _ in 1...8 {
                    group.addTask { try await TestClient(demonstration.house.site).token(text).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == .ok } == 1 && statuses.count { $0 == .unauthorized } == 7)
        }
    }

    @Test("who says in two ways who it is, or in one that isn't known, made a mistake")
    func oneWay() async throws {
        try await Demonstration.with { demonstration async throws in
            let facts = demonstration.facts.clients[0]
            let client = TestClient(demonstration.house.site)
            let basic = "Basic " + Data("\(facts.clientID):\(facts.secret)".utf8).base64EncodedString()
            let grant = ("grant_type", "client_credentials")
            let secret = [grant, ("client_id", facts.clientID), ("client_secret", facts.secret)]
            let both = try await client.post("/oauth/token", form: secret, headers: [.authorization: basic])
            #expect(both.status == .badRequest)
            let saml = [
                grant, ("client_assertion", "x"),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
            ]
            #expect(try await client.post("/oauth/token", form: saml).status == .badRequest)
            let alone = try await client.post("/oauth/token", form: [grant], headers: [.authorization: basic])
            #expect(alone.status == .ok)
        }
    }

    @Test("while a system changes over it has two secrets; the older one ends when it was told to, and both at a third")
    func secrets() async throws {
        try await Demonstration.with { demonstration async throws in
            let operators = Accounts(database: demonstration.test.owner, passwords: PasswordHasher())
            let accounts = Accounts(database: demonstration.house.application, passwords: PasswordHasher())
            let facts = demonstration.facts.clients[0]
            let now = Date()
            func areGood(_ secrets: [String], after seconds: TimeInterval) async throws -> [Bool] {
                var good: [Bool] = []
                for secret in secrets {
                    let found = try await accounts.client(
                        id: facts.clientID, secret: secret, at: now.addingTimeInterval(seconds))
                    good.append(found != nil)
                }
                return good
            }
            let second = try await operators.rotateSecret(
                of: facts.clientID, overlap: 3600, by: .operators, at: now)
            #expect(try await areGood([facts.secret, second], after: 3599) == [true, true])
            #expect(try await areGood([facts.secret, second], after: 3601) == [false, true])
            let third = try await operators.rotateSecret(of: facts.clientID, overlap: 3600, by: .operators, at: now)
            #expect(try await areGood([facts.secret, second, third], after: 1) == [false, true, true])
            let system = try await accounts.client(id: facts.clientID, secret: third, at: now)
            let token = try await accounts.issueToken(to: try #require(system), at: now)
            let fourth = try await operators.rotateSecret(of: facts.clientID, overlap: 0, by: .operators, at: now)
            #expect(try await areGood([third, fourth], after: 1) == [false, true])
            #expect(try await accounts.client(token: token, at: now) == nil)
            await #expect(throws: ClientError.notFound) {
                try await operators.rotateSecret(of: "khong-co", overlap: 0, by: .operators, at: now)
            }
            let kept = try await demonstration.test.sql("select encode(secret_hash, 'hex') from api_clients")
            #expect(!kept.contains { $0.contains(fourth) })
        }
    }

    @Test("a token issued over a connection with a certificate is good over such a connection alone")
    func certificates() async throws {
        let environment = ["TRUSTED_PROXIES": "10.9.0.0/16", "CLIENT_CERTIFICATE_HEADER": "X-Client-Cert"]
        try await Demonstration.with(environment: environment) { demonstration async throws in
            let facts = demonstration.facts.clients[0]
            let header = try #require(HTTPField.Name("X-Client-Cert"))
            let behind = TestClient(demonstration.house.site, peer: "10.9.0.1")
            let outside = TestClient(demonstration.house.site, peer: "203.0.113.7")
            let own = Hex.encode(SHA256.hash(Array("chứng thư".utf8)))
            let other = Hex.encode(SHA256.hash(Array("chứng thư khác".utf8)))
            func token(_ client: TestClient, _ headers: HTTPFields) async throws -> String? {
                let form = [
                    ("grant_type", "client_credentials"), ("client_id", facts.clientID),
                    ("client_secret", facts.secret),
                ]
                let answer = try await client.post("/oauth/token", form: form, headers: headers)
                return try JSON(parsing: answer.body)["access_token"]?.string
            }
            let bound = try #require(try await token(behind, [header: own]))
            #expect(try await behind.events(bound, [header: own]) == .ok)
            let refused = try await behind.get(
                "/api/v1/events", headers: [.authorization: "Bearer \(bound)", header: other])
            #expect(refused.status == .unauthorized)
            #expect(refused.headers[.wwwAuthenticate]?.contains("invalid_token") == true)
            #expect(try await behind.events(bound) == .unauthorized)
            // From whoever isn't a trusted proxy the header says nothing; nor do two of them.
            #expect(try await outside.events(bound, [header: own]) == .unauthorized)
            var twice: HTTPFields = [header: own]
            twice.append(HTTPField(name: header, value: own))
            #expect(try await behind.events(bound, twice) == .unauthorized)
            let free = try #require(try await token(outside, [header: own]))
            #expect(try await outside.events(free) == .ok)
            #expect(try await behind.events(free, [header: other]) == .ok)
            // One that needs a certificate gets no token without, and uses none.
            try await demonstration.test.sql(
                "update api_clients set requires_certificate = true where id = '\(facts.clientID)'")
            #expect(try await token(outside, [header: own]) == nil)
            #expect(try await outside.events(free) == .unauthorized)
            #expect(try await token(behind, [header: own]) != nil)
        }
    }

    @Test("every answer to a system says what its rate allows from here on")
    func rateFields() async throws {
        try await Demonstration.with(clientRate: 2) { demonstration async throws in
            let system = try await AgencySystem(
                demonstration, enrolled: "may-thu", scopes: [.readEvents], peer: "203.0.113.7")
            for (path, status) in [
                ("/api/v1/events", HTTPResponse.Status.ok), ("/api/v1/dossiers", .forbidden),
                ("/api/v1/events?after=x", .unprocessableContent), ("/api/v1/events?after=99999999", .conflict),
            ] {
                let answer = try await system.raw(path)
                #expect(answer.status == status)
                #expect(answer.headers[HTTPField.Name("RateLimit")!]?.hasPrefix("\"client\";r=") == true, "\(path)")
                #expect(
                    answer.headers[values: HTTPField.Name("RateLimit-Policy")!] == ["\"client\";q=8;w=4"], "\(path)")
            }
            let token = try await TestClient(demonstration.house.site).post("/oauth/token")
            #expect(token.headers[HTTPField.Name("RateLimit")!]?.hasPrefix("\"token\";r=") == true)
            let page = try await TestClient(demonstration.house.site).get("/thu-tuc")
            #expect(page.headers[HTTPField.Name("RateLimit")!] == nil)
        }
    }
}

/// What a client says to prove who it is.
struct Assertion {
    let client: String
    var identifier = UUID().uuidString
    var audience = "http://localhost:8080/oauth/token"
    var expiry = Date().addingTimeInterval(60)

    func signed(by key: SigningKey) -> String {
        let claims: JSON = [
            "iss": .string(client), "sub": .string(client), "aud": .string(audience), "jti": .string(identifier),
            "exp": .integer(Int(expiry.timeIntervalSince1970)),
        ]
        let text = [["alg": "EdDSA", "typ": "JWT"], claims].map { Base64URL.encode($0.serialized()) }
            .joined(separator: ".")
        return text + "." + Base64URL.encode(key.sign(Array(text.utf8)))
    }
}

extension SigningKey {
    /// What its owner shows of it.
    var shown: PublicKey {
        get throws {
            try PublicKey(jwk: ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(publicKey.bytes))])
        }
    }
}

extension TestClient {
    fileprivate func token(_ assertion: String) async throws -> Answer {
        try await post(
            "/oauth/token",
            form: [
                ("grant_type", "client_credentials"), ("client_assertion", assertion),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ])
    }

    fileprivate func events(_ token: String, _ more: HTTPFields = [:]) async throws -> HTTPResponse.Status {
        var headers: HTTPFields = [.authorization: "Bearer \(token)"]
        headers.append(contentsOf: more)
        return try await get("/api/v1/events", headers: headers).status
    }
}
