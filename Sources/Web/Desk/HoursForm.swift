import Agencies
import Core
import Server

/// A change of an agency's hours as it was typed.
struct HoursForm {
    /// Which of the page's forms was sent.
    enum Act: String {
        case addWeek = "add_week"
        case addDay = "add_day"
        case removeWeek = "remove_week"
        case removeDay = "remove_day"
    }

    let fields: FormFields
    let act: Act?

    init(_ fields: FormFields) {
        self.fields = fields
        act = fields["act"].flatMap(Act.init)
    }

    var isRemoval: Bool { act == .removeWeek || act == .removeDay }

    /// The inputs of the days of a week, Monday first.
    static let weekdays = (1...7).map { "w\($0)" }

    private func day(_ name: String) -> Day? {
        if isRemoval { return fields["date"].flatMap { Day($0) } }
        let parts = ["year", "month", "day"].map { Int((fields["\(name).\($0)"] ?? "").cleaned) ?? 0 }
        return parts[0] >= 1000 ? Day(year: parts[0], month: parts[1], day: parts[2]) : nil
    }

    private func spans(_ name: String) -> [WorkingHours.Span]? { Self.spans(fields[name] ?? "") }

    /// Reads ranges as people type them: `7h30 - 11h30, 13:00–17:00`; none when empty, nil when unreadable.
    static func spans(_ text: String) -> [WorkingHours.Span]? {
        var plain = text.cleaned.lowercased().replacing("–", with: "-").replacing(";", with: ",")
        plain = plain.replacing("h", with: ":").replacing(" ", with: "")
        let ranges = plain.split(separator: ",").map { range in
            range.split(separator: "-", omittingEmptySubsequences: false).map { clock(String($0)) }
                .joined(separator: "-")
        }
        return WorkingHours.spans(ranges.joined(separator: ","))
    }

    /// `7:30` and `13:` as `07:30` and `13:00`.
    private static func clock(_ text: String) -> String {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.count <= 2 }) else { return text }
        let minute = parts.count == 1 || parts[1].isEmpty ? "00" : parts[1]
        return (parts[0].count == 1 ? "0" + parts[0] : parts[0]) + ":" + minute
    }

    /// Nil while something of it can't be read.
    var change: HoursChange? {
        switch act {
        case .addWeek:
            let week = Self.weekdays.compactMap(spans)
            guard let from = day("from"), week.count == 7, let hours = WorkingHours(week: week) else { return nil }
            return .addWeek(
                OwnHours.Week(validFrom: from, hours: hours, source: (fields["week_source"] ?? "").cleaned))
        case .addDay:
            guard let day = day("day"), let spans = spans("hours"), WorkingHours.usual.with(days: [day: spans]) != nil
            else { return nil }
            return .addDay(OwnHours.SingleDay(day: day, spans: spans, source: (fields["day_source"] ?? "").cleaned))
        case .removeWeek: return day("from").map { .removeWeek($0, reason: (fields["reason"] ?? "").cleaned) }
        case .removeDay: return day("day").map { .removeDay($0, reason: (fields["reason"] ?? "").cleaned) }
        case nil: return nil
        }
    }

    /// Everything that keeps it from being looked at. The reason of a removal is asked on the page of its effects.
    func problems(with own: OwnHours, today: Day) -> [FieldProblem] {
        if let change { return own.problems(with: change, today: today).filter { $0.field != "reason" } }
        let (dayName, sourceName) = act == .addWeek ? ("from", "week_source") : ("day", "day_source")
        var problems: [FieldProblem] = []
        if day(dayName) == nil { problems.append(FieldProblem(field: dayName, code: "invalid_date")) }
        for name in act == .addWeek ? Self.weekdays : ["hours"] {
            guard let spans = spans(name) else {
                problems.append(FieldProblem(field: name, code: "hours_unreadable"))
                continue
            }
            if let day = Day(year: 2026, month: 1, day: 1), WorkingHours.usual.with(days: [day: spans]) == nil {
                problems.append(FieldProblem(field: name, code: "hours_overlap"))
            }
        }
        if act == .addWeek, Self.weekdays.allSatisfy({ spans($0)?.isEmpty == true }) {
            problems.append(FieldProblem(field: "w1", code: "hours_none"))
        }
        if (fields[sourceName] ?? "").cleaned.isEmpty {
            problems.append(FieldProblem(field: sourceName, code: "required"))
        }
        return problems
    }

    /// What the page of the effects sends on, so that only what was looked at can be saved.
    func kept(version: String) -> [DeskCalendarPreviewPage.KeptView] {
        let names =
            switch act {
            case .addWeek: ["act", "from.day", "from.month", "from.year", "week_source"] + Self.weekdays
            case .addDay: ["act", "day.day", "day.month", "day.year", "hours", "day_source"]
            case .removeWeek, .removeDay, nil: ["act", "date"]
            }
        return names.map { DeskCalendarPreviewPage.KeptView(name: $0, value: fields[$0] ?? "") }
            + [DeskCalendarPreviewPage.KeptView(name: "version", value: version)]
    }
}
