import Agencies
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Pages
import Server

/// An agency's own hours at the desk of whoever edits the agency: changed one week or day at a time, never without having
/// seen what the change means.
extension Web {
    /// `GET /bien-tap/co-quan/{code}/gio-lam-viec`
    @Sendable func showHours(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let done = try request.queryFields()["done"].flatMap { Self.hoursNotices.contains($0) ? $0 : nil }
        return try await hoursPage(form: nil, problems: [], notice: done, request, context, staff)
    }

    static let hoursNotices: Set<String> = ["added", "removed"]

    /// `GET /bien-tap/co-quan/{code}/gio-lam-viec/xem-truoc?act=&…`: what a change would mean. Nothing is saved.
    @Sendable func previewHours(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let form = HoursForm(try request.queryFields())
        guard form.act != nil else { throw RequestFailure.malformed }
        let record = try await hoursRecord(context, staff)
        let problems = form.problems(
            with: try await agencies.ownHours(of: record.code), today: Day(of: context.now))
        return try await hoursEffects(of: form, problems: problems, request, context, staff)
    }

    /// `POST /bien-tap/co-quan/{code}/gio-lam-viec`: makes the change whose effects were shown.
    @Sendable func changeHours(_ request: Request, _ context: PortalContext, _ staff: Staff) async throws -> Response {
        let form = HoursForm(try await request.form(from: staff.visitor))
        guard let change = form.change else { throw RequestFailure.malformed }
        let record = try await hoursRecord(context, staff)
        do {
            try await agencies.change(
                change, of: record.code, seen: form.fields["version"] ?? "", by: AgencyEditor(staff), at: context.now)
        } catch AgencyEditError.editedMeanwhile {
            let problems = try await agencies.ownHours(of: record.code).problems(
                with: change, today: Day(of: context.now))
            let stale = FieldProblem(field: "version", code: "calendar_edited_meanwhile")
            return try await hoursEffects(of: form, problems: problems + [stale], request, context, staff)
        } catch let failure as ValidationFailure {
            return try await hoursEffects(of: form, problems: failure.problems, request, context, staff)
        }
        return .seeOther(
            Link(
                context.language, path: ["bien-tap", "co-quan", record.code, "gio-lam-viec"],
                query: ["done": form.isRemoval ? "removed" : "added"]
            ).address)
    }

    private func hoursRecord(_ context: PortalContext, _ staff: Staff) async throws -> AgencyRecord {
        try await agencies.record(context.parameter("code") ?? "", for: AgencyEditor(staff))
    }

