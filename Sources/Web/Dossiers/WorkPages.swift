import Pages

/// `/can-bo/ho-so`
struct OfficerListPage: Page {
    static let template = "dossiers/officer_list"
    let title: String
    let agency: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let counters: [Counter]
    /// How many questions of other agencies wait.
    let askedOfUs: String
    let isAsked: Bool
    let isSupervisor: Bool
    /// Of the whole agency: looks after its systems too.
    let keepsSystems: Bool
    let hasKept: Bool
    let kept: [KeptView]
    let keepName: FieldView
    /// The view as it stands in the address.
    let query: String
    let words: String
    let group: String
    let statuses: [Option]
    let orders: [Option]
    let who: [Option]
    let procedure: String
    let sizes: [Option]
    let columns: [Option]
    let heads: [Head]
    let isEmpty: Bool
    let lines: [WorkLineView]
    let next: Link?
    /// The same lines as a spreadsheet.
    let xlsx: Link
    let csv: Link
    /// What can be done with many at once.
    let acts: [Option]
    let colleagues: [Option]

    struct Counter: Fields {
        let label: String
        let count: String?
        let isUrgent: Bool
        let link: Link
        let isCurrent: Bool
    }

    struct KeptView: Fields {
        let label: String
        let link: Link
        /// The list opens with it.
        let isFirst: Bool
    }

    struct Head: Fields {
        let label: String
    }

    struct Option: Fields {
        let id: String
        let name: String
        let value: String
        let label: String
        let isChosen: Bool

        static func list(_ options: [(String, String)], chosen: [String], name: String) -> [Option] {
            options.map { value, label in
                Option(
                    id: "\(name)-\(value)", name: name, value: value, label: label, isChosen: chosen.contains(value))
            }
        }
    }
}

struct WorkLineView: Fields {
    let code: String
    /// The code with the version that was seen.
    let choice: String
    let isLate: Bool
    let cells: [Cell]

    struct Cell: Fields {
        let text: String
        /// 1…10 where it is a status.
        let number: String?
        let isLate: Bool
    }
}

/// What came of one act on many dossiers.
struct BatchPage: Page {
    static let template = "dossiers/batch"
    let title: String
    let act: String
    let done: String
    let failed: String
    let lines: [Line]

    struct Line: Fields {
        let code: String
        let isDone: Bool
        /// What became of it, or why nothing did.
        let text: String
    }
}

/// `/can-bo/ho-so/{code}`
struct OfficerDossierPage: Page {
    static let template = "dossiers/officer_show"
    let title: String
    let notice: String?
    let code: String
    let procedure: String
    let applicant: String
    let representation: RepresentationView?
    let number: String
    let status: String
    let waits: String
    let submitted: String
    let received: String?
    let officer: String?
    let unit: String?
    /// Which unit holds it, when that is why the officer can't do everything.
    let held: String?
    let step: String?
    let due: DueView?
    /// By law and by the national index, a line each; none before the dossier was received.
    let counts: [String]
    let acts: [ActLink]
    let hasActs: Bool
    /// What the agency's own system reported and the portal couldn't apply yet.
    let reports: [String]
    let hasReports: Bool
    let supplements: [SupplementView]
    let obligations: [ObligationView]
    let consultations: [ConsultationView]
    let events: [EventView]
    let answers: [AnswersView]
    let hasFiles: Bool
    let files: [ViewedFile]
    let hasResults: Bool
    let results: [ResultView]
    let messages: [MessageView]
    let messageID: String
    let messageField: FieldView
    let notes: [NoteView]
    let noteID: String
    let noteField: FieldView
    let canWrite: Bool
    let hasSlips: Bool
    let slips: [SlipLine]
    /// Of a control sheet about to be asked for: sent twice, it is made once.
    let slipID: String
    let rating: RatingView?
    let errors: [ErrorLine]
    let hasErrors: Bool

    struct ActLink: Fields {
        let label: String
        let link: Link
        /// The usual next step.
        let isMain: Bool
    }

    /// A file that is looked at without leaving the page.
    struct ViewedFile: Fields {
        let name: String
        let label: String
        let size: String
        let link: Link
        let origin: String?
        /// Where it is shown in the page's frame; nil for a kind that browsers don't show.
        let view: Link?
    }
}

struct SupplementView: Fields {
    let heading: String
    let asked: String
    let items: [ItemView]
    let note: String?
    let reason: String?
    let answerBy: String?
    let answered: String?
    let reply: String?
    let rows: [RowView]
    let files: [FileLine]

    struct ItemView: Fields {
        let label: String
        let what: String
    }
}

struct ObligationView: Fields {
    let amount: String
    let reason: String
    let state: String
    let isOpen: Bool
}

struct ConsultationView: Fields {
    let agency: String
    let question: String
    let due: String
    let isLate: Bool
    let answer: String?
    let answered: String?
    let link: Link
}

struct MessageView: Fields {
    let name: String
    let isOurs: Bool
    let side: String
    let at: String
    let body: String
    let read: String
    let files: [FileLine]
}

struct NoteView: Fields {
    let name: String
    let at: String
    let body: String
}

struct RatingView: Fields {
    let satisfaction: String
    let contacts: String
    let offices: String
    let attitude: String
    let comment: String?
}

/// `/can-bo/ho-so/{code}/viec/{act}`: what an act will do and to whom, and what it takes.
struct ActPage: Page {
    static let template = "dossiers/act"
    let title: String
    let heading: String
    let back: Link
    let action: Link
    let code: String
    let procedure: String
    let applicant: String
    let version: String
    /// What happened since the officer looked.
    let hasChanged: Bool
    let changes: [EventView]
    let effects: [EffectView]
    let errors: [ErrorLine]
    let hasErrors: Bool
    let isUpload: Bool
    let fields: [FieldView]
    /// The questions of the form, for a supplement request.
    let groups: [ItemGroup]
    let hasItems: Bool
    let other: FieldView?
    /// The document that would be issued.
    let preview: ResultPreview?
    let button: String

    struct EffectView: Fields {
        let text: String
    }

    struct ItemGroup: Fields {
        let title: String
        let items: [ItemView]
    }

    struct ItemView: Fields {
        let id: String
        let name: String
        let label: String
        let answer: String
        let value: String
        let isChosen: Bool
        let error: String?
    }
}

/// `/can-bo/y-kien`
struct ConsultationsPage: Page {
    static let template = "dossiers/consultations"
    let title: String
    let notice: String?
    let isEmpty: Bool
    let lines: [Line]

    struct Line: Fields {
        let code: String
        let procedure: String
        let agency: String
        let due: String
        let isLate: Bool
        let link: Link
    }
}

/// `/can-bo/y-kien/{id}`
struct ConsultationPage: Page {
    static let template = "dossiers/consultation"
    let title: String
    let id: String
    let code: String
    let procedure: String
    let agency: String
    let officer: String
    let asked: String
    let due: String
    let isLate: Bool
    let question: String
    let answer: String?
    let answered: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let field: FieldView?
}
