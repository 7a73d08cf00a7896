import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Journal
import Server

extension API {
    /// `POST /api/v1/dossiers/{code}/status` with `Idempotency-Key`: 201 with the event and the dossier's new version.
    @Sendable func changeStatus(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let key = try request.idempotencyKey()
        guard request.mediaType?.name == "application/json" else { throw RequestFailure.unsupportedMediaType }
        let body = try await request.bytes()
        let json: JSON
        do { json = try JSON(parsing: body) } catch {
            throw RequestFailure(
                .badRequest, type: "malformed",
                problems: [FieldProblem(field: "", code: "not_json", arguments: ["reason": "\(error)"])])
        }
        let change = try StatusChange(json: json, now: context.now)
        let message = IdempotentMessage(scope: caller.actor, key: "\(code) \(key)", body: body)
        let answer = try await dossiers.changeStatus(
            of: code, at: caller.agency, to: change, message: message, now: context.now
        ) { recorded in
            (201, DossierJSON.recorded(recorded).serialized())
        }
        var response = Response.json(answer.body, status: HTTPResponse.Status(code: answer.status))
        if answer.isReplay { response.headers[.idempotentReplayed] = "true" }
        return response
    }
}

extension Request {
    /// The key under which a write may be repeated: 1…200 visible signs of ASCII.
    fileprivate func idempotencyKey() throws -> String {
        guard let key = headers[.idempotencyKey], !key.isEmpty else {
            throw RequestFailure(
                .badRequest, type: "idempotency-key-missing",
                problems: [FieldProblem(field: "Idempotency-Key", code: "required", arguments: [:])])
        }
        guard key.utf8.count <= 200, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw RequestFailure(
                .badRequest, type: "idempotency-key-malformed",
                problems: [FieldProblem(field: "Idempotency-Key", code: "malformed", arguments: ["max": "200"])])
        }
        return key
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = Self("Idempotency-Key")!
    fileprivate static let idempotentReplayed = Self("Idempotent-Replayed")!
}
