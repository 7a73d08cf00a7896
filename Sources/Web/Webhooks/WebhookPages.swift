import Pages

/// `/can-bo/he-thong/thong-bao`
struct WebhooksPage: Page {
    static let template = "webhooks/list"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let notice: String?
    let isEmpty: Bool
    let webhooks: [Line]
    /// The agency may have more of them.
    let mayAdd: Bool
    /// Of the one that the form adds, so that sent twice it adds one.
    let id: String
    let fields: [FieldView]

    struct Line: Fields {
        let link: Link
        let name: String
        let url: String
        let state: String
        let isTroubled: Bool
        let last: String?
    }
}

/// `/can-bo/he-thong/thong-bao/{id}`
struct WebhookPage: Page {
    static let template = "webhooks/show"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let notice: String?
    let name: String
    /// Shown once, when it was made.
    let secret: String?
    let action: Link
    let url: String
    let state: String
    let reason: String?
    let isOn: Bool
    let position: String
    let failingSince: String?
    let nextAt: String?
    let formerUntil: String?
    let hasAnswers: Bool
    let answers: [Answer]
    let fields: [FieldView]
    let replayFields: [FieldView]

    struct Answer: Fields {
        let time: String
        let answer: String
        let events: String
    }
}
