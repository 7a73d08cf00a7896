import Catalogue
import Core
import FoundationEssentials
import Hummingbird
import Postgres
import Server

extension API {
    /// `GET /api/v1/procedures?q=&agency=&field=&limit=&after=`
    @Sendable func listProcedures(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let query = try request.queryFields()
        let found = try await catalogue.search(
            ProcedureSearch(
                text: (query["q"] ?? "").trimmed, field: query["field"] ?? "", agency: query["agency"] ?? "",
                after: query["after"] ?? "", limit: try query.limit()), at: context.now)
        return .json(JSON.page(found, ProcedureJSON.summary).serialized())
    }

    /// `GET /api/v1/procedures/{code}`
    @Sendable func showProcedure(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        guard let procedure = try await catalogue.procedure(context.parameter("code") ?? "") else {
            throw RequestFailure.notFound
        }
        let bytes = try ProcedureJSON.whole(procedure).serialized()
        return Response.json(bytes).tagged(by: bytes, for: request)
    }
}

enum ProcedureJSON {
    static func summary(_ procedure: ProcedureSummary) -> JSON {
        [
            "code": .string(procedure.code),
            "name": .string(procedure.name),
            "field": .string(procedure.field),
            "promulgator": .string(procedure.promulgator),
            "executing": .array(procedure.executing.map(JSON.string)),
            "online": .bool(procedure.isOnline),
        ]
    }

    static func whole(_ procedure: Procedure) throws -> JSON {
        let revision: JSON =
            if let number = procedure.revisionNumber, let published = procedure.publishedAt {
                ["number": .integer(Int(number)), "published_at": .string(Timestamp.text(published))]
            } else {
                .null
            }
        return [
            "code": .string(procedure.code),
            "name": .string(procedure.name),
            "name_en": procedure.nameEnglish.map(JSON.string) ?? .null,
            "field": ["code": procedure.fieldCode.map(JSON.string) ?? .null, "name": .string(procedure.field)],
            "state": .string(procedure.state),
            "type": .string(procedure.kind),
            "promulgator": .string(procedure.promulgator),
            "executing": .array(procedure.executing.map(JSON.string)),
            "subjects": .array(procedure.subjects.map(JSON.string)),
            "online": .bool(procedure.isOnline),
            "revision": revision,
            "facts": try procedure.facts.map { try JSON(parsing: Array($0.text.utf8)) } ?? .null,
        ]
    }
}
