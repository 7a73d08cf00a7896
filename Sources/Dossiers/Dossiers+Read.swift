package import Accounts
package import Catalogue
package import Core
import Files
package import FoundationEssentials
package import Postgres

extension Dossiers {
    /// A dossier of the applicant with its events, files and supplements, read in one round trip.
    package func file(_ code: String, of capacity: Capacity) async throws -> DossierFile {
        let found = try await database.together(
            (DossierQueries.ofAccount, (code, capacity.principal)), (DossierQueries.events, code),
            (DossierQueries.attachments, code), (WorkQueries.supplements, code),
            (WorkQueries.supplementAttachments, code), (DossierQueries.agents, code), (DossierQueries.child, code),
            (ReportedFileQueries.ofDossier, code),
            as: capacity.scope)
        guard let dossier = found.0.first else { throw DossierError.notFound }
        return DossierFile(
            dossier: dossier, events: found.1, attachments: found.2, supplements: found.3, supplementFiles: found.4,
            representation: Representation(agents: found.5, child: found.6.first), eventFiles: found.7)
    }

    /// A dossier of the agency with its events, files and supplements.
    package func file(_ code: String, at agency: String) async throws -> DossierFile {
        let found = try await database.together(
            (DossierQueries.ofAgency, (code, agency)), (DossierQueries.events, code),
            (DossierQueries.attachments, code), (WorkQueries.supplements, code),
            (WorkQueries.supplementAttachments, code), (DossierQueries.agents, code), (DossierQueries.child, code),
            (ReportedFileQueries.ofDossier, code),
            as: .agency(agency))
        guard let dossier = found.0.first else { throw DossierError.notFound }
        // What the applicant is still writing is theirs alone.
        let open = Set(found.3.filter(\.isOpen).map(\.id.uuid))
        return DossierFile(
            dossier: dossier, events: found.1, attachments: found.2, supplements: found.3,
            supplementFiles: found.4.filter { !open.contains($0.ownerID) },
            representation: Representation(agents: found.5, child: found.6.first), eventFiles: found.7)
    }

    /// Messages, obligations and rating of a dossier that the caller may see.
    package func talk(about code: String, as scope: Scope) async throws -> DossierTalk {
        let found = try await database.together(
            (WorkQueries.messages, code), (WorkQueries.messageAttachments, code), (WorkQueries.obligations, code),
            (WorkQueries.rating, code), as: scope)
        return DossierTalk(messages: found.0, messageFiles: found.1, obligations: found.2, rating: found.3.first)
    }

    /// What only the agency sees of a dossier: notes, and questions to other agencies.
    package func inside(_ code: String, for officer: Officer) async throws -> (
        notes: [DossierNote], consultations: [Consultation]
    ) {
        let found = try await database.together(
            (WorkQueries.notes, code), (WorkQueries.consultations, (code, officer.agency)), as: .officer(officer))
        return (found.0, found.1)
    }

    /// Notes that an officer looks at a dossier, once an hour.
    package func look(at code: String, by officer: Officer, at now: Date) async throws {
        let hour = Date(timeIntervalSince1970: (now.timeIntervalSince1970 / 3600).rounded(.down) * 3600)
        let scope = Scope([("portal.agency", officer.agency), ("synchronous_commit", "off")])
        try await database.run(WorkQueries.look, (code, officer.actor, hour, officer.name, now), as: scope)
    }

    /// Notes that an agency's system reads a dossier, once a day of Vietnam. Not waited for on disk, and nothing is written
    /// where it was noted before.
    package func look(at code: String, by client: APIClient, at now: Date) async throws {
        let scope = Scope([("portal.agency", client.agencyCode), ("synchronous_commit", "off")])
        try await database.run(
            WorkQueries.lookOfSystem, (code, client.id, Day(of: now).instant(), now), as: scope)
    }

    /// Notes that what one side wrote was read by the other.
    package func readMessages(
        of code: String, from side: DossierMessage.Side, as scope: Scope, at now: Date
    ) async throws {
        try await database.run(WorkQueries.readMessages, (code, side, now), as: scope)
    }

    /// Who looked at a dossier of the applicant, newest first.
    package func readers(of code: String, for capacity: Capacity) async throws -> [DossierReader] {
        try await database.all(WorkQueries.readers, code, as: capacity.scope)
    }

    /// The applicant's dossiers, newest first.
    package func filed(
        by capacity: Capacity, after cursor: DossierCursor = .start, limit: Int
    ) async throws -> Found<DossierSummary> {
        let rows = try await database.all(
            DossierQueries.filedBy, (capacity.principal, cursor.submittedAt, cursor.id, limit + 1), as: capacity.scope)
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
    package func attachment(
        _ id: Attachment.ID, of code: String, as scope: Scope, isForAgency: Bool
    ) async throws -> Attachment {
        let all = try await database.together(
            (DossierQueries.attachments, code), (WorkQueries.supplementAttachments, code),
            (WorkQueries.messageAttachments, code), (WorkQueries.supplements, code),
            (ReportedFileQueries.ofDossier, code), as: scope)
        if let found = all.0.first(where: { $0.id == id }) { return found }
        // The applicant has those of events that they read of.
        if let found = all.4.first(where: { $0.attachment.id == id && (isForAgency || $0.kind.isForApplicant) }) {
            return found.attachment
        }
        // To the agency a supplement isn't there before it was sent.
        let unsent = !isForAgency ? [] : Set(all.3.filter(\.isOpen).map(\.id.uuid))
        let others = (all.1 + all.2).filter { !unsent.contains($0.ownerID) }
        guard let found = others.first(where: { $0.attachment.id == id }) else { throw DossierError.notFound }
        return found.attachment
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
        found += try await slipDisagreements(on: database)
        found += try await disagreeingResults(on: database)
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
    package func dossier(_ code: String, of capacity: Capacity) async throws -> Dossier {
        let found = try await database.first(
            DossierQueries.ofAccount, (code, capacity.principal), as: capacity.scope)
        guard let found else { throw DossierError.notFound }
        return found
    }
}
