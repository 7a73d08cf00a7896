import Accounts
import Core
import Cryptography
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Signing in")
struct SignInTests {
    @Test("the right password opens a session; only the hash of its token is stored")
    func right() async throws {
        try await withCitizen { accounts, citizen, test async throws in
            let (token, kind) = try await accounts.signIn(
                login: citizen.login, password: citizen.password, device: "Chrome", at: now)
            #expect(kind == .citizen)
            #expect(try await accounts.session(token: token, at: now)?.login == citizen.login)
            let rows = try await test.sql("select sessions::text || accounts::text from sessions, accounts")
            #expect(rows.allSatisfy { !$0.contains(token) && !$0.contains(citizen.password) })
            #expect(try await accounts.session(token: token + "x", at: now) == nil)
        }
    }

    @Test("a wrong password, an unknown name and a disabled account are refused alike")
    func alike() async throws {
        try await withCitizen { accounts, citizen, test async throws in
            await #expect(throws: AccountError.wrongCredentials) {
                try await accounts.signIn(login: citizen.login, password: "sai mật khẩu", device: "", at: now)
            }
            await #expect(throws: AccountError.wrongCredentials) {
                try await accounts.signIn(login: "001094000000", password: citizen.password, device: "", at: now)
            }
            try await test.sql("update accounts set disabled_at = now()")
            await #expect(throws: AccountError.wrongCredentials) {
                try await accounts.signIn(login: citizen.login, password: citizen.password, device: "", at: now)
            }
        }
    }

    @Test("after five wrong passwords a name waits for a quarter of an hour, known or not", arguments: [true, false])
    func waits(isKnown: Bool) async throws {
        try await withCitizen { accounts, citizen, _ async throws in
            let login = isKnown ? citizen.login : "001094000000"
            for _ in 0..<5 {
                await #expect(throws: AccountError.wrongCredentials) {
                    try await accounts.signIn(login: login, password: "sai", device: "", at: now)
                }
            }
            await #expect(throws: AccountError.tooManyFailures(retryAfter: 900)) {
                try await accounts.signIn(login: login, password: citizen.password, device: "", at: now)
            }
            guard isKnown else { return }
            let later = now.addingTimeInterval(15 * 60 + 1)
            _ = try await accounts.signIn(login: login, password: citizen.password, device: "", at: later)
        }
    }

    @Test(
        "a session ends when it lies idle or has lasted long enough",
        arguments: [(29.0, true), (31.0, false)])
    func idle(minutes: Double, isOpen: Bool) async throws {
        try await withCitizen { accounts, citizen, _ async throws in
            let token = try await accounts.signIn(
                login: citizen.login, password: citizen.password, device: "", at: now
            ).token
            let session = try await accounts.session(token: token, at: now.addingTimeInterval(minutes * 60))
            #expect((session != nil) == isOpen)
        }
    }

    @Test("however busy, a session ends after twelve hours")
    func longest() async throws {
        try await withCitizen { accounts, citizen, _ async throws in
            let token = try await accounts.signIn(
                login: citizen.login, password: citizen.password, device: "", at: now
            ).token
            for quarter in 1...47 {
                #expect(
                    try await accounts.session(token: token, at: now.addingTimeInterval(Double(quarter) * 900)) != nil)
            }
            #expect(try await accounts.session(token: token, at: now.addingTimeInterval(12 * 3600 + 1)) == nil)
        }
    }

    @Test("five sessions at most: the one that lay idle longest goes; one, others, and nobody else's can be ended")
    func sessions() async throws {
        try await withCitizen { accounts, citizen, test async throws in
            var tokens: [String] = []
            for number in 0..<6 {
                tokens.append(
                    try await accounts.signIn(
                        login: citizen.login, password: citizen.password, device: "\(number)",
                        at: now.addingTimeInterval(Double(number))
                    ).token)
            }
            let later = now.addingTimeInterval(10)
            #expect(try await accounts.session(token: tokens[0], at: later) == nil)
            let mine = try #require(try await accounts.session(token: tokens[5], at: later))
            #expect(try await accounts.sessions(of: mine.accountID, at: later).count == 5)
            let other = try #require(try await accounts.session(token: tokens[1], at: later))
            try await accounts.end(other.id, of: .make(at: now))
            #expect(try await accounts.session(token: tokens[1], at: later) != nil)
            try await accounts.end(other.id, of: mine.accountID)
            #expect(try await accounts.session(token: tokens[1], at: later) == nil)
            try await accounts.endOthers(than: mine)
            #expect(try await accounts.sessions(of: mine.accountID, at: later).map(\.id) == [mine.id])
        }
    }

    @Test("of twenty registrations of one number at once, one makes an account")
    func once() async throws {
        try await withAccounts { accounts, test async throws in
            let made = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask { (try? await accounts.register(Citizen().registration(), at: now)) ?? nil != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(made == 1)
            #expect(try await test.sql("select count(*) from accounts") == ["1"])
        }
    }
}

