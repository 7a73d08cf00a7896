import Accounts
import Core
import Cryptography
import Dossiers
import Foundation
import HTTPTypes
import Journal
import Postgres
import TestSupport
import Testing

@testable import Portal

/// Dossiers live at random: officers, applicants and an agency's system act at once on two servers. `LIVES` says how many
/// dossiers, 40 unless told.
@Suite("Whatever happens to dossiers")
struct LivesTests {
    @Test("their state is what their events say, the journal agrees, and nothing that is to happen once happens twice")
    func lives() async throws {
        try await Demonstration.with { demonstration async throws in
            let other = try House(demonstration.settings)
            defer {
                Task {
                    await other.application.close()
                    await other.worker.close()
                }
            }
            let count = ProcessInfo.processInfo.environment["LIVES"].flatMap { Int($0) } ?? 40
            let world = try await World(demonstration, count: count)
            let counted = try await withThrowingTaskGroup(of: Int.self) { group in
                for player in 0..<8 {
                    let dossiers = player % 2 == 0 ? demonstration.house.dossiers : other.dossiers
                    group.addTask { try await world.play(on: dossiers, seed: UInt64(player + 1), acts: count * 3) }
                }
                return try await group.reduce(0, +)
            }
            #expect(counted > count, "hardly anything was done")

            let wrong = try await demonstration.test.sql(
                """
                select 'state of ' || d.code from dossiers d join dossier_events e on e.dossier_id = d.id and e.sequence = d.version
                    where d.status <> e.status or d.version <> (select count(*) from dossier_events x where x.dossier_id = d.id)
                union all
                select 'chain of ' || d.code from dossiers d join dossier_events e on e.dossier_id = d.id
                    join dossier_events f on f.dossier_id = d.id and f.sequence = e.sequence + 1 where f.previous_status <> e.status
                union all
                select 'extended twice ' || dossier_id from dossier_events where kind = 'extended' group by dossier_id having count(*) > 1
                union all
                select 'two open supplements ' || dossier_id from supplements where closed_at is null and answered_at is null
                    group by dossier_id having count(*) > 1
                union all
                select 'second supplement without a reason ' || dossier_id from supplements where number > 1 and reason is null
                union all
                select 'supplement open after its end ' || d.code from dossiers d join supplements s on s.dossier_id = d.id
                    where d.status <> 5 and s.closed_at is null
                union all
                select 'returned with a payment open ' || d.code from dossiers d join obligations o on o.dossier_id = d.id
                    where d.status = 10 and o.outcome is null
                        and not exists (select from dossier_events e where e.dossier_id = d.id and e.event_id is not null)
                union all
                select 'decided without its end ' || code from dossiers where status in (9, 10) and finished_at is null
                union all
                select 'waits for nobody ' || code from dossiers where (status in (3, 7, 10)) <> (waits_for = 'nobody')
                union all
                select 'letters of ' || d.code from dossiers d where d.account_id is not null and
                    (select count(*) from dossier_events e where e.dossier_id = d.id and e.kind = 'status')
                    <> (select count(*) from outbox o where o.topic = 'dossier.status' and o.payload ->> 'code' = d.code)
                        - (select count(*) from dossier_events e where e.dossier_id = d.id and e.kind = 'supplement_asked_again')
                """)
            #expect(wrong == [])
            // Each illegal edge would show here: the table, not the program, is asked.
            let edges = try await demonstration.test.sql(
                "select distinct previous_status || ' ' || status from dossier_events where kind = 'status' and previous_status is not null"
            )
            for edge in edges {
                let codes = edge.split(separator: " ").compactMap { Int($0) }
                #expect(
                    DossierStatus.moves.contains { $0.from.rawValue == codes[0] && $0.to.rawValue == codes[1] },
                    "\(edge)")
            }
            #expect(try await Dossiers.disagreements(on: demonstration.house.worker) == [])
        }
    }
}

extension LivesTests {
    @Test("a submission takes the next number where the agency's own system has used some")
    func numbersTaken() async throws {
        try await Demonstration.with { demonstration async throws in
            let office = try await Office(demonstration)
            let first = try #require(try await World(demonstration, count: 1).codes.first)
            let number = try #require(first.split(separator: "-").last.flatMap { Int($0) })
            let day = Day(of: .now)
            for taken in 1...3 {
                let code = DossierCode(agency: "H26.00070", day: day, number: number + taken)
                let answer = try await office.system.client.send(
                    .put, "/api/v1/dossiers/\(code)", headers: office.headers, body: office.statement(1).serialized())
                #expect(answer.status == .created)
            }
            let next = DossierCode(agency: "H26.00070", day: day, number: number + 4).description
            #expect(try await World(demonstration, count: 1).codes == [next])
        }
    }
}

/// The dossiers and the people who act on them.
private struct World: Sendable {
    let codes: [String]
    let officer: Officer
    let citizen: Account.ID

