import Core

/// Every procedure's words, in memory: a national list is a few megabytes, and a search over it takes less than a trip to
/// the database. Pure, so that what it finds is a table in a test.
///
/// A procedure scores by the share of the asked words that it has, rare words counting more; words that stand beside
/// each other as asked, the right accents, and a name that says little else lift it.
package struct SearchIndex: Sendable {
    package struct Hit: Sendable {
        /// Place in the list that the index was made of.
        package let place: Int
        package let score: Double
    }

    /// What was found, best first, and whether the words had to be guessed.
    package struct Outcome: Sendable {
        package let hits: [Hit]
        package let isApproximate: Bool
    }

    private struct Entry {
        let code: String
        let name: [Int]
        /// The first word of the name that says something.
        let first: Int?
        let accented: String
        let weight: Double
        let isOnline: Bool
    }

    private struct Pair: Hashable {
        let left: Int
        let right: Int
    }

    private let entries: [Entry]
    private let vocabulary: [String: Int]
    private let spelt: [[UInt8]]
    private let sorted: [Int]
    private let byLength: [Int: [Int]]
    private let rarity: [Double]
    private let postings: [[Int]]
    /// Words that stand beside each other in some name: they tell “kết hôn” from “kế thôn”.
    private let neighbours: Set<Pair>
    private let synonyms: Synonyms

    package init(_ procedures: [ProcedureSummary], synonyms: Synonyms) {
        var vocabulary: [String: Int] = [:]
        var words: [String] = []
        var counts: [Int] = []
        func id(_ word: String) -> Int {
            if let known = vocabulary[word] { return known }
            vocabulary[word] = words.count
            words.append(word)
            counts.append(0)
            return words.count - 1
        }
        var tokens: [(name: [Int], all: Set<Int>)] = []
        for procedure in procedures {
            let name = procedure.name.searchWords.map(id)
            var all = Set(name)
            for text in [procedure.nameEnglish ?? "", procedure.field] { all.formUnion(text.searchWords.map(id)) }
            for word in all { counts[word] += 1 }
            tokens.append((name, all))
        }
        let total = Double(max(1, procedures.count))
        let rarity = counts.map { max(0.2, Self.logarithm(1 + total / Double(max(1, $0)))) }
        var postings = [[Int]](repeating: [], count: words.count)
        for (place, token) in tokens.enumerated() { for word in token.all { postings[word].append(place) } }
        var neighbours: Set<Pair> = []
        for token in tokens {
            for (left, right) in zip(token.name, token.name.dropFirst()) {
                neighbours.insert(Pair(left: left, right: right))
            }
        }
        self.neighbours = neighbours
        self.vocabulary = vocabulary
        let spelt = words.map { Array($0.utf8) }
        self.spelt = spelt
        sorted = spelt.indices.sorted { spelt[$0].lexicographicallyPrecedes(spelt[$1]) }
        byLength = Dictionary(grouping: spelt.indices, by: { spelt[$0].count })
        self.rarity = rarity
        self.postings = postings
        self.synonyms = synonyms
        entries = zip(procedures, tokens).map { procedure, token in
            Entry(
                code: procedure.code, name: token.name,
                first: token.name.first { !synonyms.isStopWord(words[$0]) }, accented: procedure.name.lowercased().nfc,
                weight: token.name.reduce(0) { $0 + rarity[$1] }, isOnline: procedure.isOnline)
        }
    }

    /// Finds procedures by words with or without accents, misspelt, run together, abbreviated or in everyday terms.
    package func search(_ text: String) -> Outcome {
        let asked = text.searchWords
        let content = synonyms.withoutStopWords(asked)
        var best: [Int: Double] = [:]
        var isExact = false
        for (reading, worth) in readings(of: content.isEmpty ? asked : content) {
            let query = resolve(reading)
            guard !query.isEmpty else { continue }
            for hit in score(query) {
                best[hit.place] = max(best[hit.place] ?? 0, hit.score * worth)
                if query.allSatisfy({ $0.certainty == 1 }), hit.coverage > 0.99 { isExact = true }
            }
        }
        // The very words with the very accents stand before what only sounds like them.
        let typed = text.lowercased().nfc.trimmed
        if typed.utf8.count > 3 {
            for (place, score) in best.sorted(by: { $0.value > $1.value }).prefix(100)
            where entries[place].accented.contains(typed) {
                best[place] = score + 0.12
            }
        }
        let top = best.values.max() ?? 0
        let hits = best.filter { $0.value >= max(0.42, top * 0.55) }.map { Hit(place: $0.key, score: $0.value) }
            .sorted { ($1.score, entries[$0.place].code) < ($0.score, entries[$1.place].code) }
        return Outcome(hits: Array(hits.prefix(500)), isApproximate: !isExact && !hits.isEmpty)
    }

    /// The words as they were asked, and with everyday terms and abbreviations in the words of the law.
    private func readings(of words: [String]) -> [(words: [String], worth: Double)] {
        var readings: [(words: [String], worth: Double)] = [(words, 1)]
        for phrase in synonyms.matches(in: words) {
            for meaning in phrase.meanings {
                // Other terms of the same question are read as well: “đổi” “gplx”.
                let rest = Array(words[..<phrase.range.lowerBound])
                let tail = Array(words[phrase.range.upperBound...])
                for left in [rest, synonyms.translated(rest)] {
                    for right in [tail, synonyms.translated(tail)] { readings.append((left + meaning + right, 1.02)) }
                }
            }
        }
        var seen: Set<[String]> = []
        return Array(readings.filter { seen.insert($0.words).inserted }.prefix(24))
    }

    private struct Term {
        /// The words of the vocabulary that it may stand for, with how much each is like it.
        let candidates: [Int: Double]
        let weight: Double
        let certainty: Double
    }

    private func resolve(_ words: [String]) -> [Term] {
        var terms: [Term] = []
        for (index, word) in words.prefix(16).enumerated() {
            let isLast = index == words.count - 1
            if let known = vocabulary[word] {
                var candidates = [known: 1.0]
                if isLast, word.utf8.count >= 2 {
                    for other in completions(of: word) { candidates[other] = candidates[other] ?? 0.6 }
                }
                terms.append(Term(candidates: candidates, weight: rarity[known], certainty: 1))
            } else if word.utf8.count > 7, let parts = segments(of: word) {
                for part in parts { terms.append(Term(candidates: [part: 1], weight: rarity[part], certainty: 0.9)) }
            } else {
                var candidates =
                    isLast && word.utf8.count >= 2
                    ? Dictionary(uniqueKeysWithValues: completions(of: word).map { ($0, 0.85) }) : [:]
                for (other, likeness) in resembling(word) { candidates[other] = max(candidates[other] ?? 0, likeness) }
                // A word that nobody uses says less than one that is rare.
                let weight = candidates.keys.map { rarity[$0] }.min() ?? 2
                terms.append(Term(candidates: candidates, weight: weight, certainty: 0.8))
            }
        }
        return terms
    }

    private func score(_ query: [Term]) -> [(place: Int, score: Double, coverage: Double)] {
        let total = query.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return [] }
        var gained = [Double](repeating: 0, count: entries.count)
        var touched: [Int] = []
        var likest = [Double](repeating: 0, count: entries.count)
        for term in query {
            var seen: [Int] = []
            for (word, likeness) in term.candidates {
                for place in postings[word] where likest[place] < likeness {
                    if likest[place] == 0 { seen.append(place) }
                    likest[place] = likeness
                }
            }
            for place in seen {
                if gained[place] == 0 { touched.append(place) }
                gained[place] += likest[place] * term.weight
                likest[place] = 0
            }
        }
        // What lifts a procedure is looked at for those that have enough of the words, the best of them.
        var promising = touched.filter { gained[$0] >= 0.45 * total }
        if promising.count > Self.looked {
            promising.sort { (gained[$1], $0) < (gained[$0], $1) }
            let least = gained[promising[Self.looked - 1]]
            promising = promising.filter { gained[$0] >= least }
        }
        return promising.map { place in
            let coverage = gained[place] / total
            let entry = entries[place]
            var score = coverage + 0.25 * adjacency(query, in: entry.name)
            score += 0.2 * min(1, gained[place] / max(entry.weight, 1))
            if let first = entry.first, query.first?.candidates[first] != nil { score += 0.06 }
            if entry.isOnline { score += 0.05 }
            // A province's own variant stands behind the national procedure.
            if entry.code.utf8.count > 8 { score -= 0.05 }
            return (place, score, coverage)
        }
    }

    /// How many procedures are ranked finely for one reading of a question.
    private static let looked = 150

    /// The share of neighbours in the question that are neighbours in the name.
    private func adjacency(_ query: [Term], in name: [Int]) -> Double {
        guard query.count > 1 else { return 0 }
        var found = 0
        for (left, right) in zip(query, query.dropFirst()) {
            let isThere = zip(name, name.dropFirst()).contains {
                left.candidates[$0] != nil && right.candidates[$1] != nil
            }
            if isThere { found += 1 }
        }
        return Double(found) / Double(query.count - 1)
    }

    /// Known words that begin like the last one, which may not be finished.
    private func completions(of word: String) -> [Int] {
        let bytes = Array(word.utf8)
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if spelt[sorted[middle]].lexicographicallyPrecedes(bytes) { low = middle + 1 } else { high = middle }
        }
        return Array(
            sorted[low...].prefix(60).prefix { spelt[$0].starts(with: bytes) }.filter { spelt[$0].count > bytes.count })
    }

    /// Words one slip away, or two for long ones.
    private func resembling(_ word: String) -> [Int: Double] {
        let bytes = Array(word.utf8)
        let most = bytes.count <= 2 ? 0 : bytes.count <= 6 ? 1 : 2
        guard most > 0, bytes.count <= 40 else { return [:] }
        var found: [Int: Double] = [:]
        for length in max(1, bytes.count - most)...(bytes.count + most) {
            for other in byLength[length] ?? [] {
                let distance = Slips.between(bytes, spelt[other], most: most)
                if distance <= most { found[other] = distance == 1 ? 0.8 : 0.6 }
            }
        }
        return found
    }

    /// Words run together, taken apart into known ones that go together, as few and as common as can be.
    private func segments(of word: String) -> [Int]? {
        let bytes = Array(word.utf8)
        guard bytes.count <= 60, bytes.allSatisfy({ $0 < 128 }) else { return nil }
        // For each place and the word that ends there, the cheapest way to it.
        var ways = [[Int: (cost: Double, start: Int, before: Int)]](repeating: [:], count: bytes.count + 1)
        ways[0] = [-1: (0, 0, -1)]
        for end in 1...bytes.count {
            for start in max(0, end - 12)..<end where end - start > 1 && !ways[start].isEmpty {
                guard let id = vocabulary[String(decoding: bytes[start..<end], as: UTF8.self)] else { continue }
                for (before, way) in ways[start] {
                    let isUsual = before < 0 || neighbours.contains(Pair(left: before, right: id))
                    let cost = way.cost + 3 + rarity[id] / 2 + (isUsual ? 0 : 8)
                    if ways[end][id].map({ cost < $0.cost }) ?? true { ways[end][id] = (cost, start, before) }
                }
            }
        }
        guard var last = ways[bytes.count].min(by: { $0.value.cost < $1.value.cost })?.key else { return nil }
        var parts: [Int] = []
        var end = bytes.count
        while end > 0, let way = ways[end][last] {
            parts.append(last)
            (end, last) = (way.start, way.before)
        }
        return parts.reversed()
    }

    /// Natural logarithm, near enough for ranks.
    private static func logarithm(_ value: Double) -> Double {
        var (value, result) = (value, 0.0)
        while value > 2.718281828 { (value, result) = (value / 2.718281828, result + 1) }
        return result + (value - 1) / 1.718281828
    }
}
