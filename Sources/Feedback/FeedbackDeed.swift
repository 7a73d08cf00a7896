package import Core
package import Files
import FoundationEssentials

/// Something about to be done to feedback.
package struct FeedbackDeed: Sendable {
    package let act: FeedbackAct
    /// What its author reads, or what its author adds; empty where an act has no words.
    package let note: String
    /// The agency it is forwarded to.
    package let target: String?
    package let files: [NamedFile]
    /// For publication alone.
    package let wording: PublicWording?

    package init(
        _ act: FeedbackAct, note: String = "", target: String? = nil, files: [NamedFile] = [],
        wording: PublicWording? = nil
    ) {
        self.act = act
        self.note = act.longestNote == nil ? "" : note.cleanedLines
        self.target = act == .forward ? target : nil
        self.files = act.takesFiles ? files : []
        self.wording = act == .publish ? wording : nil
    }

    /// What keeps it from being done, by the names of the inputs; the agency it goes to apart.
    package func problems(author: FeedbackAuthor) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if let most = act.longestNote {
            if note.isEmpty { problems.append(FieldProblem(field: "note", code: "required")) }
            if note.utf8.count > most {
                problems.append(FieldProblem(field: "note", code: "too_long", arguments: ["max": String(most)]))
            }
        }
        if act == .forward, target?.isEmpty ?? true { problems.append(FieldProblem(field: "target", code: "required")) }
        if files.count > Feedback.mostFiles {
            problems.append(
                FieldProblem(field: "files", code: "too_many_files", arguments: ["max": String(Feedback.mostFiles)]))
        }
        if act == .publish {
            problems += (wording ?? PublicWording(question: "", answer: "")).problems(about: author)
        }
        return problems
    }
}

/// How an act moves feedback and the figures of the agency that had it: the rule without I/O.
package struct FeedbackChange: Sendable, Hashable {
    package let state: FeedbackState
    /// The last day on which the act was in time; nil without a limit.
    package let lastDay: Day?
    /// Whether the agency that had it was late with any act, this one included.
    package let isLate: Bool
    /// What is added to the figures of the agency that had it, in the month of `countedOn`.
    package let figures: FeedbackFigures
    package let countedOn: Day

    /// - Throws: `FeedbackState.IllegalMove`.
    package init(
        _ act: FeedbackAct, _ times: FeedbackTimes, isLate wasLate: Bool, clock: FeedbackClock, today: Day
    ) throws(FeedbackState.IllegalMove) {
        state = try times.state.after(act)
        lastDay = clock.lastDay(for: act, times)
        let misses = lastDay.map { today > $0 } ?? false
        isLate = wasLate || misses
        var figures = FeedbackFigures()
        if act.handles {
            figures.handled = 1
            figures.late = isLate ? 1 : 0
        }
        if act == .answer {
            figures.answered = 1
            figures.unsatisfied = isLate ? 1 : 0
        }
        // It was counted as in time with its answer; that it is published too late makes it late after all.
        if act == .publish || act == .withhold, misses, !wasLate {
            figures.late = 1
            figures.unsatisfied = 1
        }
        self.figures = figures
        countedOn = act == .publish || act == .withhold ? times.answeredAt.map { Day(of: $0) } ?? today : today
    }
}
