package import Core
import FoundationEssentials

/// What speaks against something that an agency's system says being true, without proving it false. It is taken all the same,
/// marked, and counted beside the figures that are built on it.
///
/// The yardsticks are the portal's own; no law sets them. Each answers to what public adapters of one-stop systems were seen to
/// send.
package enum HonestyFlag: String, Sendable, CaseIterable {
    /// An applicant's number that nobody has: zeros, one digit over and over, or too short.
    case placeholderIdentity = "placeholder_identity"
    /// The document given as the result is one that was filed.
    case resultEqualsInput = "result_equals_input"
    /// The dossier's code names an organisation of another ministry or province.
    case foreignCode = "foreign_code"
    /// Told of long after it is said to have happened.
    case backdated
    /// Steps in no time: at the very second of the one before, or decided within a minute of the reception.
    case synthesisedHistory = "synthesised_history"
}

extension HonestyFlag {
    /// Seconds behind which a report is told late: three days, so that a weekend without a line isn't.
    static let lateness: Double = 3 * 86_400
    /// Seconds in which nobody examines a dossier.
    static let haste: Double = 60

    /// What a report says of itself.
    /// - Parameter dossier: as it stood before.
    static func flags(of change: StatusChange, after dossier: LockedDossier, at now: Date) -> Set<HonestyFlag> {
        flags(
            occurred: change.occurredAt, status: change.status, last: dossier.lastOccurredAt,
            received: dossier.receivedAt, now: now)
    }

    static func flags(
        occurred: Date, status: DossierStatus, last: Date?, received: Date?, now: Date
    ) -> Set<HonestyFlag> {
        var flags: Set<HonestyFlag> = []
        if now.timeIntervalSince(occurred) > lateness { flags.insert(.backdated) }
        let isAtOnce = last.map { abs(occurred.timeIntervalSince($0)) < 1 } ?? false
        let isHasty = status == .decided && (received.map { occurred.timeIntervalSince($0) < haste } ?? false)
        if isAtOnce || isHasty { flags.insert(.synthesisedHistory) }
        return flags
    }

    /// What a statement says of itself.
    /// - Parameter now: when it was stated first; nil for an amendment, which says nothing new of when.
    static func flags(of statement: DossierStatement, at agency: String, firstAt now: Date?) -> Set<HonestyFlag> {
        var flags: Set<HonestyFlag> = []
        if let number = statement.applicantNumber, isPlaceholder(number) { flags.insert(.placeholderIdentity) }
        if !Set(statement.filedDigests).isDisjoint(with: statement.resultDigests) { flags.insert(.resultEqualsInput) }
        if let now {
            if now.timeIntervalSince(statement.standsSince) > lateness { flags.insert(.backdated) }
            if let received = statement.receivedAt, let finished = statement.finishedAt,
                finished.timeIntervalSince(received) < haste
            {
                flags.insert(.synthesisedHistory)
            }
        }
        if organisation(ofCode: statement.code) != organisation(ofCode: agency) { flags.insert(.foreignCode) }
        return flags
    }

    /// Whether a number of a person or an enterprise is none.
    static func isPlaceholder(_ number: String) -> Bool {
        let digits = number.utf8.filter { (48...57).contains($0) }
        guard digits.count >= 9 else { return true }
        let steps = zip(digits, digits.dropFirst()).map { Int($1) - Int($0) }
        return Set(digits).count <= 2 && digits.filter { $0 != 48 }.count <= 1 || Set(steps).count == 1
            || digits.prefix(7).allSatisfy { $0 == 48 }
    }

    /// The ministry or province of an identifier: `H26` of `H26.16` and of the older `000.00.16.H26`.
    static func organisation(ofCode code: String) -> String {
        let parts = code.split(separator: "-").first?.split(separator: ".") ?? []
        return String(parts.first { $0.utf8.first.map { (65...90).contains($0) } ?? false } ?? parts.first ?? "")
    }
}
