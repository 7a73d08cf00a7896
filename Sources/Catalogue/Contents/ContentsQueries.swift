import Accounts
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/contents.sql`, one typed line each.
package enum ContentsQueries {
    static let list = Query("contents.list", returns: Content.self)
    static let find = Query("contents.find", ContentKind.self, String.self, returns: Content.self)
    static let lock = Query("contents.lock", ContentKind.self, returns: Content.self)
    static let add = Query(
        "contents.add", ContentKind.self, String.self, JSONText.self, Account.ID?.self, Date.self)
    static let save = Query(
        "contents.save", ContentKind.self, String.self, Int32.self, JSONText.self, Account.ID?.self, Date.self)
    static let withdraw = Query(
        "contents.withdraw", ContentKind.self, String.self, Int32.self, Date?.self, Account.ID?.self, Date.self)
    static let arrange = Query("contents.arrange", ContentKind.self, [String].self)
    static let introduce = Query(
        "contents.introduce", ContentKind.self, String.self, JSONText.self, Date.self, returns: Int32.self)
    static let procedures = Query("contents.procedures", [String].self, returns: ProcedureSummary.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        list, find, lock, add, save, withdraw, arrange, introduce, procedures,
    ]
}
