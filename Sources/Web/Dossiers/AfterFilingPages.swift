import Pages

/// `/ho-so/{code}/bo-sung`
struct SupplementPage: Page {
    static let template = "dossiers/supplement"
    let title: String
    let code: String
    /// Which request of the dossier is answered here.
    let number: String
    let procedure: String
    let asked: String
    let note: String?
    let answerBy: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let questions: [AskedView]
    let others: [OtherView]
    let hasOthers: Bool
    let otherFile: FieldView?
    let reply: FieldView

    struct AskedView: Fields {
        /// What is missing or wrong, in the officer's words; nil for a question that a new answer brought in.
        let what: String?
        let field: FieldView?
        let group: QuestionView.GroupView?
    }

    struct OtherView: Fields {
        let what: String
    }
}

/// `/ho-so/{code}/rut`
struct WithdrawPage: Page {
    static let template = "dossiers/withdraw"
    let title: String
    let code: String
    let procedure: String
    let agency: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let field: FieldView
}

/// `/ho-so/{code}/danh-gia`
struct RatingPage: Page {
    static let template = "dossiers/rating"
    let title: String
    let code: String
    let procedure: String
    let agency: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let fields: [FieldView]
}

/// `/ho-so/{code}/da-xem`
struct ReadersPage: Page {
    static let template = "dossiers/readers"
    let title: String
    let code: String
    let agency: String
    let isEmpty: Bool
    let readers: [ReaderView]

    struct ReaderView: Fields {
        let name: String
        let at: String
    }
}

/// `/kho-giay-to`
struct DocumentsPage: Page {
    static let template = "dossiers/documents"
    let title: String
    let isEmpty: Bool
    let documents: [DocumentView]

    struct DocumentView: Fields {
        let name: String
        let label: String
        let size: String
        let added: String
        /// The dossier that it was filed with.
        let origin: String
        let link: Link
    }
}
