package import Accounts
package import FoundationEssentials
package import Postgres

/// A state and words to look for in the list of procedures, which a publisher keeps under a name.
package struct DeskFilter: PostgresRow, Hashable {
    package let name: String
    package let state: String
    package let text: String

    package init(name: String, state: String, text: String) {
        self.name = name
        self.state = state
        self.text = text
    }

    package init(_ row: inout Row) throws {
        name = try row("name")
        state = try row("state")
        text = try row("query")
    }
}

extension Publishing {
    /// The filters of a publisher.
    package func filters(of account: Account.ID) async throws -> [DeskFilter] {
        try await database.all(PublishingQueries.filters, account, as: .account(account))
    }

    /// Keeps a filter, in the place of another of the same name. False when there are thirty already.
    package func keep(_ filter: DeskFilter, for account: Account.ID, at now: Date) async throws -> Bool {
        try await database.transaction(as: .account(account)) { transaction in
            try await transaction.run(
                PublishingQueries.keepFilter, (account, filter.name, filter.state, filter.text, now)) == 1
        }
    }

    package func dropFilter(named name: String, of account: Account.ID) async throws {
        _ = try await database.transaction(as: .account(account)) { transaction in
            try await transaction.run(PublishingQueries.dropFilter, (account, name))
        }
    }
}
