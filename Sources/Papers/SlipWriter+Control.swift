import Core
import FoundationEssentials

/// What the agency keeps for itself: the control sheet of a dossier, and the register.
extension SlipWriter {
    func control(_ slip: Slip, _ content: SlipContent.ControlSheet) -> [Block] {
        var blocks = head(slip, content.office, code: content.matter.code)
        blocks += line("dossier_of", content.matter.applicant, isBold: true) + line("request", content.matter.procedure)
        blocks += line("received_at", content.receivedAt.map(moment)) + line("due_at", content.dueAt.map(moment))
        let columns = [
            column("agency", 0.19), column("handover", 0.29), column("at", 0.17, .centre),
            column("result", 0.14, .centre),
            column("note", 0.21),
        ]
        blocks.append(
            .table(
                Table(
                    columns: columns,
                    rows: content.handovers.map { step in
                        [
                            step.agency, text("handover", ["from": step.from, "to": step.to]), shortMoment(step.at),
                            step.result.map { text("punctuality.\($0.rawValue)") } ?? "", step.note ?? "",
                        ]
                    })))
        blocks.append(.signatures([signature("hander", nil), signature("taker", nil)]))
        return blocks
    }

    func register(_ slip: Slip, _ content: SlipContent.Register) -> [Block] {
        var blocks = head(slip, content.office, code: nil)
        let days = [content.from, content.to].map { Day($0).map(formats.date) ?? $0 }
        blocks.append(
            .paragraph(
                Paragraph(
                    text(
                        "register.period",
                        ["from": days[0], "to": days[1], "count": formats.number(content.rows.count)])
                ).with { $0.alignment = .centre }))
        let columns = [
            column("index", 0.045, .centre), column("code", 0.15), column("procedure", 0.225),
            column("applicant", 0.15),
            column("received", 0.095, .centre), column("due", 0.095, .centre), column("finished", 0.095, .centre),
            column("manner", 0.075), column("signed", 0.07),
        ]
        let rows = content.rows.enumerated().map { index, row in
            [
                String(index + 1), row.code, row.procedure, row.applicant, shortMoment(row.receivedAt),
                row.dueAt.map(shortMoment) ?? "", row.finishedAt.map(shortMoment) ?? "", row.manner, "",
            ]
        }
        blocks.append(.table(Table(columns: columns, rows: rows)))
        return blocks
    }

    private func shortMoment(_ instant: Date) -> String { formats.dateTime(instant) }
}
