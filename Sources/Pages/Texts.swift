package import Core
import FoundationEssentials

/// The words of the interface in both languages, read from each `texts.json` below the template folder.
///
/// `Templates/dossiers/texts.json` holds `{"submit.button": {"vi": "Nộp hồ sơ", "en": "Submit"}}`; the key of that text
/// is `dossiers.submit.button`. A text is plain: no markup, and braces only around the name of a value, as in `{days}
/// ngày`.
package struct Texts: Sendable {
    private let entries: [String: [Language: Text]]

    /// Reads the catalogue. Throws `TemplateProblems` naming file, line and key of each entry that lacks a language,
    /// has an unknown one, differs between languages in the values it names, or has a stray brace.
    package init(directory: String) throws {
        var entries: [String: [Language: Text]] = [:]
        var problems: [TemplateProblem] = []
        for path in try TemplateFiles.paths(below: directory, ending: "texts.json")
        where path == "texts.json" || path.hasSuffix("/texts.json") {
            var file = TextsFile(path: "\(directory)/\(path)", bytes: try TemplateFiles.read("\(directory)/\(path)"))
            let prefix = path.dropLast(10).split(separator: "/").map { "\($0)." }.joined()
            for (key, texts) in file.read() {
                if entries.updateValue(texts, forKey: prefix + key) != nil {
                    file.problems.append(file.problem(key, "the key \(prefix + key) stands in another file too"))
                }
            }
            problems += file.problems
        }
        guard problems.isEmpty else { throw TemplateProblems(problems) }
        self.entries = entries
    }

    /// The text of `key` as plain text, `{name}` replaced from `arguments`.
    ///
    /// An unknown key comes back as itself: words on a page are no reason to fail a request. Keys made in code are
    /// checked at start by `require`.
    package func text(_ key: String, _ language: Language, _ arguments: [String: String] = [:]) -> String {
        guard let text = entries[key]?[language] else { return key }
        return text.parts.map { part in
            switch part {
            case .plain(let words): words
            case .value(let name): arguments[name] ?? "{\(name)}"
            }
        }.joined()
    }

    /// Whether the catalogue has this key, given in full.
    package func has(_ key: String) -> Bool { entries[key] != nil }

    /// Every key in full, sorted.
    package var keys: [String] { entries.keys.sorted() }

    /// Throws `TemplateProblems` with every one of `keys` that the catalogue lacks. For keys that code puts together.
    package func require(_ keys: some Sequence<String>) throws {
        let missing = keys.filter { !has($0) }
        guard missing.isEmpty else {
            throw TemplateProblems(
                missing.map { TemplateProblem(Place(file: "texts.json", line: 0), "there is no text \($0)") }
            )
        }
    }

    /// What `{{t key}}` means in the template `name`: the key of its folder or one above, then the layout's, then in
    /// full.
    func parts(_ key: String, in name: String, _ language: Language) -> [Text.Part]? {
        switch key {
        case "base": return [.plain(language.pathPrefix)]
        case "language": return [.plain(language.rawValue)]
        default: break
        }
        var folder = name.split(separator: "/").dropLast()
        while !folder.isEmpty {
            if let text = entries[folder.joined(separator: ".") + "." + key] { return text[language]?.parts }
            folder.removeLast()
        }
        return (entries["layout." + key] ?? entries[key])?[language]?.parts
    }
}

/// A text in one language, taken apart at its values.
struct Text: Sendable {
    enum Part: Sendable, Equatable {
        case plain(String)
        case value(String)
    }

    let parts: [Part]

    var values: Set<String> {
        Set(
            parts.compactMap { part in
                if case .value(let name) = part { name } else { nil }
            }
        )
    }

    /// Nil when a brace stands anywhere but around a name.
    init?(_ source: String) {
        var parts: [Part] = []
        var rest = source.utf8[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "{")) {
            guard let close = rest[open...].firstIndex(of: UInt8(ascii: "}")), Text.isPlain(rest[..<open]) else {
                return nil
            }
            let name = rest[open..<close].dropFirst()
            guard TemplateParser.isName(name) else { return nil }
            if open > rest.startIndex { parts.append(.plain(String(Substring(rest[..<open])))) }
            parts.append(.value(String(Substring(name))))
            rest = rest[rest.index(after: close)...]
        }
        guard Text.isPlain(rest) else { return nil }
        if !rest.isEmpty { parts.append(.plain(String(Substring(rest)))) }
        self.parts = parts
    }

    private static func isPlain(_ words: Substring.UTF8View) -> Bool { !words.contains(UInt8(ascii: "}")) }
}

/// One `texts.json` and what is wrong with it.
private struct TextsFile {
    let path: String
    let bytes: [UInt8]
    var problems: [TemplateProblem] = []

    init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    mutating func read() -> [(key: String, texts: [Language: Text])] {
        let decoded: [String: [String: String]]
        do {
            decoded = try JSONDecoder().decode([String: [String: String]].self, from: Data(bytes))
        } catch {
            let shape = #"{"key": {"vi": "…", "en": "…"}}"#
            problems.append(TemplateProblem(Place(file: path, line: 1), "isn't JSON of the shape \(shape): \(error)"))
            return []
        }
        return decoded.sorted { $0.key < $1.key }.map { ($0.key, texts($0.key, $0.value)) }
    }

    private mutating func texts(_ key: String, _ sources: [String: String]) -> [Language: Text] {
        var texts: [Language: Text] = [:]
        for language in Language.allCases {
            guard let source = sources[language.rawValue] else {
                problems.append(problem(key, "\(key) lacks \(language.rawValue)"))
                continue
            }
            texts[language] = Text(source)
            if texts[language] == nil {
                problems.append(problem(key, "\(key) has a brace in \(language.rawValue) that isn't around a name"))
            }
        }
        for other in sources.keys.sorted() where Language(rawValue: other) == nil {
            problems.append(problem(key, "\(key) has a text in \(other), which isn't a language of the interface"))
        }
        if Set(texts.values.map(\.values)).count > 1 {
            problems.append(problem(key, "\(key) names other values in one language than in the other"))
        }
        return texts
    }

    /// A problem at the line on which the key stands.
    func problem(_ key: String, _ message: String) -> TemplateProblem {
        let line = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .firstIndex { String(decoding: $0, as: UTF8.self).contains("\"\(key)\"") }
        return TemplateProblem(Place(file: path, line: (line ?? 0) + 1), message)
    }
}
