import Accounts
import Core
import FoundationEssentials
import Hummingbird
import Server

extension API {
    /// `POST …/{version}/login`: a client's id and secret, as `username` and `password`, for a session: an access token.
    @Sendable func logIn(_ request: Request, _ context: PortalContext, _: Void) async throws -> Response {
        do {
            _ = try nationalContract(context)
            let body = try JSON(sent: try await request.bytes())
            guard let id = body["username"]?.string, let secret = body["password"]?.string,
                let client = try await accounts.client(id: id, secret: secret, at: context.now),
                client.mayCall(from: context.client)
            else {
                return NationalAnswer(code: .failure, message: words("national.login.wrong", .vi, [:])).response
            }
            let session = try await accounts.issueToken(to: client, at: context.now)
            return NationalAnswer(
                code: .success, message: words("national.success", .vi, [:]), more: ["session": .string(session)]
            ).response
        } catch let failure as RequestFailure {
            return national(failure)
        }
    }
}
