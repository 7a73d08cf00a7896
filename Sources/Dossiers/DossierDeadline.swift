import Agencies
import Catalogue
package import Core
package import FoundationEssentials
package import Postgres

/// When an answer is due, and every step of how that was worked out, as kept with the dossier.
package struct DossierDeadline: Sendable, Hashable {
    package let due: Date
    package let receivedAt: Date
    package let quantity: Int
    package let unit: String
    package let cutOff: Int
    /// Which calendar it was counted on; a changed holiday makes a new version.
    package let calendar: String
    package let steps: [Deadline.Step]

    init(_ deadline: Deadline, receivedAt: Date, limit: TimeLimit, calendar: String) {
        due = deadline.due
        self.receivedAt = receivedAt
        quantity = limit.quantity
        unit = limit.unit.rawValue
        cutOff = limit.cutOff
        self.calendar = calendar
        steps = deadline.steps
    }

    /// Reads what a dossier keeps; nil when it isn't readable, which only costs the explanation.
    package init?(stored: JSONText) {
        guard let json = try? JSON(parsing: Array(stored.text.utf8)), let due = json["due"]?.int,
            let received = json["received"]?.int, let quantity = json["quantity"]?.int,
            let unit = json["unit"]?.string, let cutOff = json["cut_off"]?.int
        else { return nil }
        self.due = Date(timeIntervalSince1970: Double(due))
        receivedAt = Date(timeIntervalSince1970: Double(received))
        self.quantity = quantity
        self.unit = unit
        self.cutOff = cutOff
        calendar = json["calendar"]?.string ?? ""
        steps = (json["steps"]?.array ?? []).compactMap(Deadline.Step.init(json:))
    }

    package var stored: JSONText {
        JSONText(
            JSON.object([
                "due": .integer(Int(due.timeIntervalSince1970)),
                "received": .integer(Int(receivedAt.timeIntervalSince1970)),
                "quantity": .integer(quantity), "unit": .string(unit), "cut_off": .integer(cutOff),
                "calendar": .string(calendar), "steps": .array(steps.map(\.json)),
            ]).serialized())
    }
}

extension Dossiers {
    /// The due date of a dossier under a form's time limit, nil when the form states none.
    /// The clock starts when the dossier is received (NĐ 118/2025/NĐ-CP Đ.17.3).
    func deadline(for form: Form, receivedAt: Date) async throws -> DossierDeadline? {
        guard let limit = form.limit?.timeLimit else { return nil }
        return try await deadline(for: limit, receivedAt: receivedAt)
    }

    /// When an answer would be due for what is received at an instant.
    package func deadline(for limit: TimeLimit, receivedAt: Date) async throws -> DossierDeadline {
        async let calendar = agencies.calendar()
        async let closes = agencies.officeCloses(on: Day(of: receivedAt))
        let deadline = try await calendar.deadline(receivedAt: receivedAt, limit: limit, officeCloses: closes)
        return try await DossierDeadline(
            deadline, receivedAt: receivedAt, limit: limit, calendar: calendar.version)
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
        case ("last_day_moved", _):
            guard let from = json["from"]?.string.flatMap(Day.init), let to = json["to"]?.string.flatMap(Day.init)
            else { return nil }
            self = .lastDayMoved(from: from, to: to)
        default: return nil
        }
    }
}
