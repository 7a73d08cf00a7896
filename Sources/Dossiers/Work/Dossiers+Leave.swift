package import Accounts
package import Core
package import FoundationEssentials
import Postgres

extension Dossiers {
    /// How many open dossiers an officer has.
    package func openDossiers(of member: Account.ID, by officer: Officer) async throws -> Int {
        try await database.one(WorkQueries.openOfOfficer, (officer.agency, member), as: .officer(officer))
    }

    /// Ends an officer's membership and gives all their open dossiers to a colleague, each with its event and its
    /// journal entry: all of it in one transaction, or none.
    /// - Parameters:
    ///   - successor: who takes over; may be nil when there is nothing to take over.
    ///   - supervisor: the session of `officer`.
    /// - Returns: how many dossiers changed hands.
    /// - Throws: `StaffError`, `DutyLacking`; `ValidationFailure` with the field `successor`.
    package func endMembership(
        of member: Account.ID, successor: Account.ID?, by officer: Officer, session supervisor: Session, at now: Date
    ) async throws -> Int {
        try await database.transaction(as: .officer(officer)) { transaction in
            var moved = 0
            if let successor {
                let isThere = try await transaction.one(WorkQueries.isColleague, (successor, officer.agency))
                guard isThere, successor != member else {
                    throw ValidationFailure(problems: [FieldProblem(field: "successor", code: "no_such_colleague")])
                }
            }
            try await Accounts.endMembership(of: member, by: supervisor, at: now, in: transaction)
            // Nobody can be given to them from here on (`work.is_colleague` waits for this transaction).
            for dossier in try await transaction.all(WorkQueries.lockOfOfficer, (officer.agency, member)) {
                guard let successor else {
                    throw ValidationFailure(problems: [FieldProblem(field: "successor", code: "successor_needed")])
                }
                var step = DossierStep(
                    actor: officer.actor, kind: .assigned, status: dossier.status, occurredAt: now,
                    account: officer.id, officerName: officer.name,
                    detail: [
                        "act": .string(OfficerAct.Kind.assign.rawValue), "officer": .string(successor.description),
                        "left": .string(member.description),
                    ])
                step.holder = DossierStep.Holder(
                    officer: successor, unit: dossier.unitID, due: dossier.stepDueAt)
                _ = try await record(step, of: dossier, at: now, in: transaction)
                moved += 1
            }
            return moved
        }
    }
}
