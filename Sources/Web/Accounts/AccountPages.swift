import Pages

/// `/dang-nhap`
struct SignInPage: Page {
    static let template = "accounts/signin"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    /// Said at the top: the session ended, or the account was opened.
    let notice: String?
    let fields: [FieldView]
    /// Where to go afterwards.
    let back: String
    /// A form that was posted after its session ended, carried along unseen.
    let kept: [HiddenView]
}

/// `/dang-ky`
struct RegisterChoicePage: Page {
    static let template = "accounts/choose"
    let title: String
}

/// `/dang-ky/cong-dan`, `/dang-ky/doanh-nghiep`
struct RegisterPage: Page {
    static let template = "accounts/register"
    let title: String
    let isBusiness: Bool
    let errors: [ErrorLine]
    let hasErrors: Bool
    /// What doesn't fit together, shown once before the account is opened; sent again, it is.
    let hasWarnings: Bool
    let warnings: [String]
    let fields: [FieldView]
    let action: Link
}

/// `/tai-khoan`
struct AccountPage: Page {
    static let template = "accounts/account"
    let title: String
    let notice: String?
    let errors: [ErrorLine]
    let hasErrors: Bool
    let rows: [RowView]
    let sessions: [SessionView]
    let hasOtherSessions: Bool
    let fields: [FieldView]

    struct SessionView: Fields {
        let id: String
        let device: String
        let since: String
        let seen: String
        let isThis: Bool
    }
}
