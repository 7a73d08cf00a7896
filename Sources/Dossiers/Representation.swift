package import Accounts
package import Core
package import FoundationEssentials
package import Postgres

/// For whom a dossier is filed, and by whom, where that isn't the applicant themselves.
package struct Representation: Sendable {
    /// Who acted for the applicant so far, under which mandate.
    package let agents: [DossierAgent]
    /// The child for whom a parent files.
    package let child: Child?

    /// Who did something on the applicant's side in their stead; nil for the applicant.
    package func agent(_ account: Account.ID?) -> DossierAgent? { agents.first { $0.agentID == account } }
}

/// Somebody who acted on a dossier for its applicant, as they and their mandate were then.
package struct DossierAgent: PostgresRow {
    package let mandateID: Mandate.ID
    package let agentID: Account.ID
    package let name: String
    package let basis: Mandate.Basis
    package let document: Mandate.Document?

    package init(_ row: inout Row) throws {
        mandateID = try row("mandate_id")
        agentID = try row("agent_id")
        name = try row("agent_name")
        basis = try row("basis")
        document = try Mandate.Document(&row)
    }
}

/// A minor for whom a parent files, as the one who represents them by law (BLDS 2015 Đ.136.1).
package struct Child: PostgresRow, Hashable {
    package let name: String
    package let dateOfBirth: Day
    /// Nil before the birth is registered.
    package let personalNumber: String?

    package init(name: String, dateOfBirth: Day, personalNumber: String?) {
        self.name = name
        self.dateOfBirth = dateOfBirth
        self.personalNumber = personalNumber
    }

    package init(_ row: inout Row) throws {
        name = try row("name")
        dateOfBirth = try row("date_of_birth")
        personalNumber = try row("personal_number")
    }

    /// What a parent typed. Whoever has come of age acts for themselves or gives a mandate: a minor is under eighteen
    /// (BLDS 2015 Đ.21.1).
    /// - Throws: `ValidationFailure` for `child_name`, `child_birth`, `child_number`.
    package init(name: String, dateOfBirth: Day?, personalNumber: String, on today: Day) throws {
        var problems: [FieldProblem] = []
        func add(_ field: String, _ code: String) { problems.append(FieldProblem(field: field, code: code)) }
        let name = name.cleaned
        if name.isEmpty { add("child_name", "required") }
        if name.utf8.count > Self.longestName {
            problems.append(
                FieldProblem(field: "child_name", code: "too_long", arguments: ["max": String(Self.longestName)]))
        }
        let number = personalNumber.cleaned.isEmpty ? nil : PersonalNumber(personalNumber)
        if !personalNumber.cleaned.isEmpty, number == nil { add("child_number", "invalid_personal_number") }
        if let birth = dateOfBirth {
            if birth > today { add("child_birth", "date_in_future") }
            if Self.isOfAge(birth, on: today) { add("child_birth", "child_of_age") }
        } else {
            add("child_birth", "invalid_date")
        }
        guard problems.isEmpty, let dateOfBirth else { throw ValidationFailure(problems: problems) }
        self.init(name: name, dateOfBirth: dateOfBirth, personalNumber: number?.digits)
    }

    /// From the eighteenth birthday on; whoever is born on 29 February has it on 1 March of other years.
    private static func isOfAge(_ birth: Day, on today: Day) -> Bool {
        let (year, month, day) = birth.components
        let birthday = Day(year: year + 18, month: month, day: day) ?? Day(year: year + 18, month: 3, day: 1)
        return birthday.map { today >= $0 } ?? true
    }

    private static let longestName = 200
}

extension Dossiers {
    /// The child for whom a draft is, if a parent writes it for one.
    package func child(of draft: Dossier.ID, of capacity: Capacity) async throws -> Child? {
        try await database.first(DossierQueries.childOfDraft, draft, as: capacity.scope)
    }

    /// The mandate on paper under which somebody acted on a dossier.
    /// - Throws: `DossierError.notFound`.
    package func mandateOnPaper(
        _ id: Mandate.ID, of code: String, as scope: Scope
    ) async throws -> Mandate.Document {
        let agents = try await database.all(DossierQueries.agents, code, as: scope)
        guard let document = agents.first(where: { $0.mandateID == id })?.document else {
            throw DossierError.notFound
        }
        return document
    }
}

extension Transaction {
    /// Keeps who acts for the applicant, once for each mandate; nothing for the applicant themselves.
    func name(_ capacity: Capacity, on dossier: Dossier.ID, at now: Date) async throws {
        guard let agent = capacity.agent else { return }
        try later(DossierQueries.nameAgent, (dossier, agent.mandate, capacity.principal, now))
    }
}
