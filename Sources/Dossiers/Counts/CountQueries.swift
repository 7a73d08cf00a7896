import Core
import FoundationEssentials
package import Postgres

/// The statements of `SQL/queries/counts.sql`, one typed line each.
package enum CountQueries {
    static let standing = Query("counts.standing", String.self, returns: StatusCount.self)
    static let received = Query("counts.received", String.self, Day.self, Day.self, returns: DayCount.self)
    static let disagreeing = Query("counts.disagreeing", Int.self, returns: DisagreeingCount.self)
    static let fold = Query("counts.fold", Int.self, returns: Int.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [standing, received, disagreeing, fold]
}
