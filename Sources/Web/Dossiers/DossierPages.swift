import Pages

/// `/ho-so`: what needs the applicant first.
struct DossiersPage: Page {
    static let template = "dossiers/list"
    let title: String
    let isEmpty: Bool
    let hasWaiting: Bool
    let waiting: [DossierLine]
    let hasDrafts: Bool
    let drafts: [DraftLine]
    let hasOpen: Bool
    let open: [DossierLine]
    let hasDone: Bool
    let done: [DossierLine]
    let next: Link?
    let suggestions: [ProcedureLine]
}

struct DossierLine: Fields {
    let code: String
    let procedure: String
    let agency: String
    let applicant: String
    /// 1…10, for colours.
    let number: String
    let status: String
    let submitted: String
    let due: String?
    let isLate: Bool
}

/// `/ho-so/{code}`
struct DossierPage: Page {
    static let template = "dossiers/show"
    let title: String
    /// What was just done.
    let notice: String?
    /// What couldn't be done, and where what was typed for it is.
    let warning: String?
    let code: String
    let procedure: String
    let agency: String
    let number: String
    let status: String
    let meaning: String
    /// What comes next, by whom, by when.
    let following: String
    /// Whether a supplement is waited for, and until when.
    let representation: RepresentationView?
    let isAsked: Bool
    let askedBy: String?
    let submitted: String
    let received: String?
    let finished: String?
    let due: DueView?
    let supplements: [SupplementView]
    let obligations: [ObligationView]
    let events: [EventView]
    let answers: [AnswersView]
    let hasFiles: Bool
    let files: [FileLine]
    let hasResults: Bool
    let results: [ResultView]
    /// The signed receipt of the submission; nil where nothing is signed.
    let receipt: Link?
    /// Whether something may still happen, so that the page keeps listening.
    let isOpen: Bool
    /// The due date as a file for calendars, while one is waiting for it.
    let calendar: Link?
    let messages: [MessageView]
    /// The next message's, so that a second click sends nothing twice.
    let messageID: String
    let messageField: FieldView
    let canWithdraw: Bool
    let canRate: Bool
    let hasSlips: Bool
    let slips: [SlipLine]
    let rating: RatingView?
    let errors: [ErrorLine]
    let hasErrors: Bool
}

struct EventView: Fields {
    let number: String
    let status: String
    let at: String
    /// “Trần Văn Hòa, công chức tư pháp”; nil when the applicant did it.
    let officer: String?
    let note: String?
    /// “Nguyễn Văn An, thay cho Công ty TNHH Sao Mai”; nil when the applicant did it themselves.
    var agent: String?
    /// What the agency's system sent with it.
    var files: [FileLine] = []
}

struct AnswersView: Fields {
    let title: String
    let rows: [RowView]
}

struct FileLine: Fields {
    let name: String
    let label: String
    let size: String
    let link: Link
}

/// `/tra-cuu`
struct TrackPage: Page {
    static let template = "dossiers/track"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let fields: [FieldView]
    let isNotFound: Bool
    let found: TrackedView?

    struct TrackedView: Fields {
        let code: String
        let number: String
        let status: String
        let meaning: String
        let due: String?
    }
}
