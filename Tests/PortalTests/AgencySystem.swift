import Accounts
import Core
import Cryptography
import Foundation
import HTTPTypes
import TestSupport

@testable import Portal

/// An agency's system of the demonstration, with its token.
struct AgencySystem {
    let client: TestClient
    let token: String

    /// - Parameter index: its place among the demonstration's clients.
    /// - Parameter peer: where its requests come from; this machine itself may send any number.
    init(_ demonstration: Demonstration, _ index: Int, peer: String = "203.0.113.7") async throws {
        client = TestClient(demonstration.house.site, peer: peer)
        token = try await demonstration.token(index)
    }

    /// One that is enrolled for the test, with the agency of one of the demonstration's.
    init(
        _ demonstration: Demonstration, enrolled id: String, agency index: Int = 0, scopes: [ClientScope],
        networks: [String] = [],
        peer: String = "203.0.113.7"
    ) async throws {
        client = TestClient(demonstration.house.site, peer: peer)
        let accounts = Accounts(database: demonstration.test.owner, passwords: PasswordHasher())
        let secret = try await accounts.enrolClient(
            id: id, agency: demonstration.facts.clients[index].agency, name: id, scopes: scopes.map(\.rawValue),
            networks: networks, at: .now)
        guard let caller = try await accounts.client(id: id, secret: secret, at: .now) else {
            throw Demonstration.Missing()
        }
        token = try await accounts.issueToken(to: caller, at: .now)
    }

    func raw(_ path: String) async throws -> TestClient.Answer {
        try await client.get(path, headers: [.authorization: "Bearer \(token)"])
    }

    func get(_ path: String) async throws -> JSON { try JSON(parsing: try await raw(path).body) }

    func post(
        _ path: String, _ body: [UInt8], key: String?, headers more: HTTPFields = [:]
    ) async throws -> TestClient.Answer {
        var headers: HTTPFields = [.authorization: "Bearer \(token)", .contentType: "application/json"]
        if let key { headers[HTTPField.Name("Idempotency-Key")!] = key }
        headers.append(contentsOf: more)
        return try await client.send(.post, path, headers: headers, body: body)
    }

    /// Codes of its dossiers that were only just registered.
    func registered() async throws -> [String] {
        try await get("/api/v1/dossiers?status=1&limit=100")["items"]?.array?.compactMap { $0["code"]?.string } ?? []
    }

    /// Everything the feed has behind a position, page by page, and where to read on.
    func follow(after start: String = "0", limit: Int = 100) async throws -> (events: [JSON], next: String) {
        var events: [JSON] = []
        var next = start
        while true {
            let answer = try await raw("/api/v1/events?after=\(next)&limit=\(limit)")
            // Told to come again, as on a busy machine: it does.
            if [.tooManyRequests, .serviceUnavailable].contains(answer.status) {
                try await Task.sleep(for: .milliseconds(100))
                continue
            }
            let page = try JSON(parsing: answer.body)
            let items = page["items"]?.array ?? []
            events += items
            guard let after = page["next"]?.string else { throw Demonstration.Missing() }
            if items.isEmpty { return (events, after) }
            next = after
        }
    }

    /// Reports a change under the event's id as its key.
    func report(
        _ status: Int, of code: String, event: String, sequence: Int? = nil, key: String? = nil,
        at occurred: Date = .now, version: Int? = nil
    ) async throws -> (status: Int, body: JSON) {
        let answer = try await post(
            "/api/v1/dossiers/\(code)/status",
            Self.body(status: status, event: event, sequence: sequence, at: occurred), key: key ?? event,
            headers: version.map { [.ifMatch: "\"\($0)\""] } ?? [:])
        return (answer.status.code, try JSON(parsing: answer.body))
    }

    static func body(status: Int, event: String, sequence: Int? = nil, at occurred: Date = .now) -> [UInt8] {
        var members: [String: JSON] = [
            "status": .integer(status), "occurred_at": .string(occurred.ISO8601Format()), "event_id": .string(event),
            "note": "Ghi chú", "officer": ["name": "Trần Văn Hòa", "title": "Công chức"],
        ]
        if let sequence { members["sequence"] = .integer(sequence) }
        return JSON.object(members).serialized()
    }
}
