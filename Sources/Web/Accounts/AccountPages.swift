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

/// `/dang-nhap/ma`
struct FactorPage: Page {
    static let template = "accounts/factor"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let heading: String
    let lead: String
    /// What the application takes; nil once one is enrolled.
    let enrolment: EnrolmentView?
    /// How many recovery codes are left, where new ones are made.
    let left: String?
    let isSigningIn: Bool
    let field: FieldView
    let button: String
    /// Where to go afterwards.
    let back: String
    /// A form that was posted after its session ended, carried along unseen.
    let kept: [HiddenView]

    struct EnrolmentView: Fields {
        /// SVG; empty where there is none.
        let picture: HTML
        let address: Link?
        /// In groups of four letters.
        let secret: String
    }
}

/// After enrolment, and after recovery codes were renewed.
struct RecoveryPage: Page {
    static let template = "accounts/recovery"
    let title: String
    let codes: [Code]
    let next: Link

    struct Code: Fields {
        let code: String
    }
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
    let isStaff: Bool
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
