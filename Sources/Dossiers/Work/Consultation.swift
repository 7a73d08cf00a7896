package import Accounts
package import Core
package import FoundationEssentials
import Journal
package import Postgres

/// What one agency asks another about a dossier (NĐ 61/2018/NĐ-CP Đ.19.5). The one asked sees no more of the dossier.
package struct Consultation: PostgresRow {
    package typealias ID = Identifier<Consultation>

    package let id: ID
    package let code: String
    package let procedure: String
    package let fromAgency: String
    package let fromName: String
    package let toAgency: String
    package let toName: String
    package let question: String
    package let dueAt: Date
    package let askedAt: Date
    package let officerName: String
    package let answer: String?
    package let answeredAt: Date?
    package let answererName: String?

    package init(_ row: inout Row) throws {
        id = try row("id")
        code = try row("code")
        procedure = try row("procedure")
        fromAgency = try row("from_agency")
        fromName = try row("from_name")
        toAgency = try row("to_agency")
        toName = try row("to_name")
        question = try row("question")
        dueAt = try row("due_at")
        askedAt = try row("asked_at")
        officerName = try row("officer_name")
        answer = try row("answer")
        answeredAt = try row("answered_at")
        answererName = try row("answerer_name")
    }

    package func isLate(at now: Date) -> Bool { (answeredAt ?? now) > dueAt }
}

struct AnsweredConsultation: PostgresRow {
    let code: String
    let fromAgency: String

    init(_ row: inout Row) throws {
        code = try row("code")
        fromAgency = try row("from_agency")
    }
}

extension Dossiers {
    /// What other agencies ask the officer's, those due first at the head.
    package func askedOf(_ officer: Officer, limit: Int = 200) async throws -> [Consultation] {
        try await database.all(WorkQueries.askedOf, (officer.agency, limit), as: .officer(officer))
    }

    package func consultation(_ id: Consultation.ID, for officer: Officer) async throws -> Consultation {
        let found = try await database.first(WorkQueries.consultation, (id, officer.agency), as: .officer(officer))
        guard let found else { throw DossierError.notFound }
        return found
    }

    /// Answers another agency's question; the first answer stays. The dossier goes on once no question is open.
    /// - Throws: `DossierError.notFound`, also when somebody answered before; `ValidationFailure` for `answer`.
    package func answerConsultation(
        _ id: Consultation.ID, with answer: String, by officer: Officer, at now: Date
    ) async throws {
        guard officer.duties.contains(.process) || officer.duties.contains(.decide) else {
            throw DossierError.dutyLacking([.process, .decide])
        }
        guard !answer.isEmpty else {
            throw ValidationFailure(problems: [FieldProblem(field: "answer", code: "required")])
        }
        guard answer.utf8.count <= OfficerAct.longestText else {
            throw ValidationFailure(problems: [
                FieldProblem(field: "answer", code: "too_long", arguments: ["max": String(OfficerAct.longestText)])
            ])
        }
        // The row of the dossier is the other agency's: it is seen, locked and moved as that agency sees it.
        let asked = try await consultation(id, for: officer)
        try await database.transaction(as: .agency(asked.fromAgency)) { transaction in
            guard
                let dossier = try await transaction.lock(asked.code, at: asked.fromAgency),
                try await transaction.first(
                    WorkQueries.answerConsultation, (id, officer.agency, answer, now, officer.id, officer.name)) != nil
            else { throw DossierError.notFound }
            let left = try await transaction.one(WorkQueries.openConsultations, dossier.id)
            let isWaiting = dossier.waitsFor == .consulted
            _ = try await record(
                DossierStep(
                    actor: officer.actor, kind: .consultationAnswered, status: dossier.status, occurredAt: now,
                    account: officer.id, officerName: officer.name,
                    detail: [
                        "agency": .string(officer.agency), "consultation": .string(id.description),
                        "answer": .string(answer),
                    ], waitsFor: isWaiting && left == 0 ? .agency : dossier.waitsFor),
                of: dossier, at: now, in: transaction)
        }
    }
}
