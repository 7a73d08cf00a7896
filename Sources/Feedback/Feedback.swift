package import Accounts
package import Agencies
package import Core
import Cryptography
package import Files
package import FoundationEssentials
package import Postgres

/// What people say of rules and officials (phản ánh, kiến nghị): sent, passed on, answered and published, on clocks of its
/// own. Not for complaints and denunciations, which have laws of their own.
///
/// Every call says for whom it acts, and the transaction tells the database so: row-level security hides the rest.
package struct Feedback: Sendable {
    let database: Database
    let agencies: Agencies
    let files: FileStore

    package init(database: Database, agencies: Agencies, files: FileStore) {
        self.database = database
        self.agencies = agencies
        self.files = files
    }

    /// Files that may come with one act, and the bytes that each may have.
    package static let mostFiles = 3
    package static let largestFile = 10 * 1024 * 1024

    /// Begins to receive a file.
    package func receiveFile() throws -> Upload { try files.receive(most: Self.largestFile) }

    /// The limits in force on a day; those of the first row before it.
    /// - Throws: `FeedbackError.noRules` when the reference data was never loaded.
    package func rules(on day: Day) async throws -> FeedbackRules {
        let all = try await database.all(FeedbackQueries.rules, ())
        guard let found = all.first(where: { $0.validFrom <= day }) ?? all.last else { throw FeedbackError.noRules }
        return found
    }

    /// What counts the last days of feedback whose clock started at an instant.
    package func clock(from instant: Date) async throws -> FeedbackClock {
        async let rules = rules(on: Day(of: instant))
        return try await FeedbackClock(rules: rules, calendar: agencies.calendar())
    }

    /// Loads the limits of `SQL/seed`; repeatable, and leaves alone what is there. Runs as the owner of the tables.
    package static func load(from directory: String, into transaction: Transaction) async throws {
        let path = directory + "/feedback_rules.csv"
        let table = try CSVTable(path: path)
        let names = ["refuse_days", "ask_days", "forward_days", "answer_days", "publish_days"]
        for (index, text) in try table["valid_from"].enumerated() {
            let days = try names.compactMap { Int32(try table[$0][index]) }
            guard let from = Day(text), days.count == names.count else {
                throw CSVTable.Malformed(path: path, line: index + 2)
            }
            try await transaction.run(
                FeedbackQueries.loadRule,
                (
                    from, try table["office"][index], days[0], days[1], days[2], days[3], days[4],
                    try table["source"][index]
                ))
        }
    }
}

/// What a caller of feedback has to treat differently.
package enum FeedbackError: Error, Hashable {
    /// There is none, or it is somebody else's: never told apart.
    case notFound
    /// The table of states has no such move.
    case illegalMove(FeedbackState)
    /// Somebody else did something since the caller looked at it.
    case changedMeanwhile
    /// No limits were loaded: the installation isn't complete.
    case noRules
}

/// Who reads feedback or acts on it.
package enum FeedbackParty: Sendable {
    case officer(Account.ID, agency: String, duties: Set<Duty>)
    case account(Account.ID)
    /// Whoever has the word that was shown when it was sent.
    case holder(TrackingWord)

    var agency: String? { if case .officer(_, let agency, _) = self { agency } else { nil } }
    var account: Account.ID? { if case .account(let id) = self { id } else { nil } }
    var digest: [UInt8]? { if case .holder(let word) = self { word.digest } else { nil } }

    package var isAuthor: Bool { agency == nil }

    /// Whether an act is theirs to do, by who they are; what the state allows is another question.
    package func may(_ act: FeedbackAct) -> Bool {
        switch self {
        case .officer(_, _, let duties): !act.duties.isDisjoint(with: duties)
        case .account, .holder: act.isAuthors && act != .send
        }
    }

    var scope: Scope {
        switch self {
        case .officer(_, let agency, _): Scope([("portal.agency", agency)])
        case .account(let id): .account(id)
        case .holder(let word): .holder(of: word, account: nil)
        }
    }

    /// As the journal names them.
    var actor: String {
        switch self {
        case .officer(let id, _, _), .account(let id): "account:\(id)"
        case .holder: "feedback:holder"
        }
    }
}

extension Scope {
    /// Acting as the author of what a word belongs to, signed in or not.
    static func holder(of word: TrackingWord, account: Account.ID?) -> Scope {
        let tracking = ("portal.tracking", Hex.encode(word.digest))
        return Scope(account.map { [tracking, ("portal.account", $0.description)] } ?? [tracking])
    }
}

/// A page of a list; `next` is passed on for the following one, nil on the last.
package struct FeedbackPart<Item: Sendable>: Sendable {
    package let items: [Item]
    package let next: FeedbackCursor?

    /// - Parameter found: one more than fit, if there are more.
    init(_ found: [Item], limit: Int, cursor: (Item) -> FeedbackCursor) {
        items = Array(found.prefix(limit))
        next = found.count > limit ? items.last.map(cursor) : nil
    }
}

/// Where a page of a list starts: behind the last item of the page before.
package struct FeedbackCursor: Sendable, Hashable, CustomStringConvertible {
    package let at: Date
    package let id: FeedbackItem.ID

    package init(at: Date, id: FeedbackItem.ID) {
        self.at = at
        self.id = id
    }

    /// Before everything in a list that begins with the newest, and in one that begins with the oldest.
    package static let newest = FeedbackCursor(
        at: Date(timeIntervalSince1970: 253_000_000_000),
        id: FeedbackItem.ID(
            UUID(uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))))
    package static let oldest = FeedbackCursor(
        at: Date(timeIntervalSince1970: 0),
        id: FeedbackItem.ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))))

    /// As it stands in an address: microseconds since 1970, a dot, the id. Nothing personal.
    package var description: String { "\(Int((at.timeIntervalSince1970 * 1_000_000).rounded())).\(id)" }

    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1)
        guard text.utf8.count < 64, parts.count == 2, let microseconds = Int(Substring(parts[0])),
            (0...253_000_000_000_000_000).contains(microseconds), let id = FeedbackItem.ID(String(Substring(parts[1])))
        else { return nil }
        at = Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
        self.id = id
    }
}
