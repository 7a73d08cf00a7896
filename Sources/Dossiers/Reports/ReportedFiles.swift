import Catalogue
package import Core
import Cryptography
package import Files
package import FoundationEssentials
package import Postgres

/// A file that an agency's system sent with an event of a dossier: of the result, or about what is asked for.
package struct EventFile: PostgresRow {
    /// The event's place among those of its dossier.
    package let sequence: Int32
    package let kind: DossierEvent.Kind
    package let attachment: Attachment

    package init(_ row: inout Row) throws {
        sequence = try row("sequence")
        kind = try row("kind")
        attachment = try Attachment(&row)
    }
}

extension Dossiers {
    /// Begins to receive a file of an agency's system.
    package func receiveFile(most: Int) throws -> Upload { try files.receive(most: most) }

    /// Notes that an agency's system sent a file, which it may name from now on.
    /// - Returns: whether it hadn't sent it before.
    package func send(_ file: StoredFile, of agency: String, at now: Date) async throws -> Bool {
        try await database.transaction(as: .agency(agency)) { transaction in
            try await transaction.record(file, at: now)
            return try await transaction.first(ReportedFileQueries.send, (agency, file.sha256, now)) != nil
        }
    }

    /// A file that the agency's systems sent; another agency's doesn't exist for it.
    package func sentFile(_ sha256: [UInt8], by agency: String) async throws -> StoredFile? {
        try await sentFiles([sha256], by: agency).first
    }

    /// Files that the agency's systems sent, under the names that they have with an event.
    /// - Parameter named: digests and names, in their order.
    /// - Throws: `ValidationFailure` naming each that it didn't send.
    package func files(
        named: [(sha256: [UInt8], name: String)], of agency: String
    ) async throws -> [NamedFile] {
        guard !named.isEmpty else { return [] }
        let known = try await sentFiles(named.map(\.sha256), by: agency)
        let found = named.map { name in
            known.first { $0.sha256 == name.sha256 }.map { NamedFile(file: $0, name: name.name) }
        }
        let problems = found.enumerated().filter { $0.element == nil }.map { place, _ in
            FieldProblem(field: "files.\(place).sha256", code: "unknown_file")
        }
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
        return found.compactMap(\.self)
    }

    private func sentFiles(_ digests: [[UInt8]], by agency: String) async throws -> [StoredFile] {
        try await database.all(ReportedFileQueries.sent, (agency, digests.map(Hex.encode)), as: .agency(agency))
            .map(\.file)
    }
}

extension Transaction {
    /// Names the files of a reported event; nothing where there are none.
    func name(_ files: [NamedFile], event: String, of dossier: Dossier.ID, at agency: String, now: Date) async throws {
        guard !files.isEmpty else { return }
        let listed = files.enumerated().map { place, named -> JSON in
            [
                "id": .string(Attachment.ID.make(at: now).description), "place": .integer(place),
                "sha256": .string(named.file.digest), "name": .string(named.name),
            ]
        }
        let json = JSONText(String(decoding: JSON.array(listed).serialized(), as: UTF8.self))
        try later(ReportedFileQueries.name, (dossier, agency, event, json, now))
    }
}

/// The statements of `SQL/queries/reported_files.sql`, one typed line each.
package enum ReportedFileQueries {
    static let send = Query("reported_files.send", String.self, [UInt8].self, Date.self, returns: [UInt8].self)
    static let sent = Query("reported_files.sent", String.self, [String].self, returns: SentFile.self)
    static let name = Query(
        "reported_files.name", Dossier.ID.self, String.self, String.self, JSONText.self, Date.self)
    static let ofDossier = Query("reported_files.of_dossier", String.self, returns: EventFile.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [send, sent, name, ofDossier]
}

struct SentFile: PostgresRow {
    let file: StoredFile

    init(_ row: inout Row) throws {
        let name: String = try row("media_type")
        guard let type = FileType(rawValue: name) else { throw UnknownFileType() }
        file = StoredFile(kept: try row("sha256"), size: try row("size"), type: type)
    }
}

struct UnknownFileType: Error {}
