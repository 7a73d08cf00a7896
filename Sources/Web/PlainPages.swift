import Pages

/// `/tro-giup`
struct HelpPage: Page {
    static let template = "plain/help"
    let title: String
}

/// `/quyen-rieng-tu`
struct PrivacyPage: Page {
    static let template = "plain/privacy"
    let title: String
}

/// `/tiep-can`
struct AccessibilityPage: Page {
    static let template = "plain/accessibility"
    let title: String
}

/// Any failure: what happened, what is kept, what to do.
struct ErrorPage: Page {
    static let template = "plain/error"
    let title: String
    let explanation: String
    /// To be told when asking for help.
    let incident: String?
    let link: Link
    let linkText: String
}
