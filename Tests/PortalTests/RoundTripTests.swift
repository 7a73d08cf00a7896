import Core
import Dossiers
import Foundation
import Journal
import Postgres
import TestSupport
import Testing

@testable import Portal

/// What writes cost in waiting for the database. The token of whoever calls is looked up before, which is one more.
@Suite("Round trips")
struct RoundTripTests {
    @Test("a status call waits three times at most, whatever it moves", arguments: [false, true])
    func statusCall(isNumbered: Bool) async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let code = try #require(try await system.registered().first)
            let database = demonstration.house.application
            for (index, status) in [2, 4, 6, 4, 5, 2, 4, 8, 4, 9, 10].enumerated() {
                let number = index + 1
                let change = StatusChange(
                    status: try #require(DossierStatus(rawValue: status)), occurredAt: .now, eventID: "luot-\(number)",
                    note: "Ghi chú", officerName: "Trần Văn Hòa", officerTitle: nil, dueAt: nil,
                    sequence: isNumbered ? number : nil)
                let before = database.roundTrips
                let answer = try await demonstration.house.dossiers.changeStatus(
                    of: code, at: demonstration.facts.clients[0].agency, to: change,
                    message: IdempotentMessage(scope: "client:test", key: "luot-\(number)", body: [1]), now: .now
                ) { _ in (201, []) }
                #expect(answer.status == 201 && !answer.isReplay)
                // The first time in this process, the revision is read with its form.
                #expect(database.roundTrips - before <= (number == 1 ? 4 : 3), "to \(status)")
            }
            let before = database.roundTrips
            let again = try await demonstration.house.dossiers.changeStatus(
                of: code, at: demonstration.facts.clients[0].agency,
                to: StatusChange(
                    status: .returned, occurredAt: .now, eventID: "luot-11", note: nil, officerName: "Trần Văn Hòa",
                    officerTitle: nil, dueAt: nil),
                message: IdempotentMessage(scope: "client:test", key: "luot-11", body: [1]), now: .now
            ) { _ in (500, []) }
            #expect(again.isReplay && again.status == 201)
            #expect(database.roundTrips - before <= 2)
        }
    }

    @Test("equal reports at once are one, and each gets its answer")
    func atOnce() async throws {
        try await Demonstration.with { demonstration async throws in
            let system = try await AgencySystem(demonstration, 0)
            let now = Date.now
            for code in try await system.registered().prefix(3) {
                let answers = try await withThrowingTaskGroup(of: (status: Int, body: JSON).self) { group in
                    for _ in 0..<4 {
                        group.addTask { try await system.report(2, of: code, event: "\(code)-dup", at: now) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.map(\.status) == [201, 201, 201, 201], "\(answers.map(\.body))")
                #expect(Set(answers.map { $0.body.serialized() }).count == 1)
            }
        }
    }
}
