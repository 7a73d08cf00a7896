import Pages

/// `/phan-anh`: how it goes, and what was answered.
struct FeedbackHomePage: Page {
    static let template = "feedback/home"
    let title: String
    let query: String
    let isSearch: Bool
    let isEmpty: Bool
    let answers: [AnswerLine]
    let next: Link?
    /// The guide stands on the first page only.
    let hasGuide: Bool
    let days: String

    struct AnswerLine: Fields {
        let code: String
        let question: String
        let topic: String
        let agency: String
        let published: String
        let likes: String
        let dislikes: String
    }
}

/// `/phan-anh/gui`
struct FeedbackFormPage: Page {
    static let template = "feedback/form"
    let title: String
    let notice: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    /// Names this form: sent twice, it is one.
    let id: String
    let isUnknown: Bool
    let signIn: Link
    let about: [FieldView]
    let author: [FieldView]
    /// Files that came with a form that had errors.
    let kept: [HiddenView]
}

/// `/phan-anh/da-gui/{id}`: the code and the word, good to be kept as a bookmark in the browser that sent it.
struct FeedbackSentPage: Page {
    static let template = "feedback/sent"
    let title: String
    let code: String
    let word: String
    let agency: String
    let due: String?
    let isUnknown: Bool
}

/// `/phan-anh/tra-cuu`
struct FeedbackTrackPage: Page {
    static let template = "feedback/track"
    let title: String
    let notice: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let isNotFound: Bool
    let fields: [FieldView]
}

/// `/phan-anh/{code}`: an answer that everybody may read.
struct FeedbackAnswerPage: Page {
    static let template = "feedback/answer"
    let title: String
    let notice: String?
    let code: String
    let kind: String
    let topic: String
    let agency: String
    let sent: String
    let answered: String
    let published: String
    let procedure: String?
    let question: [String]
    let answer: [String]
    let likes: String
    let dislikes: String
    let canReact: Bool
    let likesIt: Bool
    let dislikesIt: Bool
    let signIn: Link
    let isUnknown: Bool
}

/// `/phan-anh/cua-toi`
struct FeedbackMinePage: Page {
    static let template = "feedback/mine"
    let title: String
    let isEmpty: Bool
    let items: [FeedbackLineView]
    let next: Link?
}

struct FeedbackLineView: Fields {
    let link: Link
    let code: String
    let excerpt: String
    let kind: String
    let topic: String
    let author: String
    let agency: String
    let state: String
    let number: String
    let sent: String
    let due: String?
    let isLate: Bool
}

/// What was sent and what happened to it, to its author and to officers alike.
struct FeedbackView: Fields {
    let code: String
    let state: String
    let number: String
    let meaning: String
    let kind: String
    let subject: String
    let topic: String
    let agency: String
    let sent: String
    let due: String?
    let isLate: Bool
    let procedure: String?
    let dossier: String?
    let body: [String]
    let events: [EventView]

    struct EventView: Fields {
        let name: String
        let at: String
        let who: String
        let target: String?
        let note: [String]
        let files: [FileView]
        /// “Hạn: 12/02/2027, đúng hạn”; for officers.
        let limit: String?
        let isLate: Bool
    }

    struct FileView: Fields {
        let name: String
        let size: String
        let link: Link?
        /// For whoever has only the word: the file is asked for by a form.
        let id: String
        let code: String
        let word: String
        let token: String
    }
}

/// `/phan-anh/cua-toi/{code}`, and what the word shows.
struct FeedbackAuthorPage: Page {
    static let template = "feedback/author"
    let title: String
    let notice: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let item: FeedbackView
    let action: Link
    let version: String
    /// Empty for whoever is signed in.
    let word: String
    let hasWord: Bool
    let canSupplement: Bool
    let fields: [FieldView]
    let kept: [HiddenView]
    let canWithdraw: Bool
    let isPublished: Bool
}

/// `/can-bo/phan-anh`
struct FeedbackDeskPage: Page {
    static let template = "feedback/desk"
    let title: String
    let notice: String?
    let agency: String
    let filters: [FilterView]
    let isEmpty: Bool
    let items: [FeedbackLineView]
    let next: Link?
    let year: String
    let figures: [RowView]
    let source: String

    struct FilterView: Fields {
        let label: String
        let link: Link
        let isCurrent: Bool
    }
}

/// `/can-bo/phan-anh/{code}`
struct FeedbackDeskItemPage: Page {
    static let template = "feedback/desk_item"
    let title: String
    let notice: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let item: FeedbackView
    let author: [RowView]
    let days: [DayView]
    let hasDays: Bool
    let acts: [ActView]
    let hasActs: Bool
    let form: FormView?
    let isPublished: Bool

    struct DayView: Fields {
        let act: String
        let day: String
        let isLate: Bool
    }

    struct ActView: Fields {
        let label: String
        let link: Link
        let isCurrent: Bool
    }

    struct FormView: Fields {
        let title: String
        let explanation: String
        let action: Link
        let token: String
        let act: String
        let version: String
        let hasFiles: Bool
        let fields: [FieldView]
        let kept: [HiddenView]
    }
}

/// `POST /can-bo/phan-anh/{code}`: what will be said, and to whom.
struct FeedbackPreviewPage: Page {
    static let template = "feedback/preview"
    let title: String
    let code: String
    let action: Link
    let act: String
    let actName: String
    /// The agency it goes to.
    let target: String?
    let author: String
    let note: [String]
    let hasNote: Bool
    let files: [String]
    let hasFiles: Bool
    /// The letter to an author who has an account.
    let subject: String?
    let letter: [String]
    let isUntold: Bool
    let question: [String]
    let answer: [String]
    let isPublication: Bool
    let hidden: [HiddenView]
}
