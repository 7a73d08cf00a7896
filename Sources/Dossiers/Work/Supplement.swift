package import Accounts
import Catalogue
package import Core
package import FoundationEssentials
import Journal
package import Postgres

/// What was asked of an applicant after submission, and their answer.
package struct Supplement: PostgresRow {
    package typealias ID = Identifier<Supplement>

    package let id: ID
    package let number: Int32
    package let items: [SupplementRequest.Item]
    package let note: String?
    package let reason: String?
    package let answerBy: Date?
    package let askedAt: Date
    package let officerName: String
    /// What the applicant is writing, until it is sent.
    package let staged: JSONText
    package let answeredAt: Date?
    package let answers: JSONText?
    package let reply: String?
    package let closedAt: Date?

    package init(_ row: inout Row) throws {
        id = try row("id")
        number = try row("number")
        let stored: JSONText = try row("items")
        items = (try JSON(parsing: Array(stored.text.utf8)).array ?? []).compactMap(SupplementRequest.Item.init(json:))
        note = try row("note")
        reason = try row("reason")
        answerBy = try row("answer_by")
        askedAt = try row("asked_at")
        officerName = try row("officer_name")
        staged = try row("staged")
        answeredAt = try row("answered_at")
        answers = try row("answers")
        reply = try row("reply")
        closedAt = try row("closed_at")
    }

    /// Whether the applicant may still write.
    package var isOpen: Bool { answeredAt == nil && closedAt == nil }
}

extension SupplementRequest.Item {
    var json: JSON { ["field": field.map(JSON.string) ?? .null, "what": .string(what)] }

    init?(json: JSON) {
        guard let what = json["what"]?.string else { return nil }
        self.init(field: json["field"]?.string, what: what)
    }
}

extension SupplementRequest {
    /// Items of one request.
    package static let mostItems = 60

    func problems(on today: Day) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if items.isEmpty { problems.append(FieldProblem(field: "items", code: "nothing_asked")) }
        if items.count > Self.mostItems {
            problems.append(
                FieldProblem(field: "items", code: "too_many_items", arguments: ["max": String(Self.mostItems)]))
        }
        for item in items {
            let field = item.field.map { "what-\($0)" } ?? "other"
            if item.what.isEmpty { problems.append(FieldProblem(field: field, code: "required")) }
            if item.what.utf8.count > 1000 {
                problems.append(FieldProblem(field: field, code: "too_long", arguments: ["max": "1000"]))
            }
        }
        for (text, field) in [(note, "note"), (reason, "reason")] where text.utf8.count > OfficerAct.longestText {
            problems.append(
                FieldProblem(
                    field: field, code: "too_long", arguments: ["max": String(OfficerAct.longestText)]))
        }
        if let answerBy, answerBy <= today { problems.append(FieldProblem(field: "answer_by", code: "day_past")) }
        return problems
    }

    /// Once, in full: a second request says why, and none is made while the first waits for its answer.
    func conflicts(with dossier: LockedDossier, in transaction: Transaction) async throws -> [FieldProblem] {
        let earlier = try await transaction.all(WorkQueries.supplements, dossier.code)
        if earlier.contains(where: \.isOpen) { return [FieldProblem(field: "items", code: "supplement_open")] }
        if !earlier.isEmpty, reason.isEmpty { return [FieldProblem(field: "reason", code: "second_supplement")] }
        return []
    }
}

extension Dossiers {
    func write(
        _ request: SupplementRequest, about dossier: LockedDossier, by officer: Officer, at now: Date,
        in transaction: Transaction
    ) async throws {
        try transaction.later(WorkQueries.closeSupplements, ([dossier.id], now))
        let items = JSONText(JSON.array(request.items.map(\.json)).serialized())
        try transaction.later(
            WorkQueries.askSupplement,
            (
                Supplement.ID.make(at: now), dossier.id, items, request.note.isEmpty ? nil : request.note,
                request.reason.isEmpty ? nil : request.reason, request.answerBy.map { ($0 + 1).instant() }, now,
                officer.id, officer.name
            ))
        // The status stayed, so no letter has told of it.
        guard dossier.status == .supplementRequested, let applicant = dossier.accountID else { return }
        try await transaction.tell(applicant, code: dossier.code, status: .supplementRequested, at: now)
    }
}
