import Agencies
import Core
import Server

/// A change of the calendar as it was typed.
struct CalendarForm {
    /// What an editor may say of where a day is known from.
    static let statuses: [CalendarDay.Status] = [.officialLetter, .ruleDerived]

    let fields: FormFields

    init(_ fields: FormFields) { self.fields = fields }

    private var isRemoval: Bool { fields["act"] == "remove" }

    /// The day of a removal comes as one value from its link; that of an addition in the three parts that people type.
    var day: Day? {
        if isRemoval { return fields["date"].flatMap { Day($0) } }
        let parts = ["year", "month", "day"].map { Int((fields["day.\($0)"] ?? "").cleaned) ?? 0 }
        return parts[0] >= 1000 ? Day(year: parts[0], month: parts[1], day: parts[2]) : nil
    }

    private var kind: CalendarDay.Kind? { fields["kind"].flatMap(CalendarDay.Kind.init(rawValue:)) }

    private var status: CalendarDay.Status? {
        fields["status"].flatMap(CalendarDay.Status.init(rawValue:)).flatMap { Self.statuses.contains($0) ? $0 : nil }
    }

    /// Nil while something of it can't be read.
    var change: CalendarChange? {
        guard let day else { return nil }
        if isRemoval { return .remove(day, reason: (fields["reason"] ?? "").cleaned) }
        guard let kind, let status else { return nil }
        return .add(added(day, kind, status))
    }

    private func added(_ day: Day, _ kind: CalendarDay.Kind, _ status: CalendarDay.Status) -> CalendarDay {
        CalendarDay(
            day: day, kind: kind, name: (fields["name"] ?? "").cleaned, status: status,
            source: (fields["source"] ?? "").cleaned)
    }

    /// Everything that keeps it from being looked at. The reason of a removal is asked on the page of its effects.
    func problems(in calendar: AnnouncedCalendar, today: Day) -> [FieldProblem] {
        if let change { return calendar.problems(with: change, today: today).filter { $0.field != "reason" } }
        guard !isRemoval else { return [FieldProblem(field: "day", code: "no_such_day")] }
        // What can't be read is taken for something harmless, so that the faults of the rest are told in the same breath.
        let assumed = added(day ?? today, kind ?? .off, status ?? .officialLetter)
        var problems = calendar.problems(with: .add(assumed), today: today).filter { day != nil || $0.field != "day" }
        if kind == nil { problems.append(FieldProblem(field: "kind", code: "required")) }
        if status == nil { problems.append(FieldProblem(field: "status", code: "required")) }
        if day == nil { problems.append(FieldProblem(field: "day", code: "invalid_date")) }
        return problems
    }

    /// What the page of the effects sends on, so that only what was looked at can be saved.
    func kept(version: String, isRemoval: Bool) -> [DeskCalendarPreviewPage.KeptView] {
        let names =
            isRemoval ? ["act", "date"] : ["kind", "day.day", "day.month", "day.year", "name", "status", "source"]
        return names.map { DeskCalendarPreviewPage.KeptView(name: $0, value: fields[$0] ?? "") }
            + [DeskCalendarPreviewPage.KeptView(name: "version", value: version)]
    }
}
