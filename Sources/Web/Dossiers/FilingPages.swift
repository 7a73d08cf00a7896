import Pages

/// `/thu-tuc/{code}/nop`, first step: may you file this here, and is there a draft already.
struct StartPage: Page {
    static let template = "dossiers/start"
    let title: String
    let code: String
    let procedure: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let hasDrafts: Bool
    let drafts: [DraftLine]
    let questions: [FieldView]
}

/// `/thu-tuc/{code}/nop`, second step: which agency. The province first, then its wards.
struct AgencyPage: Page {
    static let template = "dossiers/agency"
    let title: String
    let code: String
    let procedure: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let fields: [FieldView]
    /// What was answered before, carried along unseen.
    let carried: [HiddenView]
    /// Whether the ward is still to be chosen after this.
    let asksWard: Bool
}

struct HiddenView: Fields {
    let name: String
    let value: String
}

/// Instead of a form for those who can't use it: why, and what to do.
struct RefusalPage: Page {
    static let template = "dossiers/refusal"
    let title: String
    let code: String
    let procedure: String
    let reasons: [String]
}

struct DraftLine: Fields {
    let id: String
    let procedure: String
    let saved: String
}

/// `/ho-so-nhap/{id}`: the list of tasks.
struct TasksPage: Page {
    static let template = "dossiers/tasks"
    let title: String
    let id: String
    let procedure: String
    let agency: String
    /// The child for whom a parent files.
    let child: String?
    let saved: String
    /// “3 of 5 parts done”.
    let progress: String
    let tasks: [TaskView]
    let canCheck: Bool
    /// What a newer form changed, once one was published.
    let carried: CarriedView?

    struct CarriedView: Fields {
        let hasLost: Bool
        let lost: [RowView]
        let hasRequired: Bool
        let required: [String]
    }

    struct TaskView: Fields {
        let draft: String
        let id: String
        let title: String
        let status: String
        let isDone: Bool
    }
}

/// `/ho-so-nhap/{id}/{section}`: one part of the form.
struct SectionPage: Page {
    static let template = "dossiers/section"
    let title: String
    let heading: String
    let id: String
    let section: String
    let procedure: String
    /// “Part 2 of 5”.
    let step: String
    let guidance: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    /// What an earlier dossier can fill in.
    let earlier: EarlierView?
    let questions: [QuestionView]
    let hasFiles: Bool
    /// Whether to go back to the answers once this is saved.
    let isChange: Bool

    struct EarlierView: Fields {
        let code: String
        /// From which dossier, and how much.
        let offer: String
    }
}

/// `/ho-so-nhap/{id}/kiem-tra`: all answers before they are submitted.
struct CheckPage: Page {
    static let template = "dossiers/check"
    let title: String
    let id: String
    let procedure: String
    let agency: String
    /// The child for whom a parent files.
    let child: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let sections: [SectionView]
    let isComplete: Bool
    let hasWarnings: Bool
    /// What looks odd without being wrong.
    let warnings: [ErrorLine]

    struct SectionView: Fields {
        let draft: String
        let id: String
        let title: String
        let rows: [RowView]
    }
}

/// `/ho-so/{code}/da-nop`
struct ConfirmationPage: Page {
    static let template = "dossiers/confirmation"
    let title: String
    let code: String
    let procedure: String
    let agency: String
    let submitted: String
    let due: DueView?
    /// The signed receipt; nil where nothing is signed.
    let receipt: Link?
    /// Where the dossier is tracked, for a telephone.
    let qr: QRView?
    /// The digits that go with the code when tracking without signing in.
    let digits: String
}

/// A due date with every step of how it was worked out.
struct DueView: Fields {
    let date: String
    let isLate: Bool
    let steps: [String]
    let limit: String?
    /// The steps in one line; nil where nothing was counted.
    let line: String?
    /// Stated by the agency itself.
    let isStated: Bool
}
