import Pages

/// `/bien-tap/thu-tuc?state=&q=&after=`
struct DeskListPage: Page {
    static let template = "desk/list"
    let title: String
    let agency: String
    /// Whether the calendar, and what the portal says beside the catalogue, are theirs as well.
    let isNational: Bool
    let query: String
    let state: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let filters: [FilterView]
    /// Those that the publisher keeps, and the field for the name of another.
    let hasKept: Bool
    let kept: [FilterView]
    let name: [FieldView]
    let isEmpty: Bool
    let procedures: [Line]
    let next: Link?

    struct FilterView: Fields {
        let label: String
        let link: Link
        let isCurrent: Bool
    }

    struct Line: Fields {
        let code: String
        let name: String
        let field: String
        /// “Bản 3, 12/11/2026”; nil before the first publication.
        let published: String?
        /// The state of the work on it, if there is any.
        let open: String?
        /// “5/7 phần bắt buộc”; nil when only the national list's line is known.
        let complete: String?
        let isIncomplete: Bool
        let unsettled: String?
        let running: String
        let isOnline: Bool
        let isRetired: Bool
    }
}

/// `/bien-tap/thu-tuc-moi`
struct DeskNewPage: Page {
    static let template = "desk/new"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let fields: [FieldView]
}

/// `/bien-tap/thu-tuc/{code}`: the history of a procedure, and what can be done with it.
struct DeskProcedurePage: Page {
    static let template = "desk/procedure"
    let title: String
    let code: String
    let name: String
    let notice: String?
    let isPublished: Bool
    let revisions: [Line]
    let retirement: [FieldView]
    let errors: [ErrorLine]
    let hasErrors: Bool

    struct Line: Fields {
        let procedure: String
        let id: String
        let number: String
        let state: String
        let isOpen: Bool
        let canCopy: Bool
        /// Who did what when, a line each.
        let acts: [String]
        let summary: String?
        /// How many drafts and running dossiers hang on it.
        let usage: String?
        /// To what it changed in the one before.
        let comparison: Link?
    }
}

/// `/bien-tap/ban/{id}`: a revision with what it still lacks, and the acts that its state allows.
struct DeskRevisionPage: Page {
    static let template = "desk/revision"
    let title: String
    let id: String
    let code: String
    let number: String
    let name: String
    let state: String
    let version: String
    let notice: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let isDraft: Bool
    let canHandBack: Bool
    let canPublish: Bool
    /// Why this person can't publish it, when only that stands in the way.
    let needsSecondPerson: Bool
    let hasForm: Bool
    let parts: [PartView]
    let findings: [FindingView]
    let isComplete: Bool
    let summary: String
    let impact: [String]
    let comparison: Link?

    struct PartView: Fields {
        let link: Link
        let title: String
        let status: String
        let isDone: Bool
    }

    struct FindingView: Fields {
        let id: String
        let revision: String
        let version: String
        let token: String
        let text: String
        let link: Link
        let explanation: String
        let canBeExplained: Bool
        let isSettled: Bool
        let isDraft: Bool
    }
}

/// `/bien-tap/ban/{id}/phan/{part}` and `/bien-tap/ban/{id}/bieu-mau/{path}`: a page of questions about a revision.
struct DeskQuestionsPage: Page {
    static let template = "desk/questions"
    let title: String
    let heading: String
    let context: String
    let back: Link
    let action: Link
    let version: String
    let guidance: String?
    /// A page that belongs to this one.
    let more: MoreView?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let questions: [QuestionView]

    struct MoreView: Fields {
        let link: Link
        let title: String
    }
}

/// `/bien-tap/ban/{id}/bieu-mau`: what the form asks, in its order.
struct DeskFormPage: Page {
    static let template = "desk/form"
    let title: String
    let id: String
    let code: String
    let version: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let hasForm: Bool
    let problems: [String]
    let eligibility: [PieceView]
    let sections: [SectionView]
    /// Groups, to which questions can be added as well.
    let groups: [GroupView]

    struct PieceView: Fields {
        let revision: String
        let path: String
        let label: String
        let kind: String?
        let conditions: String?
        let isRequired: Bool
        let parts: [PartView]
        let isGroup: Bool
    }

    struct PartView: Fields {
        let revision: String
        let path: String
        let label: String
        let kind: String?
    }

    struct SectionView: Fields {
        let revision: String
        let path: String
        let label: String
        let version: String
        let token: String
        let fields: [PieceView]
        let kinds: [FieldView.OptionView]
    }

    struct GroupView: Fields {
        let revision: String
        let path: String
        let title: String
        let version: String
        let token: String
        let kinds: [FieldView.OptionView]
    }
}

/// `/bien-tap/ban/{id}/xem-truoc/{section}`: a section as the citizen will see it; nothing is saved.
struct DeskPreviewPage: Page {
    static let template = "desk/preview"
    let title: String
    let id: String
    let procedure: String
    let heading: String
    let guidance: String?
    let sections: [LinkView]
    let isNarrow: Bool
    let width: Link
    let action: Link
    /// The answers so far, which only the page keeps.
    let carried: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    /// After the last section: what would come of the answers.
    let isDone: Bool
    let isAccepted: Bool
    let outcome: [String]
    let eligibility: [String]
    let questions: [QuestionView]

    struct LinkView: Fields {
        let link: Link
        let title: String
        let isCurrent: Bool
    }
}

/// `/bien-tap/thu-tuc/{code}/khac-biet?tu=&den=`
struct DeskDifferencePage: Page {
    static let template = "desk/difference"
    let title: String
    let code: String
    let name: String
    let from: String
    let to: String
    let isEmpty: Bool
    let changes: [ChangeView]

    struct ChangeView: Fields {
        let kind: String
        let place: String
        let before: String?
        let after: String?
    }
}
