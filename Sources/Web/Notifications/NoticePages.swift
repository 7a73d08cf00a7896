import Pages

/// `/thong-bao`
struct NoticesPage: Page {
    static let template = "notifications/list"
    let title: String
    /// Officers also see how messages to applicants fare.
    let isOfficer: Bool
    let isEmpty: Bool
    let hasUnread: Bool
    /// When the page was made: what came later isn't marked as read by it.
    let seen: String
    let items: [NoticeView]
    let next: Link?

    struct NoticeView: Fields {
        let id: String
        let subject: String
        let link: Link
        let at: String
        let isUnread: Bool
    }
}

/// `/tai-khoan/thong-bao`
struct NotificationChoicesPage: Page {
    static let template = "notifications/choices"
    let title: String
    let notice: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let fields: [FieldView]
}

/// `/can-bo/thong-bao`
struct DeliveriesPage: Page {
    static let template = "notifications/deliveries"
    let title: String
    let notice: String?
    let filters: [FilterView]
    let isEmpty: Bool
    let deliveries: [DeliveryView]
    let next: Link?

    struct FilterView: Fields {
        let label: String
        let link: Link
        let isCurrent: Bool
    }

    struct DeliveryView: Fields {
        let id: String
        /// The dossier's code; a notice that staff see is about one.
        let code: String
        let channel: String
        let recipient: String
        let state: String
        /// Why it isn't there yet, or never will be.
        let reason: String?
        let attempts: String
        let created: String
        let changed: String
        /// When it is tried again.
        let next: String?
        let canRetry: Bool
        /// The filter to come back to.
        let filter: String
    }
}
