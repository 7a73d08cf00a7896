package import Accounts
package import Core
import Cryptography
package import Files
package import FoundationEssentials
import Journal
package import Papers
package import Postgres

/// Slips as files: printed when they are first asked for, and the same bytes ever after.
package struct Slips: Sendable {
    private let database: Database
    private let files: FileStore
    private let printer: Printer

    package init(database: Database, files: FileStore, printer: Printer) {
        self.database = database
        self.files = files
        self.printer = printer
    }

    /// Who may see a slip: the applicant of its dossier and whoever acts for them, or the agency that issued it.
    package enum Reader: Sendable, Hashable {
        case applicant(Capacity)
        case officer(Officer)

        fileprivate var account: Account.ID? {
            if case .applicant(let capacity) = self { capacity.principal } else { nil }
        }
        fileprivate var agency: String? { if case .officer(let officer) = self { officer.agency } else { nil } }

        fileprivate var actor: String {
            switch self {
            case .applicant(let capacity): capacity.actor
            case .officer(let officer): officer.actor
            }
        }

        fileprivate var scope: Scope {
            switch self {
            case .applicant(let capacity): capacity.scope
            case .officer(let officer): .officer(officer)
            }
        }
    }

    /// The slips of a dossier that the reader may see, the oldest first.
    package func list(of code: String, for reader: Reader) async throws -> [SlipSummary] {
        try await database.all(SlipQueries.list, (code, reader.account, reader.agency), as: reader.scope)
    }

    /// Where the file of a slip is.
    /// - Throws: `DossierError.notFound`, `PaperFailure`.
    package func file(
        _ id: StoredSlip.ID, of code: String, for reader: Reader, at now: Date
    ) async throws -> (path: String, slip: SlipSummary) {
        guard let stored = try await find(id, of: code, for: reader) else { throw DossierError.notFound }
        if let sha256 = stored.sha256 { return (files.path(of: sha256), stored.summary) }
        try await print(stored, for: reader, at: now)
        guard let printed = try await find(id, of: code, for: reader), let sha256 = printed.sha256 else {
            throw DossierError.notFound
        }
        return (files.path(of: sha256), printed.summary)
    }

    private func find(_ id: StoredSlip.ID, of code: String, for reader: Reader) async throws -> StoredSlip? {
        try await database.first(SlipQueries.find, (id, code, reader.account, reader.agency), as: reader.scope)
    }

    /// Whoever comes first prints; who comes second meanwhile finds it done and takes that.
    private func print(_ stored: StoredSlip, for reader: Reader, at now: Date) async throws {
        let bytes = try await printer.print(try stored.slip())
        let file = try files.keep(bytes, as: .pdf)
        try await database.transaction(as: reader.scope) { transaction in
            guard try await transaction.first(SlipQueries.hold, stored.summary.id) == false else { return }
            try await transaction.record(file, at: now)
            let entry = try await transaction.append(
                JournalEntry(
                    kind: "slip.printed", subject: "slip:\(stored.summary.id)", agencyCode: stored.agencyCode,
                    actor: reader.actor, at: now, content: ["sha256": .string(file.digest)]))
            try await transaction.run(SlipQueries.print, (stored.summary.id, file.sha256, entry))
        }
    }

    /// A result as a PDF, made before it is signed.
    package func print(_ paper: ResultPaper) async throws -> [UInt8] { try await printer.print(paper) }

    /// What a result will say, line by line.
    package func lines(of paper: ResultPaper) -> [String] { printer.lines(of: paper) }

    /// A register as a PDF, made for whoever asks and not kept.
    package func print(_ register: SlipContent.Register, at now: Date) async throws -> [UInt8] {
        let day = Day(of: now)
        let inForce = try await database.first(SlipQueries.template, day)
        return try await printer.print(
            Slip(
                template: inForce?.template ?? .tt03Of2025, number: nil, issuedAt: now, content: .register(register),
                isVerified: inForce?.isVerified ?? false))
    }
}

extension Dossiers {
    /// Slips that say something else than their journal entries; for verification, as `portal_worker`. Gives up after a
    /// hundred.
    static func slipDisagreements(on database: Database) async throws -> [String] {
        var found: [String] = []
        var last = StoredSlip.ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        while found.count < 100 {
            let batch = try await database.all(SlipQueries.journalled, (last, 500))
            for slip in batch {
                if try JSON(parsing: Array(slip.data.text.utf8)).slipDigest != slip.digest {
                    found.append("slip \(slip.id): differs from journal entry \(slip.entryID)")
                } else if slip.isPrintedRight != true {
                    found.append("slip \(slip.id): its file is not the one that was printed")
                }
            }
            guard let next = batch.last else { break }
            last = next.id
        }
        return found
    }
}
