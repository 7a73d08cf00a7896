import Core
import FoundationEssentials
package import Postgres

extension Dossiers {
    /// Where some of an agency's dossiers stand, by their codes; those that it doesn't have are left out.
    package func standings(of codes: [String], at agency: String) async throws -> [String: DossierStanding] {
        guard !codes.isEmpty else { return [:] }
        let found = try await database.all(DossierQueries.standings, (codes, agency), as: .agency(agency))
        return Dictionary(found.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension DossierStanding: PostgresRow {
    package init(_ row: inout Row) throws {
        let version: Int32 = try row("version")
        self.init(code: try row("code"), status: try row("status"), version: Int(version), dueAt: try row("due_at"))
    }
}
