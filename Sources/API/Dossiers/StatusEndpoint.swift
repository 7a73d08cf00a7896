import Accounts
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Journal
import Server

extension API {
    /// `POST /api/v1/dossiers/{code}/status` with `Idempotency-Key`: 201 with the event and the dossier's new version, 202
    /// when it waits for one before it, 200 when it came too late to move anything.
    @Sendable func changeStatus(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let key = try request.idempotencyKey()
        let body = try await request.jsonBytes()
        if !caller.client.scopes.contains(ClientScope.writeResults.rawValue),
            let files = (try? JSON(parsing: body))?["files"], files != .null, files != []
        {
            throw RequestFailure(.forbidden, type: "insufficient-scope")
        }
        let version = try request.ifMatch()
        let message = IdempotentMessage(scope: caller.actor, key: "\(code) \(key)", body: body)
        let answer = try await dossiers.report(
            message, of: code, at: caller.agency, expecting: version, now: context.now
        ) { report in
            let status =
                switch report.outcome {
                case .applied: 201
                case .parked: 202
                case .kept: 200
                }
            return (status, DossierJSON.report(report).serialized())
        }
        return .remembered(answer)
    }

    /// `GET /api/v1/reports?limit=&after=`: reports that wait for one before them, and those that were refused.
    @Sendable func listReports(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let query = try request.queryFields()
        let found = try await dossiers.openReports(
            at: caller.agency, after: try query.report(), limit: try query.limit())
        return .json(JSON.page(found, DossierJSON.openReport).serialized())
    }
}

extension FormFields {
    fileprivate func report() throws -> OpenReport.ID? {
        guard let text = self["after"], !text.isEmpty else { return nil }
        guard let id = OpenReport.ID(text) else {
            throw RequestFailure.invalid([FieldProblem(field: "after", code: "not_a_cursor", arguments: [:])])
        }
        return id
    }
}
