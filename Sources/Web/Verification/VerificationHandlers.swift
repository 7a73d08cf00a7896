import Core
import Cryptography
import Dossiers
import Files
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Journal
import Pages
import Server

extension Web {
    /// `GET /xac-minh?ma=`: the form; with a code, on to the result that bears it.
    @Sendable func showVerification(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        guard let typed = try request.queryFields()["ma"], !typed.cleaned.isEmpty else {
            return verifyPage(request, context, visitor)
        }
        guard let code = VerificationCode(typed) else {
            return verifyPage(
                request, context, visitor, typed: typed, problem: FieldProblem(field: "ma", code: "no_result_code"))
        }
        return .seeOther(Link(context.language, path: ["xac-minh", "ket-qua", code.description]).address)
    }

    /// `POST /xac-minh`: a receipt is checked by the public keys, any other file looked up by its hash. Nothing is kept.
    @Sendable func verify(_ request: Request, _ context: PortalContext, _ visitor: Visitor) async throws -> Response {
        let checked = try await CheckedFile.read(request, from: visitor)
        if checked.isTooLarge {
            return verifyPage(
                request, context, visitor, problem: FieldProblem(field: "file", code: FileRefusal.tooLarge.rawValue))
        }
        if let bytes = checked.receipt {
            let check = ReceiptCheck(bytes, keys: tree.keys.known)
            return verifyPage(
                request, context, visitor, text: checked.text, receipt: ReceiptCheckView(check, words(context)))
        }
        guard let digest = checked.sha256 else {
            return verifyPage(
                request, context, visitor, problem: FieldProblem(field: "file", code: "nothing_to_verify"))
        }
        let found = try await dossiers.lookUpResult(sha256: digest)
        return verifyPage(
            request, context, visitor, result: found.map { ResultCheckView($0, words(context)) },
            isUnknownDocument: found == nil)
    }

    private func verifyPage(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor, typed: String = "", text: String = "",
        problem: FieldProblem? = nil, receipt: ReceiptCheckView? = nil, result: ResultCheckView? = nil,
        isUnknownDocument: Bool = false
    ) -> Response {
        let words = words(context)
        let messages = problem.map { problem in
            [problem.field: words.message(problem, label: words("verification.label.\(problem.field)"))]
        }
        let builder = FieldBuilder(words: words, messages: messages ?? [:])
        let code = builder.input(
            "ma", label: words("verification.label.ma"), hint: words("verification.hint.ma"), value: typed)
        let area = builder.area("text", label: words("verification.label.text"), value: text, isOptional: true)
        let fileError = messages?["file"]
        let page = VerifyPage(
            title: words.title("verification.title.verify", hasErrors: problem != nil),
            errors: FieldBuilder.summary([code]) + Self.fileErrors(fileError), hasErrors: problem != nil, code: code,
            file: VerifyPage.FileFieldView(error: fileError), text: area, receipt: receipt, result: result,
            isUnknownDocument: isUnknownDocument)
        return respond(
            page, to: visitor, context, request, hasForm: true, status: problem == nil ? .ok : .unprocessableContent)
    }

    /// `GET /xac-minh/ket-qua/{code}`: where the QR of a result leads.
    @Sendable func showResultCheck(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        resultPage(request, context, visitor, try await lookedUp(context))
    }

    /// `POST /xac-minh/ket-qua/{code}`: whether a document is the one that was issued.
    @Sendable func compareResult(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor
    ) async throws -> Response {
        let checked = try await CheckedFile.read(request, from: visitor)
        let found = try await lookedUp(context)
        guard !checked.isTooLarge, let digest = checked.sha256 else {
            let code = checked.isTooLarge ? FileRefusal.tooLarge.rawValue : "nothing_to_verify"
            return resultPage(request, context, visitor, found, problem: FieldProblem(field: "file", code: code))
        }
        return resultPage(request, context, visitor, found, isSame: digest == found?.sha256)
    }

    private func lookedUp(_ context: PortalContext) async throws -> PublicResult? {
        guard let code = context.parameter("code").flatMap(VerificationCode.init) else { return nil }
        return try await dossiers.lookUpResult(code)
    }

    private func resultPage(
        _ request: Request, _ context: PortalContext, _ visitor: Visitor, _ found: PublicResult?,
        problem: FieldProblem? = nil, isSame: Bool? = nil
    ) -> Response {
        let words = words(context)
        let error = problem.map { words.message($0, label: words("verification.label.document")) }
        let page = ResultCheckPage(
            title: words.title("verification.title.result", hasErrors: problem != nil),
            errors: Self.fileErrors(error), hasErrors: error != nil,
            result: found.map { ResultCheckView($0, words) },
            compare: found.map { result in
                ResultCheckPage.CompareView(
                    code: result.code, token: FormToken.make(cookie: visitor.secret), error: error)
            },
            isSame: found != nil && isSame == true, isOther: found != nil && isSame == false)
        let status: HTTPResponse.Status = found == nil ? .notFound : problem == nil ? .ok : .unprocessableContent
        return respond(page, to: visitor, context, request, hasForm: true, status: status)
    }

