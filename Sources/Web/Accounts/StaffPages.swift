import Pages

/// `/can-bo/don-vi`
struct MembersPage: Page {
    static let template = "accounts/members"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let notice: String?
    let members: [MemberView]
    /// Only who supervises the whole agency.
    let mayAddUnit: Bool
    let field: FieldView

    struct MemberView: Fields {
        let link: Link
        let name: String
        let login: String
        let unit: String
        /// Of no unit: the whole agency.
        let isWhole: Bool
        let duties: String
        let hasFactor: Bool
    }
}

/// `/can-bo/don-vi/{id}`
struct MemberPage: Page {
    static let template = "accounts/member"
    let title: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let name: String
    let login: String
    let action: Link
    /// The supervisor's own page: duties can be laid down there, not taken.
    let isOwn: Bool
    let version: String
    let fields: [FieldView]
    let mayReset: Bool
    let resetAction: Link
    /// How many open dossiers the officer has, in words.
    let open: String
    let leaveAction: Link
    let successor: FieldView
}
