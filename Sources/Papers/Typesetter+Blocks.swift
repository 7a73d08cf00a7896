import CPango

extension Typesetter {
    /// A paragraph, line by line over as many pages as it takes.
    func set(_ paragraph: Paragraph) {
        let text = fonts.layout(paragraph, size: page.text, width: width)
        tagged(paragraph.isHeading ? "H1" : "P") {
            for line in text.lines {
                make(room: line.height)
                draw(line, x: left, y: y)
                advance(by: line.height)
            }
        }
        advance(by: paragraph.after * line)
    }

    func setLetterhead(_ leftColumn: [Paragraph], _ rightColumn: [Paragraph]) {
        let share = 0.45
        let top = y
        let first = setColumn(leftColumn, x: left, width: width * share - 4, top: top)
        let second = setColumn(rightColumn, x: left + width * share + 4, width: width * (1 - share) - 4, top: top)
        advance(by: max(first, second) - top + line * 0.5)
    }

    /// Centred lines in part of the width, on this page whatever they are; gives where they end.
    private func setColumn(_ paragraphs: [Paragraph], x: Double, width: Double, top: Double) -> Double {
        var y = top
        for paragraph in paragraphs {
            let text = fonts.layout(paragraph, size: page.text, width: width)
            tagged(paragraph.isHeading ? "H1" : "P") {
                for line in text.lines {
                    draw(line, x: x, y: y)
                    y += line.height
                }
            }
            if paragraph.underline > 0 {
                let length = min(text.naturalWidth, width) * paragraph.underline
                rule(from: (x + (width - length) / 2, y + 1.5), to: (x + (width + length) / 2, y + 1.5))
                y += 4
            }
            y += paragraph.after * line
        }
        return y
    }

    func setBanner(_ code: String?, _ paragraphs: [Paragraph]) {
        let side = page.text * 5.6
        let qr = code.flatMap { QRCode($0) }
        if qr != nil { make(room: side) }
        let top = y
        if let qr { draw(qr, x: left, y: top, side: side) }
        let inset = qr == nil ? 0 : side + 6
        let end = setColumn(paragraphs, x: left + inset, width: width - 2 * inset, top: top)
        advance(by: max(end, qr == nil ? top : top + side) - top + line * 0.5)
    }

    /// Black squares of a QR code; the quiet zone is the white around it.
    private func draw(_ code: QRCode, x: Double, y: Double, side: Double) {
        let module = side / Double(code.size)
        for run in code.runs {
            cairo_rectangle(
                canvas, x + Double(run.column) * module, y + Double(run.row) * module, Double(run.length) * module,
                module)
        }
        cairo_fill(canvas)
    }

    func set(_ signatures: [Signature]) {
        guard !signatures.isEmpty else { return }
        // One alone stands on the right.
        let share = width / Double(max(2, signatures.count))
        let start = left + (signatures.count == 1 ? share : 0)
        func column(_ signature: Signature) -> [(TextLines, gap: Double)] {
            func text(_ paragraph: Paragraph) -> TextLines {
                fonts.layout(paragraph.with { $0.alignment = .centre }, size: page.text, width: share - 8)
            }
            return [
                (text(Paragraph(signature.role, isBold: true)), 0),
                (text(Paragraph(signature.manner, isItalic: true).with { $0.scale = 0.9 }), 0),
                (text(Paragraph(Run.value(signature.name ?? "", isBold: true))), line * 2.6),
            ]
        }
        let columns = signatures.map(column)
        let height = columns.map { $0.reduce(0) { $0 + $1.0.height + $1.gap } }.max() ?? 0
        make(room: min(height + line * 0.5, bottom - page.margin))
        advance(by: line * 0.5)
        for (index, column) in columns.enumerated() {
            var y = y
            for (text, gap) in column {
                y += gap
                tagged("P") {
                    for line in text.lines {
                        draw(line, x: start + Double(index) * share + 4, y: y)
                        y += line.height
                    }
                }
            }
        }
        advance(by: height)
    }
}
