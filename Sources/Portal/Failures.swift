import Accounts
import Agencies
import Catalogue
import Core
import Cryptography
import Dossiers
import Feedback
import HTTPTypes
import Journal
import Papers
import Postgres
import Server
import Webhooks

extension RequestFailure {
    /// What the errors of the capabilities mean over HTTP; nil for one that is our fault. The one place that says so.
    init?(_ error: any Error) {
        switch error {
        case let failure as RequestFailure: self = failure
        case let failure as ValidationFailure: self = .invalid(failure.problems)
        case is IdempotencyKeyReused:
            self.init(.unprocessableContent, type: "idempotency-key-reused")
        case let error as ReportUnreadable: self.init(.badRequest, type: "malformed", problems: [error.problem])
        case is EventRepeated:
            self.init(
                .conflict, type: "event-repeated",
                problems: [FieldProblem(field: "event_id", code: "already_used", arguments: [:])])
        case is SequenceTaken:
            self.init(
                .conflict, type: "sequence-taken",
                problems: [FieldProblem(field: "sequence", code: "already_used", arguments: [:])])
        case let error as FeedCursorAhead:
            self.init(.conflict, type: "cursor-ahead")
            extensions = ["newest": .string(String(error.newest))]
        case ClientError.notFound: self = .notFound
        case is ClientError: self.init(.conflict, type: "edited-meanwhile")
        case let error as FeedCursorTooOld:
            self.init(.gone, type: "cursor-too-old")
            extensions = ["oldest": .string(String(error.oldest))]
        case let error as WebhookError: self.init(webhook: error)
        case AgencyEditError.notFound: self = .notFound
        case AgencyEditError.editedMeanwhile: self.init(.conflict, type: "edited-meanwhile")
        case PasswordFailure.busy, PaperFailure.busy: self = .unavailable(retryAfter: 2)
        case StaffError.notFound: self = .notFound
        case is StaffError: self.init(.conflict, type: "edited-meanwhile")
        case let error as DutyLacking: self.init(duties: error.duties)
        case MandateError.notFound: self = .notFound
        case is MandateError: self.init(.conflict, type: "mandate-ended")
        case ResultError.notFound: self = .notFound
        case ResultError.alreadyRevoked: self.init(.conflict, type: "result-already-revoked")
        case ResultError.noSigningKey:
            self = .invalid([FieldProblem(field: "document", code: "no_signing_key")])
        case ResultError.noTemplate:
            self = .invalid([FieldProblem(field: "document", code: "no_result_template")])
        case ResultError.unusableSigningKey:
            self = .invalid([FieldProblem(field: "document", code: "unusable_signing_key")])
        case FeedbackError.notFound: self = .notFound
        case FeedbackError.changedMeanwhile, FeedbackError.illegalMove: self.init(.conflict, type: "edited-meanwhile")
        case let error as DossierError: self.init(dossier: error)
        case let error as PublishingError: self.init(publishing: error)
        case let error as PostgresError where error.isTransient: self = .unavailable(retryAfter: 2)
        default: return nil
        }
    }

    private init(duties: [Duty]) {
        self.init(
            .forbidden, type: "duty-lacking",
            problems: duties.map { FieldProblem(field: "duty", code: "duty_\($0.rawValue)") })
    }

    private init(webhook error: WebhookError) {
        switch error {
        case .notFound: self = .notFound
        case .tooMany: self.init(.conflict, type: "too-many-webhooks")
        case .unproven(let code):
            self = .invalid([FieldProblem(field: "url", code: "webhook_unproven", arguments: ["code": code])])
        }
    }

    private init(publishing error: PublishingError) {
        switch error {
        case .notFound: self = .notFound
        case .editedMeanwhile: self.init(.conflict, type: "edited-meanwhile")
        case .versionNeeded(let current):
            self.init(.preconditionRequired, type: "version-needed")
            extensions = ["version": .integer(current)]
        case .versionGone(let current):
            self.init(.preconditionFailed, type: "edited-meanwhile")
            extensions = ["version": current.map(JSON.integer) ?? .null]
        case .workInProgress: self.init(.conflict, type: "work-in-progress")
        case .secondPersonNeeded: self.init(.forbidden, type: "second-person-needed")
        case .wrongState(let state):
            self.init(.conflict, type: "wrong-revision-state")
            extensions = ["state": .string(state.rawValue)]
        case .notReady: self.init(.unprocessableContent, type: "revision-not-ready")
        case .tooManyTemplates: self.init(.conflict, type: "too-many-templates")
        case .unusableCode:
            self = .invalid([FieldProblem(field: "code", code: "invalid_procedure_code")])
        }
    }

    private init(dossier error: DossierError) {
        switch error {
        case .notFound: self = .notFound
        case .notOnline: self.init(.notFound, type: "not-online")
        case .notCovered: self.init(.forbidden, type: "not-covered")
        case .tooManyDrafts: self.init(.conflict, type: "too-many-drafts")
        case .changedMeanwhile: self.init(.conflict, type: "edited-meanwhile")
        case .versionGone(let status, let version):
            self.init(.preconditionFailed, type: "version-gone")
            extensions = ["current_status": .integer(status.rawValue), "version": .integer(version)]
        case .dutyLacking(let duties): self.init(duties: duties)
        case .heldByUnit(let holding):
            self.init(
                .forbidden, type: "held-by-unit",
                problems: [
                    FieldProblem(
                        field: "unit", code: "held_by_unit",
                        arguments: ["unit": holding.unit, "people": holding.people])
                ])
        case .incomplete(let problems): self = .invalid(problems)
        case .illegalMove(let current, let allowed):
            self.init(.conflict, type: "illegal-move")
            extensions = [
                "current_status": .integer(current.rawValue),
                "allowed": .array(allowed.map { .integer($0.rawValue) }),
            ]
        }
    }
}
