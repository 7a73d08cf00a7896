import Accounts
import Agencies
import Catalogue
package import Core
import Cryptography
package import FoundationEssentials
package import Journal
package import Papers
package import Postgres

extension Transaction {
    /// Issues a slip as part of this transaction: its number, its row and its journal entry.
    /// - Parameters:
    ///   - id: of a form that may be sent twice; the second time nothing is issued.
    ///   - actor: as the journal names whoever issues it.
    /// - Returns: nil where no form of that kind is in force on that day.
    @discardableResult
    package func issueSlip(
        _ content: SlipContent, id: StoredSlip.ID? = nil, for dossier: Dossier.ID, of agency: String, by actor: String,
        at now: Date
    ) async throws -> StoredSlip.ID? {
        let day = Day(of: now)
        guard let inForce = try await first(SlipQueries.template, day), inForce.template.form(of: content.kind) != nil
        else { return nil }
        let id = id ?? .make(at: now)
        let year = Int32(day.components.year)
        let number = try await one(SlipQueries.number, (agency, year, content.kind))
        let data = try content.stored()
        let entry = try await append(
            JournalEntry(
                kind: "slip.issued", subject: "dossier:\(dossier)", agencyCode: agency, actor: actor, at: now,
                content: [
                    "slip": .string(id.description), "kind": .string(content.kind.rawValue),
                    "number": .integer(Int(number)), "year": .integer(Int(year)),
                    "template": .string(inForce.template.rawValue), "data_sha256": .string(data.slipDigest),
                ]))
        try later(
            SlipQueries.issue,
            (
                id, dossier, agency, content.kind, year, number, inForce.template, inForce.isVerified,
                JSONText(data.canonical()), now, actor, entry
            ))
        return id
    }
}

extension JSON {
    var slipDigest: String { Hex.encode(SHA256.hash(canonical())) }
}

extension Dossiers {
    /// The slip that an act gives the applicant, if it gives one; part of the act's transaction.
    func issueSlip(
        for act: OfficerAct, on dossier: LockedDossier, by officer: Officer, at now: Date, in transaction: Transaction
    ) async throws {
        switch act {
        case .receive, .askSupplement, .refuse, .extend, .stop: break
        case .assign, .handOver, .consult, .requestPayment, .settlePayment, .resume, .decide, .giveBack: return
        }
        guard let maker = try await slipMaker(dossier.code, at: dossier.agencyCode, at: now, in: transaction) else {
            return
        }
        let content: SlipContent? =
            switch act {
            case .receive: maker.receipt(officer: officer.name)
            case .askSupplement(let request): maker.supplement(request, officer: officer.name)
            case .refuse(let reason, let note):
                maker.refusal(cause: reason == .other ? nil : reason.rawValue, note: note, officer: officer.name)
            case .extend(_, let reason): maker.extended(from: dossier.dueAt, reason: reason, signer: officer.name)
            case .stop(let reason): maker.stopped(reason: reason, signer: officer.name)
            case .assign, .handOver, .consult, .requestPayment, .settlePayment, .resume, .decide, .giveBack: nil
            }
        guard let content else { return }
        try await transaction.issueSlip(
            content, for: dossier.id, of: dossier.agencyCode, by: officer.actor, at: now)
    }

    /// Issues a control sheet of what happened so far (form 06 since 2025).
    /// - Parameter id: of the form that asked for it; sent twice, it is issued once.
    /// - Throws: `DossierError.notFound`.
    package func issueControlSheet(
        of code: String, id: StoredSlip.ID, by officer: Officer, at now: Date
    ) async throws {
        try await database.transaction(as: .officer(officer)) { transaction in
            // The dossier is held, so that a second click waits here for the first.
            guard let dossier = try await transaction.lock(code, at: officer.agency),
                var maker = try await slipMaker(code, at: officer.agency, at: now, in: transaction)
            else { throw DossierError.notFound }
            maker.takers = Dictionary(
                try await transaction.all(SlipQueries.takers, code).map { ($0.sequence, $0.name) }
            ) { first, _ in first }
            guard try await !transaction.one(SlipQueries.isIssued, id) else { return }
            try await transaction.issueSlip(
                maker.control(), id: id, for: dossier.id, of: officer.agency, by: officer.actor, at: now)
        }
    }

    /// What slips of a dossier are made from; nil when its revision can't be read.
    func slipMaker(
        _ code: String, at agency: String, at now: Date, in transaction: Transaction
    ) async throws -> SlipMaker? {
        guard let dossier = try await transaction.first(DossierQueries.ofAgency, (code, agency)),
            let revision = try await catalogue.revision(dossier.revisionID)
        else { return nil }
        let file = DossierFile(
            dossier: dossier, events: try await transaction.all(DossierQueries.events, code),
            attachments: try await transaction.all(DossierQueries.attachments, code),
            supplements: try await transaction.all(WorkQueries.supplements, code),
            supplementFiles: try await transaction.all(WorkQueries.supplementAttachments, code))
        return SlipMaker(
            file: file, revision: revision, answers: try file.answers(),
            office: try await office(agency, on: Day(of: now)), agencies: [agency: dossier.summary.agencyName],
            obligations: try await transaction.all(WorkQueries.obligations, code))
    }

    /// Who issues, as it stands at the top of a slip.
    package func office(_ agency: String, on day: Day) async throws -> SlipContent.Office {
        guard let record = try await agencies.record(agency) else { throw DossierError.notFound }
        let place = record.profile.places.first
        return SlipContent.Office(
            superior: record.parentName, agency: record.name, receivingPlace: place?.name,
            address: place?.address ?? record.profile.address, phone: place?.phone ?? record.profile.phone,
            locality: try await locality(of: record, on: day))
    }

    /// The name of a ward or province without what it is, unless a number is all that is left.
    private func locality(of record: AgencyRecord, on day: Day) async throws -> String? {
        guard let province = record.provinceCode else { return nil }
        let name =
            if let ward = record.wardCode {
                try await agencies.place(province: province, ward: ward, on: day)?.ward
            } else {
                try await agencies.provinces(on: day).first { $0.code == province }?.name
            }
        guard let name else { return nil }
        for kind in ["Thành phố ", "Tỉnh ", "Phường ", "Xã ", "Đặc khu "] where name.hasPrefix(kind) {
            let bare = String(name.dropFirst(kind.count))
            return bare.utf8.allSatisfy { (48...57).contains($0) } ? name : bare
        }
        return name
    }
}
