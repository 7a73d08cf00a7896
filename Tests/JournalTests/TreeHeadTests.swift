import Core
import Cryptography
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Journal

@Suite("Signed heads of the journal")
struct TreeHeadTests {
    private static func keys() -> SigningKeys {
        var keys = SigningKeys.none
        keys.rotate(at: Samples.now.addingTimeInterval(-3600))
        return keys
    }

    private static func tree(_ test: TestDatabase, _ keys: SigningKeys) -> JournalTree {
        JournalTree(database: test.worker, keys: keys)
    }

    private static func at(_ minutes: Double) -> Date { Samples.now.addingTimeInterval(minutes * 60) }

    @Test("the first entries are signed at once, later ones with the next minute, and nothing new not at all")
    func schedule() async throws {
        try await TestDatabase.with { test in
            let tree = Self.tree(test, Self.keys())
            #expect(try await tree.sign(at: Self.at(0)) == nil)
            try await Samples.write(3, to: test)
            let first = try #require(try await tree.sign(at: Self.at(0)))
            #expect(first.head.size == 3 && first.head.previous == nil)
            #expect(try await tree.sign(at: Self.at(5)) == nil)
            try await Samples.write(2, to: test)
            #expect(try await tree.sign(at: Self.at(0.9)) == nil)
            let second = try #require(try await tree.sign(at: Self.at(1.1)))
            #expect(second.head.size == 5 && second.head.previous == first.statement.digest)
            #expect(try await tree.latest() == second)
            #expect(second.verdict(by: tree.keys.known) == .valid)
        }
    }

    @Test("without a key nothing is signed")
    func keyless() async throws {
        try await TestDatabase.with { test in
            try await Samples.write(3, to: test)
            #expect(try await Self.tree(test, .none).sign(at: Self.at(0)) == nil)
        }
    }

    @Test("a clock set back makes no head older than the one before")
    func clock() async throws {
        try await TestDatabase.with { test in
            let tree = Self.tree(test, Self.keys())
            try await Samples.write(1, to: test)
            let first = try #require(try await tree.sign(at: Self.at(0)))
            try await Samples.write(1, to: test)
            #expect(try await tree.sign(at: Self.at(-30)) == nil)
            let next = try #require(try await tree.sign(at: Self.at(2)))
            #expect(next.head.time >= first.head.time)
        }
    }

    @Test("every entry is proved to be in every signed head after it, and every head to extend those before")
    func proofs() async throws {
        try await TestDatabase.with { test in
            let tree = Self.tree(test, Self.keys())
            var heads: [TreeHead] = []
            for (minute, count) in [1, 2, 4, 7, 1, 9].enumerated() {
                try await Samples.write(count, to: test)
                heads.append(try #require(try await tree.sign(at: Self.at(Double(minute) * 2))).head)
            }
            let reader = JournalTree(database: test.application, keys: .none)
            for head in heads {
                for position in 1...head.size {
                    let digest = try await test.sql(
                        """
                        select encode(digest, 'hex') from journal_entries
                        where id = (select entry_id from journal_chain where position = \(position))
                        """)
                    let leaf = MerkleTree.leaf(Hex.decode(digest[0]) ?? [])
                    let path = try #require(try await reader.inclusion(of: position, in: head.size))
                    #expect(
                        MerkleTree.includes(leaf, at: position - 1, in: head.size, path: path, root: head.root))
                }
                for before in heads where before.size <= head.size {
                    let proof = try #require(try await reader.consistency(from: before.size, to: head.size))
                    #expect(MerkleTree.extends(from: before.size, before.root, to: head.size, head.root, proof: proof))
                }
            }
            #expect(try await reader.inclusion(of: 0, in: 3) == nil)
            #expect(try await reader.inclusion(of: 4, in: 3) == nil)
            #expect(try await reader.inclusion(of: 1, in: 1000) == nil)
            #expect(try await reader.consistency(from: 3, to: 1000) == nil)
        }
    }

    @Test("two processes that sign at once make one line of heads")
    func twoProcesses() async throws {
        try await TestDatabase.with { test in
            let keys = Self.keys()
            try await Samples.write(5, to: test)
            let made = try await withThrowingTaskGroup(of: SignedTreeHead?.self) { group in
                for _ in 0..<4 { group.addTask { try? await Self.tree(test, keys).sign(at: Self.at(0)) } }
                return try await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
            }
            #expect(made == 1)
            #expect(try await TreeVerification.run(on: test.worker, keys: keys.known).faults == [])
        }
    }

