import CPango

extension Typesetter {
    /// A table over as many pages as it takes, its head on each. A row stays whole unless it is taller than a page.
    func set(_ table: Table) {
        let padding = 3.0
        let size = page.text * table.scale
        let widths = table.columns.map { $0.width * width }
        func cells(_ texts: [String], isHead: Bool) -> [TextLines] {
            zip(table.columns, zip(widths, texts)).map { column, cell in
                let run = isHead ? Run(text: cell.1, isBold: true) : Run.value(cell.1)
                let paragraph = Paragraph(run).with { $0.alignment = isHead ? .centre : column.alignment }
                return fonts.layout(paragraph, size: size, width: cell.0 - 2 * padding)
            }
        }
        let head = cells(table.columns.map(\.title), isHead: true)
        let headHeight = (head.map(\.height).max() ?? 0) + 2 * padding
        func drawHead() { draw(head.map { $0.lines[...] }, as: "TH", widths, padding) }

        make(room: headHeight + 2 * line)
        cairo_tag_begin(canvas, "Table", nil)
        drawHead()
        for row in table.rows {
            var rest = cells(row, isHead: false).map { $0.lines[...] }
            let height = (rest.map { $0.reduce(0) { $0 + $1.height } }.max() ?? 0) + 2 * padding
            let fitsOnAPage = height <= bottom - page.margin - headHeight
            repeat {
                if y + (fitsOnAPage ? height : 3 * line) > bottom {
                    cairo_tag_end(canvas, "Table")
                    beginPage()
                    cairo_tag_begin(canvas, "Table", nil)
                    drawHead()
                }
                let room = bottom - y - 2 * padding
                let now = rest.map { $0.lines(within: room) }
                draw(now, as: "TD", widths, padding)
                rest = zip(rest, now).map { $0.dropFirst($1.count) }
            } while rest.contains { !$0.isEmpty }
        }
        cairo_tag_end(canvas, "Table")
        advance(by: line * 0.5)
    }

    /// A row in its frame.
    private func draw(
        _ cells: [ArraySlice<TextLines.Line>], as tag: String, _ widths: [Double], _ padding: Double
    ) {
        let height = (cells.map { $0.reduce(0) { $0 + $1.height } }.max() ?? 0) + 2 * padding
        tagged("TR") {
            var x = left
            for (cell, width) in zip(cells, widths) {
                tagged(tag) {
                    var y = y + padding
                    for line in cell {
                        draw(line, x: x + padding, y: y)
                        y += line.height
                    }
                }
                cairo_set_line_width(canvas, 0.5)
                cairo_rectangle(canvas, x, y, width, height)
                cairo_stroke(canvas)
                x += width
            }
        }
        advance(by: height)
    }
}

extension ArraySlice<TextLines.Line> {
    /// As many as fit, at least one: nothing may stand still.
    fileprivate func lines(within height: Double) -> ArraySlice {
        var used = 0.0
        let count = prefix { line in
            used += line.height
            return used <= height
        }.count
        return prefix(Swift.max(1, count))
    }
}
