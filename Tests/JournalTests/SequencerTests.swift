import Core
import Foundation
import Journal
import Postgres
import TestSupport
import Testing

@Suite("Numbering of the journal")
struct SequencerTests {
    private struct Abandoned: Error {}

    @Test("50 writers at once, some of which roll back, leave positions without a gap and a chain that holds")
    func concurrency() async throws {
        try await TestDatabase.with { test in
            // As three server processes would.
            let sequencing = (0..<3).map { _ in
                Task {
                    while !Task.isCancelled { try await Samples.sequencer(test).sealBatch() }
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<50 {
                    group.addTask {
                        for step in 0..<6 {
                            do {
                                try await test.application.transaction { transaction in
                                    let entry = Samples.entry(writer * 100 + step, subject: "dossier:\(writer)")
                                    _ = try await transaction.append(entry)
                                    if (writer + step) % 3 == 0 { throw Abandoned() }
                                }
                            } catch is Abandoned {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            sequencing.forEach { $0.cancel() }
            for task in sequencing { _ = await task.result }
            while try await Samples.sequencer(test).sealBatch() > 0 {}

            let verification = try await JournalVerification.run(on: test.worker)
            #expect(verification.faults == [])
            #expect(verification.links == 200)
            #expect(verification.waiting == 0)
            #expect(
                try await test.sql("select position from journal_chain order by position") == (1...200).map(String.init)
            )
            #expect(try await test.sql("select count(*) from journal_entries") == ["200"])
        }
    }

    @Test("entries of one subject are numbered in the order in which they happened")
    func order() async throws {
        try await TestDatabase.with { test in
            try await test.sql(
                "create table subjects (id integer primary key); insert into subjects select generate_series(1, 5)")
            try await test.sql("grant select, update on subjects to portal_app")
            let lock = Query("test.lock", Int32.self, returns: Int32.self)
            let queries = try QueryCatalogue(files: [
                ("test.sql", "-- name: test.lock :one\nselect id from subjects where id = $1 for update"),
                ("journal.sql", try Self.text("journal")),
            ])
            let application = test.client(role: "portal_app", queries: queries) { $0.leasedConnections = 8 }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<100 {
                    group.addTask {
                        let subject = Int32(task % 5 + 1)
                        try await application.transaction { transaction in
                            _ = try await transaction.one(lock, subject)
                            // The number says how many came before it, as seen under the lock.
                            let entry = JournalEntry(
                                kind: "test", subject: "subject:\(subject)", agencyCode: nil, actor: "system",
                                at: Samples.now, content: [:])
                            _ = try await transaction.append(entry)
                        }
                        try await Samples.sequencer(test).sealBatch()
                    }
                }
                try await group.waitForAll()
            }
            await application.close()
            try await Samples.sequencer(test).sealBatch()
            // A transaction gets its number with the subject's lock: positions have to follow.
            let disorder = try await test.sql(
                """
                select count(*) from (
                    select chain.position, subject, entry.xmin::text::bigint as writer,
                        lag(entry.xmin::text::bigint) over (partition by subject order by chain.position) as before
                    from journal_chain chain join journal_entries entry on entry.id = chain.entry_id
                ) pairs where before is not null and writer < before
                """)
            #expect(try await test.sql("select count(*) from journal_chain") == ["100"])
            #expect(disorder == ["0"])
        }
    }

    private static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(TestDatabase.root)/SQL/queries/\(name).sql", encoding: .utf8)
    }

    @Test("new positions are announced with whom they are about")
    func announcement() async throws {
        try await TestDatabase.with { test in
            var heard = test.worker.listen("portal_journal").makeAsyncIterator()
            for _ in 0..<100 {
                let listening = try await test.sql(
                    "select 1 from pg_stat_activity where datname = current_database() and query like 'listen %'")
                if !listening.isEmpty { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            for (number, subject) in [(1, "dossier:a"), (2, "dossier:b"), (3, "dossier:a")] {
                _ = try await test.application.transaction {
                    try await $0.append(Samples.entry(number, subject: subject))
                }
            }
            #expect(try await Samples.sequencer(test).sealBatch() == 3)
            #expect(await heard.next() == .listening)
            #expect(await heard.next() == .notification(channel: "portal_journal", payload: "1-3"))
            #expect(try await test.worker.subjects(from: 1, to: 3).sorted() == ["dossier:a", "dossier:b"])
        }
    }

    @Test("nothing waits, nothing is numbered; what was rolled back isn't either")
    func nothing() async throws {
        try await TestDatabase.with { test async throws in
            #expect(try await Samples.sequencer(test).sealBatch() == 0)
            await #expect(throws: Abandoned.self) {
                try await test.application.transaction { transaction async throws in
                    _ = try await transaction.append(Samples.entry(1))
                    throw Abandoned()
                }
            }
            #expect(try await Samples.sequencer(test).sealBatch() == 0)
        }
    }

    @Test(
        "the program's roles can neither change nor remove what the journal says",
        arguments: [
            ("portal_app", "update journal_entries set kind = 'x'"), ("portal_app", "delete from journal_entries"),
            ("portal_app", "truncate journal_entries"), ("portal_app", "update journal_chain set position = 9"),
            ("portal_app", "delete from journal_chain"), ("portal_app", "delete from journal_queue"),
            ("portal_app", "insert into journal_chain select 9, entry_id, hash from journal_chain limit 1"),
            ("portal_app", "alter table journal_entries add column x text"), ("portal_app", "drop table journal_chain"),
            ("portal_worker", "update journal_entries set kind = 'x'"),
            ("portal_worker", "delete from journal_entries"),
            ("portal_worker", "update journal_chain set position = 9"), ("portal_worker", "delete from journal_chain"),
            ("portal_worker", "drop table journal_chain"),
        ])
    func rights(role: String, statement: String) async throws {
        try await TestDatabase.with { test in
            try await Samples.write(2, to: test)
            let error = await #expect(throws: PostgresError.self) {
                try await test.sql("set role \(role); \(statement)")
            }
            if case .server(code: "42501", _, _) = error {} else { Issue.record("\(String(describing: error))") }
        }
    }
}
