package import Core
import Cryptography
package import FoundationEssentials

/// One thing that an agency's system says when it brings its dossiers in step: a dossier that was filed with it, or what
/// happened to one.
package struct SyncLine: Sendable {
    package enum Content: Sendable {
        case dossier(DossierStatement)
        case report(code: String, StatusChange)
    }

    package let content: Content
    /// The bytes as they came, kept with what they lead to.
    package let message: [UInt8]

    package init(_ content: Content, message: [UInt8]) {
        self.content = content
        self.message = message
    }

    /// The dossier it is about, as written.
    package var code: String {
        switch content {
        case .dossier(let statement): statement.code
        case .report(let code, _): code
        }
    }
}

/// A dossier as the system of the agency that handles it states it: created here with the first statement, amended by
/// the next. It stands where `status` says from the first statement on; afterwards only reports move it.
package struct DossierStatement: Sendable {
    /// How it came to the agency (QĐ 766/QĐ-TTg: what isn't said counts as at the counter).
    package enum Channel: String, Sendable, CaseIterable {
        case counter
        case online
        case post
    }

    package enum ApplicantKind: String, Sendable, CaseIterable {
        case citizen
        case business
        case household
        case agency
        case organisation
    }

    package let code: String
    package let procedureCode: String
    package let applicantKind: ApplicantKind
    package let applicantName: String
    /// Personal number, identity card of nine digits or tax code, as it was given; nil when it wasn't.
    package let applicantNumber: String?
    package let channel: Channel
    package let submittedAt: Date
    package let receivedAt: Date?
    /// As the agency promised; nil when it didn't.
    package let dueAt: Date?
    package let finishedAt: Date?
    package let status: DossierStatus
    /// SHA-256 of the files that were filed, and of those that were given as the result.
    package let filedDigests: [[UInt8]]
    package let resultDigests: [[UInt8]]

    package init(
        code: String, procedureCode: String, applicantKind: ApplicantKind, applicantName: String,
        applicantNumber: String?, channel: Channel, submittedAt: Date, receivedAt: Date?, dueAt: Date?,
        finishedAt: Date?, status: DossierStatus, filedDigests: [[UInt8]] = [], resultDigests: [[UInt8]] = []
    ) {
        self.code = code
        self.procedureCode = procedureCode
        self.applicantKind = applicantKind
        self.applicantName = applicantName
        self.applicantNumber = applicantNumber
        self.channel = channel
        self.submittedAt = submittedAt
        self.receivedAt = receivedAt
        self.dueAt = dueAt
        self.finishedAt = finishedAt
        self.status = status
        self.filedDigests = filedDigests
        self.resultDigests = resultDigests
    }
}

/// What became of a line.
package enum SyncOutcome: Sendable {
    /// A dossier is new here.
    case created(DossierStanding)
    /// What is known of a dossier changed.
    case amended(DossierStanding)
    /// It moved a dossier, and so did those that had waited for it.
    case applied(DossierStanding, sequence: Int, behind: Int)
    /// Later ones were applied before it: kept as history.
    case kept(DossierStanding, sequence: Int)
    /// It waits for the report of this number.
    case parked(DossierStanding, waitsFor: Int)
    /// The same was said before: nothing changed.
    case replayed(DossierStanding)
    /// Nothing changed, and why: the name of a problem, with the fields that are wrong.
    case refused(problem: String, fields: [FieldProblem])
}

extension DossierStatement {
    /// When the dossier came to where it stands, as far as the statement says.
    var standsSince: Date {
        switch status {
        case .registered: submittedAt
        case .decided, .returned, .refusedAtReception, .withdrawn: finishedAt ?? receivedAt ?? submittedAt
        case .received, .processing, .supplementRequested, .paymentRequested, .stopped: receivedAt ?? submittedAt
        }
    }

    /// Of all but where the dossier stands, which reports say.
    var digest: [UInt8] {
        SHA256.hash(
            JSON.object([
                "procedure": .string(procedureCode), "submitted_at": .string(Timestamp.text(submittedAt)),
                "applicant_kind": .string(applicantKind.rawValue), "applicant_name": .string(applicantName),
                "applicant_number": applicantNumber.map(JSON.string) ?? .null, "channel": .string(channel.rawValue),
                "due_at": dueAt.map { .string(Timestamp.text($0)) } ?? .null,
                "filed": .array(filedDigests.map { .string(Hex.encode($0)) }),
                "results": .array(resultDigests.map { .string(Hex.encode($0)) }),
            ]).canonical())
    }

    /// The last four digits of the applicant's number, with which anyone may track the dossier.
    var trackingDigits: String {
        String(
            (applicantNumber ?? "").utf8.filter { (48...57).contains($0) }.suffix(4).map {
                Character(UnicodeScalar($0))
            })
    }
}

extension Dossiers {
    /// The most lines that `synchronise` takes at once: they share a transaction.
    package static let syncBatch = 500
}
