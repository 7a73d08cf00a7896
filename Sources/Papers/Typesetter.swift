import CPango
import Core
import FoundationEssentials

/// Puts blocks onto the pages of a PDF, from top to bottom, and begins a page when one is full.
final class Typesetter {
    let page: PageSize
    let fonts: Fonts
    let canvas: OpaquePointer
    private let surface: OpaquePointer
    private let sink = Sink()
    /// Where the next block begins.
    private(set) var y: Double
    private var pageNumber = 1

    /// - Parameter issuedAt: the only time that the file names.
    init(page: PageSize, fonts: Fonts, title: String, issuedAt: Date) {
        self.page = page
        self.fonts = fonts
        y = page.margin
        surface = cairo_pdf_surface_create_for_stream(
            { sink, bytes, count in
                guard let sink, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
                Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().bytes
                    .append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(sink).toOpaque(), page.width, page.height)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, issuedAt.metadata)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, issuedAt.metadata)
        canvas = cairo_create(surface)
        pango_cairo_update_context(canvas, fonts.context)
    }

    deinit {
        cairo_destroy(canvas)
        cairo_surface_destroy(surface)
    }

    private final class Sink {
        var bytes: [UInt8] = []
    }

    /// The whole file.
    func finish() throws -> [UInt8] {
        writePageNumber()
        cairo_show_page(canvas)
        cairo_surface_finish(surface)
        for status in [cairo_status(canvas), cairo_surface_status(surface)] where status != CAIRO_STATUS_SUCCESS {
            throw PaperFailure.unprintable(String(cString: cairo_status_to_string(status)))
        }
        return try PDFCatalog.adding(
            "/Lang (vi-VN) /MarkInfo << /Marked true >> /ViewerPreferences << /DisplayDocTitle true >>", to: sink.bytes)
    }

    func set(_ block: Block) {
        switch block {
        case .letterhead(let left, let right): setLetterhead(left, right)
        case .banner(let text, let lines): setBanner(text, lines)
        case .paragraph(let paragraph): set(paragraph)
        case .table(let table): set(table)
        case .signatures(let signatures): set(signatures)
        }
    }

    var left: Double { page.margin + page.binding }
    var width: Double { page.width - 2 * page.margin - page.binding }
    /// The foot is left to the page's number.
    var bottom: Double { page.height - page.margin }
    var line: Double { page.text * 1.15 }

    func beginPage() {
        writePageNumber()
        cairo_show_page(canvas)
        pageNumber += 1
        y = page.margin
    }

    func advance(by height: Double) { y += height }

    /// Begins a page unless so much is left of this one. Nothing is taller than an empty page.
    func make(room height: Double) {
        if y + height > bottom, y > page.margin { beginPage() }
    }

    func tagged(_ name: String, _ draw: () -> Void) {
        cairo_tag_begin(canvas, name, nil)
        draw()
        cairo_tag_end(canvas, name)
    }

    func draw(_ line: TextLines.Line, x: Double, y: Double) {
        cairo_move_to(canvas, x + line.x, y + line.baseline)
        pango_cairo_show_layout_line(canvas, line.line)
    }

    func rule(from start: (Double, Double), to end: (Double, Double), width: Double = 0.5) {
        cairo_set_line_width(canvas, width)
        cairo_move_to(canvas, start.0, start.1)
        cairo_line_to(canvas, end.0, end.1)
        cairo_stroke(canvas)
    }

    /// From the second page on: one page needs no number.
    private func writePageNumber() {
        guard pageNumber > 1 else { return }
        let text = fonts.layout(
            Paragraph(String(pageNumber)).with { $0.alignment = .centre }, size: page.text * 0.85, width: width)
        for line in text.lines { draw(line, x: left, y: page.margin * 0.45) }
    }
}

extension Date {
    /// As cairo wants it, in Vietnam's time, to the second.
    fileprivate var metadata: String {
        let day = Day(of: self)
        let seconds = Int(timeIntervalSince(day.instant()))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        return "\(day)T\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))+07:00"
    }
}
