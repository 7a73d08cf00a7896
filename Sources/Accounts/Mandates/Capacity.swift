package import Core
package import Postgres

/// For whom somebody acts: for themselves, or for a principal under a mandate. Whatever an applicant does with dossiers is done
/// in a capacity.
package struct Capacity: Sendable, Hashable {
    /// Whose dossiers these are.
    package let principal: Account.ID
    /// Who does it in their stead; nil for the principal.
    package let agent: Agent?

    package struct Agent: Sendable, Hashable {
        package let id: Account.ID
        package let name: String
        package let mandate: Mandate.ID
        /// Codes of the procedures that the mandate is good for; none means every procedure.
        package let procedures: [String]
    }

    package init(principal: Account.ID, agent: Agent?) {
        self.principal = principal
        self.agent = agent
    }

    package static func own(_ account: Account.ID) -> Capacity { Capacity(principal: account, agent: nil) }

    /// Who sits in front of the screen.
    package var person: Account.ID { agent?.id ?? principal }

    /// As the journal names whoever acts; `mandate` goes with it where it isn't the principal.
    package var actor: String { "account:\(person)" }

    /// What the journal says beside the actor.
    package var journalled: [String: JSON] {
        agent.map { ["mandate": .string($0.mandate.description), "principal": .string("account:\(principal)")] } ?? [:]
    }

    package func covers(_ procedure: String) -> Bool {
        guard let procedures = agent?.procedures, !procedures.isEmpty else { return true }
        return ProcedureCode(procedure).map { procedures.contains($0.base) } ?? false
    }

    /// What belongs to the principal, and of that no more than the mandate covers.
    package var scope: Scope {
        Scope([
            ("portal.account", principal.description),
            ("portal.procedures", (agent?.procedures ?? []).joined(separator: ",")),
        ])
    }
}
