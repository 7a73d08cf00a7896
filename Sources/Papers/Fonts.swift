import CPango

/// The fonts of this machine, read once. Used by one thread at a time.
final class Fonts {
    let map: UnsafeMutablePointer<PangoFontMap>
    let context: OpaquePointer

    init() {
        map = pango_cairo_font_map_new()
        context = pango_font_map_create_context(map)
        pango_context_set_language(context, pango_language_from_string("vi"))
        pango_context_set_base_dir(context, PANGO_DIRECTION_LTR)
        // Lines stand where they stand on paper, whatever a screen would prefer.
        pango_context_set_round_glyph_positions(context, 0)
    }

    deinit {
        g_object_unref(UnsafeMutableRawPointer(context))
        g_object_unref(map)
    }

    /// A text set in lines of at most `width` points.
    func layout(_ paragraph: Paragraph, size: Double, width: Double) -> TextLines {
        let lines = TextLines(paragraph, size: size * paragraph.scale, width: width, context: context)
        guard paragraph.fits, lines.naturalWidth > width, lines.naturalWidth < width * 1.35 else { return lines }
        let smaller = size * paragraph.scale * width / lines.naturalWidth * 0.995
        return TextLines(paragraph, size: smaller, width: width, context: context)
    }
}

/// Text broken into lines.
struct TextLines {
    struct Line {
        let line: UnsafeMutablePointer<PangoLayoutLine>
        /// A line lives as long as what it is a line of.
        fileprivate let layout: Layout
        /// From the left edge, and from the top of the line to what it stands on.
        let x: Double
        let baseline: Double
        let height: Double
    }

    let lines: [Line]
    let naturalWidth: Double

    /// With the Times-like face that NĐ 30/2020/NĐ-CP asks of official papers.
    static let face = "Liberation Serif, Times New Roman, Noto Serif, Noto Sans"

    init(_ paragraph: Paragraph, size: Double, width: Double, context: OpaquePointer) {
        let owner = Layout(context)
        let layout = owner.pointer
        let font = pango_font_description_from_string(Self.face)
        pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
        pango_layout_set_font_description(layout, font)
        pango_font_description_free(font)
        pango_layout_set_auto_dir(layout, 0)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        let text = paragraph.runs.map(\.text).joined()
        pango_layout_set_text(layout, text, Int32(text.utf8.count))
        Self.style(layout, paragraph.runs)
        var natural: Int32 = 0
        pango_layout_get_size(layout, &natural, nil)
        naturalWidth = Double(natural) / Double(PANGO_SCALE)
        pango_layout_set_width(layout, Int32(max(1, width) * Double(PANGO_SCALE)))
        pango_layout_set_alignment(layout, paragraph.alignment.pango)
        lines = Self.lines(of: owner)
    }

    fileprivate final class Layout {
        let pointer: OpaquePointer

        init(_ context: OpaquePointer) { pointer = pango_layout_new(context) }

        deinit { g_object_unref(UnsafeMutableRawPointer(pointer)) }
    }

    var height: Double { lines.reduce(0) { $0 + $1.height } }

    private static func style(_ layout: OpaquePointer, _ runs: [Run]) {
        let attributes = pango_attr_list_new()
        // A code that is broken at the end of a line has no hyphen that it didn't have.
        pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(0))
        var start: UInt32 = 0
        for run in runs {
            let end = start + UInt32(run.text.utf8.count)
            var wanted: [UnsafeMutablePointer<PangoAttribute>?] = []
            if run.isBold { wanted.append(pango_attr_weight_new(PANGO_WEIGHT_BOLD)) }
            if run.isItalic { wanted.append(pango_attr_style_new(PANGO_STYLE_ITALIC)) }
            for case let attribute? in wanted {
                attribute.pointee.start_index = start
                attribute.pointee.end_index = end
                pango_attr_list_insert(attributes, attribute)
            }
            start = end
        }
        pango_layout_set_attributes(layout, attributes)
        pango_attr_list_unref(attributes)
    }

    private static func lines(of layout: Layout) -> [Line] {
        var lines: [Line] = []
        let iterator = pango_layout_get_iter(layout.pointer)
        defer { pango_layout_iter_free(iterator) }
        let scale = Double(PANGO_SCALE)
        repeat {
            guard let line = pango_layout_iter_get_line_readonly(iterator) else { break }
            var logical = PangoRectangle()
            pango_layout_iter_get_line_extents(iterator, nil, &logical)
            let baseline = Double(pango_layout_iter_get_baseline(iterator))
            lines.append(
                Line(
                    line: line, layout: layout, x: Double(logical.x) / scale,
                    baseline: (baseline - Double(logical.y)) / scale,
                    height: Double(logical.height) / scale))
        } while pango_layout_iter_next_line(iterator) != 0
        return lines
    }
}

extension Paragraph.Alignment {
    fileprivate var pango: PangoAlignment {
        switch self {
        case .left: PANGO_ALIGN_LEFT
        case .centre: PANGO_ALIGN_CENTER
        case .right: PANGO_ALIGN_RIGHT
        }
    }
}
