/// What becomes of a report by the number that its agency gave it: one more with each report on a dossier, from 1.
package enum ReportPlace: Sendable, Hashable {
    /// It is its turn; always, when it has no number.
    case next
    /// One before it is missing: it waits.
    case early(waitsFor: Int)
    /// Its number was applied before, or a later one: it is kept, and moves nothing.
    case late

    /// - Parameter applied: the number that was applied last, 0 before the first.
    package init(_ sequence: Int?, after applied: Int) {
        guard let sequence else {
            self = .next
            return
        }
        self = sequence <= applied ? .late : sequence == applied + 1 ? .next : .early(waitsFor: applied + 1)
    }
}
