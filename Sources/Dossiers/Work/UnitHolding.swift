import Accounts
package import FoundationEssentials
package import Postgres

/// A unit that holds a dossier, and who can hand it over from there.
package struct UnitHolding: PostgresRow {
    package let unit: String
    /// Officers of the unit first, then who supervises; not all of them.
    package let people: String

    package init(_ row: inout Row) throws {
        unit = try row("unit")
        people = try row("people")
    }
}

extension Dossiers {
    /// The unit that holds a dossier of the officer's agency.
    package func holding(_ unit: UUID, for officer: Officer) async throws -> UnitHolding {
        try await database.one(
            WorkQueries.holding, Self.holdingParameters(unit, at: officer.agency), as: .officer(officer))
    }

    /// - Throws: `DossierError.heldByUnit` when an officer can't do something because another unit holds the dossier.
    package func requireHold(for rule: ActRule, of dossier: Dossier, by officer: Officer) async throws {
        guard let unit = dossier.unitID, !rule.isOpen(to: officer, heldBy: unit, assignedTo: dossier.assignedTo)
        else { return }
        throw DossierError.heldByUnit(try await holding(unit, for: officer))
    }

    /// The same in the transaction that acts.
    func requireHold(
        for rule: ActRule, of dossier: LockedDossier, by officer: Officer, in transaction: Transaction
    ) async throws {
        guard let unit = dossier.unitID, !rule.isOpen(to: officer, heldBy: unit, assignedTo: dossier.assignedTo)
        else { return }
        throw DossierError.heldByUnit(
            try await transaction.one(WorkQueries.holding, Self.holdingParameters(unit, at: officer.agency)))
    }

    private static func holdingParameters(_ unit: UUID, at agency: String) -> (UUID, String, [String], Int) {
        (unit, agency, ActRule.of(.handOver).duties.map(\.rawValue), mostPeople)
    }

    private static let mostPeople = 4
}
