import Catalogue
import Foundation
import Postgres

/// Searches that nobody made before, over ten thousand services: how long one takes while nothing is kept of it.
struct BenchSearch {
    let settings: Settings
    /// A national list to begin with.
    let list: String?

    private static let services = 10_000
    private static let searches = 3_000
    /// Milliseconds within which 99 of 100 have to be answered.
    private static let goal = 10.0

    func measure() async throws {
        if let list { try await settings.importList(list) }
        try Tool.psql(settings.databaseURL, Self.fill)
        try await settings.withDatabase(role: "portal_app") { database in
            let catalogue = Catalogue(database: database, synonyms: try settings.synonyms())
            // One instant for all: without a feed, the list is read anew for another second.
            let now = Date()
            let start = ContinuousClock.now
            let names = try await catalogue.search(ProcedureSearch(limit: 100), at: now).items.map(\.name)
            let first = ContinuousClock.now - start
            var (times, random) = ([Double](), Shuffle(state: 7))
            for _ in 0..<Self.searches {
                let wanted = ProcedureSearch(text: Self.question(names, &random))
                let start = ContinuousClock.now
                _ = try await catalogue.search(wanted, at: now)
                times.append((ContinuousClock.now - start).milliseconds)
            }
            times.sort()
            let (half, most) = (times[times.count / 2], times[times.count * 99 / 100])
            print("First-time searches over \(Self.services) services, words cut, swapped and without accents:")
            print(
                String(format: "  half within %.1f ms, 99 of 100 within %.1f ms, goal %.0f ms", half, most, Self.goal)
                    + (most <= Self.goal
                        ? " reached" : String(format: " not reached: %.2f of the goal", Self.goal / most)))
            print(
                String(
                    format:
                        "  the list is read and its words ordered within %.0f ms after it changed, by one statement",
                    first.milliseconds))
        }
    }

    /// Some neighbouring words of a name, as people type them.
    private static func question(_ names: [String], _ random: inout Shuffle) -> String {
        let name = names.randomElement(using: &random) ?? ""
        var words = name.split(separator: " ").map(String.init)
        let count = min(words.count, Int.random(in: 2...6, using: &random))
        let start = Int.random(in: 0...(words.count - count), using: &random)
        words = Array(words[start..<(start + count)])
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return words.joined().folding(options: .diacriticInsensitive, locale: nil)
        case 1: return words.joined(separator: " ").folding(options: .diacriticInsensitive, locale: nil)
        case 2:
            let place = Int.random(in: 0..<words.count, using: &random)
            words[place] = String(words[place].dropLast() + ["x", "n", "a"][place % 3])
            return words.joined(separator: " ")
        default: return words.joined(separator: " ")
        }
    }

    /// Services named after those that there are, each with a word of its own.
    private static let fill = """
        insert into procedures (code, name, field_name, state, kind, promulgator, executing, subjects, digest, updated_at)
        select '7.' || lpad(number::text, 6, '0'), p.name || ' ' || substr(md5(number::text), 1, 5), p.field_name, p.state,
            p.kind, p.promulgator, p.executing, p.subjects, p.digest, p.updated_at
        from generate_series(1, \(services) - (select count(*) from procedures)::integer) as number
        join lateral (
            select * from procedures where code < '7' order by code offset number % (select count(*) from procedures where code < '7')
            limit 1
        ) p on true
        """
}

private struct Shuffle: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

extension Settings {
    fileprivate func importList(_ file: String) async throws {
        guard let contents = FileManager.default.contents(atPath: file) else {
            throw Unusable(description: "\(file) can't be read: check the path and its permissions")
        }
        try await withDatabase(role: nil) { database in
            _ = try await Catalogue(database: database).importList(Array(contents), at: Date(), progress: { _ in })
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Double { Double(components.attoseconds) * 1e-15 + Double(components.seconds) * 1000 }
}
