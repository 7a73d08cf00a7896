import Pages

/// `/xac-minh`: is this receipt, or this document, what it seems to be?
struct VerifyPage: Page {
    static let template = "verification/verify"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let code: FieldView
    let file: FileFieldView
    let text: FieldView
    /// What was checked, if anything was.
    let receipt: ReceiptCheckView?
    let result: ResultCheckView?
    /// A document that no result is.
    let isUnknownDocument: Bool

    /// A field for one file of any kind.
    struct FileFieldView: Fields {
        let error: String?
    }
}

/// What became of checking a receipt, in plain words.
struct ReceiptCheckView: Fields {
    let heading: String
    /// good, revoked or wrong.
    let isGood: Bool
    let isRevoked: Bool
    let isWrong: Bool
    /// What is wrong, or what the proof is worth, a sentence each.
    let sentences: [String]
    let hasRows: Bool
    /// What was signed; nothing when it can't be believed.
    let rows: [RowView]
}

/// `/xac-minh/ket-qua/{code}`
struct ResultCheckPage: Page {
    static let template = "verification/result"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    /// Nil for a code that no result bears.
    let result: ResultCheckView?
    /// The form that compares a document; nil without a result.
    let compare: CompareView?
    /// Whether a document was compared, and was the one that was issued.
    let isSame: Bool
    let isOther: Bool

    struct CompareView: Fields {
        let code: String
        let token: String
        let error: String?
    }
}

/// What anyone may know of a result.
struct ResultCheckView: Fields {
    let code: String
    let heading: String
    let isValid: Bool
    let isRevoked: Bool
    /// When and why it was revoked.
    let revocation: String?
    let rows: [RowView]
}

/// A result on the pages of a dossier: `dossiers/results`.
struct ResultView: Fields {
    let title: String
    let kind: String
    let number: String?
    let issued: String
    let size: String
    /// The document.
    let link: Link
    /// The agency's signature; nil when it was issued unsigned.
    let signature: Link?
    let signer: String?
    let code: String
    let check: Link
    /// The same address for a telephone.
    let qr: QRView?
    let revocation: String?
    /// Where an officer takes it back; nil for the applicant, and when it was.
    let revoke: Link?
}

/// `/can-bo/ho-so/{code}/ket-qua/{id}/thu-hoi`
struct RevokeResultPage: Page {
    static let template = "verification/revoke"
    let title: String
    let code: String
    let id: String
    let name: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let reason: FieldView
    let isRevoked: Bool
}
