import Core
package import Cryptography
import FoundationEssentials
package import Postgres

/// Who may come in, and as whom.
package struct Accounts: Sendable {
    let database: Database
    let passwords: PasswordHasher

    package init(database: Database, passwords: PasswordHasher) {
        self.database = database
        self.passwords = passwords
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
    /// Too many wrong passwords for one sign-in name.
    case tooManyFailures(retryAfter: Int)
}
