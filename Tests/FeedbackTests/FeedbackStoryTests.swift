import Accounts
import Core
import Feedback
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("What happens to feedback")
struct FeedbackStoryTests {
    @Test("sent to no agency, it goes through the office to who answers and publishes it, each on a clock of its own")
    func story() async throws {
        try await Desk.with { desk async throws in
            let (code, _) = try await desk.send(to: nil, by: desk.citizens[0], at: morning("2027-01-11"))
            #expect(code == "PA-270111-0001")
            let office = try #require(desk.officers[Desk.office])
            let arrived = try await desk.feedback.record(code, for: office).item
            #expect(arrived.state == .new && arrived.dueOn == Day("2027-02-01"))
            let forward = FeedbackDeed(.forward, note: "Thuộc thẩm quyền của phường.", target: Desk.hoanKiem)
            #expect(try await desk.act(forward, on: code, as: Desk.office, at: morning("2027-01-18")) == .forwarded)
            await #expect(throws: FeedbackError.notFound) { try await desk.feedback.record(code, for: office) }
            let own = try #require(desk.officers[Desk.hoanKiem])
            let item = try await desk.feedback.record(code, for: own).item
            #expect(item.clockFrom == morning("2027-01-18") && item.dueOn == Day("2027-02-15"))
            try await desk.act(FeedbackDeed(.accept), on: code, at: morning("2027-01-19"))
            try await desk.act(FeedbackDeed(.answer, note: "Đã bớt."), on: code, at: morning("2027-02-15"))
            try await desk.act(.publication, on: code, at: morning("2027-02-17"))
            let published = try #require(try await desk.feedback.published(code))
            #expect(published.question == "Xin bớt một bản sao." && published.agencyCode == Desk.hoanKiem)
            #expect(!published.isLate)
            let record = try await desk.feedback.record(code, for: .account(desk.citizens[0]))
            #expect(record.events.map(\.act) == [.send, .forward, .accept, .answer, .publish])
            #expect(record.events.map(\.inTime) == [nil, true, nil, true, true])
            #expect(record.answer == "Đã bớt.")
            let figures = try await desk.figures(on: #require(Day("2027-03-01")))
            #expect([figures.received, figures.handled, figures.late, figures.answered] == [1, 1, 0, 1] as [Int])
            let passed = try await desk.figures(Desk.office, on: #require(Day("2027-03-01")))
            #expect([passed.received, passed.handled, passed.late, passed.answered] == [1, 1, 0, 0] as [Int])
            let letters = try await desk.test.sql("select topic || ' ' || (payload ->> 'path') from outbox order by id")
            #expect(
                letters.map { $0.split(separator: " ")[0] } == [
                    "feedback.sent", "feedback.forwarded", "feedback.accepted", "feedback.answered",
                    "feedback.published",
                ])
            #expect(letters.first == "feedback.sent /phan-anh/cua-toi/\(code)")
            #expect(
                try await desk.test.sql("select count(*) from journal_entries where kind like 'feedback.%'") == ["5"])
            #expect(try await Feedback.disagreements(on: desk.test.worker) == [])
            try await desk.test.sql("update feedback_events set note = 'Khác' where sequence = 4")
            #expect(try await Feedback.disagreements(on: desk.test.worker).count == 1)
        }
    }