    /// Eight entries under two heads, noted in another place, without what keeps the owner from breaking them.
    private func withHeads(
        _ body: (TestDatabase, KnownKeys, [SignedTreeHead]) async throws -> Void
    ) async throws {
        try await TestDatabase.with { test in
            let path = FileManager.default.temporaryDirectory.appending(path: "heads-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            let tree = Self.tree(test, Self.keys())
            let checkpoints = Checkpoints(path: path)
            for minute in 0..<2 {
                try await Samples.write(4, to: test)
                let head = try #require(try await tree.sign(at: Self.at(Double(minute) * 2)))
                try checkpoints.note(head)
                try checkpoints.note(head)
                try await checkpoints.note(test.worker, at: Samples.now)
            }
            let noted = try checkpoints.signedHeads()
            #expect(noted.map(\.head.size) == [4, 8])
            #expect(try await checkpoints.disagreements(with: test.worker) == [])
            let untouched = try await TreeVerification.run(on: test.worker, noted: noted, keys: tree.keys.known)
            #expect(untouched.faults == [] && untouched.heads == 2)
            try await test.sql(
                "alter table journal_chain drop constraint journal_chain_entry, drop constraint journal_chain_entry_once"
            )
            try await body(test, tree.keys.known, noted)
        }
    }

    @Test(
        "whatever the owner of the tables rewrites, the heads tell",
        arguments: [
            "update journal_entries set digest = sha256('x') where id = (select entry_id from journal_chain where position = 2)",
            "delete from journal_chain where position > 6",
            "delete from journal_chain where position = 3",
            """
            update journal_chain chain set entry_id = other.entry_id from journal_chain other
            where chain.position in (5, 6) and other.position = 11 - chain.position
            """,
            "update journal_tree set hash = sha256('x') where level = 1 and number = 1",
            "update journal_heads set root = sha256('x') where size = 4",
            "update journal_heads set signed_at = signed_at - interval '1 hour' where size = 8",
            "update journal_heads set signature = set_byte(signature, 9, (get_byte(signature, 9) + 1) % 256) where size = 8",
            "update journal_heads set key_id = '0000000000000000' where size = 8",
            "update journal_heads set previous = repeat('0', 64) where size = 8",
            "delete from journal_heads where size = 4",
        ])
    func rewritten(statement: String) async throws {
        try await withHeads { test, keys, _ in
            try await test.sql(statement)
            #expect(try await TreeVerification.run(on: test.worker, keys: keys).faults != [])
        }
    }

    @Test("a journal rewritten together with its tree and heads differs from the heads noted elsewhere")
    func forked() async throws {
        try await withHeads { test, keys, noted in
            // Whoever holds the signing key and the tables can make everything anew, but not what others have.
            try await test.sql(
                """
                delete from journal_heads; delete from journal_tree;
                delete from journal_chain where position > 2
                """)
            for number in 20..<30 {
                _ = try await test.application.transaction { try await $0.append(Samples.entry(number)) }
            }
            try await Samples.sequencer(test).sealBatch()
            let alone = try await TreeVerification.run(on: test.worker, keys: keys)
            #expect(alone.faults == [])
            let compared = try await TreeVerification.run(on: test.worker, noted: noted, keys: keys)
            #expect(compared.faults.count == 2)
        }
    }

    @Test("keys: the newest signs, old ones stay good, revoked ones don't, and the file is for its owner alone")
    func keyFile() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)/keys.json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try SigningKeys(path: path).known.keys == [])
        var keys = SigningKeys.none
        keys.rotate(at: Self.at(0))
        let old = try #require(keys.current(at: Self.at(1)))
        keys.rotate(at: Self.at(10))
        let new = try #require(keys.current(at: Self.at(11)))
        #expect(old.known.id != new.known.id)
        try keys.write(to: path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        let read = try SigningKeys(path: path)
        #expect(read.known == keys.known && read.current(at: Self.at(11))?.known == new.known)
        let published = try #require(KnownKeys(JSON(parsing: read.known.json.canonical())))
        #expect(published == keys.known)
        #expect(!String(decoding: published.json.canonical(), as: UTF8.self).contains("secret"))

        let statement = SignedStatement(["type": "test"], by: old)
        #expect(published.verdict(on: statement, signedAt: Self.at(5)) == .valid)
        #expect(published.verdict(on: statement, signedAt: Self.at(15)) == .notInUse)
        #expect(published.verdict(on: statement, signedAt: Self.at(-5)) == .notInUse)
        let other = SignedStatement(signed: ["type": "other"], keyID: statement.keyID, signature: statement.signature)
        #expect(published.verdict(on: other, signedAt: Self.at(5)) == .wrong)
        #expect(KnownKeys([]).verdict(on: statement, signedAt: Self.at(5)) == .unknownKey)
        let isRevoked = keys.revoke(old.known.id, at: Self.at(20))
        #expect(isRevoked)
        guard case .revokedKey = keys.known.verdict(on: statement, signedAt: Self.at(5)) else {
            Issue.record("a revoked key is believed")
            return
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: SigningKeys.Unusable.self) { try SigningKeys(path: path) }
    }
}