@Suite("Tokens of agencies' systems")
struct TokenTests {
    @Test("the right secret gives a token of ten minutes; wrong ones and unknown clients give none")
    func lifetime() async throws {
        try await withAccounts { accounts, test async throws in
            try await test.sql(
                """
                insert into agencies (code, name, kind, valid_from, code_status)
                values ('G15', 'Bộ Tư pháp', 'ministry', '2020-01-01', 'verified')
                """)
            // Clients are enrolled by whoever operates the portal, as the owner of the tables.
            let operators = Accounts(database: test.owner, passwords: PasswordHasher())
            let secret = try await operators.enrolClient(
                id: "may", agency: "G15", name: "Máy", scopes: ["dossier:read"], at: now)
            #expect(try await accounts.client(id: "may", secret: secret + "x", at: now) == nil)
            #expect(try await accounts.client(id: "khac", secret: secret, at: now) == nil)
            let caller = try #require(try await accounts.client(id: "may", secret: secret, at: now))
            let token = try await accounts.issueToken(to: caller, at: now)
            let client = try #require(try await accounts.client(token: token, at: now.addingTimeInterval(599)))
            #expect(client.agencyCode == "G15")
            #expect(client.scopes == ["dossier:read"])
            #expect(try await accounts.client(token: token, at: now.addingTimeInterval(601)) == nil)
            let rows = try await test.sql(
                "select api_clients::text || access_tokens::text from api_clients, access_tokens")
            #expect(rows.allSatisfy { !$0.contains(secret) && !$0.contains(token) })
            // A new secret ends the old one and what was got by it.
            let renewed = try await operators.enrolClient(
                id: "may", agency: "G15", name: "Máy", scopes: ["dossier:read"], at: now)
            #expect(try await accounts.client(id: "may", secret: secret, at: now) == nil)
            #expect(try await accounts.client(token: token, at: now) == nil)
            let again = try #require(try await accounts.client(id: "may", secret: renewed, at: now))
            let second = try await accounts.issueToken(to: again, at: now)
            let third = try await accounts.issueToken(to: again, at: now)
            try await accounts.revoke(token: second, of: again)
            #expect(try await accounts.client(token: second, at: now) == nil)
            #expect(try await accounts.client(token: third, at: now) != nil)
            #expect(try await operators.disableClient(id: "may", at: now))
            #expect(try await accounts.client(token: third, at: now) == nil)
            #expect(try await accounts.client(id: "may", secret: renewed, at: now) == nil)
            #expect(try await operators.disableClient(id: "khac", at: now) == false)
        }
    }

    @Test("after its last day a client has neither secret nor token; where it may call from is written down and kept")
    func terms() async throws {
        try await withAccounts { accounts, test async throws in
            try await test.sql(
                """
                insert into agencies (code, name, kind, valid_from, code_status)
                values ('G15', 'Bộ Tư pháp', 'ministry', '2020-01-01', 'verified')
                """)
            let operators = Accounts(database: test.owner, passwords: PasswordHasher())
            let end = now.addingTimeInterval(300)
            let secret = try await operators.enrolClient(
                id: "may", agency: "G15", name: "Máy", scopes: ["events:read"],
                networks: ["10.1.0.0/16", "2001:db8::/32"], expiry: end, at: now)
            let client = try #require(try await accounts.client(id: "may", secret: secret, at: now))
            #expect(client.networks == ["10.1.0.0/16", "2001:db8::/32"])
            let token = try await accounts.issueToken(to: client, at: now)
            #expect(try await accounts.client(token: token, at: end.addingTimeInterval(-1)) != nil)
            #expect(try await accounts.client(token: token, at: end) == nil)
            #expect(try await accounts.client(id: "may", secret: secret, at: end) == nil)
            #expect(try await operators.clients().map(\.expiresAt) == [end])
            await #expect(throws: (any Error).self) {
                _ = try await operators.enrolClient(
                    id: "sai", agency: "G15", name: "Máy", scopes: [], networks: ["10.1.0.0/99"], at: now)
            }
        }
    }
}

@Suite("Passwords")
struct PasswordTests {
    @Test(
        "long and unguessable will do, with any signs; short, common and telling ones won't",
        arguments: [
            ("ba con mèo trên mái nhà", nil), ("🐈🐈‍⬛ mèo mun ngủ trưa", nil), ("ngắn quá", "password_too_short"),
            (String(repeating: "dài ", count: 60), "password_too_long"), ("aaaaaaaaaaaaaa", "password_common"),
            ("123456789012", "password_common"), ("matkhau12345", "password_common"),
            ("toi la 001094012345", "password_contains_number"),
        ] as [(String, String?)])
    func rules(_ password: String, _ problem: String?) {
        #expect(PasswordRules.problem(with: password, knowing: ["001094012345"]) == problem)
    }
}

private let now = Date(timeIntervalSince1970: 1_795_417_500)

/// Somebody who doesn't exist.
private struct Citizen: Sendable {
    let login = "001094012345"
    let password = "ba con mèo trên mái"

    func registration() throws -> Registration {
        Registration(
            citizen: try #require(PersonalNumber(login)), name: "Nguyễn Văn Thử", password: password,
            dateOfBirth: try #require(Day("1994-05-12")), sex: "male", phone: nil, email: nil)
    }
}

private func withAccounts(_ body: (Accounts, TestDatabase) async throws -> Void) async throws {
    try await TestDatabase.with { test in
        try await body(Accounts(database: test.application, passwords: PasswordHasher()), test)
    }
}

private func withCitizen(_ body: (Accounts, Citizen, TestDatabase) async throws -> Void) async throws {
    try await withAccounts { accounts, test async throws in
        let citizen = Citizen()
        _ = try await accounts.register(citizen.registration(), at: now)
        try await body(accounts, citizen, test)
    }
}
