import Accounts
import Core
import Cryptography
import Dossiers
import FoundationEssentials
import Pages
import Papers
import Server

/// A result's document as it would be issued, shown before it is.
struct ResultPreview: Fields {
    /// Of what it says: what is issued is what was shown.
    let digest: String
    let lines: [String]
}

extension Web {
    func resultPreview(_ form: ActForm, _ context: PortalContext, _ staff: Staff) async throws -> ResultPreview {
        let lines = slips.lines(of: try await resultPaper(form, verification: nil, context, staff))
        return ResultPreview(
            digest: Hex.encode(SHA256.hash(Array(lines.joined(separator: "\n").utf8))), lines: lines)
    }

    /// The document of a decision by the form in force: its code of verification is drawn, it is printed with it, and signed.
    func makeResult(_ form: ActForm, _ context: PortalContext, _ staff: Staff) async throws -> ResultDocument {
        let code = VerificationCode()
        let paper = try await resultPaper(
            form,
            verification: ResultPaper.Verification(
                code: code.description, address: resultAddress(code.description)), context, staff)
        let file = try dossiers.storeDocument(try await slips.print(paper))
        return try dossiers.signResult(
            file, named: "ket-qua-\(form.file.dossier.summary.code).pdf", for: staff.agency, code: code,
            template: paper.template, at: context.now)
    }

    private func resultPaper(
        _ form: ActForm, verification: ResultPaper.Verification?, _ context: PortalContext, _ staff: Staff
    ) async throws -> ResultPaper {
        guard case .decide(let decision) = form.act else { throw RequestFailure.malformed }
        return try await dossiers.resultPaper(
            of: decision, form.resultWords, for: form.file.dossier.summary.code, verification: verification,
            by: staff.officer, at: context.now)
    }
}
