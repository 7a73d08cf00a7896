package import FoundationEssentials
import Postgres

extension Catalogue {
    /// What was published of a procedure, the newest first.
    package func history(of code: String) async throws -> [PublishedRevision] {
        try await database.all(CatalogueQueries.history, code)
    }

    /// The next procedures after a code, whole; for those who take the catalogue away.
    package func openData(after code: String, limit: Int = 200) async throws -> [Procedure] {
        try await database.all(CatalogueQueries.openData, (code, limit))
    }

    /// The address of every procedure that is in use.
    package func places() async throws -> [CataloguePlace] { try await database.all(CatalogueQueries.places, ()) }
}
