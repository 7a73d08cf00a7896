import Pages

/// `/bien-tap/co-quan?q=&after=`
struct DeskAgenciesPage: Page {
    static let template = "desk/agencies"
    let title: String
    let notice: String?
    let query: String
    let isEmpty: Bool
    let agencies: [Line]
    let next: Link?

    struct Line: Fields {
        let code: String
        let name: String
        let edit: Link
        let hours: Link
        let hasEnded: Bool
    }
}

/// `/bien-tap/lich?nam=`: the days off and swapped Saturdays of a year.
struct DeskCalendarPage: Page {
    static let template = "desk/calendar"
    let title: String
    let notice: String?
    let year: String
    let years: [DeskListPage.FilterView]
    let isEmpty: Bool
    let days: [Line]
    let errors: [ErrorLine]
    let hasErrors: Bool
    /// What is asked of a day to be added.
    let fields: [FieldView]

    struct Line: Fields {
        let day: String
        let weekday: String
        let kind: String
        let name: String
        let source: String
        let status: String
        let remove: Link
    }
}

/// `/bien-tap/lich/xem-truoc`: what a change of the calendar would mean, before it is made.
struct DeskCalendarPreviewPage: Page {
    static let template = "desk/calendar_preview"
    let title: String
    let back: Link
    let errors: [ErrorLine]
    let hasErrors: Bool
    /// The day as it would stand, or stands, in the calendar.
    let day: String
    let weekday: String
    let kind: String
    let name: String
    let source: String
    let isRemoval: Bool
    let effects: CalendarEffects
    /// What is sent on, unseen.
    let kept: [KeptView]
    let fields: [FieldView]

    struct KeptView: Fields {
        let name: String
        let value: String
    }
}
