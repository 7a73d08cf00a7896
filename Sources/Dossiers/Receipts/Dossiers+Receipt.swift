package import Accounts
import Catalogue
import Core
package import FoundationEssentials
package import Journal
package import Postgres

extension Dossiers {
    /// The receipt of a submission, signed now: with the proof from the journal as soon as a signed head covers the entry,
    /// within a minute; before that without.
    /// - Parameters:
    ///   - session: the applicant's own, or that of their agent.
    ///   - portal: the portal's address.
    /// - Throws: `DossierError.notFound` for a dossier that isn't theirs, one that wasn't filed here, and where the portal has
    ///   no key to sign with.
    package func receipt(
        of code: String, for session: Session, portal: String, tree: JournalTree, at now: Date
    ) async throws -> Receipt {
        let capacity = session.capacity
        guard let key = tree.keys.current(at: now),
            let entryID = try await database.first(
                ReceiptQueries.entry, (code, capacity.principal), as: capacity.scope),
            let record = try await tree.entry(entryID)
        else { throw DossierError.notFound }
        let dossier = try await dossier(code, of: capacity)
        guard let content = record.json["content"], let answers = content["answers_sha256"]?.string,
            let files = content["files_sha256"]?.array?.compactMap(\.string),
            let revision = try await catalogue.revision(dossier.revisionID)
        else { throw DossierError.notFound }
        let applicant = Receipt.Applicant(
            name: dossier.summary.applicantName, number: session.principal?.login ?? session.login)
        let facts = Receipt.Facts(
            portal: portal, code: code, procedure: dossier.summary.procedureCode, revision: revision.number,
            agency: dossier.summary.agencyCode, agencyName: dossier.summary.agencyName,
            applicantDigest: applicant.digest, answersDigest: answers, fileDigests: files,
            acceptedAt: dossier.summary.submittedAt, dueAt: dossier.summary.dueAt, issuedAt: now, entry: record.json,
            position: record.position)
        return Receipt(facts, applicant: applicant, proof: try await proof(of: record, in: tree), by: key)
    }

    private func proof(of record: JournalRecord, in tree: JournalTree) async throws -> Receipt.Proof? {
        guard let position = record.position, let head = try await tree.latest(), position <= head.head.size,
            let path = try await tree.inclusion(of: position, in: head.head.size)
        else { return nil }
        return Receipt.Proof(head: head, path: path)
    }
}

/// The statements of `SQL/queries/receipts.sql`, one typed line each.
package enum ReceiptQueries {
    static let entry = Query("receipts.entry", String.self, Account.ID.self, returns: Identifier<JournalEntry>.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [entry]
}
