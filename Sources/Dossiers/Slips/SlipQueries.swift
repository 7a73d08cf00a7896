import Accounts
package import Catalogue
package import Core
package import FoundationEssentials
import Journal
package import Papers
package import Postgres

/// The statements of `SQL/queries/slips.sql`, one typed line each.
package enum SlipQueries {
    static let template = Query("slips.template", Day.self, returns: TemplateInForce.self)
    static let number = Query("slips.number", String.self, Int32.self, SlipKind.self, returns: Int32.self)
    static let issue = Query(
        "slips.issue", StoredSlip.ID.self, Dossier.ID.self, String.self, SlipKind.self, Int32.self, Int32.self,
        SlipTemplate.self, Bool.self, JSONText.self, Date.self, String.self, Identifier<JournalEntry>.self)
    static let isIssued = Query("slips.is_issued", StoredSlip.ID.self, returns: Bool.self)
    static let takers = Query("slips.takers", String.self, returns: DossierTaker.self)
    static let list = Query("slips.list", String.self, Account.ID?.self, String?.self, returns: SlipSummary.self)
    static let find = Query(
        "slips.find", StoredSlip.ID.self, String.self, Account.ID?.self, String?.self, returns: StoredSlip.self)
    static let hold = Query("slips.hold", StoredSlip.ID.self, returns: Bool.self)
    static let print = Query("slips.print", StoredSlip.ID.self, [UInt8].self, Identifier<JournalEntry>.self)
    static let journalled = Query("slips.journalled", StoredSlip.ID.self, Int.self, returns: JournalledSlip.self)
    static let registerCount = Query(
        "register.count", String.self, Date.self, Date.self, Int.self, returns: Int.self)
    static let registerPage = Query(
        "register.page", String.self, Date.self, Date.self, Date.self, Dossier.ID.self, Int.self,
        returns: RegisteredDossier.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [
        template, number, issue, isIssued, takers, list, find, hold, print, journalled, registerCount, registerPage,
    ]
}

extension SlipKind: PostgresValue {}
extension SlipTemplate: PostgresValue {}

/// Who got a dossier by one of its events.
struct DossierTaker: PostgresRow {
    let sequence: Int32
    let name: String

    init(_ row: inout Row) throws {
        sequence = try row("sequence")
        name = try row("name")
    }
}

struct TemplateInForce: PostgresRow {
    let template: SlipTemplate
    let isVerified: Bool

    init(_ row: inout Row) throws {
        template = try row("id")
        isVerified = try row("verified")
    }
}

/// A slip as a line of a list.
package struct SlipSummary: PostgresRow {
    package let id: StoredSlip.ID
    package let kind: SlipKind
    package let template: SlipTemplate
    package let year: Int32
    package let number: Int32
    package let issuedAt: Date

    package init(_ row: inout Row) throws {
        id = try row("id")
        kind = try row("kind")
        template = try row("template")
        year = try row("year")
        number = try row("number")
        issuedAt = try row("issued_at")
    }
}

/// A slip as it was issued.
package struct StoredSlip: PostgresRow {
    package typealias ID = Identifier<StoredSlip>

    package let summary: SlipSummary
    let isVerified: Bool
    let data: JSONText
    let agencyCode: String
    let sha256: [UInt8]?

    package init(_ row: inout Row) throws {
        summary = try SlipSummary(&row)
        isVerified = try row("verified")
        data = try row("data")
        agencyCode = try row("agency_code")
        sha256 = try row("sha256")
    }

    func slip() throws -> Slip {
        Slip(
            template: summary.template, number: Int(summary.number), issuedAt: summary.issuedAt,
            content: try SlipContent(summary.kind, stored: data.text.utf8), isVerified: isVerified)
    }
}

struct JournalledSlip: PostgresRow {
    let id: StoredSlip.ID
    let data: JSONText
    let entryID: Identifier<JournalEntry>
    let digest: String?
    let isPrintedRight: Bool?

    init(_ row: inout Row) throws {
        id = try row("id")
        data = try row("data")
        entryID = try row("entry_id")
        digest = try row("digest")
        isPrintedRight = try row("printed_right")
    }
}

/// A dossier as a line of the register.
package struct RegisteredDossier: PostgresRow {
    package let id: Dossier.ID
    package let code: String
    let revisionID: Revision.ID?
    package let procedure: String
    package let applicant: String
    package let status: DossierStatus
    package let submittedAt: Date
    package let receivedAt: Date?
    package let dueAt: Date?
    package let finishedAt: Date?
    package let isFiledHere: Bool
    let answers: JSONText?
    /// Where the applicant is reached, as they wrote it when they filed.
    package var address: String?
    package var phone: String?

    package init(_ row: inout Row) throws {
        id = try row("id")
        code = try row("code")
        revisionID = try row("revision_id")
        procedure = try row("procedure_name")
        applicant = try row("applicant_name")
        status = try row("status")
        submittedAt = try row("submitted_at")
        receivedAt = try row("received_at")
        dueAt = try row("due_at")
        finishedAt = try row("finished_at")
        let origin: String = try row("origin")
        isFiledHere = origin == "portal"
        answers = try row("answers")
    }
}
