/// Where in an HTML document a template stands: a reader of tags and attributes, strict where browsers guess.
///
/// It knows what a value may be at each place, and refuses places where no escaping would make a value safe: scripts,
/// styles, comments, names of tags and attributes, unquoted values, `on…` handlers.
struct Markup: Equatable {
    enum State: Equatable {
        case text
        /// After `<`, after `</`, after `<!`
        case tagOpen
        case endTagOpen
        case declarationOpen
        case declaration
        case tagName
        /// In a tag, where only a space, `/` or `>` may follow.
        case needsSpace
        case insideTag
        case attributeName
        case afterAttributeName
        case beforeValue
        case unquoted
        case quoted(UInt8)
        /// In `title` and `textarea`: text and references, no tags.
        case onlyText
        /// In `script`, `style`, `iframe`.
        case raw
    }

    private(set) var state = State.text
    /// The tag one is in, or the element whose text one is in, lowercased.
    private var tag: [UInt8] = []
    private var isEndTag = false
    private var attribute: [UInt8] = []
    private var address: Address?
    /// Tags and quoted values begun so far: a section must end in the very one in which it began.
    private var tagsBegun = 0
    private var quotesBegun = 0
    /// What of `</title` was read so far.
    private var ending: [UInt8] = []
    /// What the present tag held, whichever sections were printed.
    private var hasHTTPEquiv = false
    private var hasValue = false
    private var lastByte: UInt8 = 0

    /// Reads a byte of the template. What is wrong with it, if something is.
    mutating func literal(_ byte: UInt8) -> String? {
        defer { lastByte = byte }
        switch state {
        case .text: if byte == UInt8(ascii: "<") { state = .tagOpen }
        case .tagOpen, .endTagOpen, .declarationOpen: return open(byte)
        case .declaration: if byte == UInt8(ascii: ">") { state = .text }
        case .tagName:
            if Markup.endsName(byte) { return inTag(byte) }
            tag.append(Markup.lowercased(byte))
        case .needsSpace:
            guard Markup.endsName(byte) else { return "a space, '/' or '>' must stand here" }
            return inTag(byte)
        case .insideTag, .attributeName, .afterAttributeName, .beforeValue: return inTag(byte)
        case .unquoted:
            if Markup.isSpace(byte) || byte == UInt8(ascii: ">") { return inTag(byte) }
        case .quoted(let quote):
            if byte == quote { state = .needsSpace } else { return address?.literal(byte) }
        case .onlyText, .raw: return elementText(byte)
        }
        return nil
    }

    /// After `<`: which kind of thing begins.
    private mutating func open(_ byte: UInt8) -> String? {
        switch (state, byte) {
        case (.tagOpen, UInt8(ascii: "/")): state = .endTagOpen
        case (.tagOpen, UInt8(ascii: "!")): state = .declarationOpen
        case (.declarationOpen, UInt8(ascii: "d")), (.declarationOpen, UInt8(ascii: "D")): state = .declaration
        case (.declarationOpen, _): return "comments are written {{! … }}, and of '<!' only '<!doctype html>' is known"
        case (_, _) where Markup.isLetter(byte):
            tagsBegun += 1
            isEndTag = lastByte == UInt8(ascii: "/")
            tag = [Markup.lowercased(byte)]
            state = .tagName
        case (.tagOpen, UInt8(ascii: "?")), (.endTagOpen, _): return "'<' begins no tag here: write &lt;"
        case (_, UInt8(ascii: "<")): break
        default: state = .text
        }
        return nil
    }

    /// Between the name of a tag and its `>`.
    private mutating func inTag(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: ">"): return endOfTag()
        case UInt8(ascii: "/") where state != .beforeValue: state = .insideTag
        case _ where Markup.isSpace(byte):
            switch state {
            case .attributeName: state = .afterAttributeName
            case .afterAttributeName, .beforeValue: break
            default: state = .insideTag
            }
        case UInt8(ascii: "=") where state == .attributeName || state == .afterAttributeName:
            state = .beforeValue
            address = Markup.addresses.contains(attributeName) ? Address() : nil
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            guard state == .beforeValue else { return "a quote in the name of an attribute" }
            state = .quoted(byte)
            quotesBegun += 1
        case UInt8(ascii: "="), UInt8(ascii: "<"): return "'\(Character(UnicodeScalar(byte)))' begins no attribute"
        default:
            switch state {
            case .beforeValue: state = .unquoted
            case .attributeName: attribute.append(Markup.lowercased(byte))
            default:
                state = .attributeName
                attribute = [Markup.lowercased(byte)]
            }
            if attributeName == "http-equiv" { hasHTTPEquiv = true }
        }
        return nil
    }

    private mutating func endOfTag() -> String? {
        let closed = lastByte == UInt8(ascii: "/")
        let name = String(decoding: tag, as: UTF8.self)
        attribute = []
        address = nil
        defer { (hasHTTPEquiv, hasValue) = (false, false) }
        if name == "meta", hasHTTPEquiv, hasValue { return "no value may stand in a <meta> that has http-equiv" }
        guard !isEndTag else {
            state = .text
            return nil
        }
        switch name {
        case "title", "textarea": state = .onlyText
        case "script", "style", "iframe": state = .raw
        case "xmp", "noembed", "noframes", "plaintext": return "<\(name)> is obsolete"
        default: state = .text
        }
        if closed, state != .text { return "<\(name)> can't be closed by '/>'" }
        return nil
    }

    /// In an element that ends only at its own end tag.
    private mutating func elementText(_ byte: UInt8) -> String? {
        if ending.isEmpty {
            if byte == UInt8(ascii: "<") { ending = [byte] }
            return nil
        }
        let whole = Array("</".utf8) + tag
        if ending == whole, Markup.endsName(byte) {
            isEndTag = true
            ending = []
            state = .tagName
            return inTag(byte)
        }
        ending.append(Markup.lowercased(byte))
        guard !whole.starts(with: ending) else { return nil }
        if state == .onlyText { return "in <\(String(decoding: tag, as: UTF8.self))> write &lt; for '<'" }
        if ending == Array("<!".utf8) { return "no comment may stand in <\(String(decoding: tag, as: UTF8.self))>" }
        ending = byte == UInt8(ascii: "<") ? [byte] : []
        return nil
    }
}

