import Accounts
import Agencies
import Core
package import FoundationEssentials
import Journal
import Postgres

extension Dossiers {
    /// Leaves the digest of a working day for up to `limit` officers who don't have theirs yet, and says for how many;
    /// as `portal_worker`. Once for each officer and day, however many processes do this and however often they start.
    /// It counts what the officer can act on (`Officer.has`). Where there is nothing to tell, nothing is sent.
    package func makeDigests(at now: Date, limit: Int = 200) async throws -> Int {
        let day = Day(of: now)
        guard try await agencies.announced().working.isWorking(day) else { return 0 }
        let officers = try await database.all(DossierQueries.digestsToMake, (day, limit))
        var counts: [String: DigestCounts] = [:]
        for officer in officers {
            let counted = try await digest(of: officer, on: day, known: &counts)
            try await database.transaction { transaction in
                guard try await transaction.run(DossierQueries.makeDigest, (officer.id, day, now)) == 1,
                    !counted.isEmpty
                else { return }
                try await transaction.enqueue(
                    topic: "officer.digest", payload: counted.payload(for: officer.id, on: day), at: now)
            }
        }
        return officers.count
    }

    /// - Parameter known: what whole agencies have, counted once for all who see it.
    private func digest(
        of officer: OfficerToTell, on day: Day, known: inout [String: DigestCounts]
    ) async throws -> DigestCounts {
        let most = DigestCounts.most + 1
        if let unit = officer.unitID, !officer.supervises {
            return try await database.one(
                DossierQueries.digestCountsOfUnit,
                (
                    officer.agencyCode, unit, officer.id, (day - 1).instant(), day.instant(), (day + 1).instant(),
                    most
                ))
        }
        if let counted = known[officer.agencyCode] { return counted }
        let counted = try await database.one(
            DossierQueries.digestCounts,
            (officer.agencyCode, (day - 1).instant(), day.instant(), (day + 1).instant(), most))
        known[officer.agencyCode] = counted
        return counted
    }
}

struct OfficerToTell: PostgresRow {
    let id: Account.ID
    let agencyCode: String
    let unitID: UUID?
    let supervises: Bool

    init(_ row: inout Row) throws {
        id = try row("id")
        agencyCode = try row("agency_code")
        unitID = try row("unit_id")
        supervises = try row("supervises")
    }
}

/// What an officer finds in the morning. Counted up to a limit: beyond it the number itself says little.
struct DigestCounts: PostgresRow {
    static let most = 1000

    let fresh: Int
    let waiting: Int
    let due: Int
    let late: Int

    init(_ row: inout Row) throws {
        fresh = try row("fresh")
        waiting = try row("waiting")
        due = try row("due")
        late = try row("late")
    }

    var isEmpty: Bool { fresh + waiting + due + late == 0 }

    func payload(for officer: Account.ID, on day: Day) -> JSON {
        func text(_ count: Int) -> JSON { .string(count > Self.most ? "\(Self.most)+" : String(count)) }
        return [
            "account": .string(officer.description), "path": "/can-bo/ho-so", "day": .string(day.description),
            "fresh": text(fresh), "waiting": text(waiting), "due": text(due), "late": text(late),
        ]
    }
}
