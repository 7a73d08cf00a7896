import Accounts
import Core
import Cryptography
import Foundation
import HTTPTypes
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("Which agencies' systems are let in")
struct ClientStoryTests {
    @Test("each route takes the scope that it names and no other", arguments: ClientScope.allCases)
    func scopes(scope: ClientScope) async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, enrolled: "may-thu", scopes: [scope], peer: "127.0.0.1")
            let routes = demonstration.house.site.routes.filter { $0.audience.hasPrefix("agency:") }
            #expect(routes.count > 8)
            for route in routes {
                let path =
                    "/"
                    + route.path.split(separator: "/").map { $0.hasPrefix(":") ? "x" : String($0) }
                    .joined(separator: "/")
                let answer = try await system.client.send(
                    route.method, path, headers: [.authorization: "Bearer \(system.token)"])
                let isNamed = route.audience.dropFirst(7).split(separator: "|").contains(Substring(scope.rawValue))
                #expect((answer.status == .forbidden) == !isNamed, "\(route.method) \(path): \(answer.status)")
                guard !isNamed else { continue }
                #expect(try JSON(parsing: answer.body)["type"]?.string == "/problems/insufficient-scope")
                #expect(answer.headers[.wwwAuthenticate]?.contains("insufficient_scope") == true)
            }
        }
    }

    @Test("one that calls too often is told when to come again, wherever it calls from; others aren't held up")
    func rate() async throws {
        try await Demonstration.with(clientRate: 2) { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let elsewhere = TestClient(demonstration.house.site, peer: "198.51.100.9")
            var refused: TestClient.Answer?
            for _ in 0..<30 where refused == nil {
                let answer = try await elsewhere.get(
                    "/api/v1/events", headers: [.authorization: "Bearer \(system.token)"])
                if answer.status != .ok { refused = answer }
            }
            let answer = try #require(refused)
            #expect(answer.status == .tooManyRequests)
            #expect(answer.headers[.retryAfter].flatMap { Int($0) } == 1)
            #expect(answer.headers[HTTPField.Name("RateLimit")!]?.hasPrefix("\"client\";r=0;t=") == true)
            #expect(answer.headers[HTTPField.Name("RateLimit-Policy")!] == "\"client\";q=8;w=4")
            // On a busy machine its next turn may have come meanwhile: then it takes that, and is refused after it.
            var fromHere: [HTTPResponse.Status] = []
            while fromHere.count < 30, fromHere.last != .tooManyRequests {
                fromHere.append(try await system.raw("/api/v1/events").status)
            }
            #expect(fromHere.last == .tooManyRequests && fromHere.count < 8)
            #expect(try await AgencySystem(demonstration, 1).raw("/api/v1/events").status == .ok)
            try await Task.sleep(for: .seconds(1))
            #expect(try await system.raw("/api/v1/events").status == .ok)
        }
    }

    @Test(
        "a client with networks calls from these alone, and gets a token nowhere else",
        arguments: [
            ("10.1.2.3", true), ("10.2.2.3", false), ("2001:db8:1::7", true), ("2001:db9::7", false),
            ("203.0.113.7", false),
        ])
    func networks(peer: String, isLetIn: Bool) async throws {
        try await Demonstration.with { demonstration async throws in
            let networks = ["10.1.0.0/16", "2001:db8::/32"]
            let system = try await AgencySystem(
                demonstration, enrolled: "may-thu", scopes: [.readEvents], networks: networks, peer: peer)
            let answer = try await system.raw("/api/v1/events")
            #expect(answer.status == (isLetIn ? .ok : .forbidden))
            if !isLetIn {
                #expect(try JSON(parsing: answer.body)["type"]?.string == "/problems/network-not-allowed")
            }
            let accounts = Accounts(database: demonstration.test.owner, passwords: PasswordHasher())
            let secret = try await accounts.enrolClient(
                id: "may-khac", agency: demonstration.facts.clients[0].agency, name: "Máy", scopes: ["events:read"],
                networks: networks, at: .now)
            let form = [("grant_type", "client_credentials"), ("client_id", "may-khac"), ("client_secret", secret)]
            #expect(try await system.client.post("/oauth/token", form: form).status == (isLetIn ? .ok : .unauthorized))
        }
    }

    @Test("a token is taken back at once: by its client, by a new secret, by shutting the client out")
    func revocation() async throws {
        try await Demonstration.with { demonstration async throws in
            let accounts = Accounts(database: demonstration.test.owner, passwords: PasswordHasher())
            let facts = demonstration.facts.clients[0]
            let credentials = [("client_id", facts.clientID), ("client_secret", facts.secret)]
            let (system, other) = (try await AgencySystem(demonstration, 0), try await AgencySystem(demonstration, 0))
            let stranger = try await AgencySystem(demonstration, 1)
            #expect(try await system.raw("/api/v1/events").status == .ok)
            let wrong = credentials.dropLast() + [("client_secret", "x"), ("token", system.token)]
            #expect(try await system.client.post("/oauth/revoke", form: Array(wrong)).status == .unauthorized)
            #expect(try await system.client.post("/oauth/revoke", form: credentials).status == .badRequest)
            for token in [system.token, "khong-co", stranger.token] {
                let answer = try await system.client.post("/oauth/revoke", form: credentials + [("token", token)])
                #expect(answer.status == .ok)
            }
            #expect(try await system.raw("/api/v1/events").status == .unauthorized)
            #expect(try await other.raw("/api/v1/events").status == .ok)
            #expect(try await stranger.raw("/api/v1/events").status == .ok)
            #expect(try await accounts.disableClient(id: facts.clientID, at: .now))
            #expect(try await other.raw("/api/v1/events").status == .unauthorized)
            #expect(
                try await demonstration.test.sql(
                    "select count(*) from journal_entries where subject = 'client:\(facts.clientID)' and kind = 'client.disabled'"
                )
                    == ["1"])
        }
    }
}
