import Catalogue
import Cryptography
import Files
import HTTPTypes
import Hummingbird
import Server

extension Web {
    /// `GET /thu-tuc/{code}/mau/{sha256}`: a template file that the procedure names in a revision that is or was in force.
    /// The address names the bytes, so whoever has them needn't ask again.
    @Sendable func downloadTemplate(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let digest = context.parameter("sha256") ?? ""
        guard let sha256 = Hex.decode(digest), sha256.count == 32, Hex.encode(sha256) == digest,
            let template = try await catalogue.template(sha256, of: context.parameter("code") ?? "")
        else { throw RequestFailure.notFound }
        let unchanged = Response(status: .ok).tagged("\"\(digest)\"", for: request)
        if unchanged.status == .notModified { return unchanged }
        var response = try await Response.download(
            path: files.path(of: sha256), name: template.name, type: template.mediaType, context: context)
        response.headers[.eTag] = unchanged.headers[.eTag]
        response.headers[.cacheControl] = "public, max-age=31536000, immutable"
        return response
    }
}
