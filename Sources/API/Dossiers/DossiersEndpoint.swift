import Catalogue
import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Server

extension API {
    /// `GET /api/v1/dossiers?status=&limit=&after=`: the agency's own, newest first.
    @Sendable func listDossiers(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let query = try request.queryFields()
        let found = try await dossiers.list(
            at: caller.agency, status: try query.status(), after: try query.cursor(), limit: try query.limit())
        return .json(JSON.page(found, DossierJSON.summary).serialized())
    }

    /// `GET /api/v1/dossiers/{code}`: everything filed and everything that happened; with an entity tag. The applicant sees that
    /// it was read.
    @Sendable func showDossier(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let file = try await dossiers.file(context.parameter("code") ?? "", at: caller.agency)
        try await dossiers.look(at: file.dossier.summary.code, by: caller.client, at: context.now)
        let revision = try await catalogue.revision(file.dossier.revisionID)
        let bytes = try DossierJSON.file(file, revision: revision).serialized()
        return Response.json(bytes).tagged(by: bytes, for: request)
    }

    /// `GET /api/v1/dossiers/{code}/attachments/{id}`: the bytes of a file, as an attachment.
    @Sendable func downloadAttachment(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        guard let id = context.parameter("id").flatMap(Attachment.ID.init) else { throw RequestFailure.notFound }
        let attachment = try await dossiers.attachment(
            id, of: context.parameter("code") ?? "", as: .agency(caller.agency),
            isForAgency: true)
        try await dossiers.look(at: context.parameter("code") ?? "", by: caller.client, at: context.now)
        return try await .download(
            path: dossiers.location(of: attachment), name: attachment.name, type: attachment.mediaType,
            context: context)
    }
}

extension FormFields {
    fileprivate func status() throws -> DossierStatus? {
        guard let text = self["status"], !text.isEmpty else { return nil }
        guard let status = Int(text).flatMap(DossierStatus.init(rawValue:)) else {
            throw RequestFailure.invalid([FieldProblem(field: "status", code: "invalid_choice", arguments: [:])])
        }
        return status
    }

    fileprivate func cursor() throws -> DossierCursor {
        guard let text = self["after"], !text.isEmpty else { return .start }
        guard let cursor = DossierCursor(text) else {
            throw RequestFailure.invalid([FieldProblem(field: "after", code: "not_a_cursor", arguments: [:])])
        }
        return cursor
    }
}
