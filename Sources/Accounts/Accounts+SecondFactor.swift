package import Core
import Cryptography
package import FoundationEssentials
import Journal
import Postgres

extension Accounts {
    /// Whether the password alone doesn't let a member of staff in.
    func needsFactor(_ account: Account.ID) async throws -> Bool {
        if secondFactor?.isRequired == true { return true }
        return try await database.first(AccountQueries.factor, account, as: .account(account)) != nil
    }

    /// Nil for who has none.
    package func factor(of account: Account.ID) async throws -> FactorState? {
        guard let factor = try await database.first(AccountQueries.factor, account, as: .account(account)) else {
            return nil
        }
        let left = try await database.one(AccountQueries.recoveryLeft, account, as: .account(account))
        return FactorState(enrolledAt: factor.enrolledAt, recoveryCodesLeft: left)
    }

    /// What the page of enrolment shows; the same each time within a session.
    /// - Parameter issuer: the portal's name, as the application lists it.
    package func enrolment(for session: Session, issuer: String) throws -> FactorEnrolment {
        let secret = Base32.encode(try requireFactor().secret(for: session))
        var groups: [String] = []
        var rest = Substring(secret)
        while !rest.isEmpty {
            groups.append(String(rest.prefix(4)))
            rest = rest.dropFirst(4)
        }
        let label = Self.percentEncoded(issuer) + ":" + Self.percentEncoded(session.login)
        return FactorEnrolment(
            secret: groups.joined(separator: " "),
            address: "otpauth://totp/\(label)?secret=\(secret)&issuer=\(Self.percentEncoded(issuer))"
                + "&algorithm=SHA1&digits=6&period=\(OneTimeCode.period)")
    }

    /// Enrols the application whose code was typed, and gives the recovery codes, which are shown once.
    /// - Returns: also the session's new token: after this step it is another one.
    /// - Throws: `AccountError.wrongCode`, `.tooManyFailures`, `.wrongFactorState` when one is enrolled already.
    package func enrolFactor(
        by typed: String, for session: Session, at now: Date
    ) async throws -> (token: String, recoveryCodes: [String]) {
        let factor = try requireFactor()
        try await countAttempt(of: session.accountID, at: now)
        let secret = factor.secret(for: session)
        guard case .digits(let code) = TypedCode(typed),
            let step = OneTimeCode.step(matching: code, secret: secret, at: now.timeIntervalSince1970)
        else { throw AccountError.wrongCode }
        let account = session.accountID
        return try await database.transaction(as: .account(account)) { transaction in
            let sealed = factor.seal(secret, of: account)
            guard try await transaction.first(AccountQueries.enrolFactor, (account, sealed, step, now)) != nil else {
                throw AccountError.wrongFactorState
            }
            let codes = try await writeRecoveryCodes(of: account, factor, in: transaction)
            let token = try await open(session, at: now, in: transaction)
            try await Self.note("second_factor.enrolled", of: account, by: account, at: now, in: transaction)
            try await transaction.enqueue(
                topic: "staff.factor_enrolled",
                payload: ["account": .string(account.description), "path": .string("/dang-nhap/ma")], at: now)
            return (token, codes)
        }
    }

    /// Opens a half-open session to whoever has the code, and gives its new token.
    /// - Throws: `AccountError.wrongCode`, `.tooManyFailures`, `.wrongFactorState` when none is enrolled.
    package func confirm(_ session: Session, by typed: String, at now: Date) async throws -> String {
        try await countAttempt(of: session.accountID, at: now)
        return try await database.transaction(as: .account(session.accountID)) { transaction in
            try await take(typed, of: session.accountID, at: now, in: transaction)
            return try await open(session, at: now, in: transaction)
        }
    }

