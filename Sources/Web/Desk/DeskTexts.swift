import Agencies
import Catalogue

extension Web {
    /// The keys of the desk that code puts together.
    static var deskTextKeys: [String] {
        var keys = RevisionState.allCases.map { "state.\($0.rawValue)" }
        keys += Finding.Kind.allCases.map { "finding.\($0.rawValue)" }
        keys += Finding.mandatory.map { "mandatory.\($0)" }
        keys += FormField.Kind.allCases.map { "kind.\($0.rawValue)" }
        keys += RevisionChange.Kind.allCases.map { "change.\($0.rawValue)" }
        keys += Words.members.map { "member.\($0)" }
        keys += deskNotices.map { "done.\($0)" }
        keys += deskFilters.map { "filter.\($0.isEmpty ? "all" : $0)" }
        keys += Words.units.map { "unit.\($0)" }
        keys += Form.Problem.codes.map { "problem.\($0)" }
        keys += CalendarDay.Kind.allCases.map { "calendar.kind.\($0.rawValue)" }
        keys += CalendarDay.Status.allCases.map { "calendar.status.\($0.rawValue)" }
        keys += calendarNotices.map { "done.calendar.\($0)" }
        keys += hoursNotices.map { "done.hours.\($0)" }
        keys += ["from", "day", "hours"].map { "hours.\($0)" }
        keys += FactsShape.types.map { "document.type.\($0)" }
        return keys.map { "desk.\($0)" }
    }
}

extension Words {
    /// What is wrong with a form, in words that say where.
    func problem(_ problem: Form.Problem) -> String { self("desk.problem.\(problem.code)", problem.arguments) }
}
