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

    /// The files that a change of status names.
    /// - Throws: `RequestFailure` without the scope to write results, `ValidationFailure` for what is malformed or wasn't sent.
    func files(named json: JSON, by caller: AgencyCaller) async throws -> [NamedFile] {
        guard let listed = json["files"], listed != .null, listed != [] else { return [] }
        guard caller.client.scopes.contains(ClientScope.writeResults.rawValue) else {
            throw RequestFailure(.forbidden, type: "insufficient-scope")
        }
        return try await dossiers.files(named: try Self.digests(listed), of: caller.agency)
    }

    /// Bytes of a file, as for those that people upload.
    static let largestFile = MultipartLimits().fileBytes

    /// `[{"sha256": …, "name": …}]`, read strictly.
    private static func digests(_ listed: JSON) throws -> [(sha256: [UInt8], name: String)] {
        var problems: [FieldProblem] = []
        func refuse(_ field: String, _ code: String, _ arguments: [String: String] = [:]) {
            problems.append(FieldProblem(field: field, code: code, arguments: arguments))
        }
        let items = listed.array ?? []
        if items.isEmpty || items.count > most {
            refuse("files", "out_of_range", ["min": "1", "max": String(most)])
        }
        let named = items.prefix(most).enumerated().compactMap { place, item -> (sha256: [UInt8], name: String)? in
            let field = "files.\(place)"
            guard let members = item.object else {
                refuse(field, "not_an_object")
                return nil
            }
            for member in members.keys.sorted() where !["sha256", "name"].contains(member) {
                refuse("\(field).\(member)", "unknown_field")
            }
            let digest = item["sha256"]?.string.flatMap(Hex.decode)
            if digest?.count != 32 { refuse("\(field).sha256", "not_a_digest") }
            let name = item["name"]?.string?.cleaned ?? ""
            if name.isEmpty { refuse("\(field).name", "required") }
            if name.utf8.count > 200 { refuse("\(field).name", "too_long", ["max": "200"]) }
            return digest.map { ($0, name) }
        }
        guard problems.isEmpty else { throw ValidationFailure(problems: problems) }
        return named
    }

    /// How many files one change may have.
    private static let most = 10
}

extension PortalContext {
    fileprivate func fileDigest() throws -> [UInt8] {
        guard let digest = parameter("sha256").flatMap(Hex.decode), digest.count == 32 else {
            throw RequestFailure.invalid([FieldProblem(field: "sha256", code: "not_a_digest")])
        }
        return digest
    }
}
