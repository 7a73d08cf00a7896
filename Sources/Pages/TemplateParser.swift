/// One piece of a parsed template.
struct Node {
    indirect enum Kind {
        case literal(ArraySlice<UInt8>)
        /// `{{name}}`
        case value(String)
        /// `{{{name}}}`
        case html(String)
        /// `{{#name}}…{{/name}}`, or `{{^name}}…{{/name}}` when inverted
        case section(String, inverted: Bool, [Node])
        /// `{{>name}}`
        case partial(String)
        /// `{{t key}}`
        case text(String)
    }

    let kind: Kind
    let place: Place
}

/// Reads the subset of Mustache that templates are written in; the rest of the language is refused by name.
///
/// As in the Mustache specification, a section tag, comment or partial alone on its line takes the whole line with it.
struct TemplateParser {
    private(set) var problems: [TemplateProblem] = []
    private let file: String
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    /// Sections open at the moment, the innermost last. The first is the template itself.
    private var open: [Open]

    private struct Open {
        let name: String
        let inverted: Bool
        let place: Place
        var nodes: [Node] = []
    }

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        open = [Open(name: "", inverted: false, place: Place(file: file, line: 1))]
    }

    mutating func parse() -> [Node] {
        while let start = find("{{", from: position) {
            guard let tag = tag(at: start) else {
                literal(to: start)
                problem("'{{' without its '}}'")
                position = bytes.count
                break
            }
            let alone = tag.canStandAlone ? lineAround(start, tag.end) : nil
            literal(to: alone?.lowerBound ?? start)
            take(tag)
            advance(to: alone?.upperBound ?? tag.end)
        }
        literal(to: bytes.count)
        while open.count > 1 {
            let section = open.removeLast()
            problems.append(TemplateProblem(section.place, "the section '\(section.name)' is never closed"))
            open[open.count - 1].nodes += section.nodes
        }
        return open[0].nodes
    }

    /// Letters, digits and `_`, in parts divided by dots.
    static func isName(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy {
                        switch $0 {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                            true
                        default: false
                        }
                    }
            }
    }
}

extension TemplateParser {
    private struct Tag {
        let sigil: UInt8
        let name: String
        let end: Int

        var canStandAlone: Bool { "#^/!>".utf8.contains(sigil) }
    }

    /// The tag whose `{{` is at `start`; nil when it never ends.
    private func tag(at start: Int) -> Tag? {
        let inside = start + 2
        guard inside < bytes.count else { return nil }
        let sigil = bytes[inside]
        let triple = sigil == UInt8(ascii: "{")
        guard let close = find(triple ? "}}}" : "}}", from: inside) else { return nil }
        let marked = "#^/!>{&=<$".utf8.contains(sigil)
        let words = bytes[(marked ? inside + 1 : inside)..<close]
        let name = String(decoding: words, as: UTF8.self).split { $0 == " " || $0 == "\t" }.joined(separator: " ")
        return Tag(sigil: marked ? sigil : UInt8(ascii: " "), name: name, end: close + (triple ? 3 : 2))
    }

    private mutating func take(_ tag: Tag) {
        if tag.sigil == UInt8(ascii: "!") { return }
        let here = Place(file: file, line: line)
        switch tag.sigil {
        case UInt8(ascii: ">"):
            append(.partial(tag.name), here)
        case UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: "$"):
            problem("'{{\(Character(UnicodeScalar(tag.sigil)))' isn't part of this template language")
        case UInt8(ascii: " ") where tag.name.hasPrefix("t "):
            append(.text(String(tag.name.dropFirst(2))), here)
        default:
            guard tag.name == "." || TemplateParser.isName(tag.name.utf8) else {
                return problem("'\(tag.name)' isn't a name")
            }
            switch tag.sigil {
            case UInt8(ascii: "#"), UInt8(ascii: "^"):
                open.append(Open(name: tag.name, inverted: tag.sigil == UInt8(ascii: "^"), place: here))
            case UInt8(ascii: "/"): close(tag.name)
            case UInt8(ascii: "{"): append(.html(tag.name), here)
            default: append(.value(tag.name), here)
            }
        }
    }

    private mutating func close(_ name: String) {
        guard open.count > 1, let section = open.last else {
            return problem("'{{/\(name)}}' closes a section that isn't open")
        }
        if section.name != name {
            problem(
                "'{{/\(name)}}' where '\(section.name)', opened at line \(section.place.line), must be closed first")
        }
        open.removeLast()
        append(.section(section.name, inverted: section.inverted, section.nodes), section.place)
    }

    private mutating func literal(to end: Int) {
        guard position < end else { return }
        append(.literal(bytes[position..<end]), Place(file: file, line: line))
        advance(to: end)
    }

    private mutating func append(_ kind: Node.Kind, _ place: Place) {
        open[open.count - 1].nodes.append(Node(kind: kind, place: place))
    }

    private mutating func problem(_ message: String) {
        problems.append(TemplateProblem(Place(file: file, line: line), message))
    }

    private mutating func advance(to end: Int) {
        line += bytes[position..<end].count { $0 == UInt8(ascii: "\n") }
        position = end
    }

    private func find(_ mark: StaticString, from start: Int) -> Int? {
        let length = mark.utf8CodeUnitCount
        var at = start
        while at + length <= bytes.count {
            if (0..<length).allSatisfy({ bytes[at + $0] == mark.utf8Start[$0] }) { return at }
            at += 1
        }
        return nil
    }

    /// The whole line of a tag, its line end included, when nothing but blanks stands beside the tag.
    private func lineAround(_ start: Int, _ end: Int) -> Range<Int>? {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var first = start
        while first > position, isBlank(bytes[first - 1]) { first -= 1 }
        guard first == 0 || bytes[first - 1] == UInt8(ascii: "\n") else { return nil }
        var last = end
        while last < bytes.count, isBlank(bytes[last]) { last += 1 }
        if last < bytes.count, bytes[last] == UInt8(ascii: "\r") { last += 1 }
        guard last == bytes.count || bytes[last] == UInt8(ascii: "\n") else { return nil }
        return first..<min(last + 1, bytes.count)
    }
}