    @Test("a supplement restarts the clock, and what is sent back goes to who transferred it")
    func backAndForth() async throws {
        try await Desk.with { desk async throws in
            let (code, word) = try await desk.send(at: morning("2027-03-01"))
            try await desk.act(FeedbackDeed(.ask, note: "Ở quầy nào?"), on: code, at: morning("2027-03-02"))
            let asked = try await desk.feedback.record(code, for: .holder(word)).item
            #expect(asked.state == .asked && asked.dueOn == nil)
            try await desk.feedback.act(
                FeedbackDeed(.supplement, note: "Quầy 3."), on: code, seen: 2, by: .holder(word),
                at: morning("2027-05-04"))
            let supplemented = try await desk.feedback.record(code, for: .holder(word)).item
            #expect(supplemented.clockFrom == morning("2027-05-04") && supplemented.dueOn == Day("2027-05-25"))
            let away = FeedbackDeed(.forward, note: "Quầy này của Sài Gòn.", target: Desk.saiGon)
            try await desk.act(away, on: code, at: morning("2027-05-05"))
            try await desk.act(
                FeedbackDeed(.sendBack, note: "Không phải."), on: code, as: Desk.saiGon, at: morning("2027-05-10"))
            let own = try #require(desk.officers[Desk.hoanKiem])
            let back = try await desk.feedback.record(code, for: own)
            #expect(back.item.state == .forwarded && back.item.fromAgency == Desk.saiGon)
            // Sent back on the third working day: late for who sent it back, for nobody else.
            #expect(back.events.last?.inTime == false && !back.item.isLate)
            #expect(try await desk.figures(Desk.saiGon, on: #require(Day("2027-06-01"))).late == 1)
            #expect(try await desk.figures(on: #require(Day("2027-06-01"))).received == 2)
            // What names no agency came from nobody: it is sent back to the office, which has nobody to send it back to.
            let (other, _) = try await desk.send(to: nil, at: morning("2027-03-01"))
            let failure = await #expect(throws: ValidationFailure.self) {
                try await desk.act(
                    FeedbackDeed(.sendBack, note: "x"), on: other, as: Desk.office, at: morning("2027-03-01"))
            }
            #expect(failure?.problems == [FieldProblem(field: "target", code: "own_agency")])
        }
    }

    @Test("of two officers at once one is told; the same act again is done once")
    func twoOfficers() async throws {
        try await Desk.with { desk async throws in
            let (code, _) = try await desk.send(at: morning("2027-03-01"))
            let officer = try #require(desk.officers[Desk.hoanKiem])
            let acts = [
                FeedbackDeed(.accept), FeedbackDeed(.refuse, note: "Đã trả lời."), FeedbackDeed(.ask, note: "Ở đâu?"),
            ]
            let done = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        (try? await desk.feedback.act(
                            acts[number % 3], on: code, seen: 1, by: officer, at: morning("2027-03-01"))) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(done == 4)
            #expect(try await desk.test.sql("select count(*) from feedback_events") == ["2"])
            await #expect(throws: FeedbackError.changedMeanwhile) {
                try await desk.feedback.act(
                    FeedbackDeed(.forward, note: "x", target: Desk.saiGon), on: code, seen: 1, by: officer,
                    at: morning("2027-03-01"))
            }
        }
    }

    @Test("a form sent twenty times at once is sent once, and gets one code")
    func sentOnce() async throws {
        try await Desk.with { desk async throws in
            let id = FeedbackItem.ID.make(at: Date())
            let codes = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await desk.send(id: id, at: morning("2027-03-01")).code }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(codes.count == 1)
            #expect(try await desk.test.sql("select count(*) from feedback") == ["1"])
            #expect(try await desk.figures(on: #require(Day("2027-03-01"))).received == 1)
            // Another's form with that id is no repetition and shows nothing.
            let other = TrackingWord(secret: "other", id: id)
            #expect(try await desk.feedback.code(of: id, word: other) == nil)
        }
    }

    @Test("each sees what is theirs: by the statements, and by row-level security when a statement asks for everything")
    func tenancy() async throws {
        try await Desk.with { desk async throws in
            let (code, word) = try await desk.send(by: desk.citizens[0], at: morning("2027-03-01"))
            let id = FeedbackItem.ID.make(at: Date())
            let others: [FeedbackParty] = [
                .account(desk.citizens[1]), .holder(TrackingWord(secret: "x", id: id)),
                try #require(desk.officers[Desk.saiGon]),
            ]
            for party in others {
                await #expect(throws: FeedbackError.notFound) { try await desk.feedback.record(code, for: party) }
                let deed = party.isAuthor ? FeedbackDeed(.withdraw) : FeedbackDeed(.accept)
                await #expect(throws: FeedbackError.notFound) {
                    try await desk.feedback.act(deed, on: code, seen: 1, by: party, at: morning("2027-03-02"))
                }
            }
            // An author has no officer's acts, an officer none of an author's.
            for (party, act) in [
                (FeedbackParty.holder(word), FeedbackAct.accept),
                (try #require(desk.officers[Desk.hoanKiem]), .withdraw),
            ] {
                await #expect(throws: FeedbackError.notFound) {
                    try await desk.feedback.act(
                        FeedbackDeed(act), on: code, seen: 1, by: party, at: morning("2027-03-02"))
                }
            }
            let reader = FeedbackParty.officer(desk.citizens[1], agency: Desk.hoanKiem, duties: [.read, .supervise])
            let receiver = FeedbackParty.officer(desk.citizens[1], agency: Desk.hoanKiem, duties: [.receive])
            #expect(try await desk.feedback.record(code, for: reader).item.code == code)
            #expect(FeedbackAct.allCases.filter(reader.may).isEmpty)
            #expect(FeedbackAct.allCases.filter(receiver.may) == [.accept, .refuse, .ask, .forward, .sendBack])
            await #expect(throws: FeedbackError.notFound) {
                try await desk.feedback.act(
                    FeedbackDeed(.accept), on: code, seen: 1, by: reader, at: morning("2027-03-02"))
            }
            func rows(_ setting: String, _ value: String) async throws -> [String] {
                try await desk.test.sql(
                    """
                    set role portal_app;
                    select set_config('\(setting)', '\(value)', false);
                    select (select count(*) from feedback) || ' ' || (select count(*) from feedback_events)
                    """)
            }
            #expect(try await rows("portal.agency", Desk.saiGon) == ["0 0"])
            #expect(try await rows("portal.agency", Desk.hoanKiem) == ["1 1"])
            #expect(try await rows("portal.account", desk.citizens[0].description) == ["1 1"])
            #expect(try await rows("portal.account", desk.citizens[1].description) == ["0 0"])
            #expect(try await rows("portal.agency", "") == ["0 0"])
            await #expect(throws: (any Error).self) {
                try await desk.test.sql(
                    "set role portal_app; select set_config('portal.agency', '\(Desk.hoanKiem)', false); delete from feedback_events"
                )
            }
            let moved = """
                set role portal_app; select set_config('portal.agency', '\(Desk.saiGon)', false);
                with moved as (update feedback set state = 'accepted' returning 1) select count(*) from moved
                """
            #expect(try await desk.test.sql(moved) == ["0"])
        }
    }

    @Test("an opinion counts once for each person, may change, and turns the agency's figure with it")
    func reactions() async throws {
        try await Desk.with { desk async throws in
            let (code, _) = try await desk.send(at: morning("2027-03-01"))
            try await desk.act(FeedbackDeed(.accept), on: code, at: morning("2027-03-01"))
            try await desk.act(FeedbackDeed(.answer, note: "Đã bớt."), on: code, at: morning("2027-03-02"))
            await #expect(throws: FeedbackError.notFound) {
                try await desk.feedback.react(to: code, likes: true, by: desk.citizens[0], at: morning("2027-03-02"))
            }
            try await desk.act(.publication, on: code, at: morning("2027-03-03"))
            for (who, likes, expected) in [
                (0, false, [0, 1, 1]), (0, false, [0, 1, 1]), (1, true, [1, 1, 0]), (0, true, [2, 0, 0]),
                (1, false, [1, 1, 0]), (0, false, [0, 2, 1]),
            ] {
                try await desk.feedback.react(
                    to: code, likes: likes, by: desk.citizens[who], at: morning("2027-04-05"))
                let answer = try #require(try await desk.feedback.published(code))
                let figures = try await desk.figures(on: #require(Day("2027-04-30")))
                #expect([answer.likes, answer.dislikes, figures.unsatisfied] == expected)
                #expect([figures.likes, figures.dislikes] == Array(expected.prefix(2)))
                #expect(try await desk.feedback.reaction(of: desk.citizens[who], to: answer.id) == likes)
            }
        }
    }

    @Test("published answers are found by words in any accent, and pages hold each once")
    func search() async throws {
        try await Desk.with { desk async throws in
            for number in 1...5 {
                let (code, _) = try await desk.send(at: morning("2027-03-01"))
                try await desk.act(FeedbackDeed(.accept), on: code, at: morning("2027-03-01"))
                try await desk.act(FeedbackDeed(.answer, note: "x"), on: code, at: morning("2027-03-01"))
                let wording = PublicWording(
                    question: "Lệ phí số \(number),\nhộ tịch 100%_", answer: "Miễn (\(number)).")
                try await desk.act(FeedbackDeed(.publish, wording: wording), on: code, at: morning("2027-03-02"))
            }
            for (text, count) in [
                ("le phi", 5), ("PHÍ lệ", 5), ("mien 3", 1), ("ho ti", 5), ("100%_", 5), ("%", 5), ("không có", 0),
                ("", 5),
            ] {
                let found = try await desk.feedback.published(about: text, after: nil, limit: 10)
                #expect(found.items.count == count, "\(text)")
            }
            var (codes, cursor) = ([String](), FeedbackCursor?.none)
            repeat {
                let part = try await desk.feedback.published(after: cursor, limit: 2)
                codes += part.items.map(\.code)
                cursor = part.next
            } while cursor != nil
            #expect(codes.count == 5 && Set(codes).count == 5)
            #expect(try await desk.feedback.published(agency: Desk.saiGon, after: nil, limit: 5).items.isEmpty)
        }
    }
}
