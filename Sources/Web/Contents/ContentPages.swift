import Pages

/// `/su-kien`
struct LifeEventsPage: Page {
    static let template = "contents/events"
    let title: String
    let hasCitizenEvents: Bool
    let citizenEvents: [LifeEventLine]
    let hasBusinessEvents: Bool
    let businessEvents: [LifeEventLine]
}

struct LifeEventLine: Fields {
    let id: String
    let title: String
    let text: String
    /// “5 thủ tục”.
    let count: String
}

/// `/su-kien/{id}`: the procedures of a life event, in the order of its steps.
struct LifeEventPage: Page {
    static let template = "contents/event"
    let title: String
    let heading: String
    let text: String
    /// For whom, in words.
    let audience: String
    let steps: [StepView]

    struct StepView: Fields {
        let procedure: ProcedureLine
        let note: String?
    }
}

/// `/hoi-dap?q=&after=`
struct CommonQuestionsPage: Page {
    static let template = "contents/questions"
    let title: String
    let query: String
    let isEmpty: Bool
    let topics: [TopicView]
    let next: Link?

    struct TopicView: Fields {
        let name: String
        let questions: [QuestionLine]
    }

    struct QuestionLine: Fields {
        let id: String
        let question: String
    }
}

/// `/hoi-dap/{id}`
struct CommonQuestionPage: Page {
    static let template = "contents/question"
    let title: String
    let topic: String
    let blocks: [BlockView]
    let hasProcedures: Bool
    let procedures: [ProcedureLine]
    let updated: String

    /// A paragraph or a list, whichever is there.
    struct BlockView: Fields {
        let paragraph: String?
        let items: [String]
    }
}

/// `/bien-tap/noi-dung`
struct DeskContentsPage: Page {
    static let template = "contents/desk"
    let title: String
    let notice: String?
    /// Why the last act wasn't done.
    let problem: String?
    let kinds: [KindView]

    struct KindView: Fields {
        let kind: String
        let name: String
        let explanation: String
        let canAdd: Bool
        let isEmpty: Bool
        let groups: [GroupView]
    }

    struct GroupView: Fields {
        let name: String?
        let items: [ItemView]
    }

    struct ItemView: Fields {
        let title: String
        let link: Link
        /// Who edited it when.
        let edited: String
        /// Of a notice: whether it is shown now.
        let state: String?
        let isWithdrawn: Bool
        /// Values of the buttons, where they lead anywhere.
        let up: String?
        let down: String?
        let withdraw: String?
        let restore: String?
    }
}
