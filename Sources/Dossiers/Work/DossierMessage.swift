package import Accounts
package import Core
import Cryptography
package import Files
package import FoundationEssentials
import Journal
package import Postgres

/// What the applicant and the agency write to each other about a dossier.
package struct DossierMessage: PostgresRow {
    package typealias ID = Identifier<DossierMessage>

    package enum Side: String, Sendable, CaseIterable, PostgresValue {
        case applicant
        case agency
    }

    package let id: ID
    package let side: Side
    package let name: String
    package let body: String
    package let sentAt: Date
    /// When the other side first saw it.
    package let readAt: Date?

    package init(_ row: inout Row) throws {
        id = try row("id")
        side = try row("side")
        name = try row("name")
        body = try row("body")
        sentAt = try row("sent_at")
        readAt = try row("read_at")
    }
}

/// For the agency's own eyes.
package struct DossierNote: PostgresRow {
    package let name: String
    package let body: String
    package let writtenAt: Date

    package init(_ row: inout Row) throws {
        name = try row("name")
        body = try row("body")
        writtenAt = try row("written_at")
    }
}

/// Somebody who looked at a dossier.
package struct DossierReader: PostgresRow {
    package let name: String
    package let readAt: Date

    package init(_ row: inout Row) throws {
        name = try row("name")
        readAt = try row("read_at")
    }
}

/// An attachment with what it hangs on: a supplement or a message.
package struct OwnedAttachment: PostgresRow {
    package let ownerID: UUID
    package let attachment: Attachment

    package init(_ row: inout Row) throws {
        ownerID = try row("owner_id")
        attachment = try Attachment(&row)
    }
}

/// A file that came with a message.
package struct MessageFile: Sendable {
    package let file: StoredFile
    package let name: String

    package init(file: StoredFile, name: String) {
        self.file = file
        self.name = name
    }
}

extension Dossiers {
    /// Files that one message may have.
    package static let mostMessageFiles = 5

    /// Writes to the agency. Sent again under the same id, it is there once.
    /// - Throws: `ValidationFailure` for `message`; `DossierError.notFound`.
    package func send(
        _ text: String, files: [MessageFile], id: DossierMessage.ID, about code: String,
        by capacity: Capacity, at now: Date
    ) async throws {
        let dossier = try await dossier(code, of: capacity).summary
        let sender = Sender(
            side: .applicant, account: capacity.person, name: capacity.agent?.name ?? dossier.applicantName,
            scope: capacity.scope, capacity: capacity)
        try await write(text, files: files, id: id, about: dossier, from: sender, at: now)
    }

    /// Writes to the applicant, who gets a letter that there is something to read.
    package func send(
        _ text: String, files: [MessageFile], id: DossierMessage.ID, about code: String, by officer: Officer,
        at now: Date
    ) async throws {
        guard officer.canAct else { throw DossierError.dutyLacking([.receive, .process]) }
        let scope = Scope.officer(officer)
        guard let dossier = try await database.first(DossierQueries.ofAgency, (code, officer.agency), as: scope) else {
            throw DossierError.notFound
        }
        let sender = Sender(
            side: .agency, account: officer.id, name: officer.name, scope: scope, capacity: nil)
        try await write(text, files: files, id: id, about: dossier.summary, from: sender, at: now)
    }

    private struct Sender {
        let side: DossierMessage.Side
        let account: Account.ID
        let name: String
        let scope: Scope
        /// In which somebody writes on the applicant's side.
        let capacity: Capacity?
    }

    private func write(
        _ text: String, files: [MessageFile], id: DossierMessage.ID, about dossier: DossierSummary,
        from sender: Sender, at now: Date
    ) async throws {
        guard !text.isEmpty || !files.isEmpty else {
            throw ValidationFailure(problems: [FieldProblem(field: "message", code: "required")])
        }
        guard text.utf8.count <= OfficerAct.longestText else {
            throw ValidationFailure(problems: [
                FieldProblem(field: "message", code: "too_long", arguments: ["max": String(OfficerAct.longestText)])
            ])
        }
        try await database.transaction(as: sender.scope) { transaction in
            guard
                try await transaction.first(
                    WorkQueries.sendMessage,
                    (id, dossier.id, sender.side, sender.account, sender.name, text, now)) != nil
            else { return }
            for file in files {
                try await transaction.record(file.file, at: now)
                try await transaction.run(
                    DossierQueries.addAttachment,
                    (.make(at: now), Dossier.ID(id.uuid), "message", file.file.sha256, file.name, now))
            }
            _ = try await transaction.append(
                JournalEntry(
                    kind: "dossier.message", subject: "dossier:\(dossier.id)", agencyCode: dossier.agencyCode,
                    actor: "account:\(sender.account)", at: now,
                    content: .object(
                        (sender.capacity?.journalled ?? [:]).merging([
                            "code": .string(dossier.code), "message": .string(id.description),
                            "side": .string(sender.side.rawValue),
                            "text_sha256": .string(Hex.encode(SHA256.hash(Array(text.utf8)))),
                        ]) { $1 })))
            if let capacity = sender.capacity { try await transaction.name(capacity, on: dossier.id, at: now) }
            guard sender.side == .agency,
                let applicant = try await transaction.first(DossierQueries.applicant, dossier.id)
            else { return }
            try await transaction.enqueue(
                topic: "dossier.message",
                payload: [
                    "account": .string(applicant.description), "code": .string(dossier.code),
                    "path": .string("/ho-so/\(dossier.code)"),
                ], at: now)
        }
    }

    /// Writes a note that the applicant never sees. Sent again under the same id, it is there once.
    package func note(
        _ text: String, id: UUID, on code: String, by officer: Officer, at now: Date
    ) async throws {
        guard officer.canAct else { throw DossierError.dutyLacking([.receive, .process]) }
        guard !text.isEmpty else {
            throw ValidationFailure(problems: [FieldProblem(field: "text", code: "required")])
        }
        guard text.utf8.count <= OfficerAct.longestText else {
            throw ValidationFailure(problems: [
                FieldProblem(field: "text", code: "too_long", arguments: ["max": String(OfficerAct.longestText)])
            ])
        }
        let scope = Scope.officer(officer)
        guard try await database.first(DossierQueries.ofAgency, (code, officer.agency), as: scope) != nil else {
            throw DossierError.notFound
        }
        try await database.run(
            WorkQueries.addNote, (Identifier(id), code, officer.id, officer.name, text, now), as: scope)
    }
}

extension Officer {
    /// Whether any duty lets this officer do more than read.
    package var canAct: Bool { !duties.isDisjoint(with: [.receive, .process, .decide, .supervise]) }
}
