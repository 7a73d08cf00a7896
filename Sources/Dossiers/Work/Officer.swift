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

    /// Whether a dossier is within this officer's work: an officer of a unit has what the unit holds, what nobody holds yet and
    /// what was given to them; one of the whole agency, or who supervises, has everything.
    /// - Parameters:
    ///   - holder: the unit that holds the dossier.
    ///   - assignee: whom it was given to.
    package func has(heldBy holder: UUID?, assignedTo assignee: Account.ID?) -> Bool {
        actsOnAll || holder == nil || holder == unit || assignee == id
    }

    /// Of the whole agency, or supervising.
    var actsOnAll: Bool { unit == nil || duties.contains(.supervise) }
}
