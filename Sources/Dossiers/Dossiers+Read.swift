package import Accounts
package import Catalogue
package import Core
import Files
import FoundationEssentials
package import Postgres

extension Dossiers {
    /// A dossier of the applicant with its events and files, read in one round trip.
    package func file(_ code: String, of account: Account.ID) async throws -> DossierFile {
        let (dossiers, events, attachments) = try await database.together(
            (DossierQueries.ofAccount, (code, account)), (DossierQueries.events, code),
            (DossierQueries.attachments, code),
            as: .account(account))
        guard let dossier = dossiers.first else { throw DossierError.notFound }
        return DossierFile(dossier: dossier, events: events, attachments: attachments)
    }

    /// A dossier of the agency with its events and files.
    package func file(_ code: String, at agency: String) async throws -> DossierFile {
        let (dossiers, events, attachments) = try await database.together(
            (DossierQueries.ofAgency, (code, agency)), (DossierQueries.events, code),
            (DossierQueries.attachments, code),
            as: .agency(agency))
        guard let dossier = dossiers.first else { throw DossierError.notFound }
        return DossierFile(dossier: dossier, events: events, attachments: attachments)
    }

    /// The applicant's dossiers, newest first.
    package func filed(
        by account: Account.ID, after cursor: DossierCursor = .start, limit: Int
    ) async throws -> Found<DossierSummary> {
        let rows = try await database.all(
            DossierQueries.filedBy, (account, cursor.submittedAt, cursor.id, limit + 1), as: .account(account))
        return Found(page: rows, limit: limit)
    }

    /// An agency's dossiers, newest first, all or those in one status.
    package func list(
        at agency: String, status: DossierStatus? = nil, after cursor: DossierCursor = .start, limit: Int
    ) async throws -> Found<DossierSummary> {
        let rows =
            if let status {
                try await database.all(
                    DossierQueries.atAgencyWithStatus, (agency, status, cursor.submittedAt, cursor.id, limit + 1),
                    as: .agency(agency))
            } else {
                try await database.all(
                    DossierQueries.atAgency, (agency, cursor.submittedAt, cursor.id, limit + 1), as: .agency(agency))
            }
        return Found(page: rows, limit: limit)
    }

    /// A file of a dossier for someone entitled to the dossier.
    package func attachment(_ id: Attachment.ID, of code: String, as scope: Scope) async throws -> Attachment {
        let all = try await database.all(DossierQueries.attachments, code, as: scope)
        guard let found = all.first(where: { $0.id == id }) else { throw DossierError.notFound }
        return found
    }

    /// Where the bytes of a file are, once the caller has found its attachment.
    package func location(of attachment: Attachment) -> String { files.path(of: attachment.sha256) }

    /// The step and the due date, for anyone who knows the code and the last four digits of the applicant's number;
    /// nil for a wrong code as for wrong digits.
    package func track(code: String, digits: String) async throws -> TrackedDossier? {
        try await database.first(DossierQueries.track, (code, digits))
    }
}

extension Found<DossierSummary> {
    fileprivate init(page rows: [DossierSummary], limit: Int) {
        let items = Array(rows.prefix(limit))
        let next = rows.count > limit ? items.last : nil
        self.init(items: items, next: next.map { DossierCursor(submittedAt: $0.submittedAt, id: $0.id).description })
    }
}

extension Dossiers {
    /// What says something else than its journal entry: events, statuses, files and answers; for verification, as
    /// `portal_worker`. Gives up after a hundred of each.
    package static func disagreements(on database: Database) async throws -> [String] {
        func sentences(_ query: Query<Int, DisagreeingEvent>, _ what: String) async throws -> [String] {
            try await database.all(query, 100).map { found in
                "dossier \(found.dossierID), \(what) \(found.sequence): differs from journal entry \(found.entryID)"
            }
        }
        var found = try await sentences(DossierQueries.disagreeing, "event")
        found += try await sentences(DossierQueries.misplaced, "status or files at version")
        var last = Dossier.ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        while found.count < 300 {
            let batch = try await database.all(DossierQueries.filedAnswers, (last, 500))
            for filed in batch {
                let answers = try Answers(json: JSON(parsing: Array(filed.answers.text.utf8), limits: Answers.limits))
                guard answers.digest != filed.digest else { continue }
                found.append("dossier \(filed.dossierID), answers: differ from journal entry \(filed.entryID)")
            }
            guard let next = batch.last else { break }
            last = next.dossierID
        }
        return found
    }
}

extension Dossiers {
    /// A dossier of the applicant without its events and files.
    package func dossier(_ code: String, of account: Account.ID) async throws -> Dossier {
        let found = try await database.first(DossierQueries.ofAccount, (code, account), as: .account(account))
        guard let found else { throw DossierError.notFound }
        return found
    }
}
