import Accounts
import Catalogue
import Core
import Cryptography
import Dossiers
import Files
import FoundationEssentials
import Postgres

/// Dossiers as the API shows them to the agency that handles them (`Public/openapi.yaml`, schemas `Dossier…`).
enum DossierJSON {
    static func summary(_ dossier: DossierSummary) -> JSON {
        .object(summaryMembers(dossier))
    }

    static func file(_ file: DossierFile, revision: Revision?) throws -> JSON {
        var members = summaryMembers(file.dossier.summary)
        if let revision {
            members["procedure"] = [
                "code": .string(revision.procedureCode), "name": .string(revision.name),
                "revision": .integer(revision.number),
            ]
        }
        members["answers"] = file.dossier.answers == nil ? .null : .object(try file.answers().values)
        members["attachments"] = .array(file.filed.map { attachment($0, of: file.dossier.summary.code) })
        members["agents"] = .array(
            file.representation.agents.map { ["name": .string($0.name), "basis": .string($0.basis.rawValue)] })
        members["child"] =
            file.representation.child.map { child in
                [
                    "name": .string(child.name), "date_of_birth": .string(child.dateOfBirth.description),
                    "personal_number": child.personalNumber.map(JSON.string) ?? .null,
                ]
            } ?? .null
        // Changes of status; what officers do beside them here is theirs.
        members["events"] = .array(
            file.events.filter { $0.kind == .status }.map { event in
                Self.event(event, file.files(of: event).map { attachment($0, of: file.dossier.summary.code) })
            })
        return .object(members)
    }

    static func attachment(_ attachment: Attachment, of code: String) -> JSON {
        [
            "id": .string(attachment.id.description),
            "field": .string(attachment.fieldID),
            "name": .string(attachment.name),
            "media_type": .string(attachment.mediaType),
            "size": .integer(attachment.size),
            "sha256": .string(Hex.encode(attachment.sha256)),
            "url": .string("/api/v1/dossiers/\(code)/attachments/\(attachment.id)"),
        ]
    }

    /// A file that an agency's system sent.
    static func sent(_ file: StoredFile) -> JSON {
        [
            "sha256": .string(file.digest), "size": .integer(file.size), "media_type": .string(file.type.rawValue),
        ]
    }

    private static func event(_ event: DossierEvent, _ files: [JSON]) -> JSON {
        [
            "sequence": .integer(Int(event.sequence)),
            "status": .integer(event.status.rawValue),
            "previous_status": event.previousStatus.map { .integer($0.rawValue) } ?? .null,
            "occurred_at": .string(Timestamp.text(event.occurredAt)),
            "recorded_at": .string(Timestamp.text(event.recordedAt)),
            "officer": event.officerName.map { officer($0, event.officerTitle) } ?? .null,
            "note": event.note.map(JSON.string) ?? .null,
            "event_id": event.eventID.map(JSON.string) ?? .null,
            "files": .array(files),
        ]
    }

    /// The answer to a change of status, kept to be given again to whoever repeats it.
    static func report(_ report: ReportAnswer) -> JSON {
        let dossier = report.dossier
        var members: [String: JSON] = [
            "dossier": [
                "code": .string(dossier.code),
                "status": .integer(dossier.status.rawValue),
                "version": .integer(dossier.version),
                "due_at": dossier.dueAt.map { .string(Timestamp.text($0)) } ?? .null,
            ]
        ]
        switch report.outcome {
        case .applied(let change, let behind):
            members["outcome"] = "applied"
            members["event"] = recorded(change)
            members["behind"] = .array(behind.map(recorded))
        case .kept(let change):
            members["outcome"] = "kept"
            members["event"] = recorded(change)
        case .parked(let waitsFor):
            members["outcome"] = "parked"
            members["waits_for"] = .integer(waitsFor)
        }
        return .object(members)
    }

    /// A report that its agency still has to look after.
    static func openReport(_ report: OpenReport) -> JSON {
        [
            "id": .string(report.id.description),
            "dossier": .string(report.code),
            "event_id": .string(report.eventID),
            "sequence": .integer(report.sequence),
            "state": report.outcome == .refused ? "refused" : "parked",
            "waits_for": report.outcome == nil ? .integer(report.waitsFor) : .null,
            "reason": report.reason.map { .string("/problems/\($0)") } ?? .null,
            "status": .integer(report.status.rawValue),
            "occurred_at": .string(Timestamp.text(report.occurredAt)),
            "parked_at": .string(Timestamp.text(report.parkedAt)),
            "overdue_since": report.alarmedAt.map { .string(Timestamp.text($0)) } ?? .null,
        ]
    }

    private static func recorded(_ recorded: RecordedChange) -> JSON {
        let change = recorded.change
        return [
            "sequence": .integer(recorded.sequence),
            "status": .integer(recorded.status.rawValue),
            "previous_status": .integer(recorded.previousStatus.rawValue),
            "occurred_at": .string(Timestamp.text(change.occurredAt)),
            "recorded_at": .string(Timestamp.text(recorded.recordedAt)),
            "officer": officer(change.officerName, change.officerTitle),
            "note": change.note.map(JSON.string) ?? .null,
            "event_id": .string(change.eventID),
        ]
    }

    private static func summaryMembers(_ dossier: DossierSummary) -> [String: JSON] {
        [
            "code": .string(dossier.code),
            "procedure": ["code": .string(dossier.procedureCode), "name": .string(dossier.procedureName)],
            "agency": ["code": .string(dossier.agencyCode), "name": .string(dossier.agencyName)],
            "applicant": ["name": .string(dossier.applicantName)],
            "status": .integer(dossier.status.rawValue),
            "submitted_at": .string(Timestamp.text(dossier.submittedAt)),
            "received_at": dossier.receivedAt.map { .string(Timestamp.text($0)) } ?? .null,
            "due_at": dossier.dueAt.map { .string(Timestamp.text($0)) } ?? .null,
            "finished_at": dossier.finishedAt.map { .string(Timestamp.text($0)) } ?? .null,
            "version": .integer(Int(dossier.version)),
        ]
    }

    private static func officer(_ name: String, _ title: String?) -> JSON {
        ["name": .string(name), "title": title.map(JSON.string) ?? .null]
    }
}
