import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/mandates.sql`, one typed line each.
package enum MandateQueries {
    static let give = Query(
        "mandates.give", Mandate.ID.self, Account.ID.self, Mandate.Basis.self, String.self, [String].self, Int?.self,
        Day.self, Day.self, [UInt8]?.self, Date.self)
    static let invited = Query("mandates.invited", String.self, returns: Account.ID.self)
    static let find = Query("mandates.find", Mandate.ID.self, Account.ID.self, returns: Mandate.self)
    static let lock = Query("mandates.lock", Mandate.ID.self, Account.ID.self, returns: Mandate.self)
    static let given = Query("mandates.given", Account.ID.self, Int.self, returns: Mandate.self)
    static let received = Query("mandates.received", Account.ID.self, Int.self, returns: Mandate.self)
    static let accept = Query("mandates.accept", Mandate.ID.self, Account.ID.self, Date.self)
    static let revoke = Query("mandates.revoke", Mandate.ID.self, Account.ID.self, Date.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [give, invited, find, lock, given, received, accept, revoke]
}
