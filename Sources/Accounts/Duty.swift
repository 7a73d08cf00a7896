package import Core
package import FoundationEssentials
package import Postgres

/// What an officer may do in an agency. Whoever has any duty may read the agency's dossiers.
package enum Duty: String, Sendable, CaseIterable {
    case receive
    case process
    case decide
    /// Gives and takes duties, and distributes work.
    case supervise
    case read
}

/// A division of an agency.
package struct AgencyUnit: PostgresRow {
    package let id: UUID
    package let name: String
    package let parentID: UUID?

    package init(_ row: inout Row) throws {
        id = try row("id")
        name = try row("name")
        parentID = try row("parent_id")
    }
}

/// Somebody lacks a duty; one of these would do.
package struct DutyLacking: Error, Equatable {
    package let duties: [Duty]

    package init(_ duties: [Duty]) { self.duties = duties }
}

extension Accounts {
    /// The open units of an agency, by name.
    package func units(of agency: String) async throws -> [AgencyUnit] {
        try await database.all(AccountQueries.units, agency)
    }

    /// Makes a unit of an agency, or finds the open one of this name. For whoever operates the portal.
    package func openUnit(named name: String, of agency: String, at now: Date) async throws -> UUID {
        if let unit = try await units(of: agency).first(where: { $0.name == name }) { return unit.id }
        let id = Identifier<AgencyUnit>.make(at: now).uuid
        try await database.run(AccountQueries.openUnit, (id, agency, name))
        return id
    }
}