    /// The effects of a change, or the hours again when it can't be made at all.
    private func hoursEffects(
        of form: HoursForm, problems: [FieldProblem], _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let canBeMended = problems.allSatisfy { ["reason", "version"].contains($0.field) }
        guard canBeMended, let change = form.change else {
            return try await hoursPage(form: form, problems: problems, notice: nil, request, context, staff)
        }
        let words = words(context)
        let record = try await hoursRecord(context, staff)
        let own = try await agencies.ownHours(of: record.code)
        let preview = try await deskJobs.previewHours(
            own.applying(change), of: record.code, changing: change.day)
        let (isWeek, hours, source) = words.shown(change, of: own)
        let builder = words.hoursBuilder(problems)
        let reason = builder.input(
            "reason", label: words("desk.calendar.reason"), hint: words("desk.hours.reason.hint"),
            value: form.fields["reason"] ?? "", width: "wide")
        let views = form.isRemoval ? [reason] : []
        let stale = problems.filter { $0.field == "version" }.map { problem in
            ErrorLine(link: Link("#effects") ?? Link(.vi, path: []), message: words.message(problem, label: ""))
        }
        let page = DeskHoursPreviewPage(
            title: words.title(
                form.isRemoval ? "desk.title.hours.remove" : "desk.title.hours.add", ["agency": record.name],
                hasErrors: !problems.isEmpty),
            back: Link(words.language, path: ["bien-tap", "co-quan", record.code, "gio-lam-viec"]),
            errors: stale + FieldBuilder.summary(views), hasErrors: !problems.isEmpty, agency: record.name,
            code: record.code, day: words.formats.date(change.day), isWeek: isWeek, hours: hours, source: source,
            isRemoval: form.isRemoval, effects: CalendarEffects(preview, words), kept: form.kept(version: own.version),
            fields: views)
        return respond(
            page, to: staff.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    private func hoursPage(
        form: HoursForm?, problems: [FieldProblem], notice: String?, _ request: Request, _ context: PortalContext,
        _ staff: Staff
    ) async throws -> Response {
        let words = words(context)
        let record = try await hoursRecord(context, staff)
        let own = try await agencies.ownHours(of: record.code)
        let today = Day(of: context.now)
        let present = try await agencies.workingTime(of: record.code, on: today).hours
        let builder = words.hoursBuilder(problems)
        let path = ["bien-tap", "co-quan", record.code, "gio-lam-viec"]
        func remove(_ act: HoursForm.Act, _ day: Day) -> Link {
            Link(
                words.language, path: path + ["xem-truoc"], query: ["act": act.rawValue, "date": day.description])
        }
        let weekFields = words.weekFields(form?.act == .addWeek ? form?.fields : nil, present, builder)
        let dayFields = words.dayFields(form?.act == .addDay ? form?.fields : nil, builder)
        let shown = form?.act == .addDay ? dayFields : weekFields
        let rest = problems.filter { problem in !shown.contains { $0.name == problem.field } }.map {
            ErrorLine(
                link: Link("#hours") ?? Link(.vi, path: []),
                message: words.message($0, label: words("desk.hours.\($0.field == "from" ? "from" : "day")")))
        }
        let page = DeskHoursPage(
            title: words.title("desk.title.hours", ["agency": record.name], hasErrors: !problems.isEmpty),
            notice: notice.map { words("desk.done.hours.\($0)") }, agency: record.name, code: record.code,
            present: words.week(present), isOwn: own.week(on: today) != nil,
            weeks: own.weeks.map { week in
                DeskHoursPage.Line(
                    day: words.formats.date(week.validFrom), hours: words.week(week.hours), source: week.source,
                    remove: remove(.removeWeek, week.validFrom))
            }, hasWeeks: !own.weeks.isEmpty,
            days: own.days.map { day in
                DeskHoursPage.Line(
                    day: "\(words.formats.weekday(day.day)) \(words.formats.date(day.day))",
                    hours: [words.ranges(day.spans)], source: day.source, remove: remove(.removeDay, day.day))
            }, hasDays: !own.days.isEmpty, errors: rest + FieldBuilder.summary(shown), hasErrors: !problems.isEmpty,
            weekFields: weekFields, dayFields: dayFields)
        return respond(
            page, to: staff.visitor, context, request, status: problems.isEmpty ? .ok : .unprocessableContent)
    }
}

extension Words {
    fileprivate func hoursBuilder(_ problems: [FieldProblem]) -> FieldBuilder {
        FieldBuilder(
            words: self,
            messages: Dictionary(
                problems.map { ($0.field, message($0, label: hoursLabel($0.field))) },
                uniquingKeysWith: { first, _ in first }))
    }

    private func hoursLabel(_ name: String) -> String {
        switch name {
        case "week_source", "day_source": self("desk.calendar.source")
        case "reason": self("desk.calendar.reason")
        default: HoursForm.weekdays.firstIndex(of: name).map(weekday) ?? self("desk.hours.\(name)")
        }
    }

    /// The name of a day of the week, 0 = Monday.
    private func weekday(_ index: Int) -> String {
        // 5 January 1970 was a Monday.
        formats.weekday(Day(number: 4 + index))
    }

    fileprivate func ranges(_ spans: [WorkingHours.Span]) -> String {
        spans.isEmpty
            ? self("desk.hours.closed")
            : WorkingHours.text(spans).replacing("-", with: "–").replacing(",", with: ", ")
    }

    /// The hours of a week, equal days that follow each other in one line.
    fileprivate func week(_ hours: WorkingHours) -> [String] {
        var runs: [(first: Int, last: Int, text: String)] = []
        for index in 0..<7 {
            let text = ranges(hours.spans(onWeekday: index + 1))
            if runs.last?.text == text { runs[runs.count - 1].last = index } else { runs.append((index, index, text)) }
        }
        return runs.map { run in
            let days = run.first == run.last ? weekday(run.first) : "\(weekday(run.first)) – \(weekday(run.last))"
            return "\(days): \(run.text)"
        }
    }

    /// Whether a change is of a week, what it says, and where that is from.
    fileprivate func shown(_ change: HoursChange, of own: OwnHours) -> (Bool, [String], String) {
        switch change {
        case .addWeek(let added): return (true, week(added.hours), added.source)
        case .addDay(let added): return (false, [ranges(added.spans)], added.source)
        case .removeWeek(let from, _):
            let standing = own.weeks.first { $0.validFrom == from }
            return (true, standing.map { week($0.hours) } ?? [], standing?.source ?? "")
        case .removeDay(let day, _):
            let standing = own.days.first { $0.day == day }
            return (false, standing.map { [ranges($0.spans)] } ?? [], standing?.source ?? "")
        }
    }

    fileprivate func weekFields(
        _ fields: FormFields?, _ present: WorkingHours, _ builder: FieldBuilder
    ) -> [FieldView] {
        [
            builder.date(
                "from", label: hoursLabel("from"), hint: self("desk.hours.from.hint"),
                parts: ["day", "month", "year"].map { fields?["from.\($0)"] ?? "" })
        ]
            + HoursForm.weekdays.enumerated().map { index, name in
                builder.input(
                    name, label: weekday(index), hint: index == 0 ? self("desk.hours.ranges.hint") : nil,
                    value: fields.map { $0[name] ?? "" }
                        ?? WorkingHours.text(present.spans(onWeekday: index + 1)).replacing(",", with: ", "),
                    isOptional: true)
            } + [source("week_source", fields, builder)]
    }

    fileprivate func dayFields(_ fields: FormFields?, _ builder: FieldBuilder) -> [FieldView] {
        [
            builder.date(
                "day", label: hoursLabel("day"),
                parts: ["day", "month", "year"].map { fields?["day.\($0)"] ?? "" }),
            builder.input(
                "hours", label: hoursLabel("hours"), hint: self("desk.hours.hours.hint"), value: fields?["hours"] ?? "",
                isOptional: true),
            source("day_source", fields, builder),
        ]
    }

    private func source(_ name: String, _ fields: FormFields?, _ builder: FieldBuilder) -> FieldView {
        builder.input(
            name, label: hoursLabel(name), hint: self("desk.hours.source.hint"), value: fields?[name] ?? "",
            width: "wide")
    }
}
