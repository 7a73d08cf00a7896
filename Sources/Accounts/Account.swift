package import Core
package import FoundationEssentials
package import Postgres

/// Someone who signs in: a citizen, a business through its representative, or staff of an agency.
package struct Account: Sendable {
    package typealias ID = Identifier<Account>

    package enum Kind: String, Sendable, CaseIterable, PostgresValue {
        case citizen
        case business
        case officer
        case publisher

        /// Whether dossiers are filed by accounts of this kind.
        package var files: Bool {
            switch self {
            case .citizen, .business: true
            case .officer, .publisher: false
            }
        }
    }
}

/// What an account knows about its owner; the source of prefilled answers.
package struct Profile: PostgresRow {
    package let id: Account.ID
    package let kind: Account.Kind
    /// Personal number of a citizen, tax code of a business, sign-in name of staff.
    package let login: String
    package let name: String
    package let dateOfBirth: Day?
    package let sex: String?
    package let phone: String?
    package let email: String?
    package let address: String?
    package let representativeName: String?
    package let representativeNumber: String?
    package let agencyCode: String?

    package init(_ row: inout Row) throws {
        id = try row("id")
        kind = try row("kind")
        login = try row("login")
        name = try row("name")
        dateOfBirth = try row("date_of_birth")
        sex = try row("sex")
        phone = try row("phone")
        email = try row("email")
        address = try row("address")
        representativeName = try row("representative_name")
        representativeNumber = try row("representative_number")
        agencyCode = try row("agency_code")
    }
}

/// A signed-in session with its account, as found by the token in the browser's cookie.
package struct Session: PostgresRow {
    package typealias ID = Identifier<Session>

    package let id: ID
    package let lastSeenAt: Date
    package let accountID: Account.ID
    package let kind: Account.Kind
    package let login: String
    package let name: String
    package let agencyCode: String?
    /// A publisher who works on every agency's procedures.
    package let isNational: Bool
    /// The password was right and the second factor is still to come: good for nothing but the pages that ask for it.
    package let isHalfOpen: Bool
    /// The unit of an officer; nil for the whole agency.
    package let unitID: UUID?
    /// Empty for whoever isn't an officer.
    package let duties: Set<Duty>
    /// The mandate that the session works under, even when it has ended meanwhile.
    package let mandateID: Mandate.ID?
    /// For whom it works by that mandate; nil for its own account, and once the mandate has ended.
    package let principal: Principal?
    /// How many notices wait to be read; comes with the session, so that no page asks for it.
    package let unreadNotices: Int32

    package init(_ row: inout Row) throws {
        id = try row("session_id")
        lastSeenAt = try row("last_seen_at")
        accountID = try row("account_id")
        kind = try row("kind")
        login = try row("login")
        name = try row("name")
        agencyCode = try row("agency_code")
        isNational = try row("national")
        isHalfOpen = try row("half_open")
        unitID = try row("unit_id")
        let duties: [String] = try row("duties")
        self.duties = Set(duties.compactMap(Duty.init))
        mandateID = try row("mandate_id")
        principal = try Principal(&row)
        unreadNotices = try row("unread_notices")
    }

    /// Whoever a session works for by a mandate.
    package struct Principal: Sendable, Hashable {
        package let id: Account.ID
        package let kind: Account.Kind
        package let login: String
        package let name: String
        let procedures: [String]

        fileprivate init?(_ row: inout Row) throws {
            guard let id: Account.ID = try row("principal_id"), let kind: Account.Kind = try row("principal_kind"),
                let login: String = try row("principal_login"), let name: String = try row("principal_name"),
                let procedures: [String] = try row("principal_procedures")
            else { return nil }
            self.id = id
            self.kind = kind
            self.login = login
            self.name = name
            self.procedures = procedures
        }
    }

    /// The mandate that it worked under is over: revoked, or past its last day.
    package var hasLostMandate: Bool { mandateID != nil && principal == nil }

    package var capacity: Capacity {
        guard let principal, let mandateID else { return .own(accountID) }
        let agent = Capacity.Agent(
            id: accountID, name: name, mandate: mandateID, procedures: principal.procedures)
        return Capacity(principal: principal.id, agent: agent)
    }
}

/// A session as its owner sees it in the list of devices.
package struct SessionSummary: PostgresRow {
    package let id: Session.ID
    package let device: String
    package let createdAt: Date
    package let lastSeenAt: Date

    package init(_ row: inout Row) throws {
        id = try row("id")
        device = try row("device")
        createdAt = try row("created_at")
        lastSeenAt = try row("last_seen_at")
    }
}

/// The language in which an account is written to.
extension Language: PostgresValue {}

extension Scope {
    /// What belongs to an account, and nothing else.
    package static func account(_ id: Account.ID) -> Scope { Scope([("portal.account", id.description)]) }
}
