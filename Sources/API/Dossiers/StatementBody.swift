import Core
import Cryptography
import Dossiers
import FoundationEssentials

/// The body of a statement about a dossier, read strictly like a report.
extension DossierStatement {
    /// - Parameter code: the dossier's, from the address or the line.
    /// - Throws: `ValidationFailure` naming every field that is missing or wrong.
    init(json: JSON, code: String, now: Date) throws {
        var members = try MemberReader(json, known: Self.members)
        let procedure = members.text("procedure", most: 40)
        let channel = members.choice("channel", Channel.self)
        let status = members.status("status")
        let submitted = members.instant("submitted_at", required: true, now: now)
        let isReceived = status.map { ![.registered, .refusedAtReception, .withdrawn].contains($0) } ?? false
        let received = members.instant("received_at", required: isReceived, now: now)
        let isDone = status.map { $0.isFinal || $0 == .decided } ?? false
        let finished = members.instant("finished_at", required: isDone, now: now)
        let due = members.instant("due_at", required: false, now: nil)
        if let submitted, let received, received < submitted { members.refuse("received_at", "before_submitted_at") }
        if let first = received ?? submitted, let due, due < first { members.refuse("due_at", "before_received_at") }
        if let first = received ?? submitted, let finished, finished < first {
            members.refuse("finished_at", "before_received_at")
        }
        let applicant = members.object("applicant", known: ["kind", "name", "number"]) { applicant in
            (
                applicant.choice("kind", ApplicantKind.self), applicant.text("name", most: 400),
                applicant.text("number", most: 40, required: false)
            )
        }
        let filed = members.digests("filed_sha256")
        let results = members.digests("result_sha256")
        try members.finish()
        guard let procedure, let channel, let status, let submitted, let kind = applicant?.0, let name = applicant?.1
        else { throw ValidationFailure(problems: []) }
        self.init(
            code: code, procedureCode: procedure, applicantKind: kind, applicantName: name.trimmed,
            applicantNumber: applicant?.2.flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }, channel: channel,
            submittedAt: submitted, receivedAt: received, dueAt: due, finishedAt: finished, status: status,
            filedDigests: filed, resultDigests: results)
    }

    private static let members = [
        "procedure", "applicant", "channel", "status", "submitted_at", "received_at", "due_at", "finished_at",
        "filed_sha256", "result_sha256",
    ]
}

/// Reads the members of an object strictly and keeps what is wrong with them.
struct MemberReader {
    private let json: JSON
    private let path: String
    private(set) var problems: [FieldProblem] = []

    /// - Throws: `ValidationFailure` for what is no object.
    init(_ json: JSON, known: [String], at path: String = "") throws {
        guard let members = json.object else {
            throw ValidationFailure(problems: [FieldProblem(field: path, code: "not_an_object", arguments: [:])])
        }
        self.json = json
        self.path = path.isEmpty ? "" : path + "."
        for name in members.keys.sorted() where !known.contains(name) { refuse(name, "unknown_field") }
    }

    mutating func refuse(_ member: String, _ code: String, _ arguments: [String: String] = [:]) {
        problems.append(FieldProblem(field: path + member, code: code, arguments: arguments))
    }

    /// - Throws: `ValidationFailure` with all that is wrong.
    func finish() throws {
        if !problems.isEmpty { throw ValidationFailure(problems: problems) }
    }

    mutating func text(_ member: String, most: Int, required: Bool = true) -> String? {
        guard let value = json[member], value != .null else {
            if required { refuse(member, "required") }
            return nil
        }
        guard let text = value.string?.nfc, !text.utf8.contains(0) else {
            refuse(member, "not_text")
            return nil
        }
        if required, text.trimmed.isEmpty { refuse(member, "required") }
        if text.utf8.count > most { refuse(member, "too_long", ["max": String(most)]) }
        return text
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ member: String, _: Value.Type
    ) -> Value? where Value.RawValue == String {
        guard let text = text(member, most: 100), !text.isEmpty else { return nil }
        guard let value = Value(rawValue: text) else {
            refuse(member, "invalid_choice")
            return nil
        }
        return value
    }

    mutating func status(_ member: String) -> DossierStatus? {
        let status = json[member]?.int.flatMap(DossierStatus.init(rawValue:))
        if status == nil { refuse(member, json[member] == nil ? "required" : "invalid_choice") }
        return status
    }

    /// - Parameter now: behind which it may not lie, but for the minute by which clocks differ; nil where it may.
    mutating func instant(_ member: String, required: Bool, now: Date?) -> Date? {
        guard let text = text(member, most: 40, required: required), !text.isEmpty else { return nil }
        guard let instant = Timestamp.instant(text) else {
            refuse(member, "invalid_time")
            return nil
        }
        if let now, instant > now.addingTimeInterval(60) { refuse(member, "in_future") }
        if instant < Self.earliest || instant > Self.latest { refuse(member, "too_early") }
        return instant
    }

    mutating func digests(_ member: String) -> [[UInt8]] {
        guard let value = json[member], value != .null else { return [] }
        guard let texts = value.array, texts.count <= 200 else {
            refuse(member, "not_an_array")
            return []
        }
        let digests = texts.compactMap { $0.string.flatMap { Hex.decode($0) } }.filter { $0.count == 32 }
        if digests.count != texts.count { refuse(member, "not_a_digest") }
        return digests
    }

    mutating func object<Value>(
        _ member: String, known: [String], read: (inout MemberReader) throws -> Value
    ) rethrows -> Value? {
        guard let value = json[member], value != .null else {
            refuse(member, "required")
            return nil
        }
        guard var reader = try? MemberReader(value, known: known, at: path + member) else {
            refuse(member, "not_an_object")
            return nil
        }
        let read = try read(&reader)
        problems += reader.problems
        return read
    }

    /// Nothing that is synchronised is older than 1 January 2000, or promised for after 2100.
    private static let earliest = Date(timeIntervalSince1970: 946_684_800)
    private static let latest = Date(timeIntervalSince1970: 4_102_444_800)
}
