import Pages

/// `/tai-khoan/uy-quyen`: who may act for whom.
struct MandatesPage: Page {
    static let template = "accounts/mandates"
    let title: String
    let notice: String?
    let hasReceived: Bool
    let received: [MandateLine]
    let hasGiven: Bool
    let given: [MandateLine]
}

struct MandateLine: Fields {
    let address: Link
    /// The other of the two: by name, or by number until they accept.
    let who: String
    let scope: String
    let days: String
    let state: String
    /// In force: it can be worked under now.
    let worksFor: WorksFor?

    struct WorksFor: Fields {
        let id: String
        let name: String
        /// Where to go on working; empty for the list of dossiers.
        var next = ""
        let token: String
    }
}

/// `/tai-khoan/uy-quyen/{id}`
struct MandatePage: Page {
    static let template = "accounts/mandate"
    let title: String
    let notice: String?
    let id: String
    let rows: [RowView]
    let document: Link?
    let state: String
    let meaning: String
    let canAccept: Bool
    let canEnd: Bool
    /// What ending it does, and the button's words: withdrawing, declining and giving back are one act.
    let ending: String
    let end: String
    let worksFor: MandateLine.WorksFor?
}

/// `/tai-khoan/uy-quyen/moi`
struct MandateFormPage: Page {
    static let template = "accounts/mandate_form"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let id: String
    let fields: [FieldView]
    let kept: [HiddenView]
}
