package import Accounts
import Core
package import FoundationEssentials

/// An officer at work, as their session says.
package struct Officer: Sendable, Hashable {
    package let id: Account.ID
    package let name: String
    package let agency: String
    package let unit: UUID?
    package let duties: Set<Duty>

    package init(id: Account.ID, name: String, agency: String, unit: UUID?, duties: Set<Duty>) {
        self.id = id
        self.name = name
        self.agency = agency
        self.unit = unit
        self.duties = duties
    }

    var actor: String { "account:\(id)" }
}
