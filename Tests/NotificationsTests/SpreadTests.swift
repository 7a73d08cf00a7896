import Core
import Foundation
import Journal
import Notifications
import Postgres
import TestSupport
import Testing

@Suite("From the outbox to notices and deliveries")
struct SpreadTests {
    @Test(
        "everybody is told in the portal; outside where they chose and have an address; what the law wants told goes out anyway",
        arguments: [
            (true, false, true, true, 2, ["email"]), (true, true, true, true, 2, ["email", "sms"]),
            (false, true, true, true, 2, ["sms"]), (false, false, true, true, 2, []),
            (true, true, false, true, 2, ["sms"]), (true, true, false, false, 2, []),
            (false, false, true, true, 5, ["email"]), (false, false, false, true, 5, ["sms"]),
            (false, false, true, true, 3, ["email"]), (false, false, false, false, 5, []),
            (false, true, true, true, 5, ["sms"]),
        ] as [(Bool, Bool, Bool, Bool, Int, [String])])
    func channels(
        byEmail: Bool, bySMS: Bool, hasEmail: Bool, hasPhone: Bool, status: Int, channels: [String]
    ) async throws {
        try await TestDatabase.with { test in
            let person = try await Samples.person(
                test, email: hasEmail ? "lan@example.vn" : nil, phone: hasPhone ? "0950123406" : nil, byEmail: byEmail,
                bySMS: bySMS)
            try await Samples.tell(person, ["status": .integer(status)], in: test)
            #expect(try await Samples.notifications(test).spread(at: Samples.now) == 1)
            #expect(try await test.sql("select count(*) from notices where account_id = '\(person)'") == ["1"])
            #expect(try await test.sql("select channel from deliveries order by channel") == channels)
            #expect(try await test.sql("select count(*) from outbox where delivered_at is null") == ["0"])
        }
    }

    @Test(
        "what must be told says so itself, is an apology, or a status that waits for the applicant or ends the matter",
        arguments: [
            ("x.y", ["required": true], true), ("dossier.apology", [:], true), ("dossier.extended", [:], true),
            ("dossier.status", ["status": 5], true), ("dossier.status", ["status": 3], true),
            ("dossier.status", ["status": 4], false), ("dossier.message", [:], false),
        ] as [(String, JSON, Bool)])
    func required(topic: String, payload: JSON, isRequired: Bool) {
        #expect(Notifications.isRequired(topic, payload) == isRequired)
    }

    @Test("a message about a topic without texts waits for a program that knows it, and keeps nobody else")
    func unknownTopic() async throws {
        try await TestDatabase.with { test in
            let person = try await Samples.person(test)
            try await test.application.transaction { transaction in
                try await transaction.enqueue(
                    topic: "x.y", payload: ["account": .string(person.description)], at: Samples.now)
            }
            try await Samples.tell(person, in: test)
            #expect(try await Samples.notifications(test).spread(at: Samples.now) == 2)
            #expect(try await test.sql("select topic from outbox where delivered_at is null") == ["x.y"])
            #expect(try await test.sql("select count(*) from notices") == ["1"])
        }
    }

    @Test("two processes that spread at once make each notice once")
    func once() async throws {
        try await TestDatabase.with { test in
            let people = [try await Samples.person(test), try await Samples.person(test)]
            for number in 0..<120 { try await Samples.tell(people[number % 2], in: test) }
            let notifications = Samples.notifications(test)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask { while try await notifications.spread(at: Samples.now) > 0 {} }
                }
                try await group.waitForAll()
            }
            #expect(try await test.sql("select count(*) from notices") == ["120"])
            #expect(try await test.sql("select count(*) from deliveries") == ["120"])
            #expect(try await test.sql("select unread_notices from accounts") == ["60", "60"])
        }
    }

    @Test("the number of unread notices follows what is told, read and forgotten; others' notices aren't seen or read")
    func unread() async throws {
        try await TestDatabase.with { test in
            let (reader, other) = (try await Samples.person(test), try await Samples.person(test))
            for _ in 0..<3 { try await Samples.tell(reader, in: test) }
            try await Samples.tell(other, in: test)
            try await Samples.notifications(test).spread(at: Samples.now)
            let notices = Notices(database: test.application, letters: Samples.letters)
            func unread() async throws -> [String] {
                try await test.sql("select unread_notices from accounts order by id = '\(reader)' desc")
            }
            #expect(try await unread() == ["3", "1"])
            let (first, next) = try await notices.list(of: reader, limit: 2)
            #expect(first.count == 2 && first.allSatisfy { !$0.isRead } && first[0].createdAt > first[1].createdAt)
            let (rest, end) = try await notices.list(of: reader, after: try #require(next), limit: 2)
            #expect(Set((first + rest).map(\.id)).count == 3 && end == nil)
            try await notices.read(first[0].id, of: other, at: Samples.now)
            #expect(try await unread() == ["3", "1"])
            for _ in 0..<2 { try await notices.read(first[0].id, of: reader, at: Samples.now) }
            #expect(try await unread() == ["2", "1"])
            try await notices.readAll(of: reader, upTo: Samples.now.addingTimeInterval(-1), at: Samples.now)
            #expect(try await unread() == ["2", "1"])
            try await notices.readAll(
                of: reader, upTo: Samples.now.addingTimeInterval(1), at: Samples.now)
            #expect(try await unread() == ["0", "1"])
            let later = Samples.now.addingTimeInterval(366 * 86_400)
            #expect(try await Notices.forget(at: later, in: test.worker) == 4)
            #expect(try await unread() == ["0", "0"])
            #expect(try await test.sql("select count(*) from deliveries") == ["0"])
            #expect(try await test.sql("select count(*) from outbox") == ["0"])
        }
    }

    @Test("addresses are masked where they are kept", arguments: [("lan@example.vn", "l•••@example.vn"), ("", "•••@")])
    func masked(address: String, masked: String) {
        #expect(Masked.email(address) == masked)
        #expect(Masked.phone("0950123406") == "•••406")
    }
}
