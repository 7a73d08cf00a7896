import Agencies
import Catalogue
package import Core
package import FoundationEssentials
package import Postgres

/// When an answer is due, and every step of how that was worked out, as kept with the dossier.
package struct DossierDeadline: Sendable, Hashable {
    package let due: Date
    package let receivedAt: Date
    /// Nil for a date that somebody set, which only pauses move.
    package let limit: TimeLimit?
    /// Which calendar it was counted on; a changed holiday makes a new version.
    package let calendar: String
    package let steps: [Deadline.Step]

    init(_ deadline: Deadline, receivedAt: Date, limit: TimeLimit?, calendar: String) {
        due = deadline.due
        self.receivedAt = receivedAt
        self.limit = limit
        self.calendar = calendar
        steps = deadline.steps
    }

    /// Reads what a dossier keeps; nil when it isn't readable, which only costs the explanation.
    package init?(stored: JSONText) {
        guard let json = try? JSON(parsing: Array(stored.text.utf8)), let due = json["due"]?.int,
            let received = json["received"]?.int
        else { return nil }
        if let unit = json["unit"]?.string {
            guard let quantity = json["quantity"]?.int, let unit = TimeLimit.Unit(rawValue: unit),
                let cutOff = json["cut_off"]?.int
            else { return nil }
            limit = TimeLimit(
                quantity: quantity, unit: unit, cutOff: cutOff, isExact: json["exact"]?.bool ?? false)
        } else {
            limit = nil
        }
        self.due = Date(timeIntervalSince1970: Double(due))
        receivedAt = Date(timeIntervalSince1970: Double(received))
        calendar = json["calendar"]?.string ?? ""
        steps = (json["steps"]?.array ?? []).compactMap(Deadline.Step.init(json:))
    }

    package var stored: JSONText {
        var members: [String: JSON] = [
            "due": .integer(Int(due.timeIntervalSince1970)),
            "received": .integer(Int(receivedAt.timeIntervalSince1970)),
            "calendar": .string(calendar), "steps": .array(steps.map(\.json)),
        ]
        if let limit {
            members["quantity"] = .integer(limit.quantity)
            members["unit"] = .string(limit.unit.rawValue)
            members["cut_off"] = .integer(limit.cutOff)
            if limit.isExact { members["exact"] = .bool(true) }
        }
        return JSONText(JSON.object(members).serialized())
    }
}

extension Dossiers {
    /// The due date of a dossier under a form's time limit, nil when the form states none.
    /// The clock starts when the dossier is received (NĐ 118/2025/NĐ-CP Đ.17.3).
    /// The calendar is held until the transaction ends.
    func deadline(
        for form: Form, at agency: String, receivedAt: Date, in transaction: Transaction
    ) async throws -> DossierDeadline? {
        guard let limit = form.limit?.timeLimit else { return nil }
        let day = Day(of: receivedAt)
        let (_, days, hours) = try await transaction.together(
            (ClockQueries.lock, ()), (AgencyQueries.calendar, ()), (AgencyQueries.hours, (agency, day)))
        return DossierDeadline(receivedAt: receivedAt, limit: limit, by: try WorkingTime(days, hours, on: day))
    }

    /// When an answer would be due for what is received at an instant.
    /// - Parameter agency: whose hours and days count; nil while none is chosen.
    package func deadline(
        for limit: TimeLimit, at agency: String? = nil, receivedAt: Date
    ) async throws -> DossierDeadline {
        let time = try await agencies.workingTime(of: agency, on: Day(of: receivedAt))
        return DossierDeadline(receivedAt: receivedAt, limit: limit, by: time)
    }
}

extension DossierDeadline {
    fileprivate init(receivedAt: Date, limit: TimeLimit, by time: WorkingTime) {
        self.init(
            time.deadline(receivedAt: receivedAt, limit: limit), receivedAt: receivedAt, limit: limit,
            calendar: time.calendar.version)
    }
}

extension Deadline.Step {
    fileprivate var json: JSON {
        switch self {
        case .receivedAfterCutOff(let day): ["kind": "received_after_cut_off", "day": .string(day.description)]
        case .receivedOnDayOff(let day): ["kind": "received_on_day_off", "day": .string(day.description)]
        case .countsAsReceived(let day): ["kind": "counts_as_received", "day": .string(day.description)]
        case .countFrom(let day): ["kind": "count_from", "day": .string(day.description)]
        case .skippedWeekend(let day): ["kind": "skipped_weekend", "day": .string(day.description)]
        case .skippedHoliday(let day): ["kind": "skipped_holiday", "day": .string(day.description)]
        case .lastDayMoved(let from, let to):
            ["kind": "last_day_moved", "from": .string(from.description), "to": .string(to.description)]
        case .due(let day): ["kind": "due", "day": .string(day.description)]
        case .countFromTime(let instant): ["kind": "count_from_time", "at": instant.json]
        case .dueAt(let instant): ["kind": "due_at", "at": instant.json]
        case .given(let day): ["kind": "given", "day": .string(day.description)]
        case .paused(let kind, let from, let to, let minutes):
            [
                "kind": "paused", "pause": .string(kind.rawValue), "from": from.json, "to": to.json,
                "minutes": .integer(minutes),
            ]
        }
    }

    fileprivate init?(json: JSON) {
        let day = json["day"]?.string.flatMap(Day.init)
        switch (json["kind"]?.string, day) {
        case ("received_after_cut_off", let day?): self = .receivedAfterCutOff(day)
        case ("received_on_day_off", let day?): self = .receivedOnDayOff(day)
        case ("counts_as_received", let day?): self = .countsAsReceived(day)
        case ("count_from", let day?): self = .countFrom(day)
        case ("skipped_weekend", let day?): self = .skippedWeekend(day)
        case ("skipped_holiday", let day?): self = .skippedHoliday(day)
        case ("due", let day?): self = .due(day)
        case ("given", let day?): self = .given(day)
        case ("count_from_time", _):
            guard let instant = Date(json["at"]) else { return nil }
            self = .countFromTime(instant)
        case ("due_at", _):
            guard let instant = Date(json["at"]) else { return nil }
            self = .dueAt(instant)
        case ("paused", _):
            guard let kind = json["pause"]?.string.flatMap(DossierClock.Pause.Kind.init(rawValue:)),
                let from = Date(json["from"]), let to = Date(json["to"]), let minutes = json["minutes"]?.int
            else { return nil }
            self = .paused(kind, from: from, to: to, minutes: minutes)
        case ("last_day_moved", _):
            guard let from = json["from"]?.string.flatMap(Day.init), let to = json["to"]?.string.flatMap(Day.init)
            else { return nil }
            self = .lastDayMoved(from: from, to: to)
        default: return nil
        }
    }
}

extension Date {
    /// Whole seconds, as everything in a kept explanation.
    fileprivate var json: JSON { .integer(Int(timeIntervalSince1970)) }

    fileprivate init?(_ json: JSON?) {
        guard let seconds = json?.int else { return nil }
        self.init(timeIntervalSince1970: Double(seconds))
    }
}
