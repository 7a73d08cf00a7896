import Pages

/// `/`
struct HomePage: Page {
    static let template = "catalogue/home"
    let title: String
    let online: String
    let total: String
    let hasEvents: Bool
    let citizenEvents: [LifeEventLine]
    let businessEvents: [LifeEventLine]
    let featured: [ProcedureLine]
    let fields: [FieldLine]
}

struct ProcedureLine: Fields {
    let code: String
    let name: String
    /// Language of the name: Vietnamese where there is no English one.
    let language: String
    let field: String
    let agency: String
    let isOnline: Bool
}

struct FieldLine: Fields {
    let name: String
    let count: String
    let link: Link
}

/// `/thu-tuc?q=&field=&agency=&subject=&online=&after=`
struct SearchPage: Page {
    static let template = "catalogue/search"
    let title: String
    let query: String
    let isBrowsing: Bool
    let isApproximate: Bool
    let isEmpty: Bool
    /// How many there are on all pages.
    let count: String
    let isNarrowed: Bool
    let filters: [FilterView]
    /// The same words without filters, when some are set.
    let clear: Link?
    /// What the words alone would find, when the filters leave nothing.
    let wider: WiderView?
    let results: [ProcedureLine]
    let next: Link?
    let suggestions: [ProcedureLine]

    struct FilterView: Fields {
        let name: String
        let label: String
        let options: [FieldView.OptionView]
    }

    struct WiderView: Fields {
        let link: Link
        let title: String
    }
}

/// `/linh-vuc`: every field, and for whom procedures are.
struct DirectoryPage: Page {
    static let template = "catalogue/directory"
    let title: String
    let fields: [FieldLine]
    let subjects: [FieldLine]
}

/// `/thu-tuc/{code}`: everything that NĐ 63/2010/NĐ-CP Đ.8.2 asks to be shown.
struct ProcedurePage: Page {
    static let template = "catalogue/show"
    let title: String
    let code: String
    let name: String
    let language: String
    let field: String
    let promulgator: String
    let executing: [String]
    let subjects: [String]
    let levels: [String]
    let hasChannels: Bool
    let channels: [ChannelView]
    let hasCases: Bool
    let cases: [CaseView]
    let hasConflict: Bool
    let hasDocuments: Bool
    let documents: [DocumentGroupView]
    let hasSteps: Bool
    let steps: [String]
    let hasResults: Bool
    let results: [ReferenceView]
    let hasLegalBasis: Bool
    let legalBasis: [ReferenceView]
    let requirements: String?
    let authorised: [String]
    let coordinating: [String]
    let hasAuthorised: Bool
    let hasCoordinating: Bool
    /// “Quyết định số 123/QĐ-BTP ngày 12/05/2026”.
    let decision: String?
    let revision: RevisionView?
    /// Fee and due date for the visitor's own case; nil when the source says neither.
    let estimate: EstimateView?
    let filing: FilingView?
    /// Since when and why it is no longer done.
    let retired: RetiredView?
    /// On the page of a revision that is no longer in force.
    let past: PastView?
    /// Where to go with a procedure that can't be filed here.
    let offline: OfflineView?
    /// When the national list's line last changed.
    let updated: String
    /// In full, for paper.
    let address: String
    let structuredData: HTML?
    let hasHistory: Bool
    let history: [LinkView]

    struct EstimateView: Fields {
        let code: String
        let methods: [FieldView.OptionView]
        let hasCases: Bool
        let cases: [FieldView.OptionView]
        /// Nil until the case is chosen.
        let result: ResultView?
    }

    struct ResultView: Fields {
        let hasFees: Bool
        let fees: [FeeView]
        let hasSeveralFees: Bool
        let due: DueView?
        /// If it is received now, with today's date.
        let when: String?
        /// Where the limit comes from.
        let basis: String?
        let contradiction: String?
    }

    struct RetiredView: Fields {
        let date: String
        let reason: String
        let replacement: LinkView?
    }

    struct PastView: Fields {
        let number: String
        let published: String
        /// “ to 23/11/2026”, when another one came after it.
        let until: String
        let current: Link
    }

    struct OfflineView: Fields {
        let agencies: [String]
        let hasWays: Bool
        let isDirect: Bool
        let isPostal: Bool
        let isOnlineElsewhere: Bool
        let hasPapers: Bool
    }

    struct LinkView: Fields {
        let link: Link
        let title: String
        let isCurrent: Bool
    }

    struct ChannelView: Fields {
        let method: String
        /// The case that this row is about, if it isn't about all.
        let caseName: String?
        let time: String?
        let description: String?
        let fees: [FeeView]
    }

    struct FeeView: Fields {
        let kind: String
        let amount: String
        let note: String?
    }

    struct CaseView: Fields {
        let code: String
        let time: String
    }

    struct DocumentGroupView: Fields {
        let name: String?
        let items: [DocumentView]
    }

    struct DocumentView: Fields {
        let code: String
        let name: String
        /// How many originals and copies, where the source asks for any.
        let copies: String?
        let templates: [TemplateView]
    }

    /// A file to fill in and file as the document.
    struct TemplateView: Fields {
        let link: Link
        let name: String
        let detail: String
    }

    struct ReferenceView: Fields {
        let code: String?
        let name: String
    }

    struct RevisionView: Fields {
        let number: String
        let published: String
        let source: String
    }

    struct FilingView: Fields {
        let code: String
        /// By which limit the portal counts the due date, and where that limit comes from.
        let limit: String?
        let basis: String?
        /// Who may file: citizens, businesses or both, in words.
        let subjects: String
    }
}
