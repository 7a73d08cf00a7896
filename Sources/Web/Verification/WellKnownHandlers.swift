import Core
import Cryptography
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Journal
import Server

/// What programs verify with, for anyone: JSON in one language.
extension Web {
    /// `GET /.well-known/portal-keys`: the portal's public keys, those no longer in use and revoked ones too.
    @Sendable func givePortalKeys(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        document(tree.keys.known.json)
    }

    /// `GET /.well-known/portal-tree-head`: the newest signed head of the journal.
    @Sendable func giveTreeHead(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        guard let head = try await tree.latest() else { throw RequestFailure.notFound }
        return document(head.statement.json)
    }

    /// `GET /.well-known/portal-proof/inclusion?position=&size=`: that an entry is in the tree of a signed head.
    @Sendable func proveInclusion(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let (position, size) = try numbers("position", "size", in: request)
        guard let path = try await tree.inclusion(of: position, in: size) else { throw RequestFailure.notFound }
        return document(["position": .integer(position), "size": .integer(size), "path": Self.hex(path)])
    }

    /// `GET /.well-known/portal-proof/consistency?from=&to=`: that a head only added to an earlier one.
    @Sendable func proveConsistency(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        let (old, size) = try numbers("from", "to", in: request)
        guard let proof = try await tree.consistency(from: old, to: size) else { throw RequestFailure.notFound }
        return document(["from": .integer(old), "to": .integer(size), "proof": Self.hex(proof)])
    }

    /// `GET /.well-known/portal-trust.pem`: the certificates that agencies' signatures lead to.
    @Sendable func giveTrust(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        guard let trust = dossiers.trustedCertificates else { throw RequestFailure.notFound }
        return Response(status: .ok, type: "application/x-pem-file", trust)
    }

    private func numbers(_ first: String, _ second: String, in request: Request) throws -> (Int, Int) {
        let fields = try request.queryFields()
        guard let one = fields[first].flatMap({ Int($0) }), let two = fields[second].flatMap({ Int($0) }) else {
            throw RequestFailure.notFound
        }
        return (one, two)
    }

    private func document(_ json: JSON) -> Response { .json(json.canonical()) }

    private static func hex(_ hashes: [[UInt8]]) -> JSON { .array(hashes.map { .string(Hex.encode($0)) }) }
}
