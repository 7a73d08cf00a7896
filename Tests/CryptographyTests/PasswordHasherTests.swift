import Cryptography
import Testing

struct PasswordHasherTests {
    /// Cheap enough to run often; the real cost is tried once.
    private static let cheap = PasswordHasher.Cost(memory: 64, passes: 1, lanes: 1)

    @Test("a password is recognised by its hash and another is not, with or without its accents")
    func verify() async throws {
        let hasher = PasswordHasher(cost: Self.cheap)
        let hash = try await hasher.hash("mật khẩu rất dài")
        #expect(try await hasher.verify("mật khẩu rất dài", against: hash))
        #expect(try await !hasher.verify("mat khau rat dai", against: hash))
        #expect(try await !hasher.verify("", against: hash))
        #expect(try await hasher.hash("mật khẩu rất dài") != hash)
    }

    @Test("a hash made by the argon2 command of another machine is understood")
    func foreignHash() async throws {
        // echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1, from the reference implementation's README and tests.
        let hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        #expect(try await PasswordHasher().verify("password", against: hash))
        #expect(PasswordHasher().needsRehash(hash))
    }

    @Test("the standard cost is OWASP's and stands in the hash; the decoy looks the same and fits no password")
    func standardCost() async throws {
        let hasher = PasswordHasher()
        let hash = try await hasher.hash("correct horse")
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(!hasher.needsRehash(hash))
        #expect(hasher.decoy.utf8.count == hash.utf8.count)
        #expect(try await !hasher.verify("correct horse", against: hasher.decoy))
        #expect(hasher.needsRehash(try await PasswordHasher(cost: Self.cheap).hash("x")))
    }

    @Test(
        "a stored value that is no hash is an error, not a wrong password",
        arguments: ["", "plain", "$argon2id$v=19$"])
    func malformed(hash: String) async {
        await #expect(throws: PasswordFailure.self) {
            try await PasswordHasher(cost: Self.cheap).verify("x", against: hash)
        }
    }

    @Test("beyond the queue callers are told at once, and the others get their turn")
    func busy() async throws {
        let hasher = PasswordHasher(cost: PasswordHasher.Cost(passes: 30), atOnce: 1, waitingAllowed: 0)
        var outcomes: Set<Bool> = []
        // On a busy machine they may come one after the other: then once more.
        for _ in 0..<20 where outcomes.count < 2 {
            outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask { (try? await hasher.hash("x")) != nil }
                }
                return await group.reduce(into: outcomes) { $0.insert($1) }
            }
        }
        #expect(outcomes == [true, false])
        #expect(try await PasswordHasher(cost: Self.cheap, atOnce: 1, waitingAllowed: 20).queue(20) == 20)
    }
}

extension PasswordHasher {
    /// Hashes so many passwords at once and gives the number that came back.
    fileprivate func queue(_ count: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<count { group.addTask { try await self.hash("\(index)") } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }.count
        }
    }
}
