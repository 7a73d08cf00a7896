import Catalogue
package import Core
package import FoundationEssentials
package import Papers

/// Makes what slips say from what is known of a dossier. Pure.
package struct SlipMaker: Sendable {
    let file: DossierFile
    let revision: Revision
    let answers: Answers
    let office: SlipContent.Office
    /// Names of agencies that did something with the dossier, by their codes.
    let agencies: [String: String]
    /// What had to be paid after the dossier came.
    var obligations: [Obligation] = []
    /// Whom events handed or gave it to, by the events' numbers.
    var takers: [Int32: String] = [:]

    private var summary: DossierSummary { file.dossier.summary }

    var matter: SlipContent.Matter {
        SlipContent.Matter(
            code: summary.code, procedure: revision.name, applicant: summary.applicantName,
            number: known("tax_code") ?? known("personal_number"), address: known("address"), phone: known("phone"),
            email: known("email"))
    }

    /// Nil before the dossier was received.
    package func receipt(officer: String) -> SlipContent? {
        guard let receivedAt = summary.receivedAt else { return nil }
        return .receipt(
            SlipContent.Receipt(
                office: office, matter: matter, documents: documents, limit: limit, receivedAt: receivedAt,
                dueAt: summary.dueAt, returnPlace: office.receivingPlace ?? office.agency, fees: fees, officer: officer)
        )
    }

    func supplement(_ request: SupplementRequest, officer: String) -> SlipContent {
        let documents = request.items.map { item -> SlipContent.Document in
            let label = item.field.flatMap { revision.form?.label(of: $0)?.vi }
            let document = item.field.flatMap { revision.form?.field($0)?.documentCode }.flatMap(stated)
            return SlipContent.Document(
                name: label.map { "\($0): \(item.what)" } ?? item.what, originals: document?.originals ?? 0,
                copies: document?.copies ?? 0, files: 0)
        }
        let reason = [request.reason, request.note].filter { !$0.isEmpty }.joined(separator: "\n")
        return .supplement(
            SlipContent.Supplement(
                office: office, matter: matter, documents: documents, reason: reason, officer: officer,
                answerBy: request.answerBy?.description))
    }

    /// - Parameter cause: one of `RefusalReason`; nil when the note alone says why.
    func refusal(cause: String?, note: String, officer: String) -> SlipContent {
        .refusal(SlipContent.Refusal(office: office, matter: matter, cause: cause, reason: note, officer: officer))
    }

    /// Nil without two dates to name.
    func extended(from former: Date?, reason: String, signer: String) -> SlipContent? {
        guard let former, let due = summary.dueAt else { return nil }
        return .extension(
            SlipContent.Extension(
                office: office, matter: matter, receivedAt: summary.receivedAt ?? summary.submittedAt,
                formerDueAt: former,
                dueAt: due, reason: reason, signer: signer))
    }

    func stopped(reason: String, signer: String) -> SlipContent {
        .stop(
            SlipContent.Stop(
                office: office, matter: matter, receivedAt: summary.receivedAt, reason: reason, signer: signer))
    }

    /// From hand to hand, as the events tell it.
    package func control() -> SlipContent {
        var holder = summary.applicantName
        let handovers = file.events.filter { $0.officerName != nil }.map { event -> SlipContent.Handover in
            // Handed on: from whoever did it to whoever got it. Otherwise whoever acts has it from who had it before.
            let taker = takers[event.sequence] ?? event.officerName ?? ""
            let giver = takers[event.sequence] == nil ? holder : event.officerName ?? holder
            defer { holder = taker }
            return SlipContent.Handover(
                agency: event.agencyCode.flatMap { agencies[$0] } ?? summary.agencyName, at: event.occurredAt,
                from: giver,
                to: taker, result: punctuality(of: event), note: event.note)
        }
        return .control(
            SlipContent.ControlSheet(
                office: office, matter: matter, receivedAt: summary.receivedAt, dueAt: summary.dueAt,
                handovers: handovers))
    }

    /// Against the day that was promised, once the work is done.
    private func punctuality(of event: DossierEvent) -> SlipContent.Handover.Punctuality? {
        guard event.kind == .status, event.status == .decided || event.status == .returned, let due = summary.dueAt
        else {
            return nil
        }
        let (done, promised) = (Day(of: summary.finishedAt ?? event.occurredAt), Day(of: due))
        return done < promised ? .early : done == promised ? .onTime : .late
    }

    /// The documents that came, with the counts of originals and copies that the revision asks for.
    var documents: [SlipContent.Document] {
        var found: [SlipContent.Document] = []
        if let form = revision.form, !form.paperForm.isEmpty {
            found.append(SlipContent.Document(name: form.paperForm, originals: 0, copies: 0, files: 1))
        }
        let filed = file.filed
        var seen: Set<String> = []
        for attachment in filed where seen.insert(attachment.fieldID).inserted {
            let field = revision.form?.field(attachment.fieldID)
            let document = field?.documentCode.flatMap(stated)
            found.append(
                SlipContent.Document(
                    name: document?.name ?? field?.label.vi ?? attachment.name, originals: document?.originals ?? 0,
                    copies: document?.copies ?? 0, files: filed.count { $0.fieldID == attachment.fieldID }))
        }
        return found
    }

    private func stated(_ code: String) -> ProcedureFacts.Document? {
        (revision.facts.documents ?? []).flatMap(\.items).first { $0.code == code }
    }

    /// As the due date was counted; otherwise as the form states it.
    private var limit: SlipContent.Limit? {
        if let counted = file.dossier.deadline.flatMap(DossierDeadline.init(stored:))?.limit {
            return SlipContent.Limit(quantity: counted.quantity, unit: counted.unit.rawValue)
        }
        return revision.form?.limit.map {
            SlipContent.Limit(quantity: $0.timeLimit.quantity, unit: $0.timeLimit.unit.rawValue)
        }
    }

    /// Fees of the way in which dossiers come here, and what had to be paid besides: each paid, or still to be. An obligation
    /// of a fee's amount is that fee's.
    private var fees: [SlipContent.FeeLine] {
        let channel = revision.facts.channels?.first { $0.method == "ONLINE" && !$0.fees.isEmpty }
        var left = obligations
        let stated = (channel?.fees ?? []).map { fee in
            let place = left.firstIndex { $0.amount == fee.amount.dong }
            let line = place.map { left.remove(at: $0).line(kind: fee.kind, note: fee.note) }
            return line
                ?? SlipContent.FeeLine(
                    kind: fee.kind, dong: fee.amount.dong, note: fee.note, isPaid: fee.amount.dong > 0 ? false : nil)
        }
        return stated + left.map { $0.line(kind: "OTHER", note: $0.reason) }
    }

    private func known(_ name: String) -> String? { revision.form?.answer(prefilledFrom: name, in: answers) }
}

extension Obligation {
    /// A waived one is neither paid nor to be; the note says why.
    fileprivate func line(kind: String, note: String) -> SlipContent.FeeLine {
        switch outcome {
        case .paid: SlipContent.FeeLine(kind: kind, dong: amount, note: note, isPaid: true)
        case nil: SlipContent.FeeLine(kind: kind, dong: amount, note: note, isPaid: false)
        case .waived: SlipContent.FeeLine(kind: kind, dong: amount, note: settledNote ?? note, isPaid: nil)
        }
    }
}

extension Form {
    /// The answer to the first question that an account's data prefills, such as `address`.
    func answer(prefilledFrom name: String, in answers: Answers) -> String? {
        for field in sections.flatMap(\.fields) where field.prefill == name {
            if let text = answers.values[field.id]?.string, !text.isEmpty { return text }
        }
        return nil
    }
}