    private static func fileErrors(_ message: String?) -> [ErrorLine] {
        message.map { [ErrorLine(link: Link("#f-file") ?? Link(.vi, path: []), message: $0)] } ?? []
    }
}

extension ReceiptCheckView {
    init(_ check: ReceiptCheck, _ words: Words) {
        let state = check.isValid ? "good" : check.isRevoked ? "revoked" : "wrong"
        // What can't be believed isn't repeated.
        let rows = check.isValid || check.isRevoked ? check.receipt.map { Self.rows($0, words) } ?? [] : []
        var sentences = check.faults.map { words("verification.fault.\($0.key)") }
        if check.isValid { sentences.append(words("verification.\(check.isProved ? "proved" : "not_proved")")) }
        self.init(
            heading: words("verification.receipt.\(state)"), isGood: check.isValid, isRevoked: check.isRevoked,
            isWrong: !check.isValid && !check.isRevoked, sentences: sentences, hasRows: !rows.isEmpty, rows: rows)
    }

    private static func rows(_ receipt: Receipt, _ words: Words) -> [RowView] {
        let facts = receipt.facts
        func row(_ key: String, _ value: String?) -> RowView? {
            value.map { RowView(label: words("verification.row.\(key)"), value: $0) }
        }
        let head = receipt.proof.map { proof in
            words(
                "verification.row.head.value",
                [
                    "size": words.formats.number(proof.head.head.size),
                    "time": words.formats.dateTime(proof.head.head.time),
                ])
        }
        let rows = [
            row("code", facts.code), row("procedure", facts.procedure), row("agency", facts.agencyName),
            row("applicant", receipt.applicant?.name), row("accepted", words.formats.dateTime(facts.acceptedAt)),
            row("due", facts.dueAt.map(words.formats.dateTime)),
            row("files", words.formats.number(facts.fileDigests.count)),
            row("position", facts.position.map(words.formats.number)), row("head", head),
        ]
        return rows.compactMap(\.self)
    }
}

extension ReceiptCheck.Fault {
    /// The end of the key of its sentence.
    var key: String {
        switch self {
        case .unreadable: "unreadable"
        case .wrongSignature: "wrong_signature"
        case .unknownKey: "unknown_key"
        case .keyNotInUse: "key_not_in_use"
        case .revokedKey: "revoked_key"
        case .otherApplicant: "other_applicant"
        case .otherEntry: "other_entry"
        case .notInTree: "not_in_tree"
        case .wrongHead: "wrong_head"
        }
    }

    static let keys = [
        "unreadable", "wrong_signature", "unknown_key", "key_not_in_use", "revoked_key", "other_applicant",
        "other_entry", "not_in_tree", "wrong_head",
    ]
}

extension ResultCheckView {
    init(_ result: PublicResult, _ words: Words) {
        func row(_ key: String, _ value: String) -> RowView {
            RowView(label: words("verification.row.\(key)"), value: value)
        }
        let procedure =
            words.language == .en ? result.procedureNameEnglish ?? result.procedureName : result.procedureName
        var rows = [
            row("agency", result.agencyName), row("procedure", "\(result.procedureCode) \(procedure)"),
            row("kind", words("verification.kind.\(result.kind.rawValue)")),
        ]
        if !result.number.isEmpty { rows.append(row("number", result.number)) }
        rows += [
            row("issued", words.formats.dateTime(result.issuedAt)),
            row("signature", words("verification.\(result.isSigned ? "signed" : "unsigned")")),
            row("sha256", Hex.encode(result.sha256)),
        ]
        self.init(
            code: result.code,
            heading: words("verification.result.\(result.revokedAt == nil ? "valid" : "revoked")"),
            isValid: result.revokedAt == nil, isRevoked: result.revokedAt != nil,
            revocation: result.revokedAt.map { at in
                words(
                    "verification.revocation",
                    ["time": words.formats.dateTime(at), "reason": result.revocationReason ?? ""])
            }, rows: rows)
    }
}

extension Web {
    /// The keys that the pages of this folder put together.
    static var verificationTextKeys: [String] {
        ["good", "revoked", "wrong"].map { "verification.receipt.\($0)" }
            + ["valid", "revoked"].map { "verification.result.\($0)" }
            + ["proved", "not_proved", "signed", "unsigned", "revocation"].map { "verification.\($0)" }
            + ReceiptCheck.Fault.keys.map { "verification.fault.\($0)" }
            + DossierResult.Kind.allCases.map { "verification.kind.\($0.rawValue)" }
            + ["ma", "file", "document", "text", "reason"].map { "verification.label.\($0)" }
            + [
                "code", "procedure", "agency", "applicant", "accepted", "due", "files", "position", "head",
                "head.value",
                "kind", "number", "issued", "signature", "sha256",
            ].map { "verification.row.\($0)" }
            + ["no_result_code", "nothing_to_verify", "no_signing_key", "unusable_signing_key"].map { "errors.\($0)" }
    }
}
