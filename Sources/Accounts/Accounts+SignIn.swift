import Core
import Cryptography
package import FoundationEssentials
import Journal
import Postgres

extension Accounts {
    /// Lets someone in and gives the token for their cookie; only its hash is stored.
    ///
    /// After five wrong passwords within fifteen minutes the name has to wait, known or not, and every answer takes the
    /// time of one password hash: nothing tells a stranger whether an account exists.
    /// - Parameter former: the token of a session that ended in this browser. If it was the same account's, the new one works for
    ///   whom that one did.
    package func signIn(
        login: String, password: String, device: String, continuing former: String? = nil, at now: Date
    ) async throws -> (token: String, kind: Account.Kind) {
        let digest = SHA256.hash(Array(login.utf8))
        let window = now.addingTimeInterval(-SignInRules.failureWindow)
        if let failures = try await database.first(AccountQueries.failures, (digest, window)),
            failures.count >= SignInRules.failuresAllowed
        {
            let wait = failures.since.addingTimeInterval(SignInRules.failureWindow).timeIntervalSince(now)
            throw AccountError.tooManyFailures(retryAfter: max(1, Int(wait.rounded(.up))))
        }
        let credentials = try await database.first(AccountQueries.find, login)
        let matches = try await passwords.verify(password, against: credentials?.passwordHash ?? passwords.decoy)
        guard let credentials, matches, !credentials.isDisabled else {
            try await database.run(AccountQueries.countFailure, (digest, now, window))
            throw AccountError.wrongCredentials
        }
        if passwords.needsRehash(credentials.passwordHash) {
            let hash = try await passwords.hash(password)
            try await database.run(AccountQueries.changePassword, (credentials.id, hash))
        }
        let needsFactor = credentials.kind.files ? false : try await needsFactor(credentials.id)
        let token = try await startSession(
            for: credentials.id, isHalfOpen: needsFactor, device: device, continuing: former, clearing: digest, at: now)
        return (token, credentials.kind)
    }

    private func startSession(
        for account: Account.ID, isHalfOpen: Bool, device: String, continuing former: String?, clearing digest: [UInt8],
        at now: Date
    ) async throws -> String {
        let token = Base64URL.encode(SecureRandom.bytes(32))
        let session = Session.ID.make(at: now)
        try await database.transaction { transaction in
            try await transaction.run(AccountQueries.clearFailures, digest)
            try await transaction.run(
                AccountQueries.startSession,
                (
                    session, SHA256.hash(Array(token.utf8)), account, String(device.prefix(120)), now, isHalfOpen,
                    SHA256.hash(Array((former ?? "").utf8))
                ))
            try await transaction.run(AccountQueries.trimSessions, (account, SignInRules.sessionsAllowed))
            _ = try await transaction.append(
                JournalEntry(
                    kind: isHalfOpen ? "session.half_opened" : "session.started", subject: "account:\(account)",
                    agencyCode: nil,
                    actor: "account:\(account)", at: now, content: ["session": .string(session.description)]))
        }
        return token
    }

    /// The session that a cookie's token stands for, nil when it ended, lay idle or grew too old.
    package func session(token: String, at now: Date) async throws -> Session? {
        guard token.utf8.count <= 64 else { return nil }
        let found = try await database.first(
            AccountQueries.findSession,
            (
                SHA256.hash(Array(token.utf8)), now.addingTimeInterval(-SignInRules.idleCitizen),
                now.addingTimeInterval(-SignInRules.idleStaff), now.addingTimeInterval(-SignInRules.longest),
                now.addingTimeInterval(-SignInRules.longestHalfOpen), Day(of: now)
            ))
        // Once a minute is often enough to keep a session alive, and spares a write a page.
        if let found, now.timeIntervalSince(found.lastSeenAt) > 60 {
            try await database.run(AccountQueries.touchSession, (found.id, now))
        }
        return found
    }

    /// The devices on which an account is signed in.
    package func sessions(of account: Account.ID, at now: Date) async throws -> [SessionSummary] {
        try await database.all(
            AccountQueries.listSessions,
            (
                account, now.addingTimeInterval(-SignInRules.idleCitizen),
                now.addingTimeInterval(-SignInRules.longest)
            ))
    }

    /// Ends one session of an account; a session of somebody else is left alone.
    package func end(_ session: Session.ID, of account: Account.ID) async throws {
        try await database.run(AccountQueries.endSession, (account, session))
    }

    /// Signs out everywhere but here.
    package func endOthers(than session: Session) async throws {
        try await database.run(AccountQueries.endOtherSessions, (session.accountID, session.id))
    }

    /// Removes sessions and tokens that can no longer be used, and what is known of assertions that are too old.
    package func purge(at now: Date) async throws {
        try await database.run(AccountQueries.purgeSessions, now.addingTimeInterval(-SignInRules.longest))
        try await database.run(AccountQueries.purgeTokens, now)
        try await database.run(AccountQueries.purgeAssertions, now)
    }
}

/// How long a session lasts and how often a password may be guessed (OWASP ASVS 5.0, V6 and V7).
enum SignInRules {
    static let failuresAllowed: Int32 = 5
    static let failureWindow: TimeInterval = 15 * 60
    static let idleCitizen: TimeInterval = 30 * 60
    static let idleStaff: TimeInterval = 15 * 60
    static let longest: TimeInterval = 12 * 3600
    /// From the password to the code, with time to set up an application.
    static let longestHalfOpen: TimeInterval = 15 * 60
    static let sessionsAllowed = 5
}
