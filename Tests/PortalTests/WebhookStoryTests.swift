import Core
import Cryptography
import Dossiers
import Foundation
import HTTPTypes
import Journal
import TestSupport
import Testing
import Webhooks

@testable import Portal

@Suite("Webhooks")
struct WebhookStoryTests {
    @Test("events come signed and in order, again and under the same id until they are taken, then the next ones")
    func order() async throws {
        try await with { demonstration, receiver async throws in
            let system = try await AgencySystem(demonstration, 0)
            let (id, secret) = try await added("/a", after: "0", system, receiver)
            try await demonstration.sequencer.sealBatch()
            // Nothing goes to an address that hasn't answered a test.
            #expect(try await demonstration.house.webhookCourier.round(at: .now) == 0)
            #expect(try await turnOn(id, "/a", system, receiver).status == .ok)
            #expect(try message(receiver.messages[0])["type"]?.string == "webhook.test")
            receiver.answer("/a", .internalServerError, .serviceUnavailable)
            var now = Date().addingTimeInterval(1)
            for (round, pause) in [(1, 5.0), (2, 300), (3, 0)] {
                #expect(try await demonstration.house.webhookCourier.round(at: now) == 1)
                #expect(receiver.messages.count == 1 + round)
                let shown = try await system.get("/api/v1/webhooks/\(id)")
                #expect(shown["state"]?.string == (round < 3 ? "failing" : "active"))
                guard pause > 0 else { break }
                // Not a moment sooner.
                #expect(try await demonstration.house.webhookCourier.round(at: now.addingTimeInterval(pause - 1)) == 0)
                now = now.addingTimeInterval(pause + 1)
            }
            let sent = receiver.messages.dropFirst()
            #expect(Set(sent.map { $0.headers[.webhookID] }).count == 1 && Set(sent.map(\.body)).count == 1)
            for message in sent { #expect(isSigned(message, by: secret)) }
            let told = try message(sent.first)["data"]
            let feed = try await system.get("/api/v1/events?limit=100")
            #expect(told?["items"] == feed["items"] && told?["items"]?.array?.isEmpty == false)
            #expect(told?["next"]?.string == feed["items"]?.array?.last?["position"]?.int.map(String.init))
            // What happens later is another message.
            let code = try #require(try await system.registered().first)
            for (status, event) in [(2, "b-1"), (4, "b-2")] {
                _ = try await system.report(status, of: code, event: event)
            }
            try await demonstration.sequencer.sealBatch()
            #expect(try await demonstration.house.webhookCourier.round(at: now.addingTimeInterval(1)) == 1)
            let last = try #require(receiver.messages.last)
            #expect(
                try message(last)["data"]?["items"]?.array?.map { $0["event_id"]?.string } == ["b-1", "b-2"])
            #expect(last.headers[.webhookID] != sent.first?.headers[.webhookID] && isSigned(last, by: secret))
            #expect(try await demonstration.house.webhookCourier.round(at: now.addingTimeInterval(2)) == 0)
            let shown = try await system.get("/api/v1/webhooks/\(id)")
            #expect(
                shown["answers"]?.array?.map { $0["answer"]?.string }
                    == ["http-204", "http-204", "http-503", "http-500", "http-204"])
        }
    }

    @Test("one that says nothing holds up nobody: another is told of everything meanwhile, by the running service")
    func deadBesideLiving() async throws {
        try await with { demonstration, receiver async throws in
            let system = try await AgencySystem(demonstration, 0)
            for path in ["/dead", "/living"] {
                let (id, _) = try await added(path, after: "0", system, receiver)
                #expect(try await turnOn(id, path, system, receiver).status == .ok)
            }
            receiver.hold("/dead")
            try await demonstration.sequencer.sealBatch()
            let serving = Task { try await demonstration.house.webhookCourier.run() }
            let code = try #require(try await system.registered().first)
            for (status, event) in [(2, "c-1"), (4, "c-2")] {
                _ = try await system.report(status, of: code, event: event)
                try await demonstration.sequencer.sealBatch()
            }
            func taken(_ path: String) -> [TestReceiver.Message] {
                // On a busy machine it may be sent again: it is the same then.
                var seen: Set<String?> = []
                return receiver.messages.filter { $0.path == path && seen.insert($0.headers[.webhookID]).inserted }
            }
            func told(_ path: String) throws -> [JSON] {
                try taken(path).flatMap { try message($0)["data"]?["items"]?.array ?? [] }
            }
            let all = try await system.follow().events
            for _ in 0..<200 where try told("/living").count < all.count {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try told("/living") == all)
            // A test and one batch, still unanswered.
            #expect(taken("/dead").count == 2)
            receiver.release("/dead")
            for _ in 0..<200 where try told("/dead").count < all.count { try await Task.sleep(for: .milliseconds(50)) }
            #expect(try told("/dead") == all)
            serving.cancel()
            _ = await serving.result
        }
    }

    @Test(
        "one that takes nothing for a day, or says that it is gone, is disabled; its supervisors are told once",
        arguments: [("silent", 8), ("gone", 1)])
    func disabled(reason: String, attempts: Int) async throws {
        try await with { demonstration, receiver async throws in
            let system = try await AgencySystem(demonstration, 0)
            let (id, _) = try await added("/a", after: "0", system, receiver)
            #expect(try await turnOn(id, "/a", system, receiver).status == .ok)
            for _ in 0..<10 { receiver.answer("/a", reason == "gone" ? .gone : .found) }
            try await demonstration.sequencer.sealBatch()
            let begun = Date().addingTimeInterval(1)
            var now = begun
            for _ in 0..<10 {
                try await demonstration.house.webhookCourier.round(at: now)
                now = now.addingTimeInterval(14 * 3600 + 1)
            }
            let shown = try await system.get("/api/v1/webhooks/\(id)")
            #expect(shown["state"]?.string == "disabled" && shown["reason"]?.string == reason)
            // Redirections lead nowhere.
            #expect(receiver.messages.count == 1 + attempts && !receiver.messages.contains { $0.path != "/a" })
            let told = try await demonstration.test.sql(
                "select payload ->> 'path' from outbox where topic = 'webhook.disabled'")
            #expect(!told.isEmpty && Set(told) == ["/can-bo/he-thong/thong-bao/\(id)"])
            #expect(
                try await demonstration.test.sql(
                    "select count(*) from journal_entries where kind = 'webhook.disabled'") == ["1"])
            // Turned on again, it goes on where it stopped.
            for _ in 0..<10 { receiver.answer("/b", .ok) }
            #expect(try await turnOn(id, "/b", system, receiver).status == .ok)
            try await demonstration.house.webhookCourier.round(at: now)
            let items = try message(receiver.messages.last)["data"]?["items"]
            #expect(items == (try await system.get("/api/v1/events?limit=100")["items"]))
        }
    }

    @Test("told again of what was told before: the same events under another message's id")
    func replay() async throws {
        try await with { demonstration, receiver async throws in
            let system = try await AgencySystem(demonstration, 0)
            let (id, _) = try await added("/a", after: "0", system, receiver)
            _ = try await turnOn(id, "/a", system, receiver)
            try await demonstration.sequencer.sealBatch()
            let later = Date().addingTimeInterval(1)
            try await demonstration.house.webhookCourier.round(at: later)
            let first = try #require(receiver.messages.last)
            let items = try #require(try message(first)["data"]?["items"]?.array)
            let position = try #require(items.first?["position"]?.int)
            let again = try await system.post(
                "/api/v1/webhooks/\(id)/replay", JSON.object(["after": .string(String(position))]).serialized(),
                key: "lai")
            #expect(again.status == .ok)
            try await demonstration.house.webhookCourier.round(at: later)
            let second = try #require(receiver.messages.last)
            #expect(try message(second)["data"]?["items"]?.array == Array(items.dropFirst()))
            #expect(second.headers[.webhookID] != first.headers[.webhookID])
            let ahead = try await system.post(
                "/api/v1/webhooks/\(id)/replay", Array(#"{"after": "99999999"}"#.utf8), key: "xa")
            #expect(ahead.status == .conflict)
        }
    }

    @Test("another secret signs beside the former one for a day, then alone; what is remembered holds no secret")
    func rotation() async throws {
        try await with { demonstration, receiver async throws in
            let system = try await AgencySystem(demonstration, 0)
            let (id, former) = try await added("/a", system, receiver)
            for _ in 0..<2 {
                let renewed = try await system.post("/api/v1/webhooks/\(id)/secret", Array("{}".utf8), key: "khoa")
                #expect(renewed.status == .ok)
                let secret = try #require(try JSON(parsing: renewed.body)["secret"]?.string)
                #expect(secret != former)
                let now = Date()
                for (time, isOverlapping) in [(now, true), (now.addingTimeInterval(86_401), false)] {
                    let agency = demonstration.facts.clients[0].agency
                    let webhooks = demonstration.house.webhooks
                    _ = try await webhooks.test(try #require(Webhook.ID(id)), at: agency, now: time)
                    let sent = try #require(receiver.messages.last)
                    #expect(isSigned(sent, by: secret) && isSigned(sent, by: former) == isOverlapping)
                }
            }
            let kept = try await demonstration.test.sql(
                "select convert_from(body, 'UTF8') from idempotency_keys union select webhooks::text from webhooks")
            #expect(kept.count >= 3 && !kept.contains { $0.contains("whsec_") })
        }
    }

    @Test(
        "an address that may not be called, or doesn't answer the test, isn't told of anything",
        arguments: [
            ("https://10.0.0.1/", "webhook_network"), ("https://169.254.169.254/latest", "webhook_network"),
            ("https://[::1]/", "webhook_network"), ("http://mot-cua.example.vn/", "webhook_port"),
            ("https://a.example.vn:25/", "webhook_port"), ("javascript:alert(1)", "webhook_url"), ("", "webhook_url"),
        ])
    func refused(url: String, code: String) async throws {
        try await with { demonstration, _ async throws in
            let system = try await AgencySystem(demonstration, 0)
            let answer = try await system.post(
                "/api/v1/webhooks", JSON.object(["name": "Thử", "url": .string(url)]).serialized(), key: "x")
            #expect(answer.status == .unprocessableContent)
            #expect(try JSON(parsing: answer.body)["errors"]?.array?.map { $0["code"]?.string } == [code])
            #expect(try await system.get("/api/v1/webhooks")["items"]?.array?.isEmpty == true)
        }
    }

    @Test("one that answers the test with anything but 2xx stays off; another agency sees none of it")
    func unproven() async throws {
        try await with { demonstration, receiver async throws in
            let system = try await AgencySystem(demonstration, 0)
            let (id, _) = try await added("/a", system, receiver)
            receiver.answer("/a", .forbidden, .found)
            for _ in 0..<2 {
                let answer = try await turnOn(id, "/a", system, receiver)
                #expect(answer.status == .unprocessableContent && answer.text.contains("webhook_unproven"))
            }
            #expect(try await system.get("/api/v1/webhooks/\(id)")["reason"]?.string == "unproven")
            #expect(!receiver.messages.contains { $0.path != "/a" })
            let other = try await AgencySystem(demonstration, 1)
            #expect(try await other.raw("/api/v1/webhooks/\(id)").status == .notFound)
            #expect(try await turnOn(id, "/a", other, receiver).status == .notFound)
            let publisher = try await AgencySystem(demonstration, 2)
            #expect(try await publisher.raw("/api/v1/webhooks").status == .forbidden)
            let removal = try await system.client.send(
                .delete, "/api/v1/webhooks/\(id)",
                headers: [
                    .authorization: "Bearer \(system.token)", HTTPField.Name("Idempotency-Key")!: "xoa",
                ])
            #expect(removal.status == .noContent)
            #expect(try await system.raw("/api/v1/webhooks/\(id)").status == .notFound)
        }
    }

    @Test("events are kept as long as the setting says; who was away for longer is told where to go on")
    func retention() async throws {
        try await with { demonstration, receiver async throws in
            let system = try await AgencySystem(demonstration, 0)
            try await demonstration.sequencer.sealBatch()
            let (id, _) = try await added("/a", after: "1", system, receiver)
            _ = try await turnOn(id, "/a", system, receiver)
            let code = try #require(try await system.registered().first)
            _ = try await system.report(2, of: code, event: "d-1")
            while try await demonstration.sequencer.sealBatch() > 0 {}
            let before = try await system.follow()
            let now = Date()
            #expect(try await demonstration.house.jobDossiers.forgetEvents(at: now, months: 24) == 0)
            #expect(try await system.follow().events == before.events)
            let later = now.addingTimeInterval(70 * 86_400)
            while try await demonstration.house.jobDossiers.forgetEvents(at: later, months: 1, limit: 3) > 0 {}
            #expect(try await system.follow().events.isEmpty)
            let away = try await system.raw("/api/v1/events?after=1")
            #expect(away.status == .gone)
            let body = try JSON(parsing: away.body)
            #expect(body["type"]?.string == "/problems/cursor-too-old")
            let oldest = try #require(body["oldest"]?.string)
            #expect(try await system.raw("/api/v1/events?after=\(oldest)").status == .ok)
            _ = try await system.report(4, of: code, event: "d-2")
            while try await demonstration.sequencer.sealBatch() > 0 {}
            #expect(try await system.follow(after: oldest).events.map { $0["event_id"]?.string } == ["d-2"])
            try await demonstration.house.webhookCourier.round(at: now.addingTimeInterval(1))
            #expect(try await system.get("/api/v1/webhooks/\(id)")["reason"]?.string == "too-old")
        }
    }

    @Test(
        "who supervises the whole agency adds one on its page, sees its secret once, turns it on, replays and removes it"
    )
    func page() async throws {
        try await with { demonstration, receiver async throws in
            let head = try await demonstration.browser("officer")
            let path = "/can-bo/he-thong/thong-bao"
            let list = try await head.get(path)
            #expect(list.status == .ok)
            let id = try #require(list.text.split(separator: "name=\"id\" value=\"").last.map { String($0.prefix(36)) })
            func act(_ fields: [(String, String)], on page: String) async throws -> TestClient.Answer {
                try await head.post(page, form: [("csrf", try await head.get(page).text.formToken)] + fields)
            }
            let wrong = try await act([("id", id), ("name", ""), ("url", "https://10.0.0.1/")], on: path)
            #expect(wrong.status == .unprocessableContent)
            let url = "http://127.0.0.1:\(receiver.port)/trang"
            var secrets: Set<String> = []
            for _ in 0..<2 {
                let answer = try await act([("id", id), ("name", "Một cửa"), ("url", url)], on: path)
                #expect(answer.status == .ok)
                secrets.insert(String(answer.text.split(separator: "<code>whsec_").last?.prefix { $0 != "<" } ?? ""))
            }
            #expect(secrets.count == 1 && secrets.first?.count == 44)
            let own = "\(path)/\(id)"
            #expect(try await !head.get(own).text.contains("whsec_"))
            #expect(try await act([("act", "on")], on: own).location == "\(own)?xong=on")
            #expect(receiver.messages.map(\.path) == ["/trang"])
            receiver.answer("/trang", .badGateway)
            #expect(try await act([("act", "test")], on: own).status == .seeOther)
            #expect(try await head.get("/en" + own).text.contains("Status 502"))
            #expect(try await act([("act", "replay"), ("after", "99999999")], on: own).status == .unprocessableContent)
            #expect(try await act([("act", "replay"), ("after", "0")], on: own).status == .seeOther)
            try await demonstration.sequencer.sealBatch()
            try await demonstration.house.webhookCourier.round(at: Date().addingTimeInterval(1))
            #expect(try message(receiver.messages.last)["type"]?.string == "dossier.events")
            let renewed = try await act([("act", "renew")], on: own)
            #expect(renewed.text.contains("whsec_") && !secrets.contains { renewed.text.contains($0) })
            #expect(try await act([("act", "off")], on: own).status == .seeOther)
            #expect(try await act([("act", "remove")], on: own).location == "\(path)?xong=remove")
            #expect(try await head.get(own).status == .notFound)
        }
    }

    // MARK: -

    private func with(_ body: (Demonstration, TestReceiver) async throws -> Void) async throws {
        try await TestReceiver.with { receiver async throws in
            let environment = ["WEBHOOK_NETWORKS": "127.0.0.1", "WEBHOOK_PORTS": "443,\(receiver.port)"]
            try await Demonstration.with(environment: environment) { try await body($0, receiver) }
        }
    }

    private func added(
        _ path: String, after: String? = nil, _ system: AgencySystem, _ receiver: TestReceiver
    ) async throws -> (id: String, secret: String) {
        var members: [String: JSON] = ["name": "Một cửa", "url": .string(url(path, receiver))]
        if let after { members["after"] = .string(after) }
        let answer = try await system.post(
            "/api/v1/webhooks", JSON.object(members).serialized(), key: "them-\(path)")
        #expect(answer.status == .created, "\(answer.text)")
        let json = try JSON(parsing: answer.body)
        return (try #require(json["id"]?.string), try #require(json["secret"]?.string))
    }

    private func turnOn(
        _ id: String, _ path: String, _ system: AgencySystem, _ receiver: TestReceiver
    ) async throws -> TestClient.Answer {
        let body: JSON = ["name": "Một cửa", "url": .string(url(path, receiver)), "state": "active"]
        return try await system.client.send(
            .put, "/api/v1/webhooks/\(id)",
            headers: [
                .authorization: "Bearer \(system.token)", .contentType: "application/json",
                HTTPField.Name("Idempotency-Key")!: UUID().uuidString,
            ], body: body.serialized())
    }

    private func url(_ path: String, _ receiver: TestReceiver) -> String { "http://127.0.0.1:\(receiver.port)\(path)" }

    private func message(_ message: TestReceiver.Message?) throws -> JSON {
        try JSON(parsing: try #require(message).body)
    }

    /// As a receiver finds out.
    private func isSigned(_ message: TestReceiver.Message, by secret: String) -> Bool {
        guard let key = Data(base64Encoded: String(secret.dropFirst(6))) else { return false }
        let signature = WebhookSecrets.signature(
            secret: Array(key), id: message.headers[.webhookID] ?? "",
            timestamp: message.headers[HTTPField.Name("webhook-timestamp")!] ?? "", body: message.body)
        let signatures = message.headers[HTTPField.Name("webhook-signature")!]?.split(separator: " ").map(String.init)
        return signatures?.contains(signature) == true
    }
}

extension HTTPField.Name {
    fileprivate static let webhookID = Self("webhook-id")!
}
