import Pages

/// A slip on the page of its dossier.
struct SlipLine: Fields {
    let title: String
    let issued: String
    let link: Link
}

/// `/can-bo/so-theo-doi`
struct DossierRegisterPage: Page {
    static let template = "papers/register"
    let title: String
    let agency: String
    let errors: [ErrorLine]
    let hasErrors: Bool
    let fields: [FieldView]
    let found: FoundView?

    struct FoundView: Fields {
        let sentence: String
        let isEmpty: Bool
        /// Nil when there are too many to be printed.
        let pdf: Link?
        let tooMany: String?
        let xlsx: Link
        let csv: Link
    }
}
