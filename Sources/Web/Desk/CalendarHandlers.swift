import Agencies
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Server

/// The calendar at the desk of national editors: looked at by year, changed a day at a time, never without having seen
/// what the change means.
extension Web {
    /// `GET /bien-tap/lich?nam=`
    @Sendable func showCalendar(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let query = try request.queryFields()
        let notice = query["done"].flatMap { Self.calendarNotices.contains($0) ? $0 : nil }
        return try await calendarPage(
            try await agencies.announced(), year: query["nam"].flatMap { Int($0) }, fields: nil, problems: [],
            notice: notice, request, context, staff)
    }

    static let calendarNotices: Set<String> = ["added", "removed"]

    /// `GET /bien-tap/lich/xem-truoc?act=&…`: what a change would mean. Nothing is saved, so it may be asked again.
    @Sendable func previewCalendar(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws
        -> Response
    {
        let form = CalendarForm(try request.queryFields())
        let calendar = try await agencies.announced()
        let problems = form.problems(in: calendar, today: Day(of: context.now))
        return try await effectsPage(of: form, in: calendar, problems: problems, request, context, staff)
    }

    /// `POST /bien-tap/lich`: makes the change whose effects were shown.
    @Sendable func changeCalendar(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response
    {
        let form = CalendarForm(try await request.form(from: staff.visitor))
        guard let change = form.change else { throw RequestFailure.malformed }
        let today = Day(of: context.now)
        do {
            try await agencies.change(
                change, seen: form.fields["version"] ?? "", by: AgencyEditor(staff), at: context.now)
        } catch AgencyEditError.editedMeanwhile {
            let calendar = try await agencies.announced()
            let stale = FieldProblem(field: "version", code: "calendar_edited_meanwhile")
            return try await effectsPage(
                of: form, in: calendar, problems: calendar.problems(with: change, today: today) + [stale], request,
                context, staff)
        } catch let failure as ValidationFailure {
            return try await effectsPage(
                of: form, in: try await agencies.announced(), problems: failure.problems, request, context, staff)
        }
        let done = if case .add = change { "added" } else { "removed" }
        let year = String(change.day.components.year)
        return .seeOther(
            Link(context.language, path: ["bien-tap", "lich"], query: ["nam": year, "done": done]).address)
    }

    /// The effects of a change, or the calendar again when it can't be made at all.
    private func effectsPage(
        of form: CalendarForm, in calendar: AnnouncedCalendar, problems: [FieldProblem], _ request: Request,
        _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let canBeMended = problems.allSatisfy { ["reason", "version"].contains($0.field) }
        guard canBeMended, let change = form.change else {
            return try await calendarPage(
                calendar, year: form.day?.components.year, fields: form.fields, problems: problems, notice: nil,
                request, context, staff)
        }
        return try await previewPage(change, of: calendar, form, problems: problems, request, context, staff)
    }

    private func calendarPage(
        _ calendar: AnnouncedCalendar, year: Int?, fields: FormFields?, problems: [FieldProblem], notice: String?,
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let thisYear = Day(of: context.now).components.year
        let year = year.flatMap { (thisYear - 10...thisYear + 10).contains($0) ? $0 : nil } ?? thisYear
        let years = Set(calendar.days.map(\.day.components.year)).union([thisYear, thisYear + 1, year]).sorted()
        let days = calendar.days.filter { $0.day.components.year == year }
        let views = dayFields(fields, words.calendarBuilder(problems), words)
        let page = DeskCalendarPage(
            title: words.title("desk.title.calendar", ["year": String(year)], hasErrors: !problems.isEmpty),
            notice: notice.map { words("desk.done.calendar.\($0)") }, year: String(year),
            years: years.map { each in
                DeskListPage.FilterView(
                    label: String(each),
                    link: Link(words.language, path: ["bien-tap", "lich"], query: ["nam": String(each)]),
                    isCurrent: each == year)
            },
            isEmpty: days.isEmpty,
            days: days.map { day in
                DeskCalendarPage.Line(
                    day: words.formats.date(day.day), weekday: words.formats.weekday(day.day),
                    kind: words("desk.calendar.kind.\(day.kind.rawValue)"), name: day.name, source: day.source,
                    status: CalendarDay.Status(rawValue: day.status).map {
                        words("desk.calendar.status.\($0.rawValue)")
                    } ?? day.status,
                    remove: Link(
                        words.language, path: ["bien-tap", "lich", "xem-truoc"],
                        query: ["act": "remove", "date": day.day.description]))
            },
            errors: FieldBuilder.summary(views), hasErrors: !problems.isEmpty, fields: views)
        return respond(
            page, to: staff.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private func dayFields(_ fields: FormFields?, _ builder: FieldBuilder, _ words: Words) -> [FieldView] {
        func label(_ name: String) -> String { words("desk.calendar.\(name)") }
        return [
            builder.choice(
                "kind", label: label("kind"),
                options: CalendarDay.Kind.allCases.map { ($0.rawValue, label("kind.\($0.rawValue)")) },
                chosen: fields?["kind"]),
            builder.date(
                "day", label: label("day"), hint: label("day.hint"),
                parts: ["day", "month", "year"].map { fields?["day.\($0)"] ?? "" }),
            builder.input(
                "name", label: label("name"), hint: label("name.hint"), value: fields?["name"] ?? "", width: "wide"),
            builder.choice(
                "status", label: label("status"),
                options: CalendarForm.statuses.map { ($0.rawValue, label("status.\($0.rawValue)")) },
                chosen: fields?["status"]),
            builder.input(
                "source", label: label("source"), hint: label("source.hint"), value: fields?["source"] ?? "",
                width: "wide"),
        ]
    }

    private func previewPage(
        _ change: CalendarChange, of calendar: AnnouncedCalendar, _ form: CalendarForm, problems: [FieldProblem],
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let preview = try await deskJobs.previewCalendar(calendar.applying(change).working, changing: change.day)
        let day: CalendarDay
        let isRemoval: Bool
        switch change {
        case .add(let added): (day, isRemoval) = (added, false)
        case .remove(let removed, _):
            guard let standing = calendar[removed] else { throw RequestFailure.notFound }
            (day, isRemoval) = (standing, true)
        }
        let builder = words.calendarBuilder(problems)
        let reason = builder.input(
            "reason", label: words("desk.calendar.reason"), hint: words("desk.calendar.reason.hint"),
            value: form.fields["reason"] ?? "", width: "wide")
        let views = isRemoval ? [reason] : []
        let stale = problems.filter { $0.field == "version" }.map { problem in
            ErrorLine(link: Link("#effects") ?? Link(.vi, path: []), message: words.message(problem, label: ""))
        }
        let page = DeskCalendarPreviewPage(
            title: words.title(
                isRemoval ? "desk.title.calendar.remove" : "desk.title.calendar.add",
                ["day": words.formats.date(day.day)], hasErrors: !problems.isEmpty),
            back: Link(
                words.language, path: ["bien-tap", "lich"], query: ["nam": String(day.day.components.year)]),
            errors: stale + FieldBuilder.summary(views), hasErrors: !problems.isEmpty, day: words.formats.date(day.day),
            weekday: words.formats.weekday(day.day), kind: words("desk.calendar.kind.\(day.kind.rawValue)"),
            name: day.name, source: day.source, isRemoval: isRemoval, effects: CalendarEffects(preview, words),
            kept: form.kept(version: calendar.working.version, isRemoval: isRemoval), fields: views)
        return respond(
            page, to: staff.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }
}

extension Words {
    fileprivate func calendarBuilder(_ problems: [FieldProblem]) -> FieldBuilder {
        FieldBuilder(
            words: self,
            messages: Dictionary(
                problems.map { ($0.field, message($0, label: self("desk.calendar.\($0.field)"))) },
                uniquingKeysWith: { first, _ in first }))
    }
}
