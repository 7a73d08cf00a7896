import Core
import Foundation
import HTTPTypes
import Journal
import Pages
import Server
import TestSupport
import Testing

@testable import Portal

@Suite("What an agency's system does right and wrong")
struct ConformanceTests {
    typealias Call = ConformanceLog.Call

    /// A log of what a good system does: all that happens to it once, and what it does then.
    static func good() -> ConformanceLog {
        var log = ConformanceLog()
        var time = Date(timeIntervalSince1970: 1_790_000_000)
        func add(
            _ kind: Call.Kind, _ status: Int, _ fault: Call.Fault? = nil, after seconds: Double = 1,
            _ more: (inout Call) -> Void = { _ in }
        ) {
            time += seconds
            var call = Call(at: time, kind: kind, id: "call-\(log.calls.count)")
            (call.status, call.fault, call.token) = (status, fault, [1])
            more(&call)
            log.calls.append(call)
        }
        func report(
            _ number: Int, _ status: Int, _ fault: Call.Fault? = nil, after seconds: Double = 1, token: UInt8 = 1
        ) {
            add(.status, status, fault, after: seconds) { call in
                call.key = "H26-1 e-\(number)"
                call.body = Self.body(number)
                call.token = [token]
            }
        }
        add(.token, 200)
        report(1, 201)
        report(2, 503, .lost)
        report(2, 201)
        report(3, 503, .refused)
        report(3, 201)
        report(4, 429, .limited)
        report(4, 201, after: 2.1)
        report(5, 401, .expired)
        add(.token, 200)
        report(5, 201, token: 2)
        add(.events, 200) { ($0.after, $0.next) = (0, 7) }
        add(.events, 200) { ($0.after, $0.next) = (7, 9) }
        add(.status, 409) { call in
            call.key = "H26-1 e-6"
            call.body = Self.body(6)
        }
        return log
    }

    static func body(_ number: Int, minute: Int? = nil, event: String? = nil) -> [UInt8] {
        let members: [String: JSON] = [
            "sequence": .integer(number), "event_id": .string(event ?? "e-\(number)"), "status": 4,
            "occurred_at": .string("2026-11-20T09:\(10 + (minute ?? number)):00+07:00"),
        ]
        return JSON.object(members).serialized()
    }

    /// What a bad system does differently, and the one rule that it breaks.
    struct Fault: Sendable, CustomTestStringConvertible {
        let rule: ConformanceRule
        let change: @Sendable (inout ConformanceLog) -> Void

        init(_ rule: ConformanceRule, _ change: @escaping @Sendable (inout ConformanceLog) -> Void) {
            (self.rule, self.change) = (rule, change)
        }

        var testDescription: String { rule.rawValue }
    }

    static let faults: [Fault] = [
        Fault(.keepsToken) { log in
            let token = log.calls[0]
            log.calls.insert(contentsOf: Array(repeating: token, count: 6), at: 0)
        },
        Fault(.renewsToken) { $0.calls[10].token = [1] },
        Fault(.repeatsLost) { $0.calls[3].key = "H26-1 another" },
        Fault(.repeatsRefused) { $0.calls[5].body = body(3, minute: 20, event: "e-3b") },
        Fault(.waitsWhenLimited) { $0.calls[7].at = $0.calls[6].at.addingTimeInterval(0.5) },
        Fault(.mendsRejected) { log in log.calls += Array(repeating: log.calls[13], count: 2) },
        Fault(.namesEventsOnce) { log in
            log.calls[1].body = body(1, event: "e-2")
        },
        Fault(.numbersReports) { log in
            log.calls[13].body = JSON.object(["event_id": "e-6", "status": 4, "occurred_at": "2026-11-20T10:00:00Z"])
                .serialized()
        },
        Fault(.fillsGaps) { $0.calls[13].body = body(8) },
        Fault(.readsOn) { $0.calls[12].after = 3 },
        Fault(.tellsTimes) { $0.calls[13].body = body(6, minute: 5) },
        Fault(.isHonest) { $0.flags = ["placeholder_identity": 2] },
    ]

    @Test("one that does what the guide says passes every rule")
    func passes() {
        for rule in ConformanceRule.allCases { #expect(rule.verdict(on: Self.good()) == .passed, "\(rule)") }
        for rule in ConformanceRule.allCases { #expect(rule.verdict(on: ConformanceLog()) == .unseen, "\(rule)") }
    }

    @Test("one that does something else breaks that rule and no other", arguments: faults)
    func breaks(fault: Fault) {
        var log = Self.good()
        fault.change(&log)
        let broken = ConformanceRule.allCases.filter { rule in
            if case .failed = rule.verdict(on: log) { true } else { false }
        }
        #expect(broken == [fault.rule])
        #expect(Self.faults.map(\.rule) == ConformanceRule.allCases)
    }

    @Test("a system that keeps in step over a bad line is told so, one that gives up is told what to do")
    func watched() async throws {
        try await Demonstration.with { demonstration async throws in
            let codes = try await AgencySystem(demonstration, 0).registered()
            let good = try await watch(demonstration, reporting: codes.dropLast(), patience: 4)
            #expect(good.isPassed, "\(good.text)")
            #expect(good.text.contains("Gửi lại đúng báo cáo cũ") && !good.text.contains("conformance."))
            let hasty = try await watch(demonstration, reporting: codes.suffix(1), patience: 1)
            #expect(!hasty.isPassed && hasty.text.contains("cùng Idempotency-Key"))
        }
    }

    /// A small agency's system: reports on two dossiers and follows the events.
    /// - Parameter patience: how often it tries; the wait that it is told is kept only by one that tries again.
    private func watch(
        _ demonstration: Demonstration, reporting codes: some Sequence<String>, patience: Int
    ) async throws -> ConformanceReport {
        let watch = ConformanceWatch()
        let client = TestClient(demonstration.house.site.with(between: watch.pass))
        let facts = demonstration.facts.clients[0]
        func token() async throws -> String {
            let answer = try await client.post(
                "/oauth/token",
                form: [
                    ("grant_type", "client_credentials"), ("client_id", facts.clientID),
                    ("client_secret", facts.secret),
                ])
            return try JSON(parsing: answer.body)["access_token"]?.string ?? ""
        }
        var bearer = try await token()
        for code in codes.prefix(3) {
            for (place, status) in [2, 4, 9, 10].enumerated() {
                let body = AgencySystem.body(
                    status: status, event: "hop-\(code)-\(place)", sequence: place + 1,
                    at: .now.addingTimeInterval(Double(place) - 10))
                for _ in 0..<patience {
                    let answer = try await client.send(
                        .post, "/api/v1/dossiers/\(code)/status",
                        headers: [
                            .authorization: "Bearer \(bearer)", .contentType: "application/json",
                            HTTPField.Name("Idempotency-Key")!: "hop-\(code)-\(place)",
                        ], body: body)
                    if answer.status == .unauthorized { bearer = try await token() }
                    if answer.status == .tooManyRequests {
                        try await Task.sleep(for: .seconds(Conformance.limitedSeconds))
                    }
                    if answer.status.code < 400 { break }
                }
            }
        }
        try await demonstration.sequencer.sealBatch()
        var next = "0"
        for _ in 0..<3 {
            let answer = try await client.get(
                "/api/v1/events?after=\(next)", headers: [.authorization: "Bearer \(bearer)"])
            next = try JSON(parsing: answer.body)["next"]?.string ?? next
        }
        return ConformanceReport(watch.log, texts: demonstration.house.texts, language: .vi)
    }
}
