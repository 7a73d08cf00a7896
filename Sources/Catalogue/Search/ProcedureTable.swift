package import Core

/// What a list of procedures can be narrowed down by, and how many each choice would leave beside the others chosen.
package struct Facets: Sendable, Hashable {
    package struct Choice: Sendable, Hashable {
        package let name: String
        package let count: Int
    }

    /// Each the most first.
    package let fields: [Choice]
    /// Agencies that promulgate or carry out.
    package let agencies: [Choice]
    package let subjects: [Choice]
    /// How many can be filed here, and how many can't.
    package let online: Int
    package let offline: Int
}

/// The whole list in memory, in the order of the codes: what searching and browsing are answered from.
struct ProcedureTable: Sendable {
    let procedures: [ProcedureSummary]
    private let index: SearchIndex
    /// Those that are still done.
    private let inUse: [Int]
    private let fields: Labels
    private let agencies: Labels
    private let subjects: Labels

    init(_ procedures: [ProcedureSummary], synonyms: Synonyms) {
        self.procedures = procedures
        index = SearchIndex(procedures, synonyms: synonyms)
        inUse = procedures.indices.filter { !procedures[$0].isRetired }
        fields = Labels(procedures.map { [$0.field] })
        agencies = Labels(procedures.map { [$0.promulgator] + $0.executing })
        subjects = Labels(procedures.map(\.subjects))
    }

    /// What answers a question in words, best first; everything in use when there is none.
    func places(for text: String) -> (places: [Int], isApproximate: Bool) {
        guard !text.isEmpty else { return (inUse, false) }
        if let code = Self.code(text) {
            let found = places(withCode: code)
            if !found.isEmpty { return (found, false) }
        }
        // The six digits behind the dot, as many remember them.
        let digits = text.utf8.filter { $0 > 0x20 }
        if digits.count == 6, digits.allSatisfy({ (48...57).contains($0) }) {
            let found = procedures.indices.filter { procedures[$0].code.utf8.dropFirst(2).starts(with: digits) }
            if !found.isEmpty { return (found, false) }
        }
        let outcome = index.search(text)
        return (outcome.hits.map(\.place).filter { !procedures[$0].isRetired }, outcome.isApproximate)
    }

    /// Those of the places that are as wanted, in the same order, and what each choice would leave.
    func narrow(_ places: [Int], to wanted: ProcedureSearch) -> (places: [Int], facets: Facets) {
        let (field, agency, subject) = (
            fields.choice(wanted.field), agencies.choice(wanted.agency), subjects.choice(wanted.subject)
        )
        var chosen: [Int] = []
        var (byField, byAgency, bySubject) = (fields.counts, agencies.counts, subjects.counts)
        var (online, offline) = (0, 0)
        for place in places {
            let procedure = procedures[place]
            if let since = wanted.updatedSince, procedure.updatedAt < since { continue }
            let isField = fields.has(field, place)
            let isAgency = agencies.has(agency, place)
            let isSubject = subjects.has(subject, place)
            let isWay = wanted.isOnline.map { $0 == procedure.isOnline } ?? true
            if isField, isAgency, isSubject {
                if procedure.isOnline { online += 1 } else { offline += 1 }
                if isWay { chosen.append(place) }
            }
            guard isWay else { continue }
            if isAgency, isSubject { fields.count(place, in: &byField) }
            if isField, isSubject { agencies.count(place, in: &byAgency) }
            if isField, isAgency { subjects.count(place, in: &bySubject) }
        }
        let facets = Facets(
            fields: fields.choices(byField), agencies: agencies.choices(byAgency),
            subjects: subjects.choices(bySubject),
            online: online, offline: offline)
        return (chosen, facets)
    }

    /// The first place behind a code.
    func firstPlace(after code: String) -> Int {
        var (low, high) = (0, procedures.count)
        while low < high {
            let middle = (low + high) / 2
            if procedures[middle].code.precedes(code) || procedures[middle].code == code {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// Who types the beginning of a code is shown what is no longer done as well: its page says what is done instead.
    private func places(withCode code: String) -> [Int] {
        let first = firstPlace(after: code)
        let start = first > 0 && procedures[first - 1].code == code ? first - 1 : first
        return Array((start..<procedures.count).prefix { procedures[$0].code.hasPrefix(code) })
    }

    /// The beginning of a code in what was typed: `1.00119`, or its seven digits without the dot.
    private static func code(_ text: String) -> String? {
        let digits = text.utf8.filter { $0 > 0x20 }
        guard let first = digits.first, (49...57).contains(first), digits.count > 1 else { return nil }
        if digits[1] == UInt8(ascii: ".") { return String(decoding: digits, as: UTF8.self) }
        guard digits.count == 7, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return String(decoding: [first, UInt8(ascii: ".")] + digits.dropFirst(), as: UTF8.self)
    }
}

/// Names that many procedures share, each once: counting is adding to numbers.
private struct Labels: Sendable {
    private let names: [String]
    private let numbers: [String: Int]
    private let ofPlaces: [[Int]]

    init(_ labels: [[String]]) {
        var (names, numbers): ([String], [String: Int]) = ([], [:])
        ofPlaces = labels.map { labels in
            var own: [Int] = []
            for label in labels {
                let number = numbers[label] ?? names.count
                if number == names.count {
                    names.append(label)
                    numbers[label] = number
                }
                if !own.contains(number) { own.append(number) }
            }
            return own
        }
        self.names = names
        self.numbers = numbers
    }

    /// Nil for any; a number that nothing has for a name that nothing has.
    func choice(_ name: String) -> Int? { name.isEmpty ? nil : numbers[name] ?? -1 }

    func has(_ choice: Int?, _ place: Int) -> Bool { choice.map { ofPlaces[place].contains($0) } ?? true }

    var counts: [Int] { [Int](repeating: 0, count: names.count) }

    func count(_ place: Int, in counts: inout [Int]) { for number in ofPlaces[place] { counts[number] += 1 } }

    func choices(_ counts: [Int]) -> [Facets.Choice] {
        counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], names[$0]) < (counts[$0], names[$1]) }
            .map { Facets.Choice(name: names[$0], count: counts[$0]) }
    }
}

extension String {
    /// In the order of bytes, as the database sorts codes.
    fileprivate func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
