import Core

/// Binds one page type to its template and the layout around it, in one language.
///
/// Everything that could go wrong is found here, none of it while a page is written: names, kinds of values, places in
/// the markup. All problems are collected.
struct Compilation {
    private let files: TemplateFiles
    private let texts: Texts
    private let language: Language
    private let chrome: FieldTable
    private let page: FieldTable
    private var markup = Markup()
    /// Nil once the markup was found broken: what follows would be misjudged.
    private var isMarkupSound = true
    private var hasContent = false
    /// The templates being expanded, against loops.
    private var expanding: [String] = []
    private(set) var program = Program()
    private(set) var problems: [TemplateProblem] = []

    /// What the names at one place of a template mean.
    private struct Scope {
        /// The struct whose names stand first: the page, or that of the innermost section over structs.
        var table: FieldTable
        var frame: Int
        var offset = 0
        /// What `{{.}}` means.
        var item: Value?
        /// The frames in use.
        var frames = 2
    }

    private struct Value {
        let type: any Any.Type
        let frame: Int
        let offset: Int

        var slot: Program.Slot { Program.Slot(frame: Int32(frame), offset: Int32(offset)) }
    }

    init(_ page: any Page.Type, chrome: any Fields.Type, files: TemplateFiles, texts: Texts, language: Language) {
        self.files = files
        self.texts = texts
        self.language = language
        self.chrome = FieldTable(chrome)
        self.page = FieldTable(page)
        problems = self.page.problems() + self.chrome.problems()
        for name in self.page.fields.keys.sorted() where self.chrome.fields[name] != nil {
            let place = Place(file: "\(page)", line: 0)
            problems.append(TemplateProblem(place, "'\(name)' would hide the field of \(chrome) with this name"))
        }
        guard problems.isEmpty else { return }
        expand("layout", page.template, Scope(table: self.page, frame: 1), from: Place(file: "\(page)", line: 0))
        let layout = Place(file: files.file(of: "layout"), line: 0)
        if !hasContent { problem(layout, "has no {{{content}}} for the page") }
        if isMarkupSound, markup.state != .text {
            problems.append(TemplateProblem(layout, "ends in the middle of a tag"))
        }
    }

    // MARK: Templates

    /// Binds the template `name`; `content` is the template to put at `{{{content}}}`.
    private mutating func expand(_ name: String, _ content: String?, _ scope: Scope, from place: Place) {
        guard let source = files.sources[name] else {
            return problem(place, "there is no template '\(name)'; there are \(files.names(near: name))")
        }
        guard !expanding.contains(name) else {
            return problem(place, "the template '\(name)' contains itself")
        }
        expanding.append(name)
        defer { expanding.removeLast() }
        var parser = TemplateParser(file: files.file(of: name), bytes: source)
        let nodes = parser.parse()
        problems += parser.problems
        bind(nodes, scope, content)
    }

    private mutating func bind(_ nodes: [Node], _ scope: Scope, _ content: String?) {
        for node in nodes {
            switch node.kind {
            case .literal(let bytes): literal(bytes, node.place)
            case .text(let key): text(key, scope, node.place)
            case .value(let name): value(name, scope, node.place)
            case .html("content"): insert(content, scope, node.place)
            case .html(let name): html(name, scope, node.place)
            case .partial(let name): expand(name, content, scope, from: node.place)
            case .section(let name, let inverted, let body):
                section(name, inverted, body, scope, content, node.place)
            }
        }
    }

    private mutating func insert(_ content: String?, _ scope: Scope, _ place: Place) {
        guard let content else { return problem(place, "only the layout has content to insert") }
        guard markup.state == .text || !isMarkupSound else {
            return problem(place, "the page can be inserted only between tags")
        }
        hasContent = true
        let began = markup
        let page = Scope(table: page, frame: 1, frames: scope.frames)
        expand(content, nil, page, from: Place(file: "\(self.page.type)", line: 0))
        guard isMarkupSound, markup.leave(began) != nil else { return }
        unsound(
            Place(file: files.file(of: content), line: 0), "ends in the middle of a tag, or of a title, script or style"
        )
    }

