package import Core
package import Pages

/// What is written about a topic, in a person's language.
///
/// A topic `x.y` has the texts `notifications.x.y.subject` and `.body`, and may have `.sms`. Their values are the
/// payload's members of the same name, `{name}` of the recipient and `{url}` of the payload's `path`. A member that is an
/// object of languages gives the reader's; one that is a day (`yyyy-MM-dd`) is written as people write it; the number
/// `status` gives the values `{status}` and `{meaning}`.
package struct Letters: Sendable {
    let texts: Texts
    /// Where the portal is reached, without a slash at the end.
    let publicURL: String

    /// - Throws: `TemplateProblems` when a topic has only half of its texts.
    package init(texts: Texts, publicURL: String) throws {
        self.texts = texts
        self.publicURL = publicURL
        try texts.require(
            Self.topics(of: texts).flatMap { ["notifications.\($0).subject", "notifications.\($0).body"] })
    }

    /// Every topic that anything is written about, sorted.
    package var topics: [String] { Self.topics(of: texts).sorted() }

    package func knows(_ topic: String) -> Bool { texts.has("notifications.\(topic).subject") }

    /// What to write to somebody.
    package func letter(_ topic: String, _ payload: JSON, to name: String, in language: Language) -> Letter {
        let values = values(payload, name, language)
        func text(_ part: String) -> String { texts.text("notifications.\(topic).\(part)", language, values) }
        return Letter(
            subject: text("subject"), body: text("body"),
            short: texts.has("notifications.\(topic).sms")
                ? text("sms") : texts.text("notifications.any.short", language, values))
    }

    /// The subject alone, as a line in a list.
    package func subject(_ topic: String, _ payload: JSON, in language: Language) -> String {
        texts.text("notifications.\(topic).subject", language, values(payload, "", language))
    }

    private func values(_ payload: JSON, _ name: String, _ language: Language) -> [String: String] {
        var values: [String: String] = [:]
        for (member, value) in payload.object ?? [:] {
            guard let text = value.string ?? value[language.rawValue]?.string ?? value.int.map(String.init) else {
                continue
            }
            values[member] = Day(text).map { Formats(language).date($0) } ?? text
        }
        if let status = payload["status"]?.int {
            values["status"] = texts.text("dossiers.status.\(status).name", language)
            values["meaning"] = texts.text("dossiers.status.\(status).meaning", language)
        }
        values["name"] = name
        values["url"] = publicURL + language.pathPrefix + (Self.path(of: payload) ?? "/")
        return values
    }

    private static func topics(of texts: Texts) -> Set<String> {
        let prefix = "notifications."
        return Set(
            texts.keys.filter { $0.hasPrefix(prefix) }.compactMap { key in
                for part in [".subject", ".body"] where key.hasSuffix(part) {
                    return String(key.dropFirst(prefix.count).dropLast(part.count))
                }
                return nil
            })
    }
}

/// One message in words.
package struct Letter: Sendable, Hashable {
    package let subject: String
    package let body: String
    /// For channels that take a line or two; without an address to follow, which nobody should do from such a message.
    package let short: String
}

extension Letters {
    /// The page of this site that a message is about; nil for one that isn't a path of ours.
    package static func path(of payload: JSON) -> String? {
        let path =
            payload["path"]?.string ?? payload["code"]?.string.map { "/ho-so/\($0)" }
            ?? payload["draft"]?.string.map { "/ho-so-nhap/\($0)" }
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), path.utf8.count <= 500,
            path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return path
    }
}
