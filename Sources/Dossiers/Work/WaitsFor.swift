package import Core
package import Postgres

/// Who has the next step of a dossier.
package enum WaitsFor: String, Sendable, CaseIterable, PostgresValue {
    case agency
    case applicant
    /// Another agency, which was asked.
    case consulted
    case nobody

    /// As a status alone says it.
    init(_ status: DossierStatus) {
        switch status {
        case .supplementRequested, .paymentRequested: self = .applicant
        case .refusedAtReception, .withdrawn, .returned: self = .nobody
        case .registered, .received, .processing, .stopped, .decided: self = .agency
        }
    }
}