    init(_ demonstration: Demonstration, count: Int) async throws {
        let house = demonstration.house
        let find = try await demonstration.test.sql(
            "select id from accounts where login = 'canbo.hoankiem' union all (select account_id from dossiers where procedure_code = '1.001193' and agency_code = 'H26.00070' limit 1)"
        )
        officer = Officer(
            id: try #require(Account.ID(find[0])), name: "Lê Thu Hà", agency: "H26.00070", unit: nil,
            duties: Set(Duty.allCases))
        citizen = try #require(Account.ID(find[1]))
        let profile = try #require(
            try await Accounts(database: house.application, passwords: PasswordHasher()).profile(of: citizen))
        var codes: [String] = []
        let model = try #require(
            try await demonstration.test.sql(
                "select d.id || '|' || a.answers from dossiers d join dossier_answers a on a.dossier_id = d.id where procedure_code = '1.001193' and agency_code = 'H26.00070' limit 1"
            ).first)
        let parts = model.split(separator: "|", maxSplits: 1).map(String.init)
        let answers = try JSON(parsing: Array(parts[1].utf8))
        for _ in 0..<count {
            let draft = try await house.dossiers.openDraft(
                of: "1.001193", with: "H26.00070", for: profile, by: .own(profile.id), at: Date(), id: .make(at: Date())
            )
            try await house.dossiers.fill(draft, of: citizen, with: answers, at: Date())
            _ = try await demonstration.test.sql(
                "insert into attachments (id, owner_id, field_id, sha256, name, added_at) select gen_random_uuid(), '\(draft)', field_id, sha256, name, now() from attachments where owner_id = '\(parts[0])'"
            )
            codes.append(try await house.dossiers.submit(draft, of: profile, by: .own(profile.id), at: Date()).code)
        }
        self.codes = codes
    }

    /// Does so many things at random; gives how many were done. What the rules refuse is refused by one of the known errors.
    func play(on dossiers: Dossiers, seed: UInt64, acts: Int) async throws -> Int {
        var random = Random(state: seed)
        var done = 0
        for number in 0..<acts {
            guard let code = codes.randomElement(using: &random) else { break }
            do {
                try await act(on: code, dossiers, number: Int(seed) * 1_000_000 + number, &random)
                done += 1
            } catch is DossierError {} catch is ValidationFailure {} catch is EventRepeated {}
        }
        return done
    }

    private func act(on code: String, _ dossiers: Dossiers, number: Int, _ random: inout Random) async throws {
        let now = Date()
        switch Int.random(in: 0..<20, using: &random) {
        case 0:
            try await dossiers.withdraw(code, reason: "Rút", by: .own(citizen), at: now)
        case 1...3:
            try await dossiers.sendSupplement(of: code, reply: "Đã nộp", by: .own(citizen), at: now)
        case 4...5:
            let status = DossierStatus.allCases.randomElement(using: &random) ?? .received
            let change = StatusChange(
                status: status, occurredAt: now, eventID: "e-\(number)", note: "N", officerName: "H", officerTitle: nil,
                dueAt: nil)
            let message = IdempotentMessage(scope: "client:x", key: "k-\(number)", body: Array("\(number)".utf8))
            for _ in 1...2 {
                _ = try await dossiers.changeStatus(
                    of: code, at: officer.agency, to: change, message: message, now: now
                ) { _ in (201, []) }
            }
        default:
            let file = try await dossiers.file(code, at: officer.agency)
            let summary = file.dossier.summary
            let rules = ActRule.allowed(
                in: summary.status, isReceived: summary.receivedAt != nil, isExtended: file.isExtended,
                heldBy: file.dossier.unitID, assignedTo: file.dossier.assignedTo, to: officer)
            guard let rule = (Bool.random(using: &random) ? rules : ActRule.all).randomElement(using: &random) else {
                return
            }
            let act = act(rule.kind, due: summary.dueAt, &random)
            // Now and then of what was there before, as a second officer would.
            let seen = summary.version - (Int.random(in: 0..<6, using: &random) == 0 ? 1 : 0)
            _ = try await dossiers.act(act, on: code, seen: seen, by: officer, at: now)
        }
    }

    private func act(_ kind: OfficerAct.Kind, due: Date?, _ random: inout Random) -> OfficerAct {
        let today = Day(of: Date())
        switch kind {
        case .receive: return .receive(note: "")
        case .refuse: return .refuse(.duplicate, note: "")
        case .askSupplement:
            let item = SupplementRequest.Item(field: Bool.random(using: &random) ? "child_name" : nil, what: "Sửa")
            return .askSupplement(
                SupplementRequest(
                    items: [item], note: "", reason: Bool.random(using: &random) ? "Lý do" : "", answerBy: today + 5))
        case .assign: return .assign(Bool.random(using: &random) ? officer.id : nil)
        case .handOver: return .handOver(unit: nil, to: officer.id, due: nil, note: "")
        case .consult: return .consult(agency: "H26.16", question: "Hỏi", due: (today + 3).instant())
        case .requestPayment: return .requestPayment(amount: 1000, reason: "Phí")
        case .settlePayment: return .settlePayment(.paid, note: "")
        case .stop: return .stop(reason: "Dừng")
        case .resume: return .resume(note: "")
        case .extend:
            var day = due.map { Day(of: $0) + 7 } ?? today + 30
            while day.weekday != 3 { day = day + 1 }
            return .extend(to: day, reason: "Xin lỗi")
        case .decide: return .decide(Decision(isGranted: true, title: "Giấy", number: "1", note: ""))
        case .giveBack: return .giveBack(.online, note: "")
        }
    }
}

/// SplitMix64: the same seed lives the same life.
private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
