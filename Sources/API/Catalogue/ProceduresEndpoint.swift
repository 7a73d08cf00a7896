import Catalogue
import Core
import FoundationEssentials
import Hummingbird
import Postgres
import Server

extension API {
    /// `GET /api/v1/procedures?q=&agency=&field=&subject=&online=&updated_since=&limit=&after=`
    @Sendable func listProcedures(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let query = try request.queryFields()
        let wanted = ProcedureSearch(
            text: (query["q"] ?? "").trimmed, field: query["field"] ?? "", agency: query["agency"] ?? "",
            subject: query["subject"] ?? "", isOnline: try query.isOnline(),
            updatedSince: try query.instant("updated_since"), after: query["after"] ?? "", limit: try query.limit())
        let found = try await catalogue.list(wanted, at: context.now)
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

    /// `GET /api/v1/procedures/{code}/revisions`: what is and was in force, the newest first.
    @Sendable func listRevisions(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let code = context.parameter("code") ?? ""
        guard try await catalogue.procedure(code) != nil else { throw RequestFailure.notFound }
        let history = try await catalogue.history(of: code)
        let superseded = [nil] + history.map(\.publishedAt)
        let items = zip(history, superseded).map { revision, superseded in
            ProcedureJSON.revision(
                number: revision.number, publishedAt: revision.publishedAt, isInForce: revision.isInForce,
                supersededAt: superseded)
        }
        return .json(JSON.object(["items": .array(items.map(JSON.object)), "next": .null]).serialized())
    }

    /// `GET /api/v1/procedures/{code}/revisions/{number}`: a revision as it was published, for good.
    @Sendable func showRevision(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let number = context.parameter("number") ?? ""
        guard let parsed = Int32(number), String(parsed) == number,
            let revision = try await catalogue.revision(parsed, of: context.parameter("code") ?? "")
        else { throw RequestFailure.notFound }
        var members = ProcedureJSON.revision(
            number: revision.number, publishedAt: revision.publishedAt, isInForce: revision.isInForce,
            supersededAt: revision.supersededAt)
        members["code"] = .string(context.parameter("code") ?? "")
        members["online"] = .bool(revision.isOnline)
        members["facts"] = try revision.facts()
        let bytes = JSON.object(members).serialized()
        return Response.json(bytes).tagged(by: bytes, for: request)
    }
}

extension FormFields {
    /// `online=true` or `false`; nil when it isn't asked.
    fileprivate func isOnline() throws -> Bool? {
        guard let text = self["online"], !text.isEmpty else { return nil }
        guard let value = Bool(text) else {
            throw RequestFailure.invalid([FieldProblem(field: "online", code: "invalid_choice")])
        }
        return value
    }

    /// An instant as RFC 3339 writes it; nil when it isn't given.
    fileprivate func instant(_ name: String) throws -> Date? {
        guard let text = self[name], !text.isEmpty else { return nil }
        // The plus of an offset is a space to whoever reads an address, unless it was escaped.
        let bytes = text.utf8.enumerated().map { $0.offset > 10 && $0.element == 0x20 ? UInt8(ascii: "+") : $0.element }
        guard let instant = Timestamp.instant(String(decoding: bytes, as: UTF8.self)) else {
            throw RequestFailure.invalid([FieldProblem(field: name, code: "invalid_time")])
        }
        return instant
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
            "subjects": .array(procedure.subjects.map(JSON.string)),
            "online": .bool(procedure.isOnline),
            "retired": .bool(procedure.isRetired),
            "updated_at": .string(Timestamp.text(procedure.updatedAt)),
        ]
    }

    static func revision(
        number: Int32, publishedAt: Date, isInForce: Bool, supersededAt: Date?
    ) -> [String: JSON] {
        [
            "number": .integer(Int(number)), "published_at": .string(Timestamp.text(publishedAt)),
            "in_force": .bool(isInForce),
            "superseded_at": supersededAt.map { .string(Timestamp.text($0)) } ?? .null,
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
            "updated_at": .string(Timestamp.text(procedure.updatedAt)),
            "revision": revision,
            "facts": try procedure.facts.map { try JSON(parsing: Array($0.text.utf8)) } ?? .null,
        ]
    }
}
