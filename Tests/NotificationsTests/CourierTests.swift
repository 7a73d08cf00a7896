import Core
import Foundation
import Notifications
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite("Deliveries on their way")
struct CourierTests {
    /// Another side that answers what a test wants to see answered, one after the other, the last for good.
    private final class Scripted: Transport {
        private let outcomes: Mutex<[Outcome]>
        private let seen = Mutex<[OutgoingMessage]>([])

        init(_ outcomes: Outcome...) { self.outcomes = Mutex(outcomes) }

        var messages: [OutgoingMessage] { seen.withLock { $0 } }

        func send(_ message: OutgoingMessage) async -> Outcome {
            seen.withLock { $0.append(message) }
            return outcomes.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }
    }

    private static func queued(_ test: TestDatabase) async throws {
        try await Samples.tell(try await Samples.person(test, bySMS: true), in: test)
        try await Samples.notifications(test).spread(at: Samples.now)
    }

    private static func state(_ test: TestDatabase, _ channel: Channel = .email) async throws -> [String] {
        try await test.sql(
            """
            select concat_ws(' ', state, attempts, reason, provider_id) from deliveries
            where channel = '\(channel.rawValue)'
            """)
    }

    @Test(
        "what the other side says decides the state",
        arguments: [
            (.sent(providerID: "p-1"), "sent 1 p-1", .done), (.sent(providerID: nil), "sent 1", .done),
            (.bounced("smtp-550"), "bounced 1 smtp-550", .done), (.failed("http-400"), "failed 1 http-400", .done),
            (.later("smtp-451"), "queued 1 smtp-451", .done),
            (.unreachable("timeout"), "queued 1 timeout", .unreachable("timeout")),
        ] as [(Outcome, String, Courier.Round)])
    func outcomes(outcome: Outcome, state: String, round: Courier.Round) async throws {
        try await TestDatabase.with { test in
            try await Self.queued(test)
            let courier = Samples.courier(by: Scripted(outcome), test)
            #expect(try await courier.carry(at: Samples.now, jitter: 1) == round)
            #expect(try await Self.state(test) == [state])
            #expect(try await Self.state(test, .sms) == ["queued 0"])
            #expect(try await courier.carry(at: Samples.now, jitter: 1) == .nothing)
        }
    }

    @Test("it is tried after half a minute, then ever more rarely, under the same id, and given up after a day")
    func patience() async throws {
        try await TestDatabase.with { test in
            try await Self.queued(test)
            let transport = Scripted(.later("smtp-451"))
            let courier = Samples.courier(by: transport, test)
            var attempts: [Int] = []
            for minute in 0..<(30 * 60) {
                let now = Samples.now.addingTimeInterval(Double(minute) * 60)
                if try await courier.carry(at: now, jitter: 1) == .done { attempts.append(minute) }
            }
            #expect(attempts.starts(with: [0, 1, 2, 4, 8, 16]) && attempts.last.map { $0 >= 1440 } == true)
            #expect(zip(attempts, attempts.dropFirst()).allSatisfy { $1 - $0 <= 240 })
            #expect(Set(transport.messages.map(\.id)).count == 1)
            #expect(try await Self.state(test) == ["given_up \(attempts.count) smtp-451"])
        }
    }

    @Test("a channel that nobody answers leaves the other one alone")
    func apart() async throws {
        try await TestDatabase.with { test in
            try await Self.queued(test)
            let mail = Samples.courier(by: Scripted(.unreachable("no-connection")), test)
            let sms = Scripted(.sent(providerID: nil))
            #expect(try await mail.carry(at: Samples.now, jitter: 1) == .unreachable("no-connection"))
            #expect(try await Samples.courier(.sms, by: sms, test).carry(at: Samples.now, jitter: 1) == .done)
            #expect(sms.messages.map(\.address) == ["0950123406"])
            #expect(try await Self.state(test, .sms) == ["sent 1"])
        }
    }

    @Test("the address and the language are those of the moment of sending; without an address nothing is sent")
    func freshAddress() async throws {
        try await TestDatabase.with { test in
            try await Self.queued(test)
            try await test.sql("update accounts set email = 'new@example.vn', language = 'en', phone = null")
            let mail = Scripted(.sent(providerID: nil))
            _ = try await Samples.courier(by: mail, test).carry(at: Samples.now, jitter: 1)
            #expect(mail.messages.map(\.address) == ["new@example.vn"])
            #expect(mail.messages.first?.letter.subject.hasPrefix("Application") == true)
            let sms = Scripted(.sent(providerID: nil))
            _ = try await Samples.courier(.sms, by: sms, test).carry(at: Samples.now, jitter: 1)
            #expect(sms.messages.isEmpty)
            #expect(try await Self.state(test, .sms) == ["failed 1 no-address"])
        }
    }

    @Test("the agency of the dossier has a lost one tried again; another agency doesn't know of it")
    func retried() async throws {
        try await TestDatabase.with { test in
            try await Self.queued(test)
            try await test.sql(
                "insert into agencies values ('H26.16', 'A', 'x', null, null, null, '2020-01-01', null, null, 'verified')"
            )
            try await test.sql("update deliveries set agency_code = 'H26.16'")
            _ = try await Samples.courier(by: Scripted(.bounced("smtp-550")), test).carry(at: Samples.now, jitter: 1)
            let deliveries = Deliveries(database: test.application)
            #expect(try await deliveries.list(at: "H26.99", state: nil, limit: 10).items.isEmpty)
            let lost = try #require(try await deliveries.list(at: "H26.16", state: .bounced, limit: 10).items.first)
            #expect(lost.recipient == "l•••@example.vn" && lost.dossierCode == "H26.16-261124-0001")
            let officer = try await Samples.person(test)
            let later = Samples.now.addingTimeInterval(3 * 86_400)
            #expect(try await !deliveries.retry(lost.id, at: "H26.99", by: officer, now: later))
            for _ in 0..<2 { #expect(try await deliveries.retry(lost.id, at: "H26.16", by: officer, now: later)) }
            #expect(try await Self.state(test) == ["queued 0"])
            #expect(try await test.sql("select kind from journal_entries") == ["delivery.retried"])
            let again = Scripted(.later("smtp-451"), .sent(providerID: nil))
            _ = try await Samples.courier(by: again, test).carry(at: later, jitter: 1)
            #expect(try await Self.state(test) == ["queued 1 smtp-451"])
        }
    }
}
