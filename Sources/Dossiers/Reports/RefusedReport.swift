package import Core
package import FoundationEssentials
import Journal
package import Postgres

/// A report of an agency's system that a rule refused: kept as it came, so that the agency sees what its system does wrong
/// and can play it again once the reason is gone.
package struct RefusedReport: PostgresRow {
    package typealias ID = Identifier<RefusedReport>

    /// What became of it when it was played again.
    package enum Outcome: String, Sendable, CaseIterable, PostgresValue {
        case applied
        case parked
        case kept
    }

    package let id: ID
    /// The dossier's, as it was addressed; there may be no such dossier.
    package let code: String?
    package let eventID: String?
    /// Who sent it: `client:…`.
    package let actor: String
    package let message: [UInt8]
    /// Why it was refused, as the name of a problem: `illegal-move`.
    package let problem: String
    /// What was wrong with which member.
    package let fields: [FieldProblem]
    /// How often it came.
    package let times: Int
    /// The last time.
    package let refusedAt: Date
    /// Nil while it wasn't taken.
    package let outcome: Outcome?

    package init(_ row: inout Row) throws {
        id = try row("id")
        code = try row("dossier_code")
        eventID = try row("event_id")
        actor = try row("actor")
        message = try row("message")
        problem = try row("problem")
        let fields: JSONText = try row("fields")
        let times: Int32 = try row("times")
        self.times = Int(times)
        refusedAt = try row("refused_at")
        outcome = try row("outcome")
        self.fields = try JSON(parsing: Array(fields.text.utf8)).array?.compactMap { FieldProblem(kept: $0) } ?? []
    }
}

/// What a rule says against a report.
struct Refusal {
    /// The name of a problem.
    let problem: String
    let fields: [FieldProblem]

    /// Nil for a failure of ours, and for what says nothing against the report.
    init?(_ error: any Error) {
        switch error {
        case let error as ReportUnreadable: self.init("malformed", [error.problem])
        case let failure as ValidationFailure: self.init("invalid", failure.problems)
        case DossierError.notFound: self.init("not-found")
        case DossierError.illegalMove: self.init("illegal-move")
        case DossierError.versionGone: self.init("version-gone")
        case is EventRepeated: self.init("event-repeated")
        case is SequenceTaken: self.init("sequence-taken")
        case is IdempotencyKeyReused: self.init("idempotency-key-reused")
        default: return nil
        }
    }

    private init(_ problem: String, _ fields: [FieldProblem] = []) {
        self.problem = problem
        self.fields = fields
    }
}

/// A report that isn't JSON.
package struct ReportUnreadable: Error {
    package let problem: FieldProblem

    init(_ error: any Error) {
        problem = FieldProblem(field: "", code: "not_json", arguments: ["reason": "\(error)"])
    }
}

extension FieldProblem {
    fileprivate init?(kept json: JSON) {
        guard let field = json["field"]?.string, let code = json["code"]?.string else { return nil }
        self.init(field: field, code: code, arguments: json["arguments"]?.object?.compactMapValues(\.string) ?? [:])
    }

    var kept: JSON {
        [
            "field": .string(field), "code": .string(code),
            "arguments": .object(arguments.mapValues(JSON.string)),
        ]
    }
}
