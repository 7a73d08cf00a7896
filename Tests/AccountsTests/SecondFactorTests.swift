import Core
import Cryptography
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Accounts

@Suite("The second factor of staff")
struct SecondFactorTests {
    @Test("the password opens half a session, the application's code the whole one under another token")
    func enrols() async throws {
        try await withOfficer { accounts, test async throws in
            let (half, session) = try await signIn(accounts, at: now)
            #expect(session.isHalfOpen)
            let (token, codes) = try await accounts.enrolFactor(by: code(of: session, at: now), for: session, at: now)
            #expect(codes.count == 10 && Set(codes).count == 10)
            #expect(try await accounts.session(token: half, at: now) == nil)
            #expect(try await accounts.session(token: token, at: now)?.isHalfOpen == false)
            let stored = try await test.sql(
                "set portal.agency = 'G15'; select second_factors::text || recovery_codes::text from second_factors, recovery_codes"
            )
            let secret = Hex.encode(factor.secret(for: session))
            #expect(stored.count == 10)
            #expect(stored.allSatisfy { row in !row.contains(secret) && !codes.contains { row.contains($0) } })
            await #expect(throws: AccountError.wrongFactorState) {
                try await accounts.enrolFactor(by: code(of: session, at: later), for: session, at: later)
            }
        }
    }

    @Test("no code is good twice, nor an older one after it")
    func replay() async throws {
        try await withOfficer { accounts, _ async throws in
            let (_, first) = try await signIn(accounts, at: now)
            _ = try await accounts.enrolFactor(by: code(of: first, at: now), for: first, at: now)
            let (_, second) = try await signIn(accounts, at: now)
            for moment in [now, now.addingTimeInterval(-30)] {
                await #expect(throws: AccountError.wrongCode) {
                    try await accounts.confirm(second, by: code(of: first, at: moment), at: now)
                }
            }
            _ = try await accounts.confirm(second, by: code(of: first, at: later), at: later)
        }
    }

    @Test("of two who send the same code at once, one gets in")
    func parallel() async throws {
        try await withOfficer { accounts, _ async throws in
            let (_, first) = try await signIn(accounts, at: now)
            _ = try await accounts.enrolFactor(by: code(of: first, at: now), for: first, at: now)
            let sessions = [try await signIn(accounts, at: later).1, try await signIn(accounts, at: later).1]
            let typed = code(of: first, at: later)
            let opened = await withTaskGroup(of: Bool.self) { group in
                for session in sessions {
                    group.addTask { (try? await accounts.confirm(session, by: typed, at: later)) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(opened == 1)
        }
    }

    @Test("a recovery code stands in once, however it is written", arguments: [false, true])
    func recovery(isShouted: Bool) async throws {
        try await withOfficer { accounts, _ async throws in
            let (_, first) = try await signIn(accounts, at: now)
            let codes = try await accounts.enrolFactor(by: code(of: first, at: now), for: first, at: now).recoveryCodes
            let typed = isShouted ? codes[3].uppercased().replacing("-", with: " ") : codes[3]
            let (_, second) = try await signIn(accounts, at: later)
            _ = try await accounts.confirm(second, by: typed, at: later)
            #expect(try await accounts.factor(of: first.accountID)?.recoveryCodesLeft == 9)
            let (_, third) = try await signIn(accounts, at: later)
            await #expect(throws: AccountError.wrongCode) {
                try await accounts.confirm(third, by: typed, at: later)
            }
        }
    }

    @Test("after five wrong codes even the right one waits for a quarter of an hour, and many at once are no more")
    func bruteForce() async throws {
        try await withOfficer { accounts, _ async throws in
            let (_, first) = try await signIn(accounts, at: now)
            _ = try await accounts.enrolFactor(by: code(of: first, at: now), for: first, at: now)
            let (_, second) = try await signIn(accounts, at: later)
            let judged = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        do {
                            _ = try await accounts.confirm(second, by: String(100_000 + number), at: later)
                            return true
                        } catch { return error as? AccountError == .wrongCode }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(judged == 5)
            await #expect(throws: AccountError.tooManyFailures(retryAfter: 900)) {
                try await accounts.confirm(second, by: code(of: first, at: later), at: later)
            }
            let next = later.addingTimeInterval(901)
            let (_, third) = try await signIn(accounts, at: next)
            _ = try await accounts.confirm(third, by: code(of: first, at: next), at: next)
        }
    }

    @Test("half a session ends after a quarter of an hour, and isn't listed as a device")
    func halfOpen() async throws {
        try await withOfficer { accounts, _ async throws in
            let (token, session) = try await signIn(accounts, at: now)
            #expect(try await accounts.sessions(of: session.accountID, at: now).isEmpty)
            #expect(try await accounts.session(token: token, at: now.addingTimeInterval(14 * 60)) != nil)
            #expect(try await accounts.session(token: token, at: now.addingTimeInterval(15 * 60 + 1)) == nil)
        }
    }

    @Test("where it is optional, who has none gets in by the password, and who has one doesn't")
    func optional() async throws {
        try await withOfficer(isRequired: false) { accounts, _ async throws in
            let (_, first) = try await signIn(accounts, at: now)
            #expect(!first.isHalfOpen)
            _ = try await accounts.enrolFactor(by: code(of: first, at: now), for: first, at: now)
            #expect(try await signIn(accounts, at: now).1.isHalfOpen)
        }
    }

    @Test("another key opens nothing")
    func wrongKey() async throws {
        try await withOfficer { accounts, test async throws in
            let (_, first) = try await signIn(accounts, at: now)
            _ = try await accounts.enrolFactor(by: code(of: first, at: now), for: first, at: now)
            let others = Accounts(
                database: test.application, passwords: PasswordHasher(),
                secondFactor: SecondFactor(isRequired: true, key: [UInt8](repeating: 9, count: 32)))
            let (_, second) = try await signIn(others, at: later)
            await #expect(throws: SecondFactor.WrongKey.self) {
                try await others.confirm(second, by: code(of: first, at: later), at: later)
            }
        }
    }

    @Test(
        "typed codes are forgiven their spaces, hyphens and capitals",
        arguments: [
            ("123456", .digits("123456")), (" 123 456 ", .digits("123456")), ("123-456", .digits("123456")),
            ("K3V7M-9XQ2D", .recovery("k3v7m-9xq2d")), ("k3v7m9xq2d", .recovery("k3v7m-9xq2d")), ("12345", nil),
            ("1234567", nil), ("", nil), ("１２３４５６", nil),
        ] as [(String, TypedCode?)])
    func typed(text: String, code: TypedCode?) {
        #expect(TypedCode(text) == code)
    }
}

