package import Accounts
package import Core
package import FoundationEssentials
import Journal
package import Postgres

/// What the applicant says of how they were served: their part of the nine indices (TT 01/2018/TT-VPCP Đ.13, numbers 3, 4
/// and 7), and how satisfied they are.
package struct DossierRating: PostgresRow, Hashable {
    /// 1…5.
    package let satisfaction: Int
    /// How often they had to come or call to complete the dossier: 0, 1, or 2 for more.
    package let contacts: Int
    /// How many offices they had to go to, counted likewise.
    package let offices: Int
    /// 2 good, 1 fair, 0 bad.
    package let attitude: Int
    package let comment: String?
    package let ratedAt: Date

    package init(
        satisfaction: Int, contacts: Int, offices: Int, attitude: Int, comment: String?, ratedAt: Date
    ) {
        self.satisfaction = satisfaction
        self.contacts = contacts
        self.offices = offices
        self.attitude = attitude
        self.comment = comment
        self.ratedAt = ratedAt
    }

    package init(_ row: inout Row) throws {
        func number(_ name: StaticString) throws -> Int { Int(try row(name) as Int16) }
        satisfaction = try number("satisfaction")
        contacts = try number("contacts")
        offices = try number("offices")
        attitude = try number("attitude")
        comment = try row("comment")
        ratedAt = try row("rated_at")
    }
}

extension Dossiers {
    /// Rates how a finished dossier was handled, once.
    /// - Throws: `ValidationFailure` for the rating's inputs; `DossierError.notFound`; `.illegalMove` while nothing is decided.
    package func rate(_ code: String, _ rating: DossierRating, by capacity: Capacity, at now: Date) async throws {
        let dossier = try await dossier(code, of: capacity).summary
        guard dossier.finishedAt != nil else { throw DossierError.illegalMove(current: dossier.status, allowed: []) }
        var problems: [FieldProblem] = []
        func check(_ value: Int, _ range: ClosedRange<Int>, _ field: String) {
            if !range.contains(value) { problems.append(FieldProblem(field: field, code: "choose")) }
        }
        check(rating.satisfaction, 1...5, "satisfaction")
        check(rating.contacts, 0...2, "contacts")
        check(rating.offices, 0...2, "offices")
        check(rating.attitude, 0...2, "attitude")
        if let comment = rating.comment, comment.utf8.count > OfficerAct.longestText {
            problems.append(
                FieldProblem(field: "comment", code: "too_long", arguments: ["max": String(OfficerAct.longestText)]))
        }
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
        try await database.transaction(as: capacity.scope) { transaction in
            try await transaction.run(
                WorkQueries.rate,
                (
                    dossier.id, capacity.person, Int16(rating.satisfaction), Int16(rating.contacts),
                    Int16(rating.offices),
                    Int16(rating.attitude), rating.comment, now
                ))
            _ = try await transaction.append(
                JournalEntry(
                    kind: "dossier.rated", subject: "dossier:\(dossier.id)", agencyCode: dossier.agencyCode,
                    actor: capacity.actor, at: now,
                    content: .object(
                        capacity.journalled.merging([
                            "code": .string(code), "satisfaction": .integer(rating.satisfaction),
                        ]) { $1 })))
            try await transaction.name(capacity, on: dossier.id, at: now)
        }
    }
}
