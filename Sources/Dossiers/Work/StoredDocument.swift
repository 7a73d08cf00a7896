package import Accounts
package import Catalogue
package import Core
package import FoundationEssentials
package import Postgres

/// A file that was filed with a dossier that an agency received: it may be filed again, and says where it comes from.
package struct StoredDocument: PostgresRow {
    package let attachment: Attachment
    /// The revision whose question it answered.
    package let revisionID: Revision.ID

    package init(_ row: inout Row) throws {
        attachment = try Attachment(&row)
        revisionID = try row("revision_id")
    }
}

extension Dossiers {
    /// The papers that an account may file again, newest first.
    package func documents(of capacity: Capacity, limit: Int = 200) async throws -> [StoredDocument] {
        try await database.all(WorkQueries.documents, (capacity.principal, limit), as: capacity.scope)
    }

    /// Hangs a paper from the store on a question of a draft; its origin stays with it.
    /// - Throws: `DossierError.notFound` for a draft or paper that isn't the account's.
    package func reuse(
        _ id: Attachment.ID, for field: String, of draft: Dossier.ID, by capacity: Capacity, at now: Date
    ) async throws {
        guard let document = try await documents(of: capacity).first(where: { $0.attachment.id == id })?.attachment,
            let origin = document.origin
        else { throw DossierError.notFound }
        try await database.transaction(as: capacity.scope) { transaction in
            guard try await transaction.first(DossierQueries.lockDraft, (draft, capacity.principal)) != nil else {
                throw DossierError.notFound
            }
            let present = try await transaction.all(DossierQueries.listAttachments, draft)
            guard !present.contains(where: { $0.fieldID == field && $0.sha256 == document.sha256 }) else { return }
            try await transaction.run(
                WorkQueries.reuse, (.make(at: now), draft.uuid, field, document.sha256, document.name, now, origin))
        }
    }
}
