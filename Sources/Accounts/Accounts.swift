import Core
package import Cryptography
import FoundationEssentials
package import Postgres

/// Who may come in, and as whom.
package struct Accounts: Sendable {
    let database: Database
    let passwords: PasswordHasher
    let secondFactor: SecondFactor?

    /// - Parameter secondFactor: how members of staff show a second factor; nil for programs that let nobody in.
    package init(database: Database, passwords: PasswordHasher, secondFactor: SecondFactor? = nil) {
        self.database = database
        self.passwords = passwords
        self.secondFactor = secondFactor
    }

    package func profile(of account: Account.ID) async throws -> Profile? {
        try await database.first(AccountQueries.profile, account)
    }

    /// The account that signs in by a name, for programs of our own.
    package func account(named login: String) async throws -> Account.ID? {
        try await database.first(AccountQueries.find, login)?.id
    }

    /// Replaces the contact data that forms are prefilled from.
    package func updateContact(of account: Account.ID, phone: String?, email: String?, address: String?) async throws {
        try await database.run(AccountQueries.updateContact, (account, phone, email, address))
    }
}

/// Why an account could not be opened, entered or changed.
package enum AccountError: Error, Equatable {
    /// Unknown name, wrong password or disabled account: never told apart.
    case wrongCredentials
    /// Too many wrong passwords for one sign-in name, or wrong codes of one account.
    case tooManyFailures(retryAfter: Int)
    /// Not the code of this minute, used before, or no recovery code that is left.
    case wrongCode
    /// The account has a second factor already, or none where one is needed.
    case wrongFactorState
}
