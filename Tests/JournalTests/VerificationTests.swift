import Core
import Foundation
import Journal
import Postgres
import TestSupport
import Testing

/// Whoever owns the tables can change them; the chain tells.
@Suite("Verification of the journal")
struct VerificationTests {
    /// Ten entries in their places, without what keeps the owner from breaking them by mistake.
    private func withTen(_ body: (TestDatabase) async throws -> Void) async throws {
        try await TestDatabase.with { test in
            try await Samples.write(10, to: test)
            try await test.sql(
                """
                alter table agency_events drop constraint agency_events_position;
                alter table journal_chain drop constraint journal_chain_entry, drop constraint journal_chain_pkey,
                    drop constraint journal_chain_entry_once
                """)
            try await body(test)
        }
    }

    private static let fifth = "id = (select entry_id from journal_chain where position = 5)"

    @Test("an untouched journal has no fault")
    func untouched() async throws {
        try await withTen { test in
            let verification = try await JournalVerification.run(on: test.worker)
            #expect(verification.faults == [])
            #expect(verification.links == 10)
            let head = try await test.sql("select encode(hash, 'hex') from journal_chain where position = 10")
            #expect(
                verification.head.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == head.first
            )
        }
    }

    @Test(
        "a changed field of an entry is found at its place and nowhere else",
        arguments: [
            "kind = 'dossier.withdrawn'", "subject = 'dossier:2'", "agency_code = 'H26.17'", "actor = 'account:99'",
            "recorded_at = recorded_at + interval '1 microsecond'", "content = content || '{\"number\": 6}'",
            "content = content - 'note'", "digest = sha256('x')",
        ])
    func changedField(assignment: String) async throws {
        try await withTen { test in
            try await test.sql("update journal_entries set \(assignment) where \(Self.fifth)")
            #expect(try await Samples.faults(test).map(\.position) == [5])
            #expect(try await Samples.positions(.changed, test) == [5])
            let id = try await test.sql("select entry_id from journal_chain where position = 5")
            #expect(try await Samples.faults(test).first?.entryID?.description == id.first)
        }
    }

    @Test("an entry replaced together with its digest breaks the chain at its place")
    func replaced() async throws {
        try await withTen { test in
            try await test.sql(
                """
                update journal_entries old set (kind, subject, agency_code, actor, recorded_at, content, digest) =
                    (select kind, subject, agency_code, actor, recorded_at, content, digest from journal_entries
                        where id = (select entry_id from journal_chain where position = 6))
                where \(Self.fifth)
                """)
            #expect(try await Samples.faults(test).map(\.position) == [5])
        }
    }

    @Test("a removed entry is found, and named")
    func removedEntry() async throws {
        try await withTen { test in
            let id = try await test.sql("select entry_id from journal_chain where position = 5")
            try await test.sql("delete from journal_entries where \(Self.fifth)")
            #expect(try await Samples.faults(test).map(\.entryID?.description) == [id.first])
            #expect(try await Samples.positions(.removed, test) == [5])
        }
    }

    @Test("a removed link is found by the gap and by the entry that lost its place")
    func removedLink() async throws {
        try await withTen { test in
            try await test.sql("delete from journal_chain where position = 5")
            #expect(try await Samples.positions(.removed, test) == [5, nil])
        }
    }

    @Test("a link removed and the rest moved up breaks the chain there")
    func closedGap() async throws {
        try await withTen { test in
            try await test.sql(
                """
                delete from journal_entries where \(Self.fifth);
                delete from journal_chain where position = 5;
                update journal_chain set position = position - 1 where position > 5
                """)
            #expect(try await Samples.positions(.broken, test) == [5])
        }
    }

    @Test("two swapped links break the chain at both places")
    func swapped() async throws {
        try await withTen { test in
            try await test.sql("update journal_chain set position = 11 - position where position in (5, 6)")
            #expect(try await Samples.positions(.broken, test).isSuperset(of: [5, 6]))
            try await test.sql("update journal_chain set position = 11 - position where position in (5, 6)")
            #expect(try await Samples.faults(test) == [])
        }
    }

    @Test("two entries swapped under their links break the chain at both places")
    func swappedEntries() async throws {
        try await withTen { test in
            try await test.sql(
                """
                update journal_chain chain
                set entry_id = (select entry_id from journal_chain where position = 11 - chain.position)
                where position in (5, 6)
                """)
            #expect(try await Samples.positions(.broken, test) == [5, 6])
        }
    }

    @Test("an inserted link breaks the chain where it stands")
    func inserted() async throws {
        try await withTen { test in
            _ = try await test.application.transaction { try await $0.append(Samples.entry(77)) }
            try await test.sql(
                """
                update journal_chain set position = position + 1 where position >= 5;
                insert into journal_chain (position, entry_id, hash)
                    select 5, entry_id, (select hash from journal_chain where position = 4) from journal_queue;
                delete from journal_queue
                """)
            #expect(try await Samples.positions(.broken, test).contains(5))
        }
    }

    @Test("the whole chain made anew from a changed entry on differs from a head noted before", arguments: [3, 10])
    func checkpoint(kept: Int) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "heads-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await withTen { test in
            let checkpoints = Checkpoints(path: path)
            try await checkpoints.note(test.worker, at: Samples.now)
            try await checkpoints.note(test.worker, at: Samples.now)
            #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 1)
            #expect(try await checkpoints.disagreements(with: test.worker) == [])
            // Whoever cuts off the tail with its entries leaves no trace in the database itself.
            try await test.sql(
                """
                delete from journal_entries where id in (select entry_id from journal_chain where position >= \(kept));
                delete from journal_chain where position >= \(kept)
                """)
            #expect(try await Samples.faults(test) == [])
            let found = try await checkpoints.disagreements(with: test.worker)
            #expect(found.count == 1 && found.first?.contains("position 10") == true)
            // Nor do new entries in the place of the old ones hide it.
            for number in 20..<30 {
                _ = try await test.application.transaction { try await $0.append(Samples.entry(number)) }
            }
            try await Samples.sequencer(test).sealBatch()
            #expect(try await Samples.faults(test) == [])
            #expect(try await checkpoints.disagreements(with: test.worker).count == 1)
        }
    }

    @Test("entries that wait for their number are counted and no fault")
    func waiting() async throws {
        try await TestDatabase.with { test in
            _ = try await test.application.transaction { try await $0.append(Samples.entry(1)) }
            let verification = try await JournalVerification.run(on: test.worker)
            #expect(verification.faults == [] && verification.waiting == 1 && verification.links == 0)
        }
    }
}
