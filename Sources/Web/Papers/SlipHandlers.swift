import Accounts
import Core
import Dossiers
import Hummingbird
import Pages
import Papers
import Server

extension Web {
    /// `GET /ho-so/{code}/phieu/{id}`: a slip that the applicant was given, always the same file.
    @Sendable func downloadSlip(
        _ request: Request, _ context: PortalContext, _ caller: Applicant
    ) async throws -> Response {
        try await downloadSlip(context, for: .applicant(caller.capacity))
    }

    /// `GET /can-bo/ho-so/{code}/phieu/{id}`
    @Sendable func downloadAgencySlip(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        try await downloadSlip(context, for: .officer(staff.officer))
    }

    /// `POST /can-bo/ho-so/{code}/phieu`: a control sheet of what happened so far.
    @Sendable func issueControlSheet(
        _ request: Request, _ context: PortalContext, _ staff: Staff
    ) async throws -> Response {
        let code = context.parameter("code") ?? ""
        let fields = try await request.form(from: staff.visitor)
        guard let id = fields["id"].flatMap(StoredSlip.ID.init) else { throw RequestFailure.malformed }
        try await dossiers.issueControlSheet(of: code, id: id, by: staff.officer, at: context.now)
        return .seeOther(Link(context.language, path: ["can-bo", "ho-so", code], fragment: "slips").address)
    }

    private func downloadSlip(_ context: PortalContext, for reader: Slips.Reader) async throws -> Response {
        guard let id = context.parameter("id").flatMap(StoredSlip.ID.init) else { throw DossierError.notFound }
        let (path, slip) = try await slips.file(id, of: context.parameter("code") ?? "", for: reader, at: context.now)
        return try await .download(
            path: path, name: "phieu-\(slip.kind.slug)-\(slip.year)-\(slip.number).pdf", type: "application/pdf",
            context: context)
    }

    /// The slips of a dossier as they stand on its page.
    func slipLines(of code: String, for reader: Slips.Reader, at path: [String], _ words: Words) async throws
        -> [SlipLine]
    {
        try await slips.list(of: code, for: reader).map { slip in
            let title = words("papers.\(slip.template.rawValue).\(slip.kind.rawValue).title")
            return SlipLine(
                title: words(
                    "papers.list.numbered",
                    [
                        "title": title.split(separator: "\n").joined(separator: " "), "number": String(slip.number),
                        "year": String(slip.year),
                    ]), issued: words("papers.list.issued", ["time": words.formats.dateTime(slip.issuedAt)]),
                link: Link(words.language, path: path + ["phieu", slip.id.description]))
        }
    }

    /// The titles that slips have, and the words that are put together on them.
    static var paperTextKeys: [String] {
        SlipTemplate.allCases.flatMap { template in
            ["papers.\(template.rawValue).form"]
                + SlipKind.allCases.filter { template.form(of: $0) != nil }.map {
                    "papers.\(template.rawValue).\($0.rawValue).title"
                }
        } + SlipKind.allCases.filter { $0 != .register }.map { "papers.number.\($0.rawValue)" }
            + (TimeLimit.Unit.allCases.map(\.rawValue) + ["OTHER"]).map { "papers.limit.\($0)" }
            + RefusalReason.allCases.filter { $0 != .other }.map { "papers.refusal.cause.\($0.rawValue)" }
    }
}

extension SlipKind {
    /// In the names of files.
    fileprivate var slug: String {
        switch self {
        case .receipt: "tiep-nhan"
        case .supplement: "bo-sung"
        case .refusal: "tu-choi"
        case .extension: "xin-loi"
        case .stop: "dung-giai-quyet"
        case .control: "kiem-soat"
        case .register: "so-theo-doi"
        }
    }
}
