package import Accounts
package import Catalogue
package import Core
package import FoundationEssentials
package import Postgres

/// A request filed with an agency, from submission to the returned result.
package struct Dossier: PostgresRow {
    package typealias ID = Identifier<Dossier>

    package let summary: DossierSummary
    /// Nil for a dossier that was filed elsewhere under a procedure that has no revision here.
    package let revisionID: Revision.ID?
    /// The answers as filed, by field id; nil for a dossier that was filed elsewhere.
    package let answers: JSONText?
    /// Which of them were taken over from which earlier dossier; nil when none was.
    package let origins: JSONText?
    package let deadline: JSONText?
    package let waitsFor: WaitsFor
    package let assignedTo: Account.ID?
    /// The unit that holds it in its agency.
    package let unitID: UUID?
    /// When the present step has to be done, as it was handed over.
    package let stepDueAt: Date?

    package init(_ row: inout Row) throws {
        waitsFor = try row("waits_for")
        assignedTo = try row("assigned_to")
        unitID = try row("unit_id")
        stepDueAt = try row("step_due_at")
        revisionID = try row("revision_id")
        answers = try row("answers")
        origins = try row("origins")
        deadline = try row("deadline")
        summary = try DossierSummary(&row)
    }
}

/// A dossier as a line of a list.
package struct DossierSummary: PostgresRow {
    package let id: Dossier.ID
    package let code: String
    package let procedureCode: String
    package let procedureName: String
    package let procedureNameEnglish: String?
    package let agencyCode: String
    package let agencyName: String
    package let applicantName: String
    package let status: DossierStatus
    package let submittedAt: Date
    package let receivedAt: Date?
    package let dueAt: Date?
    package let finishedAt: Date?
    /// Grows by one with every event.
    package let version: Int32

    package init(_ row: inout Row) throws {
        id = try row("id")
        code = try row("code")
        procedureCode = try row("procedure_code")
        procedureName = try row("procedure_name")
        procedureNameEnglish = try row("procedure_name_en")
        agencyCode = try row("agency_code")
        agencyName = try row("agency_name")
        applicantName = try row("applicant_name")
        status = try row("status")
        submittedAt = try row("submitted_at")
        receivedAt = try row("received_at")
        dueAt = try row("due_at")
        finishedAt = try row("finished_at")
        version = try row("version")
    }

    /// Whether the due date has passed while somebody is still waiting.
    package func isLate(at now: Date) -> Bool {
        guard let dueAt else { return false }
        return (finishedAt ?? now) > dueAt
    }
}

/// Something that happened to a dossier: one row for each act, never altered.
package struct DossierEvent: PostgresRow {
    /// What was done. All but `status` leave the status as it was.
    package enum Kind: String, Sendable, CaseIterable, PostgresValue {
        case status
        case assigned
        case handedOver = "handed_over"
        case consulted
        case consultationAnswered = "consultation_answered"
        case supplementAskedAgain = "supplement_asked_again"
        case supplemented
        case extended
        /// A due date that moved with the calendar.
        case recounted
        case resultRevoked = "result_revoked"
        /// A numbered report of the agency's system that came after its successors.
        case reportedLate = "reported_late"
        /// What its agency's system says of a dossier that was filed there.
        case amended

        /// Whether the applicant reads of it; the rest is the agency's own business.
        package var isForApplicant: Bool {
            switch self {
            case .status, .handedOver, .consulted, .supplementAskedAgain, .supplemented, .extended, .recounted,
                .resultRevoked:
                true
            case .assigned, .consultationAnswered, .reportedLate, .amended: false
            }
        }
    }

    package let sequence: Int32
    package let kind: Kind
    package let status: DossierStatus
    package let previousStatus: DossierStatus?
    /// When it happened, by the clock of whoever did it.
    package let occurredAt: Date
    /// When we learnt of it.
    package let recordedAt: Date
    /// The agency that did it; nil when the applicant did.
    package let agencyCode: String?
    package let eventID: String?
    package let officerName: String?
    package let officerTitle: String?
    package let note: String?
    /// The person who did it here; nil for an agency's system.
    package let accountID: Account.ID?
    /// What else there is to say of it, by kind, as canonical JSON.
    package let detail: String?

    package init(_ row: inout Row) throws {
        sequence = try row("sequence")
        kind = try row("kind")
        status = try row("status")
        previousStatus = try row("previous_status")
        occurredAt = try row("occurred_at")
        recordedAt = try row("recorded_at")
        agencyCode = try row("agency_code")
        eventID = try row("event_id")
        officerName = try row("officer_name")
        officerTitle = try row("officer_title")
        note = try row("note")
        accountID = try row("account_id")
        detail = try row("detail")
    }
}

/// A file on a draft or a dossier.
package struct Attachment: PostgresRow {
    package typealias ID = Identifier<Attachment>

    package let id: ID
    package let fieldID: String
    package let name: String
    package let sha256: [UInt8]
    package let size: Int
    package let mediaType: String
    package let addedAt: Date
    /// The dossier that it was first filed with, when it was taken from there.
    package let origin: String?

    package init(_ row: inout Row) throws {
        id = try row("id")
        fieldID = try row("field_id")
        name = try row("name")
        sha256 = try row("sha256")
        size = try row("size")
        mediaType = try row("media_type")
        addedAt = try row("added_at")
        origin = try row("origin")
    }
}

/// A dossier in the making. Becomes the dossier of the same id when it is submitted.
package struct Draft: PostgresRow {
    package let id: Dossier.ID
    package let procedureCode: String
    package let revisionID: Revision.ID
    package let agencyCode: String
    package let agencyName: String
    package let answers: JSONText
    package let savedSections: [String]
    package let createdAt: Date
    package let updatedAt: Date
    /// What a newer form changed for its owner, once one was published.
    package let carried: CarriedOver?
    /// Whether the procedure can be filed here now.
    package let isOnline: Bool

    package init(_ row: inout Row) throws {
        id = try row("id")
        procedureCode = try row("procedure_code")
        revisionID = try row("revision_id")
        agencyCode = try row("agency_code")
        agencyName = try row("agency_name")
        answers = try row("answers")
        savedSections = try row("saved_sections")
        createdAt = try row("created_at")
        updatedAt = try row("updated_at")
        carried = try (row("carried") as JSONText?).flatMap(CarriedOver.init(stored:))
        isOnline = try row("online")
    }
}

package struct DraftSummary: PostgresRow {
    package let id: Dossier.ID
    package let procedureCode: String
    package let procedureName: String
    package let procedureNameEnglish: String?
    package let createdAt: Date
    package let updatedAt: Date

    package init(_ row: inout Row) throws {
        id = try row("id")
        procedureCode = try row("procedure_code")
        procedureName = try row("procedure_name")
        procedureNameEnglish = try row("procedure_name_en")
        createdAt = try row("created_at")
        updatedAt = try row("updated_at")
    }
}

/// What anyone may learn with a code and the last four digits of the applicant's number.
package struct TrackedDossier: PostgresRow {
    package let status: DossierStatus
    package let dueAt: Date?

    package init(_ row: inout Row) throws {
        status = try row("status")
        dueAt = try row("due_at")
    }
}
