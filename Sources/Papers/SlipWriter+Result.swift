import Core
import FoundationEssentials

/// A result in the form of an administrative document: the agency and the country, number and date, name and subject, what was
/// decided, who signs, who gets it; and where it is verified.
extension SlipWriter {
    func blocks(of paper: ResultPaper) -> [Block] {
        let agency = paper.office.agency.printable
        var left: [Paragraph] = []
        if let superior = paper.office.superior { left.append(small(superior.uppercased())) }
        let name = paper.office.superior == nil ? paper.office.agency[...] : paper.office.agency.prefix { $0 != "," }
        left.append(small(name.uppercased(), isBold: true).with { $0.underline = 0.4 })
        left.append(small(text("result.number", ["number": paper.number.printable])))
        var blocks: [Block] = [.letterhead(left: left, right: country(paper.office, at: paper.issuedAt))]
        blocks.append(
            .banner(
                qr: nil,
                [
                    Paragraph(Run.value(paper.title.uppercased(), isBold: true)).with {
                        $0.alignment = .centre
                        $0.scale = 1.1
                        $0.isHeading = true
                        $0.after = 0
                    },
                    Paragraph(text("result.about", ["procedure": paper.matter.procedure.printable]), isBold: true).with
                    {
                        $0.alignment = .centre
                        $0.underline = 0.3
                    },
                ]))
        var grounds = ["code": paper.matter.code, "applicant": paper.matter.applicant.printable]
        if let receivedAt = paper.receivedAt { grounds["date"] = date(Day(of: receivedAt)) }
        blocks.append(
            .paragraph(
                Paragraph(
                    text(paper.receivedAt == nil ? "result.grounds" : "result.grounds_received", grounds),
                    isItalic: true)))
        blocks.append(
            .paragraph(Paragraph(text(paper.isGranted ? "result.granted" : "result.refused", ["agency": agency]))))
        blocks += paper.text.split(separator: "\n").map { .paragraph(Paragraph(Run.value(String($0)))) }
        blocks.append(
            .signatures([
                Signature(
                    role: paper.position.uppercased().printable, manner: paper.isSigned ? text("result.signed") : "",
                    name: paper.signer)
            ]))
        for (index, line) in [
            text("result.recipients"), text("result.recipient", ["name": paper.matter.applicant.printable]),
            text("result.archive"),
        ].enumerated() {
            blocks.append(
                .paragraph(
                    Paragraph(line, isBold: index == 0, isItalic: index == 0).with {
                        $0.scale = 0.85
                        // The white around the code begins under the last line.
                        $0.after = index == 2 ? 0.6 : 0
                    }))
        }
        blocks.append(.banner(qr: paper.verification?.address, verification(of: paper)))
        return blocks
    }

    private func verification(of paper: ResultPaper) -> [Paragraph] {
        let lines =
            paper.verification.map {
                [text("result.verify"), $0.address, text("result.code", ["code": $0.code])]
            } ?? [text("result.verify_later")]
        return lines.map { line in
            Paragraph(line).with {
                $0.alignment = .centre
                $0.scale = 0.8
                $0.after = 0
            }
        }
    }

    /// What a paper says, line by line, without its form.
    func lines(of paper: ResultPaper) -> [String] {
        blocks(of: paper).flatMap { block -> [String] in
            switch block {
            case .letterhead(let left, let right): (left + right).map(\.plain)
            case .banner(_, let paragraphs): paragraphs.map(\.plain)
            case .paragraph(let paragraph): [paragraph.plain]
            case .table: []
            case .signatures(let signatures): signatures.flatMap { [$0.role, $0.manner, $0.name ?? ""] }
            }
        }.filter { !$0.isEmpty }
    }
}

extension Paragraph {
    fileprivate var plain: String { runs.map(\.text).joined() }
}
