package import Postgres

/// What an agency received in a time and how it handled it.
package struct FeedbackFigures: PostgresRow, Hashable {
    package var received = 0
    package var handled = 0
    /// Of those handled: the answer, or an act on the way to it, came after its last day.
    package var late = 0
    package var answered = 0
    /// Of those answered: late, or disliked by more people than liked it. Each once.
    package var unsatisfied = 0
    package var likes = 0
    package var dislikes = 0

    package init() {}

    package init(_ row: inout Row) throws {
        received = try row("received")
        handled = try row("handled")
        late = try row("late")
        answered = try row("answered")
        unsatisfied = try row("unsatisfied")
        likes = try row("likes")
        dislikes = try row("dislikes")
    }

    package static func + (left: FeedbackFigures, right: FeedbackFigures) -> FeedbackFigures {
        var sum = FeedbackFigures()
        sum.received = left.received + right.received
        sum.handled = left.handled + right.handled
        sum.late = left.late + right.late
        sum.answered = left.answered + right.answered
        sum.unsatisfied = left.unsatisfied + right.unsatisfied
        sum.likes = left.likes + right.likes
        sum.dislikes = left.dislikes + right.dislikes
        return sum
    }
}

/// Indicators 5.2 and 5.3 of QĐ 766/QĐ-TTg, and criterion 8 of TT 01/2018/TT-VPCP Đ.14: rules without I/O.
///
/// Without anything to measure there is no score: nothing isn't zero.
package enum FeedbackIndex {
    /// A share in hundredths of a percent and the points it earns, in hundredths.
    package struct Score: Sendable, Hashable {
        /// 0…10,000, rounded to the nearest.
        package let perTenThousand: Int
        package let hundredths: Int

        init(_ part: Int, of whole: Int, most: Int) {
            let part = min(max(part, 0), whole)
            perTenThousand = (part * 10_000 + whole / 2) / whole
            hundredths = (part * most * 100 + whole / 2) / whole
        }
    }

    /// Points that either indicator gives at most.
    package static let most = 6

    /// 5.2: in time, of what was handled. Nil when nothing was.
    package static func onTime(_ figures: FeedbackFigures) -> Score? {
        guard figures.handled > 0 else { return nil }
        return Score(figures.handled - figures.late, of: figures.handled, most: most)
    }

    /// 5.3: neither late nor disliked by more than liked it, of what was answered. Nil when nothing was.
    /// What people sent again about the same thing isn't told apart yet.
    package static func satisfaction(_ figures: FeedbackFigures) -> Score? {
        guard figures.answered > 0 else { return nil }
        return Score(figures.answered - figures.unsatisfied, of: figures.answered, most: most)
    }

    /// Whether an answer counts against the agency in 5.3.
    package static func isUnsatisfied(isLate: Bool, likes: Int, dislikes: Int) -> Bool { isLate || dislikes > likes }

    /// Criterion 8: 2 when there was none or all were in time, 1 from 90 of a hundred, else 0.
    package static func criterion(_ figures: FeedbackFigures) -> Int {
        guard figures.late > 0 else { return 2 }
        return (figures.handled - figures.late) * 10 >= figures.handled * 9 ? 1 : 0
    }
}
