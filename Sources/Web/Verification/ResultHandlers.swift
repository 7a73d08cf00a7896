import Accounts
import Core
import Dossiers
import FoundationEssentials
import Hummingbird
import Pages
import Postgres
import Server

extension Web {
    /// `GET /ho-so/{code}/ket-qua/{id}`: the document.
    @Sendable func downloadResult(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        try await document(of: result(context, as: caller.capacity.scope), context)
    }

    /// `GET /ho-so/{code}/ket-qua/{id}/chu-ky.p7s`: the agency's signature.
    @Sendable func downloadSignature(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        try signature(of: await result(context, as: caller.capacity.scope))
    }

    /// `GET /can-bo/ho-so/{code}/ket-qua/{id}`
    @Sendable func downloadAgencyResult(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try await document(of: result(context, as: .officer(staff.officer)), context)
    }

    /// `GET /can-bo/ho-so/{code}/ket-qua/{id}/chu-ky.p7s`
    @Sendable func downloadAgencySignature(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try signature(of: await result(context, as: .officer(staff.officer)))
    }

    /// `GET /can-bo/ho-so/{code}/ket-qua/{id}/thu-hoi`
    @Sendable func showRevocation(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try staff.requireDecision()
        return try revocationPage(request, context, staff, await result(context, as: .officer(staff.officer)))
    }

    /// `POST /can-bo/ho-so/{code}/ket-qua/{id}/thu-hoi`: takes a result back. A second click finds it taken back.
    @Sendable func revokeResult(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let form = try await request.form(from: staff.visitor)
        try staff.requireDecision()
        let result = try await result(context, as: .officer(staff.officer))
        let typed = form["reason"] ?? ""
        guard let reason = typed.cleaned(maxBytes: 1000), !reason.isEmpty else {
            let code = typed.cleaned.isEmpty ? "required" : "too_long"
            return revocationPage(
                request, context, staff, result, typed: typed,
                problem: FieldProblem(field: "reason", code: code, arguments: ["max": "1000"]))
        }
        do {
            try await dossiers.revokeResult(result.id, because: reason, by: staff.officer, now: context.now)
        } catch ResultError.alreadyRevoked {}
        return .seeOther(Link(context.language, path: ["can-bo", "ho-so", context.parameter("code") ?? ""]).address)
    }

    private func revocationPage(
        _ request: Request, _ context: PortalContext, _ staff: Staff, _ result: DossierResult, typed: String = "",
        problem: FieldProblem? = nil
    ) -> Response {
        let words = words(context)
        let label = words("verification.label.reason")
        let builder = FieldBuilder(
            words: words, messages: problem.map { [$0.field: words.message($0, label: label)] } ?? [:])
        let reason = builder.area("reason", label: label, hint: words("verification.hint.reason"), value: typed)
        let page = RevokeResultPage(
            title: words.title("verification.title.revoke", hasErrors: problem != nil),
            code: context.parameter("code") ?? "", id: result.id.description, name: result.title,
            errors: FieldBuilder.summary([reason]), hasErrors: problem != nil, reason: reason,
            isRevoked: result.revokedAt != nil)
        return respond(
            page, to: staff.visitor, context, request, status: problem == nil ? .ok : .unprocessableContent)
    }

    private func result(_ context: PortalContext, as scope: Scope) async throws -> DossierResult {
        let all = try await dossiers.results(of: context.parameter("code") ?? "", as: scope)
        guard let found = all.first(where: { $0.id.description == context.parameter("id") }) else {
            throw ResultError.notFound
        }
        return found
    }

    private func document(of result: DossierResult, _ context: PortalContext) async throws -> Response {
        try await .download(
            path: dossiers.location(of: result), name: result.fileName, type: result.mediaType, context: context)
    }

    private func signature(of result: DossierResult) throws -> Response {
        guard let signature = result.signature else { throw ResultError.notFound }
        return .file(signature, name: "ket-qua-\(result.id).p7s", type: "application/pkcs7-signature")
    }

    /// The public address at which a result is verified: what its QR says.
    func resultAddress(_ code: String) -> String { "\(publicURL)/xac-minh/ket-qua/\(code)" }

    /// The results of a dossier for its page.
    /// - Parameters:
    ///   - path: the dossier's page, of the applicant (`ho-so`, code) or of the agency (`can-bo`, `ho-so`, code).
    ///   - mayRevoke: whether whoever looks may take a result back.
    func resultViews(
        of code: String, as scope: Scope, path: [String], mayRevoke: Bool, _ words: Words
    ) async throws -> [ResultView] {
        try await dossiers.results(of: code, as: scope).map { result in
            let own = path + ["ket-qua", result.id.description]
            return ResultView(
                title: result.title, kind: words("verification.kind.\(result.kind.rawValue)"),
                number: result.number.isEmpty ? nil : result.number,
                issued: words.formats.dateTime(result.issuedAt), size: words.formats.size(bytes: result.size),
                link: Link(words.language, path: own),
                signature: result.signature.map { _ in Link(words.language, path: own + ["chu-ky.p7s"]) },
                signer: result.signer, code: result.code,
                check: Link(words.language, path: ["xac-minh", "ket-qua", result.code]),
                qr: QRView(resultAddress(result.code)),
                revocation: result.revokedAt.map { at in
                    words(
                        "verification.revocation",
                        ["time": words.formats.dateTime(at), "reason": result.revocationReason ?? ""])
                },
                revoke: mayRevoke && result.revokedAt == nil
                    ? Link(words.language, path: own + ["thu-hoi"]) : nil)
        }
    }
}

extension Staff {
    /// - Throws: `DutyLacking` unless the officer may decide.
    fileprivate func requireDecision() throws {
        guard session.duties.contains(.decide) else { throw DutyLacking([.decide]) }
    }
}