private let now = Date(timeIntervalSince1970: 1_795_417_500)
private let later = now.addingTimeInterval(120)
private let factor = SecondFactor(isRequired: true, key: [UInt8](repeating: 3, count: 32))

/// What the application shows that enrolled in a session.
private func code(of session: Session, at moment: Date) -> String {
    OneTimeCode.code(
        secret: factor.secret(for: session), step: OneTimeCode.step(at: moment.timeIntervalSince1970))
}

private func signIn(_ accounts: Accounts, at now: Date) async throws -> (String, Session) {
    let token = try await accounts.signIn(
        login: "canbo", password: "ba con mèo trên mái", device: "", at: now
    ).token
    return (token, try #require(try await accounts.session(token: token, at: now)))
}

private func withOfficer(
    isRequired: Bool = true, _ body: (Accounts, TestDatabase) async throws -> Void
) async throws {
    try await TestDatabase.with { test in
        try await test.sql(
            """
            insert into agencies (code, name, kind, valid_from, code_status)
            values ('G15', 'Bộ', 'ministry', '2020-01-01', 'verified')
            """)
        try await Accounts(database: test.owner, passwords: PasswordHasher()).enrol(
            .officer, login: "canbo", name: "Cán Bộ", password: "ba con mèo trên mái", agency: "G15", at: now)
        try await body(
            Accounts(
                database: test.application, passwords: PasswordHasher(),
                secondFactor: SecondFactor(isRequired: isRequired, key: [UInt8](repeating: 3, count: 32))), test)
    }
}
