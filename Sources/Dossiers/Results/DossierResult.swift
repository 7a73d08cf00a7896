import Accounts
package import Core
package import FoundationEssentials
import Journal
package import Papers
package import Postgres

/// What a dossier led to: a document with the agency's signature beside it.
package struct DossierResult: PostgresRow {
    package typealias ID = Identifier<DossierResult>

    package enum Kind: String, Sendable, CaseIterable, PostgresValue {
        case granted
        case refused
    }

    package let id: ID
    package let kind: Kind
    /// What the document is, such as “Giấy phép xây dựng”. For the applicant and the agency alone.
    package let title: String
    /// Under which the agency issued it; empty when it has none.
    package let number: String
    package let fileName: String
    package let sha256: [UInt8]
    package let size: Int
    package let mediaType: String
    /// A detached CMS signature, DER; nil where results may go out unsigned.
    package let signature: [UInt8]?
    package let certificateSubject: String?
    /// Who signed, as people say it: the subject's common name.
    package var signer: String? { certificateSubject.map(Self.commonName) }
    package let certificateSerial: String?
    /// `VerificationCode`.
    package let code: String
    package let issuedAt: Date
    package let revokedAt: Date?
    package let revocationReason: String?

    /// The common name of a subject in the form of RFC 2253, or the subject as it stands when it doesn't begin with one.
    static func commonName(_ subject: String) -> String {
        guard subject.hasPrefix("CN=") else { return subject }
        var name = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in subject.unicodeScalars.dropFirst(3) {
            if !isEscaped, scalar == "," { break }
            isEscaped = !isEscaped && scalar == "\\"
            if !isEscaped { name.append(scalar) }
        }
        return String(name)
    }

    package init(_ row: inout Row) throws {
        id = try row("id")
        kind = try row("kind")
        title = try row("title")
        number = try row("number")
        fileName = try row("file_name")
        sha256 = try row("sha256")
        size = try row("size")
        mediaType = try row("media_type")
        signature = try row("signature")
        certificateSubject = try row("certificate_subject")
        certificateSerial = try row("certificate_serial")
        code = try row("code")
        issuedAt = try row("issued_at")
        revokedAt = try row("revoked_at")
        revocationReason = try row("revocation_reason")
    }
}

/// What anyone may learn of a result. Nothing of the applicant.
package struct PublicResult: PostgresRow {
    package let code: String
    package let kind: DossierResult.Kind
    package let number: String
    package let sha256: [UInt8]
    package let issuedAt: Date
    package let isSigned: Bool
    package let revokedAt: Date?
    package let revocationReason: String?
    package let agencyCode: String
    package let agencyName: String
    package let procedureCode: String
    package let procedureName: String
    package let procedureNameEnglish: String?

    package init(_ row: inout Row) throws {
        code = try row("code")
        kind = try row("kind")
        number = try row("number")
        sha256 = try row("sha256")
        issuedAt = try row("issued_at")
        isSigned = try row("is_signed")
        revokedAt = try row("revoked_at")
        revocationReason = try row("revocation_reason")
        agencyCode = try row("agency_code")
        agencyName = try row("agency_name")
        procedureCode = try row("procedure_code")
        procedureName = try row("procedure_name")
        procedureNameEnglish = try row("procedure_name_en")
    }
}

/// Why a result couldn't be issued or revoked.
package enum ResultError: Error, Hashable {
    /// There is none, or it is another agency's: never told apart.
    case notFound
    case alreadyRevoked
    /// The agency has no key to sign with, and nothing may go out unsigned here.
    case noSigningKey
    /// The agency's key file can't be used.
    case unusableSigningKey
    /// No form of results is in force.
    case noTemplate
}

/// The statements of `SQL/queries/results.sql`, one typed line each.
package enum ResultQueries {
    static let issue = Query(
        "results.issue", DossierResult.ID.self, Dossier.ID.self, String.self, DossierResult.Kind.self, String.self,
        String.self, String.self, [UInt8].self, [UInt8]?.self, String?.self, String?.self, String.self, Date.self,
        String.self, Identifier<JournalEntry>.self, ResultTemplate?.self)
    static let template = Query("results.template", Day.self, returns: ResultTemplate.self)
    static let list = Query("results.list", String.self, returns: DossierResult.self)
    static let lock = Query("results.lock", DossierResult.ID.self, String.self, returns: LockedResult.self)
    static let revoke = Query(
        "results.revoke", DossierResult.ID.self, Date.self, String.self, String.self, Identifier<JournalEntry>.self)
    static let lookUp = Query("results.look_up", String?.self, [UInt8]?.self, returns: PublicResult.self)
    static let disagreeing = Query("results.disagreeing", Int.self, returns: DisagreeingResult.self)

    /// Every declaration, for the check at boot.
    package static let all: [any AnyQuery] = [issue, template, list, lock, revoke, lookUp, disagreeing]
}

struct LockedResult: PostgresRow {
    let dossierID: Dossier.ID
    let code: String
    let accountID: Account.ID?
    let isRevoked: Bool

    init(_ row: inout Row) throws {
        dossierID = try row("dossier_id")
        code = try row("code")
        accountID = try row("account_id")
        isRevoked = try row("revoked")
    }
}

struct DisagreeingResult: PostgresRow {
    let id: DossierResult.ID
    let entryID: Identifier<JournalEntry>

    init(_ row: inout Row) throws {
        id = try row("id")
        entryID = try row("entry_id")
    }
}
