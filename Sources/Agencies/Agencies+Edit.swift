package import Core
package import FoundationEssentials
import Journal
import Postgres

/// Someone who edits what the public reads of agencies, and which agencies are theirs.
package struct AgencyEditor: Sendable {
    package let account: UUID
    /// Code of the agency that they belong to.
    package let agency: String
    /// Works on every agency, and on the calendar.
    package let isNational: Bool

    package init(account: UUID, agency: String, isNational: Bool) {
        self.account = account
        self.agency = agency
        self.isNational = isNational
    }

    /// Their own agency and those directly below it.
    func owns(_ record: AgencyRecord) -> Bool {
        isNational || record.code == agency || record.parentCode == agency
    }

    var actor: String { "account:\(account.uuidString.lowercased())" }
}

/// Why something could not be edited.
package enum AgencyEditError: Error, Sendable, Equatable {
    /// There is none, or it is somebody else's: never told apart.
    case notFound
    /// Somebody else saved an edit after this one was begun.
    case editedMeanwhile
}

extension Agencies {
    /// The editor's agencies in the order of their codes.
    package func list(
        for editor: AgencyEditor, text: String, after code: String, limit: Int
    ) async throws -> AgencyPart {
        let own = editor.isNational ? "" : editor.agency
        return AgencyPart(
            try await database.all(AgencyQueries.listing, (text.wanted, own, "", code, limit + 1)), limit: limit)
    }

    package func record(_ code: String, for editor: AgencyEditor) async throws -> AgencyRecord {
        guard let record = try await record(code), editor.owns(record) else { throw AgencyEditError.notFound }
        return record
    }

    /// Saves what the public reads of an agency.
    /// - Parameter version: the one that the editor saw; another person's edit since then is never overwritten.
    /// - Throws: `AgencyEditError`, `ValidationFailure`.
    package func save(
        _ profile: AgencyProfile, of code: String, version: Int, by editor: AgencyEditor, at now: Date
    ) async throws {
        _ = try await record(code, for: editor)
        guard profile.problems.isEmpty else { throw ValidationFailure(problems: profile.problems) }
        try await database.transaction { transaction in
            let saved = try await transaction.run(
                AgencyQueries.saveProfile,
                (
                    code, profile.address, profile.phone, profile.email, profile.website, profile.hours.vi,
                    profile.hours.en, profile.storedPlaces, Int32(clamping: version), editor.account, now
                ))
            guard saved == 1 else { throw AgencyEditError.editedMeanwhile }
            _ = try await transaction.append(
                JournalEntry(
                    kind: "agency.edited", subject: "agency:\(code)", agencyCode: code, actor: editor.actor, at: now,
                    content: ["version": .integer(version + 1), "profile": .object(profile.answers)]))
        }
    }
}
