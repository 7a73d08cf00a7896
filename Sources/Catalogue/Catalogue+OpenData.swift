package import FoundationEssentials
package import Postgres

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

    /// Every field that has a code (TT 01/2018/TT-VPCP Đ.20), in the order of the codes.
    package func codedFields() async throws -> [CodedField] { try await database.all(CatalogueQueries.codedFields, ()) }
}

/// A field of procedures under its code, such as `G15-TP07`.
package struct CodedField: PostgresRow {
    package let code: String
    package let name: String

    package init(_ row: inout Row) throws {
        code = try row("code")
        name = try row("name")
    }
}
