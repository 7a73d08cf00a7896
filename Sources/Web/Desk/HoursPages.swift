import Pages

/// `/bien-tap/co-quan/{code}/gio-lam-viec`: what an agency works otherwise than the country.
struct DeskHoursPage: Page {
    static let template = "desk/hours"
    let title: String
    let notice: String?
    let agency: String
    let code: String
    /// The hours of today.
    let present: [String]
    let isOwn: Bool
    let weeks: [Line]
    let hasWeeks: Bool
    let days: [Line]
    let hasDays: Bool
    let errors: [ErrorLine]
    let hasErrors: Bool
    let weekFields: [FieldView]
    let dayFields: [FieldView]

    struct Line: Fields {
        let day: String
        /// `Thứ Hai – Thứ Sáu: 07:30–11:30, 13:00–17:00`, one for each run of equal days.
        let hours: [String]
        let source: String
        let remove: Link
    }
}

/// `/bien-tap/co-quan/{code}/gio-lam-viec/xem-truoc`: what a change of the hours would mean, before it is made.
struct DeskHoursPreviewPage: Page {
    static let template = "desk/hours_preview"
    let title: String
    let back: Link
    let errors: [ErrorLine]
    let hasErrors: Bool
    let agency: String
    let code: String
    let day: String
    let isWeek: Bool
    let hours: [String]
    let source: String
    let isRemoval: Bool
    let effects: CalendarEffects
    /// What is sent on, unseen.
    let kept: [DeskCalendarPreviewPage.KeptView]
    let fields: [FieldView]
}
