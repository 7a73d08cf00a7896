package import Core
import Cryptography
package import FoundationEssentials
import Journal
import Postgres

/// What a citizen or a business gives to open an account, already checked in form.
package struct Registration: Sendable {
    package let kind: Account.Kind
    package let login: String
    package let name: String
    package let password: String
    package let dateOfBirth: Day?
    package let sex: String?
    package let phone: String?
    package let email: String?
    package let representativeName: String?
    package let representativeNumber: String?

    package init(
        citizen number: PersonalNumber, name: String, password: String, dateOfBirth: Day, sex: String, phone: String?,
        email: String?
    ) {
        kind = .citizen
        login = number.digits
        self.name = name
        self.password = password
        self.dateOfBirth = dateOfBirth
        self.sex = sex
        self.phone = phone
        self.email = email
        representativeName = nil
        representativeNumber = nil
    }

    package init(
        business taxCode: TaxCode, name: String, password: String, phone: String?, email: String?,
        representativeName: String, representativeNumber: PersonalNumber
    ) {
        kind = .business
        login = taxCode.description
        self.name = name
        self.password = password
        dateOfBirth = nil
        sex = nil
        self.phone = phone
        self.email = email
        self.representativeName = representativeName
        self.representativeNumber = representativeNumber.digits
    }
}

extension Accounts {
    /// Opens an account. Returns its id, or nil when the number already has one: the caller must answer both alike,
    /// or this page would tell strangers who is registered. The password is hashed in either case, for equal time.
    package func register(_ registration: Registration, at now: Date) async throws -> Account.ID? {
        let hash = try await passwords.hash(registration.password)
        let id = Account.ID.make(at: now)
        do {
            try await database.transaction { transaction in
                try await transaction.run(
                    AccountQueries.register,
                    (
                        id, registration.kind, registration.login, registration.name, hash, registration.dateOfBirth,
                        registration.sex, registration.phone, registration.email, registration.representativeName,
                        registration.representativeNumber, now
                    ))
                _ = try await transaction.append(
                    JournalEntry(
                        kind: "account.registered", subject: "account:\(id)", agencyCode: nil, actor: "account:\(id)",
                        at: now, content: ["kind": .string(registration.kind.rawValue)]))
            }
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "accounts_login_once") {
            return nil
        }
        return id
    }

    /// Enrols an officer or a publisher of an agency, or gives an existing one a new password.
    /// - Parameters:
    ///   - unit: of an officer; nil for the whole agency.
    ///   - duties: of an officer who has none yet.
    package func enrol(
        _ kind: Account.Kind, login: String, name: String, password: String, agency: String,
        isNational: Bool = false, unit: UUID? = nil, duties: [Duty] = Duty.allCases, at now: Date
    ) async throws {
        let hash = try await passwords.hash(password)
        try await database.transaction(as: Scope([("portal.agency", agency)])) { transaction in
            try await transaction.run(
                AccountQueries.enrolStaff, (.make(at: now), kind, login, name, hash, agency, isNational, now))
            guard kind == .officer else { return }
            try await transaction.run(AccountQueries.giveDuties, (login, unit, duties.map(\.rawValue)))
        }
    }

    /// Replaces the password after the present one was given again, and ends all other sessions.
    package func changePassword(
        of session: Session, from present: String, to new: String, at now: Date
    ) async throws {
        guard let credentials = try await database.first(AccountQueries.find, session.login),
            try await passwords.verify(present, against: credentials.passwordHash)
        else { throw AccountError.wrongCredentials }
        let hash = try await passwords.hash(new)
        try await database.transaction { transaction in
            try await transaction.run(AccountQueries.changePassword, (session.accountID, hash))
            try await transaction.run(AccountQueries.endOtherSessions, (session.accountID, session.id))
            _ = try await transaction.append(
                JournalEntry(
                    kind: "account.password_changed", subject: "account:\(session.accountID)", agencyCode: nil,
                    actor: "account:\(session.accountID)", at: now, content: [:]))
        }
    }
}

extension Accounts {
    /// Gives an account the demonstration's password and tells its id. Used by `portal demo` alone.
    package func resetForDemonstration(login: String, password: String) async throws -> Account.ID? {
        guard let found = try await database.first(AccountQueries.find, login) else { return nil }
        if try await !passwords.verify(password, against: found.passwordHash) {
            try await database.run(AccountQueries.changePassword, (found.id, passwords.hash(password)))
        }
        return found.id
    }
}
