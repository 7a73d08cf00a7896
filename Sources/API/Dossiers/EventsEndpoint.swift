import Core
import Dossiers
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Server

extension API {
    /// `GET /api/v1/events?after=&limit=&wait=`: what happened to the agency's dossiers, in order; waits for something to
    /// happen if asked to.
    @Sendable func listEvents(
        _ request: Request, _ context: PortalContext, _ caller: AgencyCaller
    ) async throws -> Response {
        let query = try request.queryFields()
        let after = try query.position()
        let limit = try query.number("limit", in: 1...500, standard: 100)
        let wait = try query.number("wait", in: 0...30, standard: 0)
        // Watched before it is read: what happens in between wakes at once.
        let changes = wait > 0 ? self.changes.watch(agency: caller.agency) : nil
        var page = try await dossiers.events(at: caller.agency, after: after, limit: limit)
        let end = ContinuousClock.now + .seconds(wait)
        while let changes, page.events.isEmpty {
            let isSignalled = await context.wait(for: changes, until: end)
            page = try await dossiers.events(at: caller.agency, after: after, limit: limit)
            if !isSignalled { break }
        }
        return .json(
            JSON.object([
                "items": .array(page.events.map(\.json)), "next": .string(String(page.next)),
            ]).serialized())
    }
}

extension FormFields {
    /// Where to read on: the `next` of the answer before, 0 for all there is.
    fileprivate func position() throws -> Int {
        guard let text = self["after"], !text.isEmpty else { return 0 }
        guard let position = Int(text), position >= 0 else {
            throw RequestFailure.invalid([FieldProblem(field: "after", code: "not_a_cursor", arguments: [:])])
        }
        return position
    }
}
