import Accounts
import Core
import Cryptography
import Dossiers
import Files
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Server

extension API {
    /// `PUT /api/v1/files/{sha256}`: a file, written to disk as it arrives; 201 when the agency hadn't sent it before, 200 when
    /// it had. What it is, is told by its content.
    @Sendable func putFile(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let digest = try context.fileDigest()
        let upload = try dossiers.receiveFile(most: Self.largestFile)
        for try await bytes in request.body {
            try bytes.withUnsafeReadableBytes { try upload.write($0) }
        }
        switch try upload.finish() {
        case .failure(let refusal):
            throw RequestFailure.invalid([FieldProblem(field: "", code: refusal.rawValue)])
        case .success(let file):
            guard file.sha256 == digest else {
                throw RequestFailure.invalid([FieldProblem(field: "sha256", code: "other_digest")])
            }
            let isNew = try await dossiers.send(file, of: caller.agency, at: context.now)
            return .json(DossierJSON.sent(file).serialized(), status: isNew ? .created : .ok)
        }
    }

    /// `GET /api/v1/files/{sha256}`: whether the agency sent a file, and what it is.
    @Sendable func showFile(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        guard let file = try await dossiers.sentFile(try context.fileDigest(), by: caller.agency) else {
            throw RequestFailure.notFound
        }
        return .json(DossierJSON.sent(file).serialized())
    }

    /// Bytes of a file, as for those that people upload.
    static let largestFile = MultipartLimits().fileBytes
}

extension PortalContext {
    fileprivate func fileDigest() throws -> [UInt8] {
        guard let digest = parameter("sha256").flatMap(Hex.decode), digest.count == 32 else {
            throw RequestFailure.invalid([FieldProblem(field: "sha256", code: "not_a_digest")])
        }
        return digest
    }
}