    private mutating func literal(_ bytes: some Collection<UInt8>, _ place: Place) {
        program.append(literal: bytes)
        var line = place.line
        for byte in bytes where isMarkupSound {
            if let refusal = markup.literal(byte) {
                isMarkupSound = false
                problem(Place(file: place.file, line: line), refusal)
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
        }
    }

    // MARK: Values

    private mutating func text(_ key: String, _ scope: Scope, _ place: Place) {
        guard let parts = texts.parts(key, in: expanding.last ?? "", language) else {
            return problem(place, "there is no text '\(key)' in this folder, the layout's or in full")
        }
        guard printing(.label, place) != nil else { return }
        for part in parts {
            switch part {
            case .plain(let words):
                var out = Out(capacity: words.utf8.count + 64)
                out.writeEscaped(words)
                literal(out.bytes(), place)
            case .value(let name): value(name, scope, place)
            }
        }
    }

    private mutating func value(_ name: String, _ scope: Scope, _ place: Place) {
        guard let value = resolve(name, scope, place) else { return }
        guard let type = value.type as? any Printable.Type else {
            return problem(place, Compilation.advice(name, value.type))
        }
        switch printing(type is Link.Type ? .link : .plain, place) {
        case .escaped where type is String.Type: program.append(.string(value.slot))
        case .escaped where type is Int.Type: program.append(.integer(value.slot))
        case .escaped: program.append(.value(value.slot, type))
        case .component: program.append(.component(value.slot, type))
        case .refused, nil: break
        }
    }

    private mutating func html(_ name: String, _ scope: Scope, _ place: Place) {
        guard let value = resolve(name, scope, place) else { return }
        guard value.type is HTML.Type else {
            return problem(place, "{{{\(name)}}} prints only HTML, and '\(name)' is \(value.type)")
        }
        if printing(.html, place) != nil { program.append(.html(value.slot)) }
    }

    /// How a value is printed here; nil when it was refused.
    private mutating func printing(_ kind: Markup.Kind, _ place: Place) -> Markup.Printing? {
        guard isMarkupSound else { return .escaped }
        let printing = markup.value(kind)
        if case .refused(let reason) = printing {
            problem(place, reason)
            return nil
        }
        return printing
    }

    private static func advice(_ name: String, _ type: any Any.Type) -> String {
        switch type {
        case is HTML.Type: "'\(name)' is HTML: write {{{\(name)}}}, between tags"
        case is Bool.Type: "'\(name)' is a Bool: write {{#\(name)}}…{{/\(name)}}"
        case let section as any Section.Type where section.isList:
            "'\(name)' is a list: write {{#\(name)}}…{{/\(name)}}"
        case is any Section.Type: "'\(name)' may be missing: write {{#\(name)}}{{.}}{{/\(name)}}"
        default: "'\(name)' is \(type), whose fields are printed by {{\(name).field}}"
        }
    }
}

// MARK: - Sections

extension Compilation {
    private mutating func section(
        _ name: String, _ inverted: Bool, _ body: [Node], _ scope: Scope, _ content: String?, _ place: Place
    ) {
        guard let value = resolve(name, scope, place) else { return }
        var inner = scope
        var start: Int?
        var isList = false
        if let nested = value.type as? any Fields.Type, !inverted {
            inner = enter(nested, at: value, scope)
        } else if let section = value.type as? any Section.Type {
            isList = section.isList
            if section is Bool.Type {
                start = program.open(.when(value.slot, wanted: !inverted, end: 0))
            } else if inverted {
                start = program.open(.whenEmpty(value.slot, section, end: 0))
            } else if let item = section.item {
                let frame = scope.frames
                start = program.open(.forEach(value.slot, section, frame: Int32(frame), end: 0))
                inner.frames = frame + 1
                program.frames = max(program.frames, frame + 1)
                inner = enter(item, at: Value(type: item, frame: frame, offset: 0), inner)
            }
        } else {
            return problem(
                place, "'\(name)' is \(value.type): a section stands over a Bool, an optional, a list or a struct")
        }
        if isMarkupSound, let refusal = markup.enter(list: isList && !inverted) { unsound(place, refusal) }
        let began = markup
        bind(body, inner, content)
        leave(began, place)
        if let start { program.close(start) }
    }

    /// In a section over structs, names are the struct's own and the chrome's: a name the struct lacks must not
    /// silently print that of the page, which is reached by `page.name`.
    private func enter(_ type: any Any.Type, at value: Value, _ scope: Scope) -> Scope {
        var scope = scope
        scope.item = value
        if let fields = type as? any Fields.Type {
            scope.table = FieldTable(fields)
            scope.frame = value.frame
            scope.offset = value.offset
        }
        return scope
    }

    private mutating func leave(_ began: Markup, _ place: Place) {
        guard isMarkupSound, let refusal = markup.leave(began) else { return }
        unsound(place, refusal)
    }

    // MARK: Names

    private mutating func resolve(_ name: String, _ scope: Scope, _ place: Place) -> Value? {
        if name == "." {
            if scope.item == nil { problem(place, "{{.}} stands for the value of a section, and there is none here") }
            return scope.item
        }
        var path = name.split(separator: ".").map(String.init)[...]
        let first = path.removeFirst()
        var value: Value
        if first == "page" {
            value = Value(type: page.type, frame: 1, offset: 0)
        } else if let field = scope.table.fields[first] {
            value = Value(type: field.type, frame: scope.frame, offset: scope.offset + field.offset)
        } else if let field = chrome.fields[first] {
            value = Value(type: field.type, frame: 0, offset: field.offset)
        } else {
            problem(place, "there is no '\(first)' in \(scope.table.description), nor in \(chrome.description)")
            return nil
        }
        for part in path {
            guard let fields = value.type as? any Fields.Type else {
                problem(place, "'\(name)': \(value.type) has no fields to name (open a section if it may be missing)")
                return nil
            }
            let table = FieldTable(fields)
            guard let field = table.fields[part] else {
                problem(place, "there is no '\(part)' in \(table.description)")
                return nil
            }
            value = Value(type: field.type, frame: value.frame, offset: value.offset + field.offset)
        }
        return value
    }

    private mutating func unsound(_ place: Place, _ message: String) {
        isMarkupSound = false
        problem(place, message)
    }

    private mutating func problem(_ place: Place, _ message: String) {
        problems.append(TemplateProblem(place, message))
    }
}
