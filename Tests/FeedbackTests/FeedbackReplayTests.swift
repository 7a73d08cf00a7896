import Core
import Feedback
import Foundation
import Postgres
import TestSupport
import Testing

/// Numbers that are the same in every run (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite("Feedback told again from its events")
struct FeedbackReplayTests {
    @Test("after any acts, the events told again give the state, who has it, and every figure", arguments: 1...12)
    func replay(seed: UInt64) async throws {
        try await Desk.with { desk async throws in
            var random = Seeded(state: seed)
            var now = morning("2026-12-20")
            let agencies = [Desk.hoanKiem, Desk.saiGon, Desk.office]
            let (code, word) = try await desk.send(
                to: agencies.randomElement(using: &random), at: now)
            for _ in 0..<25 {
                now = now.addingTimeInterval(Double.random(in: 0...5, using: &random) * 86_400)
                let act = FeedbackAct.allCases.randomElement(using: &random) ?? .accept
                guard act != .withdraw || Int.random(in: 0..<6, using: &random) == 0 else { continue }
                let before = try await desk.feedback.record(code, for: .holder(word)).item
                let target = agencies.randomElement(using: &random)
                let deed = FeedbackDeed(
                    act, note: "Lời \(act.rawValue)", target: target,
                    wording: PublicWording(question: "Hỏi", answer: "Đáp"))
                let party: FeedbackParty =
                    act.isAuthors ? .holder(word) : try #require(desk.officers[before.agencyCode])
                do {
                    let after = try await desk.feedback.act(
                        deed, on: code, seen: Int(before.version), by: party, at: now)
                    #expect(try before.state.after(act) == after)
                } catch FeedbackError.illegalMove(let state) {
                    #expect(state == before.state && !state.acts.contains(act))
                } catch FeedbackError.notFound {
                    #expect(act == .send)
                } catch is ValidationFailure {
                    #expect(act.transfers)
                }
            }
            try await check(code, word, desk)
        }
    }

    private func check(_ code: String, _ word: TrackingWord, _ desk: Desk) async throws {
        let record = try await desk.feedback.record(code, for: .holder(word))
        var (state, holder, isLate) = (FeedbackState.new, record.events[0].agencyCode, false)
        var figures: [String: FeedbackFigures] = [holder: FeedbackFigures()]
        figures[holder]?.received = 1
        for event in record.events.dropFirst() {
            #expect(event.agencyCode == holder)
            state = try state.after(event.act)
            #expect(event.state == state)
            let misses = event.inTime == false
            if event.act.handles {
                figures[holder, default: FeedbackFigures()].handled += 1
                if isLate || misses { figures[holder, default: FeedbackFigures()].late += 1 }
            }
            if event.act == .answer {
                figures[holder, default: FeedbackFigures()].answered += 1
                if isLate || misses { figures[holder, default: FeedbackFigures()].unsatisfied += 1 }
            }
            if event.act == .publish || event.act == .withhold, misses, !isLate {
                figures[holder, default: FeedbackFigures()].late += 1
                figures[holder, default: FeedbackFigures()].unsatisfied += 1
            }
            isLate = isLate || misses
            if let target = event.targetAgency {
                (holder, isLate) = (target, false)
                figures[holder, default: FeedbackFigures()].received += 1
            }
        }
        let item = record.item
        #expect(item.state == state && item.agencyCode == holder && item.isLate == isLate)
        #expect(Int(item.version) == record.events.count)
        #expect(record.events.map { Int($0.sequence) } == Array(1...record.events.count))
        for agency in [Desk.hoanKiem, Desk.saiGon, Desk.office] {
            let years = try ["2026-12-31", "2027-12-31"].map { try #require(Day($0)) }
            var kept = FeedbackFigures()
            for year in years { kept = try await kept + desk.figures(agency, on: year) }
            #expect(kept == figures[agency] ?? FeedbackFigures(), "\(agency)")
        }
    }
}
