package import Core
package import Files
package import FoundationEssentials
package import Postgres

/// That one person may act for another or for a business: given by the principal, accepted by the agent, ended by either.
/// Its terms never change; another scope is another mandate.
package struct Mandate: PostgresRow {
    package typealias ID = Identifier<Mandate>

    /// Why the agent may act.
    package enum Basis: String, Sendable, CaseIterable, PostgresValue {
        /// An authorisation on paper (văn bản ủy quyền, BLDS 2015 Đ.562), attached.
        case authorisation
        /// An employee, for the business that employs them.
        case employment
        /// A representative of a business (người đại diện theo pháp luật) other than who opened its account.
        case representation
    }

    package let id: ID
    package let principalID: Account.ID
    package let principalName: String
    package let principalKind: Account.Kind
    package let basis: Basis
    /// The personal number that the principal wrote.
    package let agentLogin: String
    /// Nil, as the name, until the agent accepts: a principal isn't told who has an account.
    package let agentID: Account.ID?
    package let agentName: String?
    package let terms: MandateTerms
    package let document: Document?
    package let givenAt: Date
    package let acceptedAt: Date?
    package let revokedAt: Date?

    package init(_ row: inout Row) throws {
        id = try row("id")
        principalID = try row("principal_id")
        principalName = try row("principal_name")
        principalKind = try row("principal_kind")
        basis = try row("basis")
        agentLogin = try row("agent_login")
        agentID = try row("agent_id")
        agentName = try row("agent_name")
        let procedures: [String] = try row("procedures")
        let limit: Int? = try row("amount_limit")
        terms = MandateTerms(
            procedures: procedures, amountLimit: limit.map(Money.init(dong:)), validFrom: try row("valid_from"),
            validUntil: try row("valid_until"))
        document = try Document(&row)
        givenAt = try row("given_at")
        acceptedAt = try row("accepted_at")
        revokedAt = try row("revoked_at")
    }

    /// The mandate on paper.
    package struct Document: Sendable, Hashable {
        package let sha256: [UInt8]
        package let type: FileType

        package init?(_ row: inout Row) throws {
            guard let sha256: [UInt8] = try row("document_sha256"), let name: String = try row("document_type"),
                let type = FileType(rawValue: name)
            else { return nil }
            self.sha256 = sha256
            self.type = type
        }
    }

    package func state(on day: Day) -> MandateState {
        terms.state(isAccepted: acceptedAt != nil, isRevoked: revokedAt != nil, on: day)
    }

    /// Why an account may not do something under this mandate, nil when it may. Asked again at each act: a mandate can end
    /// between two pages.
    package func refusal(to agent: Account.ID, of act: MandateAct, on day: Day) -> MandateRefusal? {
        guard agentID == agent else { return .notTheAgent }
        return terms.refusal(of: act, in: state(on: day))
    }

    /// Whether an account may file under a procedure's code for the principal today.
    package func allows(_ agent: Account.ID, toFile procedure: String, on day: Day) -> Bool {
        ProcedureCode(procedure).map { refusal(to: agent, of: .file($0), on: day) == nil } ?? false
    }
}

/// Where a mandate stands on a day.
package enum MandateState: String, Sendable, CaseIterable {
    /// Given, not yet accepted.
    case offered
    /// Accepted, its first day not yet come.
    case upcoming
    case inForce = "in_force"
    /// Its last day is past, accepted or not.
    case expired
    case revoked
}
