import Accounts
import Core
import Dossiers
import Hummingbird
import Journal
import Pages
import Server

extension Web {
    /// `GET /ho-so/{code}/bien-nhan.json`: the signed receipt of a submission, for whoever filed it.
    @Sendable func downloadReceipt(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let receipt = try await dossiers.receipt(
            of: code, for: caller.session, portal: publicURL, tree: tree, at: context.now)
        return .file(
            receipt.json.canonical(), name: "bien-nhan-\(receipt.facts.code).json", type: "application/json")
    }

    /// Where the receipt is; nil where the portal has no key to sign with.
    func receiptLink(_ code: String, _ context: PortalContext) -> Link? {
        guard tree.signs(at: context.now) else { return nil }
        return Link(context.language, path: ["ho-so", code, "bien-nhan.json"])
    }
}
