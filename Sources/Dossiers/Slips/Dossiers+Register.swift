import Catalogue
package import Core
package import FoundationEssentials
import Journal
package import Papers
package import Postgres

/// A span of days, both included, of an agency's register.
package struct RegisterPeriod: Sendable, Hashable {
    package let from: Day
    package let to: Day

    /// Days that a register can span.
    package static let longest = 366
    /// Dossiers that can be printed, and that a spreadsheet can hold.
    package static let mostPrinted = 2_000
    package static let mostListed = 50_000

    /// Nil for an end before the beginning, and for more days than a register can span.
    package init?(from: Day, to: Day) {
        guard from <= to, to.number - from.number < Self.longest else { return nil }
        self.from = from
        self.to = to
    }
}

/// The register of the dossiers that came to an agency (form 07 since 2025).
extension Dossiers {
    /// How many there are, counted no further than one beyond what a spreadsheet can hold.
    package func registerCount(at agency: String, _ period: RegisterPeriod) async throws -> Int {
        try await database.one(
            SlipQueries.registerCount,
            (agency, period.from.instant(), (period.to + 1).instant(), RegisterPeriod.mostListed + 1),
            as: .agency(agency))
    }

    /// Gives the rows in batches, the oldest first, at most so many.
    package func register(
        at agency: String, _ period: RegisterPeriod, most: Int, each batch: ([RegisteredDossier]) async throws -> Void
    ) async throws {
        var after = (Date(timeIntervalSince1970: 0), Dossier.ID.zero)
        var left = most
        var forms: [Revision.ID?: Form?] = [:]
        while left > 0 {
            let count = min(left, 1_000)
            var rows = try await database.all(
                SlipQueries.registerPage,
                (agency, period.from.instant(), (period.to + 1).instant(), after.0, after.1, count), as: .agency(agency)
            )
            for index in rows.indices {
                let id = rows[index].revisionID
                if forms[id] == nil { forms[id] = .some(try await catalogue.revision(id)?.form) }
                guard let form = forms[id] ?? nil, let stored = rows[index].answers else { continue }
                let answers = Answers(json: try JSON(parsing: Array(stored.text.utf8), limits: Answers.limits))
                rows[index].address = form.answer(prefilledFrom: "address", in: answers)
                rows[index].phone = form.answer(prefilledFrom: "phone", in: answers)
            }
            try await batch(rows)
            guard rows.count == count, let last = rows.last else { return }
            after = (last.submittedAt, last.id)
            left -= rows.count
        }
    }

    /// Says in the journal that a register left the portal: it names many people.
    package func noteExport(
        of period: RegisterPeriod, as format: String, by officer: Officer, at now: Date
    ) async throws {
        try await database.transaction(as: .officer(officer)) { transaction in
            _ = try await transaction.append(
                JournalEntry(
                    kind: "register.exported", subject: "agency:\(officer.agency)", agencyCode: officer.agency,
                    actor: officer.actor, at: now,
                    content: [
                        "from": .string(period.from.description), "to": .string(period.to.description),
                        "format": .string(format),
                    ]))
        }
    }
}

extension Dossier.ID {
    fileprivate static var zero: Dossier.ID {
        Dossier.ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    }
}

extension SlipContent.Register.Row {
    /// - Parameter manner: how it came, in words.
    package init(_ dossier: RegisteredDossier, manner: String) {
        let lines = [dossier.applicant, dossier.address, dossier.phone].compactMap(\.self)
        self.init(
            code: dossier.code, procedure: dossier.procedure, applicant: lines.joined(separator: "\n"),
            receivedAt: dossier.receivedAt ?? dossier.submittedAt, dueAt: dossier.dueAt, finishedAt: dossier.finishedAt,
            manner: manner)
    }
}
