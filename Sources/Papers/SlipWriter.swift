import Core
import FoundationEssentials

/// What stands on each slip and in which order. All words are from `Templates/papers/texts.json`.
struct SlipWriter {
    let words: Printer.Words
    let formats = Formats(.vi)

    /// As it stands on the paper, broken where it is on the form.
    func title(of slip: Slip) -> String { text("\(slip.template.rawValue).\(slip.kind.rawValue).title") }

    func blocks(of slip: Slip) -> [Block] {
        switch slip.content {
        case .receipt(let content): receipt(slip, content)
        case .supplement(let content): supplement(slip, content)
        case .refusal(let content): refusal(slip, content)
        case .extension(let content): extended(slip, content)
        case .stop(let content): stopped(slip, content)
        case .control(let content): control(slip, content)
        case .register(let content): register(slip, content)
        }
    }

    func text(_ key: String, _ arguments: [String: String] = [:]) -> String { words("papers." + key, arguments) }

    /// “Label: value”; nothing for a value that isn't known.
    func line(_ key: String, _ value: String?, isBold: Bool = false) -> [Block] {
        guard let value, !value.isEmpty else { return [] }
        return [.paragraph(Paragraph(Run(text: text("label.\(key)") + ": "), .value(value, isBold: isBold)))]
    }

    /// “14 giờ 05 phút, ngày 23 tháng 11 năm 2026”.
    func moment(_ instant: Date) -> String {
        let time = formats.time(instant).split(separator: ":")
        return text(
            "moment", ["hour": String(time[0]), "minute": String(time[1]), "date": date(Day(of: instant))])
    }

    /// “ngày 23 tháng 11 năm 2026”; single digits of days and of the first two months with a naught (NĐ 30/2020/NĐ-CP,
    /// Phụ lục I).
    func date(_ day: Day) -> String {
        let (year, month, date) = day.components
        return text(
            "date",
            [
                "day": date < 10 ? "0\(date)" : "\(date)", "month": month < 3 ? "0\(month)" : "\(month)",
                "year": String(year),
            ])
    }

    /// The agency and the country, over the title with the dossier's QR code.
    func head(_ slip: Slip, _ office: SlipContent.Office, code: String?) -> [Block] {
        var left: [Paragraph] = []
        if let superior = office.superior { left.append(small(superior.uppercased())) }
        // Under its superior's name the agency's own needn't say again where it is.
        let agency = office.superior == nil ? office.agency[...] : office.agency.prefix { $0 != "," }
        left.append(small(agency.uppercased(), isBold: true))
        if slip.kind != .register { left.append(small(text("office").uppercased(), isBold: true)) }
        left[left.count - 1].underline = 0.4
        if let number = slip.number {
            let year = String(Day(of: slip.issuedAt).components.year)
            left.append(small(text("number.\(slip.kind.rawValue)", ["number": String(number), "year": year])))
        }
        var banner = [
            Paragraph(title(of: slip).uppercased(), isBold: true).with {
                $0.alignment = .centre
                $0.scale = 1.15
                $0.isHeading = true
            }
        ]
        // The receipt is found again by its book and its number in it.
        if slip.kind == .receipt, let number = slip.number {
            let year = String(Day(of: slip.issuedAt).components.year)
            banner.append(
                Paragraph(text("book", ["year": year, "number": String(number)])).with {
                    $0.alignment = .centre
                    $0.after = 0
                })
        }
        if let code {
            banner.append(
                Paragraph(Run(text: text("label.code") + ": "), .value(code, isBold: true)).with {
                    $0.alignment = .centre
                    $0.after = 0
                })
        }
        var blocks: [Block] = [
            .letterhead(left: left, right: country(office, at: slip.issuedAt)), .banner(qr: code, banner),
        ]
        if slip.isVerified, let form = slip.template.form(of: slip.kind) {
            let note = Paragraph(text("\(slip.template.rawValue).form", ["form": form]), isItalic: true)
            blocks.insert(
                .paragraph(
                    note.with {
                        $0.alignment = .right
                        $0.scale = 0.8
                    }), at: 0)
        }
        return blocks
    }

    /// The country and its motto, over place and date.
    func country(_ office: SlipContent.Office, at issuedAt: Date) -> [Paragraph] {
        var date = Paragraph(
            Run(text: office.locality.map { $0.printable + ", " } ?? "", isItalic: true),
            Run(text: self.date(Day(of: issuedAt)), isItalic: true))
        date.alignment = .centre
        date.scale = 0.9
        return [
            Paragraph(text("country"), isBold: true).with {
                $0.alignment = .centre
                $0.scale = 0.92
                $0.fits = true
                $0.after = 0
            },
            Paragraph(text("motto"), isBold: true).with {
                $0.alignment = .centre
                $0.fits = true
                $0.underline = 1
                $0.after = 0.15
            },
            date,
        ]
    }

    func small(_ text: String, isBold: Bool = false) -> Paragraph {
        Paragraph(Run.value(text, isBold: isBold)).with {
            $0.alignment = .centre
            $0.scale = 0.85
            $0.after = 0
            $0.fits = true
        }
    }

    func applicant(_ matter: SlipContent.Matter, _ label: String) -> [Block] {
        line(label, matter.applicant, isBold: true) + line("number", matter.number) + line("address", matter.address)
            + pair(("phone", matter.phone), ("email", matter.email))
    }

    /// Two short values in one line.
    private func pair(_ parts: (key: String, value: String?)...) -> [Block] {
        var runs: [Run] = []
        for part in parts {
            guard let value = part.value, !value.isEmpty else { continue }
            runs += [Run(text: (runs.isEmpty ? "" : "     ") + text("label.\(part.key)") + ": "), .value(value)]
        }
        guard !runs.isEmpty else { return [] }
        var paragraph = Paragraph()
        paragraph.runs = runs
        return [.paragraph(paragraph)]
    }

    func signature(_ role: String, _ name: String?) -> Signature {
        Signature(role: text("sign.\(role)"), manner: text("sign.manner"), name: name)
    }
}
