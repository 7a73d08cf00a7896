/// The two languages of the interface. Vietnamese is the default; English is complete.
package enum Language: String, CaseIterable, Sendable {
    case vi
    case en

    /// What stands before every path of a page in this language.
    package var pathPrefix: String {
        switch self {
        case .vi: ""
        case .en: "/en"
        }
    }
}
