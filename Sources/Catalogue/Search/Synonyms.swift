package import Core

/// What people say for what the law says: abbreviations, old names, everyday words (`SQL/seed/synonyms.json`).
package struct Synonyms: Sendable {
    private let meanings: [[String]: [[String]]]
    private let longest: Int
    private let stopWords: Set<[String]>

    package static let none = Synonyms(meanings: [:], stopWords: [])

    private init(meanings: [[String]: [[String]]], stopWords: Set<[String]>) {
        self.meanings = meanings
        self.stopWords = stopWords
        longest = (meanings.keys.map(\.count) + stopWords.map(\.count)).max() ?? 0
    }

    /// Reads `{"stop_words": [...], "synonyms": [{"says": "…", "means": ["…"]}]}`.
    package init(json: JSON) {
        var meanings: [[String]: [[String]]] = [:]
        for entry in json["synonyms"]?.array ?? [] {
            guard let says = entry["says"]?.string?.searchWords, !says.isEmpty else { continue }
            let means = (entry["means"]?.array ?? []).compactMap { $0.string?.searchWords }
            meanings[says, default: []] += means
            // Run together it is the same: “hokhau”.
            if says.count > 1 { meanings[[says.joined()], default: []] += means }
        }
        self.init(
            meanings: meanings, stopWords: Set((json["stop_words"]?.array ?? []).compactMap { $0.string?.searchWords }))
    }

    /// A run of words that has another meaning.
    struct Phrase {
        let range: Range<Int>
        let meanings: [[String]]
    }

    /// Every run of the words that stands for something else, the longest first.
    func matches(in words: [String]) -> [Phrase] {
        var found: [Phrase] = []
        for length in stride(from: min(longest, words.count), to: 0, by: -1) {
            for start in 0...(words.count - length) {
                let range = start..<(start + length)
                if let meanings = meanings[Array(words[range])] {
                    found.append(Phrase(range: range, meanings: meanings))
                }
            }
        }
        return found
    }

    /// The words with each run that stands for something else replaced by its first meaning.
    func translated(_ words: [String]) -> [String] {
        guard let phrase = words.isEmpty ? nil : matches(in: words).first else { return words }
        return translated(Array(words[..<phrase.range.lowerBound])) + (phrase.meanings.first ?? [])
            + translated(Array(words[phrase.range.upperBound...]))
    }

    func isStopWord(_ word: String) -> Bool { stopWords.contains([word]) }

    /// Without what people put around what they mean.
    func withoutStopWords(_ words: [String]) -> [String] {
        var kept: [String] = []
        var index = 0
        while index < words.count {
            let length = stride(from: min(longest, words.count - index), to: 0, by: -1).first { length in
                stopWords.contains(Array(words[index..<(index + length)]))
            }
            // What means something itself isn't noise: “làm giấy khai sinh”.
            let isMeant = matches(in: words).contains { $0.range.contains(index) }
            if let length, !isMeant {
                index += length
            } else {
                kept.append(words[index])
                index += 1
            }
        }
        return kept
    }
}
