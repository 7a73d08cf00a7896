import Core
import FoundationEssentials
import Hummingbird
import Journal
import Notifications
import Server

extension API {
    /// `POST /api/v1/deliveries/{id}/report` with `Idempotency-Key`: what became of a message after it was taken.
    @Sendable func reportDelivery(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        guard let id = context.parameter("id").flatMap(Delivery.ID.init) else { throw RequestFailure.notFound }
        let key = try request.idempotencyKey()
        let body = try await request.jsonBytes()
        let report = try DeliveryReport(json: JSON(sent: body))
        let message = IdempotentMessage(scope: caller.actor, key: "\(id) \(key)", body: body)
        let answer = try await deliveries.report(
            id, as: report.state, reason: report.reason, message: message, at: context.now
        ) { state in
            guard let state else { throw RequestFailure.notFound }
            let json: JSON = ["id": .string(id.description), "state": .string(state.rawValue)]
            return (200, json.serialized())
        }
        return .remembered(answer)
    }
}

/// The body of a report, read strictly.
private struct DeliveryReport {
    let state: Delivery.State
    let reason: String?

    init(json: JSON) throws {
        guard let members = json.object else {
            throw ValidationFailure(problems: [FieldProblem(field: "", code: "not_an_object", arguments: [:])])
        }
        var problems = members.keys.sorted().filter { !["state", "reason"].contains($0) }.map {
            FieldProblem(field: $0, code: "unknown_field", arguments: [:])
        }
        let state = json["state"]?.string.flatMap(Delivery.State.init(rawValue:))
        if state != .delivered, state != .bounced {
            problems.append(
                FieldProblem(field: "state", code: json["state"] == nil ? "required" : "invalid_choice", arguments: [:])
            )
        }
        let reason = json["reason"]?.string
        if let given = json["reason"], given != .null, reason.map(Self.isCode) != true {
            problems.append(FieldProblem(field: "reason", code: "malformed", arguments: ["max": "40"]))
        }
        guard problems.isEmpty, let state else { throw ValidationFailure(problems: problems) }
        self.state = state
        self.reason = reason
    }

    /// A code, not a sentence: sentences of mail servers hold addresses.
    private static func isCode(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}