    /// New recovery codes in place of all former ones, to whoever has a code.
    package func renewRecoveryCodes(
        of session: Session, by typed: String, at now: Date
    ) async throws -> (token: String, recoveryCodes: [String]) {
        let factor = try requireFactor()
        try await countAttempt(of: session.accountID, at: now)
        return try await database.transaction(as: .account(session.accountID)) { transaction in
            try await take(typed, of: session.accountID, at: now, in: transaction)
            let codes = try await writeRecoveryCodes(of: session.accountID, factor, in: transaction)
            try await Self.note(
                "second_factor.recovery_renewed", of: session.accountID, by: session.accountID, at: now,
                in: transaction)
            return (try await open(session, at: now, in: transaction), codes)
        }
    }

    private func requireFactor() throws -> SecondFactor {
        guard let secondFactor else { throw AccountError.wrongFactorState }
        return secondFactor
    }

    /// Uses up the code that was typed.
    private func take(
        _ typed: String, of account: Account.ID, at now: Date, in transaction: Transaction
    ) async throws {
        let factor = try requireFactor()
        guard let enrolled = try await transaction.first(AccountQueries.factor, account) else {
            throw AccountError.wrongFactorState
        }
        switch TypedCode(typed) {
        case .digits(let code):
            let secret = try factor.open(enrolled.secret, of: account)
            guard let step = OneTimeCode.step(matching: code, secret: secret, at: now.timeIntervalSince1970),
                try await transaction.first(AccountQueries.useFactor, (account, step)) != nil
            else { throw AccountError.wrongCode }
        case .recovery(let code):
            let hash = factor.hash(recovery: code, of: account)
            guard try await transaction.first(AccountQueries.useRecovery, (account, hash, now)) != nil else {
                throw AccountError.wrongCode
            }
            try await Self.note("second_factor.recovery_used", of: account, by: account, at: now, in: transaction)
        case nil: throw AccountError.wrongCode
        }
    }

    /// Five wrong codes in a quarter of an hour, then all are refused until it is over. A try counts before it is
    /// judged: a thousand at once are no better than a thousand in a row.
    private func countAttempt(of account: Account.ID, at now: Date) async throws {
        let window = now.addingTimeInterval(-SignInRules.failureWindow)
        let attempts = try await database.one(
            AccountQueries.countAttempt, (Self.attemptDigest(account), now, window))
        guard attempts.count > SecondFactor.attemptsAllowed else { return }
        let wait = attempts.since.addingTimeInterval(SignInRules.failureWindow).timeIntervalSince(now)
        throw AccountError.tooManyFailures(retryAfter: max(1, Int(wait.rounded(.up))))
    }

    private static func attemptDigest(_ account: Account.ID) -> [UInt8] {
        SHA256.hash(Array("second-factor:\(account)".utf8))
    }

    private func open(_ session: Session, at now: Date, in transaction: Transaction) async throws -> String {
        let token = Base64URL.encode(SecureRandom.bytes(32))
        let hash = SHA256.hash(Array(token.utf8))
        let opened = try await transaction.first(
            AccountQueries.openSession, (session.accountID, session.id, hash, now))
        guard opened != nil else { throw AccountError.wrongCode }
        try await transaction.run(AccountQueries.clearFailures, Self.attemptDigest(session.accountID))
        if session.isHalfOpen {
            try await Self.note(
                "session.started", of: session.accountID, by: session.accountID, at: now, in: transaction)
        }
        return token
    }

    private func writeRecoveryCodes(
        of account: Account.ID, _ factor: SecondFactor, in transaction: Transaction
    ) async throws -> [String] {
        let codes = SecondFactor.newRecoveryCodes()
        try await transaction.run(AccountQueries.dropRecovery, account)
        for code in codes {
            try await transaction.run(AccountQueries.addRecovery, (account, factor.hash(recovery: code, of: account)))
        }
        return codes
    }

    static func note(
        _ kind: String, of account: Account.ID, by actor: Account.ID, agency: String? = nil, at now: Date,
        content: [String: JSON] = [:], in transaction: Transaction
    ) async throws {
        _ = try await transaction.append(
            JournalEntry(
                kind: kind, subject: "account:\(account)", agencyCode: agency, actor: "account:\(actor)", at: now,
                content: .object(content)))
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [45, 46, 95].contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
        }.joined()
    }
}
