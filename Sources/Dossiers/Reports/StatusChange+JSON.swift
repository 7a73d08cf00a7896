package import Core
import Cryptography
package import FoundationEssentials

/// The body of a change of status, read strictly: an unknown or malformed member is named, never guessed.
extension StatusChange {
    /// - Throws: `ValidationFailure` naming every field that is missing or wrong.
    package init(json: JSON, now: Date) throws {
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
        let note = text("note", in: json, most: 4000, required: status?.needsReason ?? false)
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
        if json["files"]?.array?.isEmpty == false, status?.hasFiles == false { refuse("files", "not_with_status") }
        guard problems.isEmpty, let status, let occurredAt, let eventID, let name else {
            throw ValidationFailure(problems: problems)
        }
        self.init(
            status: status, occurredAt: occurredAt, eventID: eventID, note: note, officerName: name,
            officerTitle: title, dueAt: dueAt, sequence: sequence)
    }

    private static let members = [
        "status", "occurred_at", "event_id", "note", "officer", "due_at", "sequence", "files",
    ]
    /// Nothing that is synchronised is older than 1 January 2000.
    private static let earliest = Date(timeIntervalSince1970: 946_684_800)
}

extension StatusChange {
    /// `[{"sha256": …, "name": …}]`, read strictly.
    /// - Throws: `ValidationFailure`.
    static func files(in json: JSON) throws -> [(sha256: [UInt8], name: String)] {
        guard let listed = json["files"], listed != .null, listed != [] else { return [] }
        var problems: [FieldProblem] = []
        func refuse(_ field: String, _ code: String, _ arguments: [String: String] = [:]) {
            problems.append(FieldProblem(field: field, code: code, arguments: arguments))
        }
        let items = listed.array ?? []
        if items.isEmpty || items.count > mostFiles {
            refuse("files", "out_of_range", ["min": "1", "max": String(mostFiles)])
        }
        let named = items.prefix(mostFiles).enumerated().compactMap { place, item -> (sha256: [UInt8], name: String)? in
            let field = "files.\(place)"
            guard let members = item.object else {
                refuse(field, "not_an_object")
                return nil
            }
            for member in members.keys.sorted() where !["sha256", "name"].contains(member) {
                refuse("\(field).\(member)", "unknown_field")
            }
            let digest = item["sha256"]?.string.flatMap(Hex.decode)
            if digest?.count != 32 { refuse("\(field).sha256", "not_a_digest") }
            let name = item["name"]?.string?.cleaned ?? ""
            if name.isEmpty { refuse("\(field).name", "required") }
            if name.utf8.count > 200 { refuse("\(field).name", "too_long", ["max": "200"]) }
            return digest.map { ($0, name) }
        }
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
        return named
    }

    /// How many files one change may have.
    private static let mostFiles = 10
}

extension DossierStatus {
    /// Whether a change to it may have files: what is asked for, or the result.
    fileprivate var hasFiles: Bool { [.supplementRequested, .decided, .returned].contains(self) }
}
