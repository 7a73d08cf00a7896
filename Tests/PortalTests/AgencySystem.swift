import Core
import Foundation
import HTTPTypes
import TestSupport

@testable import Portal

/// An agency's system of the demonstration, with its token.
struct AgencySystem {
    let client: TestClient
    let token: String

    /// - Parameter index: its place among the demonstration's clients.
    init(_ demonstration: Demonstration, _ index: Int) async throws {
        client = TestClient(demonstration.house.site)
        token = try await demonstration.token(index)
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
            let page = try await get("/api/v1/events?after=\(next)&limit=\(limit)")
            let items = page["items"]?.array ?? []
            events += items
            guard let after = page["next"]?.string else { throw Demonstration.Missing() }
            if items.isEmpty { return (events, after) }
            next = after
        }
    }

    static func body(status: Int, event: String, sequence: Int? = nil) -> [UInt8] {
        var members: [String: JSON] = [
            "status": .integer(status), "occurred_at": .string(Date.now.ISO8601Format()), "event_id": .string(event),
            "note": "Ghi chú", "officer": ["name": "Trần Văn Hòa", "title": "Công chức"],
        ]
        if let sequence { members["sequence"] = .integer(sequence) }
        return JSON.object(members).serialized()
    }
}
