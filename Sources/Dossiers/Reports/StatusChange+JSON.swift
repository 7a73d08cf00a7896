import Core
import FoundationEssentials

/// The body of a change of status, read strictly: an unknown or malformed member is named, never guessed.
extension StatusChange {
    /// - Throws: `ValidationFailure` naming every field that is missing or wrong.
    init(json: JSON, now: Date) throws {
        var problems: [FieldProblem] = []
        func refuse(_ field: String, _ code: String, _ arguments: [String: String] = [:]) {
            problems.append(FieldProblem(field: field, code: code, arguments: arguments))
        }
        guard let members = json.object else {
            throw ValidationFailure(problems: [FieldProblem(field: "", code: "not_an_object", arguments: [:])])
        }
        for name in members.keys.sorted() where !Self.members.contains(name) { refuse(name, "unknown_field") }
        func text(_ field: String, in json: JSON, most: Int, required: Bool) -> String? {
            let member = String(field.split(separator: ".").last ?? "")
            guard let value = json[member], value != .null else {
                if required { refuse(field, "required") }
                return nil
            }
            guard let string = value.string?.nfc, !string.utf8.contains(0) else {
                refuse(field, "not_text")
                return nil
            }
            if required, string.trimmed.isEmpty { refuse(field, "required") }
            if string.utf8.count > most { refuse(field, "too_long", ["max": String(most)]) }
            return string
        }
        func instant(_ field: String, required: Bool) -> Date? {
            guard let written = text(field, in: json, most: 40, required: required), !written.isEmpty else {
                return nil
            }
            guard let instant = Timestamp.instant(written) else {
                refuse(field, "invalid_time")
                return nil
            }
            return instant
        }
        let status = json["status"]?.int.flatMap(DossierStatus.init(rawValue:))
        if status == nil { refuse("status", json["status"] == nil ? "required" : "invalid_choice") }
        let occurredAt = instant("occurred_at", required: true)
        // A minute's grace: the clocks of two machines are never quite the same.
        if let occurredAt, occurredAt > now.addingTimeInterval(60) { refuse("occurred_at", "in_future") }
        if let occurredAt, occurredAt < Self.earliest { refuse("occurred_at", "too_early") }
        let dueAt = instant("due_at", required: false)
        if let dueAt, let occurredAt, dueAt < occurredAt { refuse("due_at", "before_occurred_at") }
        var sequence: Int?
        if let number = json["sequence"], number != .null {
            sequence = number.int.flatMap { (1...Int(Int32.max)).contains($0) ? $0 : nil }
            if sequence == nil { refuse("sequence", "out_of_range", ["min": "1", "max": String(Int32.max)]) }
        }
        let eventID = text("event_id", in: json, most: 200, required: true)
        // Whoever is refused, asked for papers or money, or kept waiting has to be told why.
        let wantsReason = status.map {
            [.refusedAtReception, .supplementRequested, .paymentRequested, .stopped].contains($0)
        }
        let note = text("note", in: json, most: 4000, required: wantsReason ?? false)
        var name: String?
        var title: String?
        if let officer = json["officer"], officer != .null {
            if let members = officer.object {
                for member in members.keys.sorted() where !["name", "title"].contains(member) {
                    refuse("officer.\(member)", "unknown_field")
                }
                name = text("officer.name", in: officer, most: 400, required: true)
                title = text("officer.title", in: officer, most: 400, required: false)
            } else {
                refuse("officer", "not_an_object")
            }
        } else {
            refuse("officer", "required")
        }
        guard problems.isEmpty, let status, let occurredAt, let eventID, let name else {
            throw ValidationFailure(problems: problems)
        }
        self.init(
            status: status, occurredAt: occurredAt, eventID: eventID, note: note, officerName: name,
            officerTitle: title, dueAt: dueAt, sequence: sequence)
    }

    private static let members = ["status", "occurred_at", "event_id", "note", "officer", "due_at", "sequence"]
    /// Nothing that is synchronised is older than 1 January 2000.
    private static let earliest = Date(timeIntervalSince1970: 946_684_800)
}
