import Core
import FoundationEssentials

/// The slips that an applicant gets (forms 01 to 05).
extension SlipWriter {
    func receipt(_ slip: Slip, _ content: SlipContent.Receipt) -> [Block] {
        var blocks = head(slip, content.office, code: content.matter.code)
        blocks += line("receiving_place", content.office.receivingPlace)
        blocks += applicant(content.matter, "received_from") + line("request", content.matter.procedure)
        blocks += heading("documents") + [documents(content.documents, slip.template)]
        blocks += line("sets", text("sets", ["count": content.sets < 10 ? "0\(content.sets)" : "\(content.sets)"]))
        blocks += line("limit", content.limit.map(limit))
        blocks += line("received_at", moment(content.receivedAt), isBold: true)
        blocks += line("due_at", content.dueAt.map(moment) ?? text("due_later"), isBold: true)
        blocks += line("return_place", content.returnPlace)
        if slip.template == .tt03Of2025, !content.fees.isEmpty {
            blocks += heading("fees") + content.fees.map { .paragraph(fee($0)) }
        }
        blocks.append(
            .signatures([signature("applicant", content.matter.applicant), signature("receiver", content.officer)]))
        return blocks
    }

    func supplement(_ slip: Slip, _ content: SlipContent.Supplement) -> [Block] {
        var blocks = head(slip, content.office, code: content.matter.code)
        blocks += applicant(content.matter, "dossier_of") + line("request", content.matter.procedure)
        blocks += paragraph("supplement.asked")
        if !content.documents.isEmpty { blocks.append(documents(content.documents, slip.template)) }
        blocks += line("reason", content.reason)
        blocks += line("answer_by", content.answerBy.flatMap { Day($0) }.map(date)) + contact(content.office)
        blocks.append(.signatures([signature("guide", content.officer)]))
        return blocks
    }

    func refusal(_ slip: Slip, _ content: SlipContent.Refusal) -> [Block] {
        var blocks = head(slip, content.office, code: content.matter.code)
        blocks += applicant(content.matter, "dossier_of") + line("request", content.matter.procedure)
        let cause = content.cause.map { text("refusal.cause.\($0)") }
        let reason = [cause, content.reason].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n")
        blocks += paragraph("refusal.told") + line("refusal_reason", reason) + contact(content.office)
        blocks.append(
            .signatures([signature("applicant", content.matter.applicant), signature("refuser", content.officer)]))
        return blocks
    }

    func extended(_ slip: Slip, _ content: SlipContent.Extension) -> [Block] {
        var blocks = head(slip, content.office, code: content.matter.code)
        blocks += applicant(content.matter, "dear") + line("request", content.matter.procedure)
        blocks += line("received_at", moment(content.receivedAt))
        blocks += line("former_due_at", moment(content.formerDueAt))
        blocks += paragraph("extension.apology", ["agency": content.office.agency.printable])
        blocks += line("reason", content.reason)
        blocks += line("new_due_at", moment(content.dueAt), isBold: true)
        blocks += paragraph("extension.closing") + contact(content.office)
        blocks.append(.signatures([signature("head", content.signer)]))
        return blocks
    }

    func stopped(_ slip: Slip, _ content: SlipContent.Stop) -> [Block] {
        var blocks = head(slip, content.office, code: content.matter.code)
        blocks += applicant(content.matter, "dear") + line("request", content.matter.procedure)
        blocks += line("received_at", content.receivedAt.map(moment))
        blocks += paragraph("stop.told", ["agency": content.office.agency.printable])
        blocks += line("reason", content.reason) + contact(content.office)
        blocks.append(.signatures([signature("head", content.signer)]))
        return blocks
    }

    private func heading(_ key: String) -> [Block] {
        [.paragraph(Paragraph(text("label.\(key)") + ":"))]
    }

    private func paragraph(_ key: String, _ arguments: [String: String] = [:]) -> [Block] {
        [.paragraph(Paragraph(text(key, arguments)))]
    }

    private func contact(_ office: SlipContent.Office) -> [Block] {
        let parts = [office.agency, office.address, office.phone].compactMap(\.self)
        return line("contact", parts.joined(separator: " – "))
    }

    /// Until 2025 a column for originals and one for copies; since then the kind of paper, and how many.
    private func documents(_ documents: [SlipContent.Document], _ template: SlipTemplate) -> Block {
        func count(_ value: Int) -> String { value == 0 ? "" : String(value) }
        switch template {
        case .tt01Of2018:
            return .table(
                Table(
                    columns: [
                        column("index", 0.09, .centre), column("document", 0.55), column("originals", 0.12, .centre),
                        column("copies", 0.12, .centre), column("files", 0.12, .centre),
                    ],
                    rows: documents.enumerated().map { index, document in
                        [
                            String(index + 1), document.name, count(document.originals), count(document.copies),
                            count(document.files),
                        ]
                    }))
        case .tt03Of2025:
            return .table(
                Table(
                    columns: [
                        column("index", 0.09, .centre), column("document", 0.55), column("paper_kind", 0.22),
                        column("count", 0.14, .centre),
                    ],
                    rows: documents.enumerated().map { index, document in
                        let kinds = [
                            ("originals", document.originals), ("copies", document.copies), ("files", document.files),
                        ].filter { $0.1 > 0 }
                        return [
                            String(index + 1), document.name,
                            kinds.map { text("column.\($0.0)") }.joined(separator: "\n"),
                            kinds.map { String($0.1) }.joined(separator: "\n"),
                        ]
                    }))
        }
    }

    func column(_ key: String, _ width: Double, _ alignment: Paragraph.Alignment = .left) -> Table.Column {
        Table.Column(title: text("column.\(key)"), width: width, alignment: alignment)
    }

    private func limit(_ limit: SlipContent.Limit) -> String {
        guard limit.quantity > 0 else { return text("limit.now") }
        let quantity = limit.quantity < 10 ? "0\(limit.quantity)" : String(limit.quantity)
        return text("limit.\(limit.unit)", ["quantity": quantity])
    }

    private func fee(_ fee: SlipContent.FeeLine) -> Paragraph {
        var sentence = text(
            "fee", ["kind": text("fee.\(fee.kind)"), "amount": formats.number(fee.dong)])
        if let isPaid = fee.isPaid { sentence += " – " + text(isPaid ? "fee.paid" : "fee.unpaid") }
        var runs = Paragraph(Run(text: "– " + sentence))
        if !fee.note.isEmpty { runs.runs.append(.value(" (\(fee.note))")) }
        return runs
    }
}
