/// What becomes of a report by the number that its agency gave it: one more with each report on a dossier, from 1.
package enum ReportPlace: Sendable, Hashable {
    /// It is its turn; always, when it has no number.
    case next
    /// One before it is missing: it waits.
    case early(waitsFor: Int)
    /// So far ahead that no line can have lost all between: it isn't kept waiting.
    case beyond(most: Int)
    /// Its number was applied before, or a later one: it is kept, and moves nothing.
    case late

    /// - Parameter applied: the number that was applied last, 0 before the first.
    package init(_ sequence: Int?, after applied: Int) {
        guard let sequence else {
            self = .next
            return
        }
        switch sequence - applied {
        case ...0: self = .late
        case 1: self = .next
        case ...Self.reach: self = .early(waitsFor: applied + 1)
        default: self = .beyond(most: applied + Self.reach)
        }
    }

    /// How many numbers ahead one may come; so many reports may wait on a dossier.
    private static let reach = 100
}
