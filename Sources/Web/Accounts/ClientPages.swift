import Pages

/// `/can-bo/he-thong`
struct ClientsPage: Page {
    static let template = "accounts/clients"
    let title: String
    let agency: String
    let isEmpty: Bool
    let clients: [ClientView]
    /// How late reports come, in words; nil when none came.
    let lag: String?
    let hasReports: Bool
    /// What waits, or was refused when its turn came.
    let reports: [ReportView]
    /// Days that the agency's system compared with the portal's and found different, in words.
    let hasCompared: Bool
    let agrees: Bool
    let drift: [String]
    let hasFlags: Bool
    /// What speaks against what was reported in the last 30 days, in words.
    let flags: [String]

    struct ClientView: Fields {
        let link: Link
        let name: String
        let id: String
        let scopes: [String]
        let networks: String
        let state: String
        let isGood: Bool
    }

    struct ReportView: Fields {
        let link: Link
        let code: String
        let sentence: String
        let isOverdue: Bool
    }
}

/// `/can-bo/he-thong/{client}`
struct ClientPage: Page {
    static let template = "accounts/client"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let notice: String?
    /// The notice says that something wasn't done.
    let isWarning: Bool
    let name: String
    let id: String
    let isOut: Bool
    let state: String
    let scopes: [String]
    let networks: String
    let until: String
    let certificate: String
    /// The new secret, this once.
    let shown: String?
    /// Since when it has its secret, and how long the one before is good.
    let secret: String
    let older: String?
    let number: String
    let rotateAction: Link
    let hasKeys: Bool
    let keys: [KeyView]
    let keyAction: Link
    let keyFields: [FieldView]
    let disableAction: Link
    let hasRefused: Bool
    let refused: [RefusedView]
    let hasCalls: Bool
    let calls: [CallView]

    struct KeyView: Fields {
        let kid: String
        let kind: String
        let added: String
        let until: String
        let isGood: Bool
        let revokeAction: Link
    }

    struct RefusedView: Fields {
        let id: String
        let code: String
        let event: String
        let reason: String
        let fields: [String]
        let times: String
        let at: String
        let message: String
        let replayAction: Link
    }

    struct CallView: Fields {
        let at: String
        let call: String
        let status: String
        let problem: String?
        let request: String
    }
}
