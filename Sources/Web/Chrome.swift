import Catalogue
import Core
import Pages

/// What the layout prints around every page. A page's own fields may not have these names.
struct Chrome: Fields {
    let styles: Link
    /// File name below `/assets/`: whatever a script is loaded from stands there.
    let script: String
    let favicon: Link
    /// This page in the other language.
    let otherLanguage: Link
    /// Who is signed in, if anyone.
    let user: User?
    /// Proves that a form was sent from a page of ours to the holder of this browser's cookie; the hidden field `csrf`.
    let formToken: String
    /// Where help is to be had, as the operator set it.
    let contact: String?
    let hasNotices: Bool
    /// What everybody has to know at this minute.
    let notices: [Notice]

    struct Notice: Fields {
        let text: String
        let isWarning: Bool
        let link: Link?
    }

    struct User: Fields {
        let name: String
        /// Works by a mandate, be it one that has ended meanwhile.
        let isActing: Bool
        /// For whom they work just now, if not for themselves.
        let principal: String?
        let files: Bool
        let isOfficer: Bool
        let isPublisher: Bool
        /// How many notices are unread; nil for none.
        let unread: String?
        /// Again here: inside of this struct's section only its own names and the layout's are seen.
        let token: String
    }
}

extension Chrome.Notice {
    init(_ notice: ServiceNotice, _ language: Language) {
        self.init(
            text: notice.text[language], isWarning: notice.isWarning,
            link: notice.link.flatMap { Link(language.pathPrefix + $0) })
    }
}
