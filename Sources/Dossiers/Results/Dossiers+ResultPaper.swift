import Accounts
import Core
package import FoundationEssentials
package import Papers
import Postgres

/// What a decision's document says beside the decision, when the portal makes it.
package struct ResultWords: Sendable, Hashable {
    /// What was decided, as it is to be read; each line a paragraph.
    package var text: String
    /// What whoever signs is: “Chủ tịch”.
    package var position: String

    package init(text: String, position: String) {
        self.text = text
        self.position = position
    }
}

extension Dossiers {
    /// The document of a decision by the form in force, made of the dossier and of the officer's words.
    /// - Parameter verification: nil for a look at it beforehand.
    /// - Throws: `DossierError.notFound`, `ResultError` without a template or a key; `ValidationFailure` with the names of the act's inputs.
    package func resultPaper(
        of decision: Decision, _ words: ResultWords, for code: String, verification: ResultPaper.Verification?,
        by officer: Officer, at now: Date
    ) async throws -> ResultPaper {
        let problems = words.problems(with: decision, on: Day(of: now))
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
        guard let template = try await database.first(ResultQueries.template, Day(of: now)) else {
            throw ResultError.noTemplate
        }
        let isSigned = try isSigning(for: officer.agency)
        return try await database.transaction(as: .officer(officer)) { transaction in
            guard let maker = try await slipMaker(code, at: officer.agency, at: now, in: transaction) else {
                throw DossierError.notFound
            }
            return ResultPaper(
                template: template, office: maker.office, matter: maker.matter,
                receivedAt: maker.file.dossier.summary.receivedAt, isGranted: decision.isGranted,
                title: decision.title, number: decision.number, text: words.text, position: words.position,
                signer: officer.name, isSigned: isSigned, issuedAt: now, verification: verification)
        }
    }
}

extension ResultWords {
    /// A document needs more than a decision does: a number always, and words.
    fileprivate func problems(with decision: Decision, on today: Day) -> [FieldProblem] {
        var problems = OfficerAct.decide(decision).problems(on: today)
        if decision.number.isEmpty, !problems.contains(where: { $0.field == "number" }) {
            problems.append(FieldProblem(field: "number", code: "required"))
        }
        for (value, field, most) in [(text, "text", OfficerAct.longestText), (position, "position", 200)] {
            if value.isEmpty { problems.append(FieldProblem(field: field, code: "required")) }
            if value.utf8.count > most {
                problems.append(FieldProblem(field: field, code: "too_long", arguments: ["max": String(most)]))
            }
        }
        return problems
    }
}

extension ResultTemplate: PostgresValue {}
