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
        let body = try await request.jsonBytes()
        let json = try JSON(sent: body)
        let change = try StatusChange(json: json, now: context.now)
        let message = IdempotentMessage(scope: caller.actor, key: "\(code) \(key)", body: body)
        let answer = try await dossiers.changeStatus(
            of: code, at: caller.agency, to: change, message: message, now: context.now
        ) { recorded in
            (201, DossierJSON.recorded(recorded).serialized())
        }
        return .remembered(answer)
    }
}
