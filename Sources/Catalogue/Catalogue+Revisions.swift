package import Core
package import FoundationEssentials
package import Postgres

extension Catalogue {
    /// The revision of a procedure with a number, if it is or was in force.
    package func revision(_ number: Int32, of code: String) async throws -> NumberedRevision? {
        try await database.first(CatalogueQueries.numbered, (code, number))
    }

    /// A file that the procedure's revision in force, or one that was, names as a template.
    package func template(_ sha256: [UInt8], of code: String) async throws -> PublishedTemplate? {
        try await database.first(CatalogueQueries.template, (code, sha256))
    }

    /// The newest publications of all procedures, the latest first.
    package func publications(limit: Int = 100) async throws -> [Publication] {
        try await database.all(CatalogueQueries.changes, limit)
    }
}

/// A revision as it was published: what is said of it never changes, only whether it is still in force.
package struct NumberedRevision: PostgresRow {
    package let id: Revision.ID
    package let number: Int32
    package let publishedAt: Date
    package let isInForce: Bool
    /// When the next one was published.
    package let supersededAt: Date?
    /// Whether it could be filed here.
    package let isOnline: Bool
    private let text: JSONText

    package init(_ row: inout Row) throws {
        id = try row("id")
        number = try row("number")
        publishedAt = try row("published_at")
        isInForce = try row("in_force")
        supersededAt = try row("superseded_at")
        isOnline = try row("online")
        text = try row("facts")
    }

    /// All that it says, as stored.
    package func facts() throws -> JSON { try JSON(parsing: Array(text.text.utf8), limits: Catalogue.seedLimits) }
}

/// A template file that everyone may download.
package struct PublishedTemplate: PostgresRow {
    package let name: String
    package let mediaType: String

    package init(_ row: inout Row) throws {
        name = try row("name")
        mediaType = try row("media_type")
    }
}

/// That a revision was published.
package struct Publication: PostgresRow {
    package let code: String
    package let number: Int32
    /// The procedure's name in that revision.
    package let name: String
    package let promulgator: String
    package let publishedAt: Date

    package init(_ row: inout Row) throws {
        code = try row("code")
        number = try row("number")
        name = try row("name")
        promulgator = try row("promulgator")
        publishedAt = try row("published_at")
    }
}