// MARK: - Values

extension Markup {
    /// What a value is to the place in which it stands.
    enum Kind {
        case plain
        case link
        case html
        /// A label of the template itself, in either language.
        case label
    }

    /// How a value is printed.
    enum Printing {
        case escaped
        case component
        case refused(String)
    }

    /// A value stands here.
    mutating func value(_ kind: Kind) -> Printing {
        if kind == .html {
            return state == .text ? .escaped : .refused("HTML may stand only between tags")
        }
        switch state {
        case .text: return .escaped
        case .onlyText: return ending.isEmpty ? .escaped : .refused("no value may stand in a tag's name")
        case .quoted: return attributeValue(kind)
        case .tagOpen, .endTagOpen, .tagName: return .refused("no value may stand in a tag's name")
        case .needsSpace, .insideTag, .attributeName, .afterAttributeName:
            return .refused("no value may stand as an attribute or in its name")
        case .beforeValue, .unquoted: return .refused("the value of an attribute must stand in quotes")
        case .declarationOpen, .declaration: return .refused("no value may stand in a declaration")
        case .raw: return .refused("no value may stand in <\(String(decoding: tag, as: UTF8.self))>")
        }
    }

    private mutating func attributeValue(_ kind: Kind) -> Printing {
        let name = attributeName
        if name.hasPrefix("on") || Markup.withoutValues.contains(name) {
            return .refused("no value may stand in the attribute '\(name)'")
        }
        if kind == .label { return .escaped }
        hasValue = true
        let element = String(decoding: tag, as: UTF8.self)
        if Markup.elementsWithoutValues.contains(element) { return .refused("no value may stand in <\(element)>") }
        guard address != nil else { return .escaped }
        let whole = kind == .link && address?.isEmpty == true
        if whole, element == "script" { return .refused("no Link may stand in <script>") }
        if let refusal = address?.value(isLink: kind == .link) { return .refused(refusal) }
        return whole ? .escaped : .component
    }

    /// The attribute's name without a prefix as in `xlink:href`.
    private var attributeName: String {
        String(decoding: attribute.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self)
    }

    private static let addresses: Set<String> = [
        "action", "archive", "background", "base", "cite", "classid", "codebase", "data", "dynsrc", "formaction",
        "href",
        "icon", "longdesc", "lowsrc", "manifest", "poster", "profile", "src", "usemap",
    ]
    private static let withoutValues: Set<String> = [
        "attributename", "http-equiv", "imagesrcset", "ping", "srcdoc", "srcset", "style", "xmlns",
    ]
    private static let elementsWithoutValues: Set<String> = [
        "animate", "animatemotion", "animatetransform", "base", "set",
    ]

    static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(lowercased(byte)) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B }

    private static func endsName(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
    }
}

// MARK: - Sections

extension Markup {
    /// A section begins. What is wrong with that, if something is.
    mutating func enter(list: Bool) -> String? {
        switch state {
        case .text: return nil
        case .quoted: return address?.enter(list: list)
        case .onlyText where ending.isEmpty: return nil
        case .tagName, .attributeName, .needsSpace, .insideTag, .afterAttributeName:
            if list { return "a list may not stand between the attributes of a tag" }
            state = Markup.settled(state)
            return nil
        default: return "no section may stand here, in the middle of a tag, declaration, script or style"
        }
    }

    /// A section ends that began at `start`. What is wrong with that, if something is.
    mutating func leave(_ start: Markup) -> String? {
        var end = Markup.settled(state)
        if end == .needsSpace || end == .insideTag, start.state == .needsSpace || start.state == .insideTag {
            if start.state == .needsSpace { end = .needsSpace }
        } else if end != start.state {
            return "the section ends elsewhere in the markup than it began"
        }
        switch end {
        case .quoted where quotesBegun != start.quotesBegun, .needsSpace where tagsBegun != start.tagsBegun,
            .insideTag where tagsBegun != start.tagsBegun, .onlyText where tagsBegun != start.tagsBegun:
            return "the section ends in another tag than it began"
        case .onlyText where !ending.isEmpty: return "the section ends in the middle of a tag"
        default: break
        }
        state = end
        if let began = start.address, case .quoted = state { address?.leave(began) }
        return nil
    }

    /// A name or unquoted value that a section's edge cuts off has ended there.
    private static func settled(_ state: State) -> State {
        switch state {
        case .tagName, .attributeName, .unquoted: .needsSpace
        case .afterAttributeName: .insideTag
        default: state
        }
    }
}
