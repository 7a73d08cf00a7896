import Accounts
import Core
import Dossiers
import Hummingbird
import Pages
import Postgres
import Server

/// For whom a dossier is, and who acts in their stead; printed only where there is something to say.
struct RepresentationView: Fields {
    let child: String?
    let agents: [AgentView]

    struct AgentView: Fields {
        let name: String
        let basis: String
        let document: Link?
    }
}

extension RepresentationView {
    /// - Parameters:
    ///   - principal: the applicant.
    ///   - path: of the dossier's page.
    init?(_ representation: Representation, path: [String], _ words: Words) {
        guard !representation.agents.isEmpty || representation.child != nil else { return nil }
        self.init(
            child: representation.child.map { $0.words(words) },
            agents: representation.agents.map { agent in
                AgentView(
                    name: agent.name, basis: words("accounts.mandate.basis.\(agent.basis.rawValue)"),
                    document: agent.document.map { _ in
                        Link(words.language, path: path + ["uy-quyen", agent.mandateID.description])
                    })
            })
    }
}

extension Child {
    /// Name and date of birth, as a line says them.
    func words(_ words: Words) -> String {
        words("dossiers.child", ["name": name, "born": words.formats.date(dateOfBirth)])
    }
}

extension Web {
    /// `GET /ho-so/{code}/uy-quyen/{id}`
    @Sendable func downloadDossierMandate(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        try await dossierMandate(context, as: caller.capacity.scope)
    }

    /// `GET /can-bo/ho-so/{code}/uy-quyen/{id}`: the mandate on paper, for the agency.
    @Sendable func downloadAgencyMandate(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try await dossierMandate(context, as: .agency(staff.agency))
    }

    private func dossierMandate(_ context: PortalContext, as scope: Scope) async throws -> Response {
        guard let id = context.parameter("id").flatMap(Mandate.ID.init) else { throw DossierError.notFound }
        return try await mandateFile(
            dossiers.mandateOnPaper(id, of: context.parameter("code") ?? "", as: scope), context)
    }
}
