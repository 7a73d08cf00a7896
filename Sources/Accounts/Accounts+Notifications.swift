package import Core
import Cryptography
package import FoundationEssentials
import Journal
package import Postgres

/// How somebody wants to be told of things, and where. In the portal everybody is told always.
package struct NotificationChoices: PostgresRow, Hashable {
    package let email: String?
    package let phone: String?
    /// In which they are written to.
    package let language: Language
    package let wantsEmail: Bool
    package let wantsSMS: Bool

    package init(email: String?, phone: String?, language: Language, wantsEmail: Bool, wantsSMS: Bool) {
        self.email = email
        self.phone = phone
        self.language = language
        self.wantsEmail = wantsEmail
        self.wantsSMS = wantsSMS
    }

    package init(_ row: inout Row) throws {
        email = try row("email")
        phone = try row("phone")
        language = try row("language")
        wantsEmail = try row("notify_email")
        wantsSMS = try row("notify_sms")
    }

    /// A channel needs an address; by the names of the page's inputs.
    fileprivate var problems: [FieldProblem] {
        [
            wantsEmail && email == nil ? FieldProblem(field: "email", code: "required") : nil,
            wantsSMS && phone == nil ? FieldProblem(field: "phone", code: "required") : nil,
        ].compactMap(\.self)
    }
}

extension Accounts {
    package func notificationChoices(of account: Account.ID) async throws -> NotificationChoices? {
        try await database.first(AccountQueries.notificationChoices, account)
    }

    /// Keeps what the signed-in person chose. Another address takes the present password again: whoever finds an open
    /// session mustn't lead away what is sent (OWASP ASVS 5.0, 7.5.1).
    /// - Throws: `ValidationFailure`; `AccountError.wrongCredentials` for a wrong password.
    package func choose(
        _ choices: NotificationChoices, by session: Session, password: String, at now: Date
    ) async throws {
        guard choices.problems.isEmpty else { throw ValidationFailure(problems: choices.problems) }
        guard let known = try await notificationChoices(of: session.accountID), known != choices else { return }
        let isMoved = known.email != choices.email || known.phone != choices.phone
        if isMoved {
            guard let credentials = try await database.first(AccountQueries.find, session.login),
                try await passwords.verify(password, against: credentials.passwordHash)
            else { throw AccountError.wrongCredentials }
        }
        try await database.transaction { transaction in
            try await transaction.run(
                AccountQueries.chooseNotifications,
                (
                    session.accountID, choices.email, choices.phone, choices.language, choices.wantsEmail,
                    choices.wantsSMS
                ))
            _ = try await transaction.append(
                JournalEntry(
                    kind: "account.notifications_chosen", subject: "account:\(session.accountID)", agencyCode: nil,
                    actor: "account:\(session.accountID)", at: now,
                    content: [
                        "email": .bool(choices.wantsEmail), "sms": .bool(choices.wantsSMS),
                        "language": .string(choices.language.rawValue), "address_changed": .bool(isMoved),
                    ]))
        }
    }
}
